"""The sequencer: gives every event its place in the whole log.

Ids are random and instants may lie in the past, so a log is never read by `id > last`; whoever follows it
reads the leaves. Merkle checkpoints (RFC 6962 over `log_leaf.hash`, signed and published) will stand on
these numbers; nothing else is built for them yet.

Each case knows how far it is numbered, and an index holds those cases alone that are not numbered to their
end: a round costs what waits, however long the log is.
"""

from typing import Any

from sqlalchemy import Select, Update, func, insert, select, text, update
from sqlalchemy.orm import Session

from certify.models.record import CaseFile, Event, LogLeaf

# Any number that nobody else of this database uses: "leaf" on a telephone's keys.
ADVISORY_LOCK = 5323
AT_ONCE = 200  # cases in one round, so that no command waits long for its case


def sequence(session: Session, *, at_most: int = AT_ONCE) -> int:
    """Number the events that wait in at most so many cases; how many events. The caller commits.

    Several at once number nothing twice: on SQLite every writer is alone, on PostgreSQL the second waits
    for the first. A case that a command is writing to is left for the next round; nobody waits for it, and
    nothing is missed, for the case goes on saying that it waits.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    cases = list(session.scalars(waiting_cases().limit(at_most).with_for_update(skip_locked=True)))
    if not cases:
        return 0
    first = session.scalar(select(func.coalesce(func.max(LogLeaf.number) + 1, 0))) or 0
    session.execute(insert(LogLeaf).from_select(["number", "event_id", "hash"], _numbered(cases, first)))
    session.execute(_done(cases))
    last = session.scalar(select(func.max(LogLeaf.number)))
    return 0 if last is None else last + 1 - first


def waiting_cases() -> Select[Any]:
    """The cases with events that have no leaf yet."""
    return select(CaseFile.id).where(text("sequenced_seq < last_seq")).order_by(CaseFile.id)


def _numbered(cases: list[str], first: int) -> Select[Any]:
    """By instant, but within a case never against the order of its chain."""
    reached = func.max(Event.at).over(partition_by=Event.case_id, order_by=Event.seq)
    waiting = (
        select(Event.id, Event.hash, Event.case_id, Event.seq, reached.label("reached"))
        .join(CaseFile, CaseFile.id == Event.case_id)
        .where(CaseFile.id.in_(cases), Event.seq > CaseFile.sequenced_seq, Event.seq <= CaseFile.last_seq)
        .subquery()
    )
    place = func.row_number().over(order_by=(waiting.c.reached, waiting.c.case_id, waiting.c.seq))
    return select(place - 1 + first, waiting.c.id, waiting.c.hash)


def _done(cases: list[str]) -> Update:
    """Not through the objects: numbering is no change of a case, and leaves its version alone."""
    return (
        update(CaseFile)
        .where(CaseFile.id.in_(cases))
        .values(sequenced_seq=CaseFile.last_seq)
        .execution_options(synchronize_session=False)
    )
