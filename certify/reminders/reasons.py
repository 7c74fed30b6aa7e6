"""Why a letter may go: what it is owed for stands, somebody reads it, and a digest holds something."""

from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from certify.models import DuePoint, Message, Person
from certify.reminders.texts import Item
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.workflows.notices import DIGEST, MOVE

_OWED = DuePoint.outcome == "owed"


def is_for_nothing(session: Session, found: Any) -> bool:
    """Whether a message lost its reason while it was in other hands; what a move told has it for ever."""
    if found.origin == MOVE:
        return False
    stands = select(DuePoint.id).where(DuePoint.id == found.point_id, _OWED)
    closed = select(Person.id).where(Person.id == found.recipient_id, Person.disabled_at.is_not(None))
    return (
        (found.point_id is not None and session.scalar(stands) is None)
        or (found.origin == DIGEST and not items_of(session, found))
        or session.scalar(closed) is not None
    )


def items_of(session: Session, found: Any) -> tuple[Item, ...]:
    """What lies in a digest, read when it is sent: what was overtaken or taken back since is not in it."""
    if found.origin != DIGEST:
        return ()
    stands = or_(Message.point_id.is_(None), exists().where(DuePoint.id == Message.point_id, _OWED))
    inside = select(Message.kind, Message.params, Message.due_at).where(
        Message.digest_id == found.id, Message.state == "bundled", stands
    )
    reader = session.get(Person, found.recipient_id)
    zone = (reader.zone or zone_of(reader.country)) if reader else "UTC"
    rows = session.execute(inside.order_by(Message.due_at, Message.id))
    return tuple(Item(one.kind, one.params, day_in(one.due_at, zone)) for one in rows)
