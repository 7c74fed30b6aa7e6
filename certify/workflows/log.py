"""The append-only log: events are numbered and chained within their case; every state replays from them."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session

from certify.models.base import new_id
from certify.models.commitments import canonical, committed
from certify.models.record import CaseFile, Event, EventSecret
from certify.models.store import seal_of
from certify.policy import Actor
from certify.seal import chained, line_of
from certify.workflows.personal import PERSONAL

_WAITING = "events that wait to be sealed"


def next_event(
    session: Session,
    *,
    case_id: str,
    actor: Actor,
    at: datetime,
    subject: tuple[str, str],
    move: str,
    states: tuple[str, str],
) -> Event:
    """The next event of a case, numbered but not yet written: its facts are filled in first.

    The caller holds the case's lock and ends with `write_event`.
    """
    case = session.get_one(CaseFile, case_id)
    case.last_seq += 1
    kind, subject_id = subject
    before, after = states
    event = Event(
        id=new_id(),
        case_id=case.id,
        seq=case.last_seq,
        at=at,
        actor_id=actor.id or None,
        subject_kind=kind,
        subject_id=subject_id,
        move=move,
        from_state=before,
        to_state=after,
    )
    _waiting(session).setdefault(case_id, deque()).append(event)
    return event


def write_event(
    session: Session, event: Event, facts: Mapping[str, Any], scheme_version: str | None = None
) -> None:
    """Fill the facts in, seal the event and add it to the session.

    What a move causes in its own case is numbered after it and complete before it: that waits here, for
    each hash needs the one before it.
    """
    kept, found = committed(plain(facts), PERSONAL)
    event.recorded = canonical(kept)
    event.secrets = [EventSecret(path=one.path, salt=one.salt, value=one.value) for one in found]
    event.scheme_version = scheme_version
    waiting = _waiting(session)
    queue = waiting[event.case_id]
    while queue and queue[0].recorded is not None:
        _seal(session, queue.popleft())
    if not queue:
        del waiting[event.case_id]


def _seal(session: Session, event: Event) -> None:
    case, seal = session.get_one(CaseFile, event.case_id), seal_of(session)
    event.previous = case.last_hash
    event.hash = case.last_hash = chained(case.last_hash, _line(event))
    event.mac, event.key_id = seal.mac(event.hash), seal.current
    session.add(event)


def _line(event: Event) -> str:
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


def _waiting(session: Session) -> dict[str, deque[Event]]:
    """By case, the events of this transaction that are numbered and not yet sealed."""
    session.connection()  # so that there is a transaction to belong to
    begun_in, events = session.info.get(_WAITING, (None, {}))
    if begun_in is not session.get_transaction():
        events = {}
        session.info[_WAITING] = (session.get_transaction(), events)
    waiting: dict[str, deque[Event]] = events
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
) -> Event:
    """Record a change of a thing that is no move (a cohort, an edit); the caller holds the case's lock."""
    event = next_event(
        session, case_id=case_id, actor=actor, at=at, subject=subject, move=move, states=states
    )
    write_event(session, event, facts, scheme_version)
    session.flush()
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
