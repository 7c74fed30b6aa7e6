"""The leaves: one number an event, without gaps, each with its event's hash, as far as its case says."""

from collections.abc import Iterator

from sqlalchemy import Connection, and_, func, or_, select

from certify.audit.findings import Finding
from certify.audit.rows import read
from certify.models import CaseFile, Event, LogLeaf
from certify.workflows.leaves import waiting_cases


def findings(connection: Connection) -> Iterator[Finding]:
    """What is wrong with the leaves, and with what the cases say of them."""
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

    yield from _said_otherwise(connection)


def _said_otherwise(connection: Connection) -> Iterator[Finding]:
    """A case counts an event as numbered that has no leaf, or has not counted one that has."""
    counted = Event.seq <= CaseFile.sequenced_seq
    asked = (
        select(CaseFile.id, Event.id, LogLeaf.number)
        .join(Event, CaseFile.id == Event.case_id)
        .outerjoin(LogLeaf, LogLeaf.event_id == Event.id)
        .where(or_(and_(counted, LogLeaf.number.is_(None)), and_(~counted, LogLeaf.number.is_not(None))))
    )
    for case, event, number in read(connection, asked):
        if number is None:
            yield Finding(
                "log_leaf", f"of event {event}", "it is missing, and its case counts it as numbered"
            )
        else:
            yield Finding("case_file", case, f"event {event} has the leaf {number}, and is not counted")
    beyond = select(CaseFile.id, CaseFile.sequenced_seq, CaseFile.last_seq)
    for case, reached, last in read(connection, beyond.where(CaseFile.sequenced_seq > CaseFile.last_seq)):
        yield Finding("case_file", case, f"it is numbered up to {reached}, and ends at {last}")


def waiting(connection: Connection) -> int:
    """How many events have no leaf yet; the next round of the sequencer gives them one."""
    cases = waiting_cases().order_by(None).subquery()
    asked = select(func.coalesce(func.sum(CaseFile.last_seq - CaseFile.sequenced_seq), 0))
    return int(connection.execute(asked.join(cases, cases.c.id == CaseFile.id)).scalar_one())
