"""What a round would do at an instant, for `flask tick --dry-run`; nothing is written."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from certify.models import DuePoint, Message
from certify.models.record import UNRELEASED
from certify.reminders import planning, sweep
from certify.reminders.digests import zones_of
from certify.reminders.outbox import waiting_letters
from certify.reminders.sorting_out import Owed, sort_out
from certify.reminders.sweep_roles import due_to_roles
from certify.reminders.wishes import USUAL, wishes_of
from certify.scheme.rules.reminding import LOOK_AGAIN
from certify.workflows import clock_moves
from certify.workflows.notices import CLOCKWORK


@dataclass(frozen=True)
class Owing:
    """A message that a sweep would make now."""

    due_at: datetime
    kind: str
    email: str
    recipient: str | None  # none: a contact without an account


def letters(session: Session, at: datetime) -> list[Message]:
    """The letters that a round at an instant would send, the oldest first."""
    return waiting_letters(session, at)


def owed(session: Session, at: datetime) -> list[Owing]:
    """The messages that a sweep at an instant would make, of the cases that are planned."""
    rows = session.execute(sweep.owing_to_people(at))
    found = [Owing(*row) for row in rows]
    found += [
        Owing(one.due_at(point), point.kind, one.email, one.person.id if one.person else None)
        for point, one in due_to_roles(session, at)
    ]
    return sorted(found, key=lambda one: (one.due_at, one.kind, one.email))


def let_go(session: Session, at: datetime, owing: Sequence[Owing]) -> int:
    """How many letters a round would make of what nobody has let go yet, and of what it would owe."""
    asked = select(Message).where(UNRELEASED, Message.due_at <= at)
    asked = asked.where(or_(Message.not_after.is_(None), Message.not_after > at))
    strangers, of_people = 0, defaultdict[str, list[Owed]](list)
    for one in session.scalars(asked):
        if one.recipient_id is None or one.link_purpose is not None:
            strangers += 1
        else:
            of_people[one.recipient_id].append(Owed(one.id, one.kind, one.origin, one.due_at))
    for each in owing:
        if each.due_at > at:
            continue
        if each.recipient is None:
            strangers += 1
        else:
            of_people[each.recipient].append(Owed("", each.kind, CLOCKWORK, each.due_at))
    wishes, zones = wishes_of(session, of_people), zones_of(session, of_people)
    done = (sort_out(these, wishes.get(id, USUAL), zones[id], at) for id, these in of_people.items())
    return strangers + sum(len(one.now) + bool(one.digest) for one in done)


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
