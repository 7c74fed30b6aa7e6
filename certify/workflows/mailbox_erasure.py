"""Erasing what a person chose and said around their mail; letters that were sent stay with their cases."""

from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from certify.models import Absence, CalendarFeed, Person, Preference, RefusedAddress


def held_in_mailbox(session: Session, person: Person) -> int:
    """How many rows there are."""
    asked = (select(func.count()).select_from(row).where(mine) for row, mine in _rows(person))
    return sum(session.scalar(each) or 0 for each in asked)


def erase_mailbox(session: Session, person: Person) -> None:
    """Take them away: wishes, absences of theirs and in which they stood in, addresses, refusals."""
    for row, mine in _rows(person):
        session.execute(delete(row).where(mine), execution_options={"synchronize_session": False})


def _rows(person: Person) -> tuple[tuple[Any, ColumnElement[bool]], ...]:
    return (
        (Preference, Preference.person_id == person.id),
        (Absence, or_(Absence.person_id == person.id, Absence.deputy_id == person.id)),
        (CalendarFeed, CalendarFeed.person_id == person.id),
        (RefusedAddress, RefusedAddress.email == person.email),
    )
