"""The leaves: one number an event, without gaps, each with the hash that its event has."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from certify.audit.findings import Finding
from certify.audit.rows import read
from certify.models import Event, LogLeaf


def findings(connection: Connection) -> Iterator[Finding]:
    """What is wrong with the leaves; the last one cut off reads as an event that waits (docs/security.md)."""
    before = func.lag(LogLeaf.number, 1, -1).over(order_by=LogLeaf.number)
    numbered = select(LogLeaf.number, before.label("before")).subquery()
    gaps = select(numbered).where(numbered.c.number != numbered.c.before + 1)
    for number, last in read(connection, gaps):
        yield Finding("log_leaf", str(number), f"the leaf before it has the number {last}")
    foreign = (
        select(LogLeaf.number, LogLeaf.event_id, Event.id)
        .outerjoin(Event, Event.id == LogLeaf.event_id)
        .where(Event.id.is_(None) | (Event.hash != LogLeaf.hash) | LogLeaf.hash.is_(None))
    )
    for number, event, found in read(connection, foreign):
        wrong = f"there is no event {event}" if found is None else f"its hash is not that of event {event}"
        yield Finding("log_leaf", str(number), wrong)


def waiting(connection: Connection) -> int:
    """How many events have no leaf yet; the next run of the sequencer gives them one."""
    asked = select(func.count()).select_from(Event)
    has_leaf = select(LogLeaf.number).where(LogLeaf.event_id == Event.id).exists()
    return connection.execute(asked.where(~has_leaf)).scalar_one()
