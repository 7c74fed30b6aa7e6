"""The evidence of a certification, read from the tables as the plain values that rules judge."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from certify.models import (
    Activity,
    ActivityPerson,
    Assessment,
    Certification,
    Cohort,
    CohortTrainer,
    RosterEntry,
)
from certify.scheme.dates import day_in
from certify.scheme.evidence import (
    Attendance,
    Cycle,
    Day,
    Happening,
    Member,
    Observation,
    Pause,
    Sheet,
    Training,
    Waived,
)
from certify.scheme.places import zone_of
from certify.scheme.words import ActivityKind, AssessmentKind, AssessmentState, ConsentLevel

WITH_TRAINERS = (ActivityKind.WORKSHOP, ActivityKind.VISIT)


def trainings_of(session: Session, certification: Certification) -> tuple[Training, ...]:
    """The holder's entries in rosters of ToT events, oldest first; void events are kept, uncounted."""
    entries = session.scalars(
        select(RosterEntry)
        .join(Activity)
        .where(RosterEntry.certification_id == certification.id)
        .options(selectinload(RosterEntry.activity))
        .order_by(Activity.held_on, Activity.id)
    )
    return tuple(training_of(entry.activity, entry, certification) for entry in entries)


def training_of(activity: Activity, entry: RosterEntry, certification: Certification) -> Training:
    """One entry of a roster as the rules judge it."""
    return Training(
        activity=activity.id,
        state=activity.state,
        days=_days(activity.facts),
        hours_present=entry.hours_present,
        test_percent=entry.test_percent,
        micro_teaching=tuple(int(score) for score in entry.micro_teaching),
        current=activity.id == certification.tot_event_id,
    )


def cycles_of(session: Session, certification: Certification) -> tuple[Cycle, ...]:
    """The holder's cohorts of the module, with what they took part in."""
    cohorts = session.scalars(
        select(Cohort)
        .join(CohortTrainer)
        .where(CohortTrainer.person_id == certification.holder_id, Cohort.module == certification.module)
        .options(selectinload(Cohort.enterprises))
        .order_by(Cohort.created_at, Cohort.id)
    ).all()
    happened = _happenings(session, certification, [cohort.id for cohort in cohorts])
    return tuple(cycle_of(cohort, happened) for cohort in cohorts)


def cycle_of(cohort: Cohort, happened: Iterable[Activity]) -> Cycle:
    """One cohort with those of the activities that are its own."""
    return Cycle(
        cohort=cohort.id,
        name=cohort.name,
        variant=cohort.variant,
        enterprises=tuple(
            Member(one.id, one.name, one.size, one.consent is not ConsentLevel.NONE)
            for one in cohort.enterprises
        ),
        happenings=tuple(_happening(one) for one in happened if one.cohort_id == cohort.id),
    )


def _happenings(session: Session, certification: Certification, cohorts: list[str]) -> list[Activity]:
    """Workshops and visits name their trainers; the rest belongs to every trainer of the cohort."""
    took_part = (
        select(ActivityPerson.activity_id)
        .where(
            ActivityPerson.activity_id == Activity.id,
            ActivityPerson.person_id == certification.holder_id,
        )
        .exists()
    )
    return list(
        session.scalars(
            select(Activity)
            .where(Activity.cohort_id.in_(cohorts), or_(Activity.kind.not_in(WITH_TRAINERS), took_part))
            .order_by(Activity.held_on, Activity.id)
        )
    )


def _happening(activity: Activity) -> Happening:
    facts = activity.facts
    feedback = facts.get("feedback") or {}
    return Happening(
        id=activity.id,
        kind=activity.kind,
        state=activity.state,
        held_on=activity.held_on,
        last_on=activity.last_on,
        days=_days(facts),
        enterprise=activity.enterprise_id,
        enterprises=tuple(facts.get("enterprises") or ()),
        purpose=activity.purpose,
        manager_interviewed=bool(facts.get("manager_interviewed")),
        worker_interviewed=bool(facts.get("worker_interviewed")),
        attendance=tuple(
            Attendance(row["enterprise"], row["role"], row["sex"], int(row["n"]))
            for row in facts.get("attendance") or ()
        ),
        feedback_asked=int(feedback.get("asked") or 0),
        feedback_answers=tuple(int(answer) for answer in feedback.get("answers") or ()),
    )


def _days(facts: dict[str, Any]) -> tuple[Day, ...]:
    return tuple(
        Day(date.fromisoformat(day["on"]), Decimal(str(day["hours"]))) for day in facts.get("days") or ()
    )


def assessments_of(session: Session, certification: Certification) -> list[Assessment]:
    """The assessments that were not voided, oldest first."""
    return list(
        session.scalars(
            select(Assessment)
            .where(
                Assessment.certification_id == certification.id,
                Assessment.state != AssessmentState.VOID,
            )
            .order_by(Assessment.created_at, Assessment.id)
        )
    )


def observations(assessments: Iterable[Assessment], unrelated: frozenset[str]) -> tuple[Observation, ...]:
    """The observations; `unrelated` names the observers in whose way no relation stands."""
    return tuple(
        Observation(
            id=one.id,
            activity=one.activity_id or "",
            observer=one.assessor_id,
            state=one.state,
            scores=one.scores or {},
            agreed=one.agreed_scores,
            unrelated=one.assessor_id in unrelated,
        )
        for one in assessments
        if one.kind is AssessmentKind.OBSERVATION
    )


def sheets(assessments: Iterable[Assessment]) -> tuple[Sheet, ...]:
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


def waivers_of(certification: Certification) -> tuple[Waived, ...]:
    """The requirements that were set aside, each on the day of the case's country."""
    zone = zone_of(certification.country)
    return tuple(
        Waived(one.requirement, one.reason, one.waived_by.name, day_in(one.waived_at, zone))
        for one in certification.waivers
    )
