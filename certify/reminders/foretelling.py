"""What a round would do at an instant, for `flask tick --dry-run`; nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import DuePoint, Message
from certify.reminders import planning, sweep
from certify.reminders.outbox import waiting_letters
from certify.reminders.sweep_roles import due_to_roles
from certify.scheme.rules.reminding import LOOK_AGAIN
from certify.workflows import clock_moves


@dataclass(frozen=True)
class Owing:
    """A message that a sweep would make now."""

    due_at: datetime
    kind: str
    email: str


def letters(session: Session, at: datetime) -> list[Message]:
    """The letters that a round at an instant would send, the oldest first."""
    return waiting_letters(session, at)


def owed(session: Session, at: datetime) -> list[Owing]:
    """The messages that a sweep at an instant would make, of the cases that are planned."""
    rows = session.execute(sweep.owing_to_people(at))
    found = [Owing(*row) for row in rows]
    found += [Owing(point.due_at, point.kind, email) for point, email in due_to_roles(session, at)]
    return sorted(found, key=lambda one: (one.due_at, one.kind, one.email))


def moves(at: datetime) -> Iterator[tuple[str, str]]:
    """The moves that the clock would make: what, and in which certification; each once."""
    found = {(one.certification, one.key): one for one in clock_moves.foretold(at)}
    yield from ((one.key.partition(" ")[0], one.certification) for one in found.values())


def cases_to_plan(session: Session, at: datetime) -> int:
    """How many cases changed, or come to the day on which they are planned anew."""
    come = select(DuePoint.case_id).where(
        DuePoint.reminder == LOOK_AGAIN, DuePoint.settled_at.is_(None), DuePoint.due_at <= at
    )
    return planning.unplanned(session) + len(session.scalars(come.distinct()).all())
