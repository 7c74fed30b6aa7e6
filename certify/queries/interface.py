"""What only the interface for programs reads: lines of certifications, events and evidence, page by page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Activity, Assessment, Certification, Event
from certify.queries.entries import TOLD_KINDS, Entry, entries_of, move_of
from certify.queries.paging import PAGE, Order, Page, read_page
from certify.scheme.evidence import Counted
from certify.scheme.standing import StandingChange, standing
from certify.scheme.words import AssessmentKind, AssessmentState, Standing
from certify.workflows.dossier import STANDING_MOVES, record_of
from certify.workflows.facts import FactKind

LAST = 5
TOLD_TO_PROGRAMS = TOLD_KINDS | {FactKind.MODULE, FactKind.COUNTRY}


def read_lines(session: Session, cases: Sequence[Certification]) -> None:
    """Read what a line of a list tells of each case, in a fixed number of queries."""
    session.scalars(
        select(Certification)
        .where(Certification.id.in_([one.id for one in cases]))
        .options(
            joinedload(Certification.supervisor),
            joinedload(Certification.issuer),
            selectinload(Certification.credentials),
            selectinload(Certification.assessments).joinedload(Assessment.assessor),
        )
    ).all()


def standings_of(session: Session, cases: Sequence[Certification], at: datetime) -> Mapping[str, Standing]:
    """What each case is worth at an instant, by its id."""
    granted = [one for one in cases if one.valid_from is not None]
    changes: dict[str, list[StandingChange]] = {one.id: [] for one in granted}
    if granted:
        rows = session.execute(
            select(Event.subject_id, Event.at, Event.move)
            .where(
                Event.case_id.in_([one.case_id for one in granted]),
                Event.subject_id.in_(list(changes)),
                Event.move.in_(STANDING_MOVES),
            )
            .order_by(Event.case_id, Event.seq)
        )
        for subject_id, moment, move in rows:
            changes[subject_id].append(StandingChange(moment, move))
    found = {one.id: standing(record_of(session, one, tuple(changes[one.id])), at) for one in granted}
    return {one.id: found.get(one.id, Standing.NONE) for one in cases}


def observers_of(case: Certification) -> list[tuple[str, str]]:
    """(id, name) of everybody who observes or observed in the case, each once."""
    found = {
        one.assessor_id: one.assessor.name
        for one in case.assessments
        if one.kind is AssessmentKind.OBSERVATION and one.state is not AssessmentState.VOID
    }
    return list(found.items())


def events_page(
    session: Session, case: Certification, *, cursor: str | None, limit: int = PAGE
) -> Page[Event]:
    """What happened in the case, in its order."""
    return read_page(
        session,
        select(Event).where(Event.case_id == case.case_id),
        order=Order(Event.seq, Event.id),
        cursor=cursor,
        allowed=lambda _event: True,
        limit=limit,
    )


def last_events(session: Session, thing: Any) -> tuple[Entry, ...]:
    """What was done last to a thing, the latest first: what somebody who read it earlier has missed."""
    events = session.scalars(
        select(Event)
        .where(Event.case_id == getattr(thing, "case_id", None), Event.subject_id == thing.id)
        .order_by(Event.seq.desc())
        .limit(LAST)
    ).all()
    return entries_of(session, events)


def told_facts(event: Event) -> dict[str, Any]:
    """What was said with a move, as far as its history tells it: no scores, no declared conflicts."""
    move = move_of(event)
    if move is None:
        return {}
    names = [fact.name for fact in move.facts if fact.kind in TOLD_TO_PROGRAMS and not fact.confided]
    return {name: event.facts[name] for name in names if event.facts.get(name) not in (None, "", [], {})}


def evidence_page(
    session: Session, counted: Mapping[str, Counted], *, cursor: str | None, limit: int = PAGE
) -> Page[Activity]:
    """The activities that these verdicts are about, in the order of their days."""
    return read_page(
        session,
        select(Activity).where(Activity.id.in_(counted)),
        order=Order(Activity.held_on, Activity.id),
        cursor=cursor,
        allowed=lambda _activity: True,
        limit=limit,
    )
