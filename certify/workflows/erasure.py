"""Erasing personal values from the log: the values go, their commitments stay, and the log says so."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from certify.models.certification import Certification
from certify.models.commitments import canonical
from certify.models.people import Person
from certify.models.record import Event, EventSecret
from certify.models.store import lock_case
from certify.policy import Actor
from certify.workflows.log import NewEvent, append_event
from certify.workflows.moves import NEW

SUBJECT, MOVE, DONE = "event", "erase", "erased"


def held_of(session: Session, person: Person) -> list[tuple[str, str]]:
    """What the log holds of a person, by event and path: in their own cases, or by name or address."""
    own = select(Certification.case_id).where(Certification.holder_id == person.id)
    named = [
        EventSecret.value.contains(canonical(text)[1:-1], autoescape=True)
        for text in (person.name, person.email)
        if text
    ]
    asked = (
        select(EventSecret.event_id, EventSecret.path)
        .join(Event, Event.id == EventSecret.event_id)
        .where(or_(Event.case_id.in_(own), *named))
        .order_by(Event.case_id, Event.seq, EventSecret.path)
    )
    return [(event, path) for event, path in session.execute(asked)]


def erase(
    session: Session,
    event: Event,
    actor: Actor,
    at: datetime,
    *,
    only: Collection[str] | None = None,
    reason: str = "",
) -> NewEvent | None:
    """Erase what an event still holds of people, or what it holds at some paths.

    The answer is the event that tells of it, None when nothing is left. The database lets a secret go only
    when an event of the same case names its event (models/guards.py).
    """
    session.flush()
    lock_case(session, event.case_id)
    mine = [EventSecret.event_id == event.id]
    if only is not None:
        mine.append(EventSecret.path.in_(only))
    paths = list(session.scalars(select(EventSecret.path).where(*mine).order_by("path")))
    if not paths:
        return None
    before = session.scalar(
        select(Event.to_state).filter_by(case_id=event.case_id, subject_kind=SUBJECT, subject_id=event.id)
    )
    told = append_event(
        session,
        case_id=event.case_id,
        actor=actor,
        at=at,
        subject=(SUBJECT, event.id),
        move=MOVE,
        states=(before or NEW, DONE),
        facts={"paths": paths, **({"reason": reason} if reason else {})},
    )
    session.execute(delete(EventSecret).where(*mine), execution_options={"synchronize_session": False})
    session.expire(event, ["secrets"])
    event.__dict__.pop("facts", None)
    return told
