"""The append-only log: lines are numbered within their case, and every state replays from them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from certify.models.record import CaseFile, Event
from certify.policy import Actor
from certify.workflows.moves import NEW


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
    """The next line of a case's log, numbered but not yet written: its facts are filled in first."""
    case = session.get_one(CaseFile, case_id)
    case.last_seq += 1
    kind, subject_id = subject
    before, after = states
    return Event(
        case_id=case.id,
        seq=case.last_seq,
        at=at,
        actor_id=actor.id or None,
        subject_kind=kind,
        subject_id=subject_id,
        move=move,
        from_state=before,
        to_state=after,
        facts={},
    )


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
    event.facts = plain(facts)
    event.scheme_version = scheme_version
    session.add(event)
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


def replay(events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """The states that the events lead to, by subject kind and id; the last move of each wins."""
    states: dict[tuple[str, str], str] = {}
    for event in sorted(events, key=lambda e: (e.case_id, e.seq)):
        key = (event.subject_kind, event.subject_id)
        if states.get(key, NEW) != event.from_state:
            raise ValueError(f"event {event.id} leaves {event.from_state}, the thing was {states.get(key)}")
        states[key] = event.to_state
    return states
