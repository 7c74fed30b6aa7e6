"""What somebody with the database's password could do to the log, past every trigger."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from certify.models import CaseFile, Event, EventSecret, LogLeaf
from certify.models.guards import put_up, take_down


@contextmanager
def unguarded(session: Session) -> Iterator[None]:
    """The log's triggers sleep inside, those of foreign keys too, and are awake again after."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield
        connection.exec_driver_sql("SET LOCAL session_replication_role = origin")
        return
    take_down(connection)
    yield
    put_up(connection)


def forget(session: Session, case: CaseFile, after: int) -> None:
    """Cut a case's log off after an event, as if the rest had never been: one more round of a test."""
    cut = select(Event.id).where(Event.case_id == case.id, Event.seq > after)
    with unguarded(session):
        session.execute(delete(EventSecret).where(EventSecret.event_id.in_(cut)))
        session.execute(delete(LogLeaf).where(LogLeaf.event_id.in_(cut)))
        session.execute(delete(Event).where(Event.id.in_(cut)))
    case.last_seq, case.sequenced_seq = after, min(case.sequenced_seq, after)
    case.last_hash = session.scalars(select(Event.hash).filter_by(case_id=case.id, seq=after)).one()
