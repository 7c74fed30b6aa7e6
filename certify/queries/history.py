"""The history of a case: one page of its events, or what came after an event."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Event
from certify.queries.entries import Entry, entries_of

PAGE = 30


@dataclass(frozen=True)
class History:
    """Some entries, the latest first, and the number before which the next ones lie (None: the end)."""

    entries: tuple[Entry, ...]
    before: int | None


def history_of(
    session: Session, certification: Certification, *, before: int | None = None, limit: int = PAGE
) -> History:
    """One page of the case's events, the latest first."""
    asked = select(Event).where(Event.case_id == certification.case_id)
    if before is not None:
        asked = asked.where(Event.seq < before)
    events = session.scalars(asked.order_by(Event.seq.desc()).limit(limit + 1)).all()
    shown = events[:limit]
    return History(entries_of(session, shown), shown[-1].seq if len(events) > limit else None)


def events_after(
    session: Session, thing: Any, seq: int | None, *, subject: str | None = None
) -> tuple[Entry, ...]:
    """What happened in a thing's case file after the event of that number, or to the one `subject` in it.

    It is what a stale page has to show.
    """
    if seq is None:
        return ()
    concerned = (Event.subject_id == subject,) if subject is not None else ()
    events = session.scalars(
        select(Event)
        .where(Event.case_id == thing.case_id, Event.seq > seq, *concerned)
        .order_by(Event.seq.desc())
        .limit(PAGE)
    ).all()
    return entries_of(session, events)
