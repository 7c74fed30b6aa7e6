"""Telling several people of one move, each in the words that are theirs, and nobody of what they did."""

from collections.abc import Mapping
from typing import Any

from certify.scheme.words import RoleName
from certify.workflows.engine import Question
from certify.workflows.grants import holders
from certify.workflows.notices import owe, recipients


def tell(question: Question, told: Mapping[str, str], params: Mapping[str, Any]) -> None:
    """Owe each person (by id) a message of their kind about the thing, but none to whoever made the move."""
    session, thing = question.session, question.thing
    assert session is not None
    people = recipients(session, list(told))
    for person, kind in told.items():
        if person in people and person != question.actor.id:
            owe(
                session,
                key=f"{kind}:{thing.id}:{question.seq}:{person}",
                kind=kind,
                at=question.at,
                recipient=people[person],
                case_id=thing.case_id,
                params=params,
            )


def in_office(question: Question, role: RoleName) -> list[str]:
    """Who holds a role for the thing's module and country on the day of the move."""
    session, thing = question.session, question.thing
    assert session is not None
    found = holders((role,), question.on, module=thing.module, country=thing.country)
    return [person.id for person in session.scalars(found)]
