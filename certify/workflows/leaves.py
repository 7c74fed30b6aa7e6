"""The sequencer: gives every event its place in the whole log.

Ids are random and instants may lie in the past, so a log is never read by `id > last`; whoever follows it
reads the leaves. Merkle checkpoints (RFC 6962 over `log_leaf.hash`, signed and published) will stand on
these numbers; nothing else is built for them yet.
"""

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from certify.models.record import Event, LogLeaf

# Any number that nobody else of this database uses: "leaf" on a telephone's keys.
ADVISORY_LOCK = 5323


def sequence(session: Session) -> int:
    """Number the events that have no leaf yet, by instant and id; how many. The caller commits.

    One at a time: on SQLite every writer is alone, on PostgreSQL the second waits for the first.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    first = session.scalar(select(func.coalesce(func.max(LogLeaf.number) + 1, 0))) or 0
    place = func.row_number().over(order_by=(Event.at, Event.id)) - 1 + first
    waiting = select(place, Event.id, Event.hash).where(
        ~select(LogLeaf.number).where(LogLeaf.event_id == Event.id).exists()
    )
    session.execute(insert(LogLeaf).from_select(["number", "event_id", "hash"], waiting))
    last = session.scalar(select(func.max(LogLeaf.number)))
    return 0 if last is None else last + 1 - first
