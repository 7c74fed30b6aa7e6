"""The append-only log: events are numbered and chained within their case; every state replays from them."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from certify.faults import Point, reach
from certify.models import prepared
from certify.models.base import Base, new_id
from certify.models.commitments import Secret, canonical, committed
from certify.models.prepared import connection_of
from certify.models.record import CaseFile, Event, EventSecret
from certify.models.store import CaseEnd, end_of, move_end, seal_of
from certify.policy import Actor
from certify.seal import Seal, chained, line_of
from certify.workflows.personal import PERSONAL

_WAITING = "events that wait to be sealed"

# Written without the unit of work, which takes longer than all else that a move does.
_EVENT = insert(Base.metadata.tables[Event.__tablename__])
_SECRET = insert(Base.metadata.tables[EventSecret.__tablename__])
_CASES = Base.metadata.tables[CaseFile.__tablename__]
_END = update(_CASES).where(_CASES.c.id == bindparam("case"), _CASES.c.version == bindparam("seen"))


@dataclass(slots=True)
class NewEvent:
    """An event on its way into the log: numbered first, then told, then sealed."""

    id: str
    case_id: str
    seq: int
    at: datetime
    actor_id: str | None
    subject_kind: str
    subject_id: str
    move: str
    from_state: str
    to_state: str
    recorded: str | None = None  # canonical JSON
    secrets: Sequence[Secret] = ()
    scheme_version: str | None = None
    on_behalf_of_id: str | None = None


def next_event(
    session: Session,
    *,
    case_id: str,
    actor: Actor,
    at: datetime,
    subject: tuple[str, str],
    move: str,
    states: tuple[str, str],
) -> NewEvent:
    """The next event of a case, numbered but not yet written: its facts are filled in first.

    The caller holds the case's lock and ends with `write_event`.
    """
    queue = _waiting(session).setdefault(case_id, deque())
    last_seq = queue[-1].seq if queue else end_of(session, case_id).last_seq
    event = NewEvent(new_id(), case_id, last_seq + 1, at, actor.id or None, *subject, move, *states)
    event.on_behalf_of_id = actor.in_place_of
    queue.append(event)
    return event


def write_event(
    session: Session, event: NewEvent, facts: Mapping[str, Any], scheme_version: str | None = None
) -> None:
    """Fill the facts in, seal the event and write it, after whatever the session still has to write.

    What a move causes in its own case is numbered after it and complete before it: that waits here, for
    each hash needs the one before it.
    """
    kept, event.secrets = committed(plain(facts), PERSONAL)
    event.recorded = canonical(kept)
    event.scheme_version = scheme_version
    waiting = _waiting(session)
    queue, told = waiting[event.case_id], []
    while queue and queue[0].recorded is not None:
        told.append(queue.popleft())
    if not queue:
        del waiting[event.case_id]
    if told:
        session.flush()
        _write(session, end_of(session, event.case_id), told)


def _write(session: Session, case: CaseEnd, events: Sequence[NewEvent]) -> None:
    """Chain the events to the end of their case, which moves on to the last of them."""
    seal, last_hash, rows = seal_of(session), case.last_hash, []
    for event in events:
        rows.append(_sealed(event, last_hash, seal))
        last_hash = rows[-1]["hash"]
    reach(Point.LOG_WRITE)
    after = CaseEnd(case.id, events[-1].seq, last_hash, case.version + 1)
    if prepared.write(session, _END, {"case": case.id, "seen": case.version, **_moved(after)}) != 1:
        raise StaleDataError(f"case file {case.id} was written by somebody else")
    prepared.write(session, _EVENT, *rows)
    secrets = [{"event_id": event.id, **secret._asdict()} for event in events for secret in event.secrets]
    if secrets:
        prepared.write(session, _SECRET, *secrets)
    move_end(session, after)


def _moved(end: CaseEnd) -> dict[str, Any]:
    return {"last_seq": end.last_seq, "last_hash": end.last_hash, "version": end.version}


def _sealed(event: NewEvent, previous: bytes, seal: Seal) -> dict[str, Any]:
    """The row of an event that follows a hash."""
    hash = chained(previous, _line(event))
    return {
        "id": event.id,
        "case_id": event.case_id,
        "seq": event.seq,
        "at": event.at,
        "actor_id": event.actor_id,
        "on_behalf_of_id": event.on_behalf_of_id,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "move": event.move,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "facts": event.recorded,
        "scheme_version": event.scheme_version,
        "previous": previous,
        "hash": hash,
        "mac": seal.mac(hash),
        "key_id": seal.current,
    }


def _line(event: NewEvent) -> str:
    assert event.recorded is not None
    return line_of(
        event.id,
        event.case_id,
        event.seq,
        event.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        event.actor_id,
        event.on_behalf_of_id,
        event.subject_kind,
        event.subject_id,
        event.move,
        event.from_state,
        event.to_state,
        event.scheme_version,
        event.recorded,
    )


def _waiting(session: Session) -> dict[str, deque[NewEvent]]:
    """By case, the events of this transaction that are numbered and not yet sealed."""
    connection_of(session)  # so that there is a transaction to belong to
    begun_in, events = session.info.get(_WAITING, (None, {}))
    if begun_in is not session.get_transaction():
        events = {}
        session.info[_WAITING] = (session.get_transaction(), events)
    waiting: dict[str, deque[NewEvent]] = events
    return waiting


@listens_for(Session, "before_commit")
def _nothing_waits(session: Session) -> None:
    """A number without its event would be a hole in the log: a bug, stopped here."""
    begun_in, events = session.info.get(_WAITING, (None, {}))
    if events and begun_in is session.get_transaction():
        raise RuntimeError(f"numbered events were never written: {sorted(events)}")


def append_event(
    session: Session,
    *,
    case_id: str,
    actor: Actor,
    at: datetime,
    subject: tuple[str, str],
    move: str,
    states: tuple[str, str],
    facts: Mapping[str, Any],
    scheme_version: str | None = None,
) -> NewEvent:
    """Record a change of a thing that is no move (a cohort, an edit); the caller holds the case's lock."""
    event = next_event(
        session, case_id=case_id, actor=actor, at=at, subject=subject, move=move, states=states
    )
    write_event(session, event, facts, scheme_version)
    return event


def plain(value: Any) -> Any:
    """A value as JSON holds it: days and words as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value
