"""The evidence of a certification, read from the tables as the plain values that rules judge."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    Assessment,
    Certification,
    Exclusion,
    Person,
    RosterEntry,
    Waiver,
)
from certify.models.store import rows_of
from certify.scheme.dates import day_in
from certify.scheme.evidence import (
    Observation,
    Pause,
    Sheet,
    Training,
    Waived,
)
from certify.scheme.places import zone_of
from certify.scheme.words import AssessmentKind, AssessmentState
from certify.workflows.cycles import WITH_TRAINERS, cycle_of, cycles_of, days_of

# Each is made once and read as plain rows: a move reads all of them, and objects take longer than the rules.
_TRAININGS = (
    select(
        Activity.id,
        Activity.state,
        Activity.facts,
        RosterEntry.hours_present,
        RosterEntry.test_percent,
        RosterEntry.micro_teaching,
    )
    .join(RosterEntry.activity)
    .where(RosterEntry.certification_id == bindparam("certification"))
    .order_by(Activity.held_on, Activity.id)
)
_ASSESSMENTS = (
    select(
        Assessment.id,
        Assessment.kind,
        Assessment.state,
        Assessment.activity_id,
        Assessment.assessor_id,
        Assessment.scores,
        Assessment.agreed_scores,
    )
    .where(
        Assessment.certification_id == bindparam("certification"), Assessment.state != AssessmentState.VOID
    )
    .order_by(Assessment.created_at, Assessment.id)
)
_EXCLUDED = select(Exclusion.activity_id).where(Exclusion.certification_id == bindparam("certification"))
_WAIVED = (
    select(Waiver.requirement, Waiver.reason, Person.name, Waiver.waived_at)
    .join(Waiver.waived_by)
    .where(Waiver.certification_id == bindparam("certification"))
    .order_by(Waiver.waived_at)
)


def trainings_of(session: Session, certification: Certification) -> tuple[Training, ...]:
    """The holder's entries in rosters of ToT events, oldest first; void events are kept, uncounted."""
    entries = rows_of(session, _TRAININGS, certification=certification.id)
    return tuple(training_of(entry, entry, certification) for entry in entries)


def training_of(activity: Any, entry: Any, certification: Certification) -> Training:
    """One entry of a roster, a row or objects, as the rules judge it."""
    return Training(
        activity=activity.id,
        state=activity.state,
        days=days_of(activity.facts),
        hours_present=entry.hours_present,
        test_percent=entry.test_percent,
        micro_teaching=tuple(int(score) for score in entry.micro_teaching),
        current=activity.id == certification.tot_event_id,
    )


def assessments_of(session: Session, certification: Certification) -> Sequence[Any]:
    """The assessments that were not voided, oldest first, as rows."""
    return rows_of(session, _ASSESSMENTS, certification=certification.id)


def observations(assessments: Iterable[Any], unrelated: frozenset[str]) -> tuple[Observation, ...]:
    """The observations; `unrelated` names the observers in whose way no relation stands."""
    return tuple(
        observed(one, unrelated=one.assessor_id in unrelated)
        for one in assessments
        if one.kind is AssessmentKind.OBSERVATION
    )


def observed(one: Any, *, unrelated: bool = True) -> Observation:
    """One observation, a row or object, of whatever kind."""
    return Observation(
        id=one.id,
        activity=one.activity_id or "",
        observer=one.assessor_id,
        state=one.state,
        scores=one.scores or {},
        agreed=one.agreed_scores,
        unrelated=unrelated,
    )


def sheets(assessments: Iterable[Any]) -> tuple[Sheet, ...]:
    """The screening sheets."""
    return tuple(
        Sheet(one.id, one.assessor_id, one.state, one.scores or {})
        for one in assessments
        if one.kind is AssessmentKind.SCREENING
    )


def pauses_of(certification: Certification) -> tuple[Pause, ...]:
    """The times on hold."""
    return tuple(
        Pause(date.fromisoformat(one["from"]), date.fromisoformat(one["until"]) if one["until"] else None)
        for one in certification.pauses
    )


def practice_asked_on(certification: Certification) -> tuple[date, ...]:
    """The days on which more practice was asked for."""
    return tuple(date.fromisoformat(day) for day in certification.practice_asked_on)


def excluded_from(session: Session, certification: Certification) -> frozenset[str]:
    """The activities that an asker of more practice excluded."""
    return frozenset(one.activity_id for one in rows_of(session, _EXCLUDED, certification=certification.id))


def waived_in(session: Session, certification: Certification) -> tuple[Waived, ...]:
    """The requirements that were set aside, each on the day of the case's country."""
    zone = zone_of(certification.country)
    return tuple(
        Waived(requirement, reason, by, day_in(at, zone))
        for requirement, reason, by, at in rows_of(session, _WAIVED, certification=certification.id)
    )


def waivers_of(certification: Certification) -> tuple[Waived, ...]:
    """The same of a certification whose waivers were loaded with it."""
    zone = zone_of(certification.country)
    return tuple(
        Waived(one.requirement, one.reason, one.waived_by.name, day_in(one.waived_at, zone))
        for one in certification.waivers
    )


__all__ = [
    "WITH_TRAINERS",
    "assessments_of",
    "cycle_of",
    "cycles_of",
    "excluded_from",
    "observations",
    "observed",
    "pauses_of",
    "practice_asked_on",
    "sheets",
    "training_of",
    "trainings_of",
    "waived_in",
    "waivers_of",
]
