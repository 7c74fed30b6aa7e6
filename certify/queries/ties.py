"""Whether anything ties two people: asked in a list, so that few histories are read for what they say."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from certify.models import Affiliation, Involvement, Relationship

_theirs = aliased(Affiliation)


def tied(person: ColumnElement[str], holder: Any) -> ColumnElement[bool]:
    """An act in a certification, a declared tie, or one employer, whenever it was.

    Where this is false, the history of both (workflows/involvement.py) is empty; `person` is not `holder`.
    """
    acted = exists().where(Involvement.person_id == person, Involvement.holder_id == holder)
    declared = exists().where(
        or_(
            and_(Relationship.person_id == person, Relationship.other_id == holder),
            and_(Relationship.person_id == holder, Relationship.other_id == person),
        )
    )
    worked = exists().where(
        Affiliation.person_id == person,
        _theirs.person_id == holder,
        _theirs.organisation_id == Affiliation.organisation_id,
    )
    return or_(acted, declared, worked)
