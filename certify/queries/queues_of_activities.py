"""Activities that wait: for whoever confirms them, and for whoever has to correct what came back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from certify.models import (
    Activity,
    ActivityPerson,
    Certification,
    Cohort,
    CohortTrainer,
    Enterprise,
    RosterEntry,
)
from certify.models.base import Instant
from certify.queries.holds import DELIVERING
from certify.queries.my_activities import NAMING_TRAINERS
from certify.queries.sight import Reach, fixed
from certify.queries.tasks import ME, Arms, Asking, Task, name_of
from certify.scheme.sentences import say
from certify.scheme.words import ActivityKind, RoleName
from certify.scheme.words import CertificationState as State

CONFIRMED_BY_SUPERVISOR = (
    ActivityKind.BASELINE,
    ActivityKind.WORKSHOP,
    ActivityKind.IMPROVEMENT_PROJECT,
    ActivityKind.CYCLE_REPORT,
)
_cohort = aliased(Cohort)
# In the words of ix_activity_waiting and ix_activity_returned, which hold these few alone.
_WAITS: ColumnElement[bool] = literal_column("activity.state = 'submitted'")
_CAME_BACK: ColumnElement[bool] = literal_column("activity.state = 'returned'")


def to_confirm(reach: Reach) -> Arms:
    waiting = waits_for_confirmation(reach)
    return () if waiting is None else [_activities(waiting)]


def waits_for_confirmation(reach: Reach) -> ColumnElement[bool] | None:
    """The activities that the actor may confirm now; None where there can be none."""
    mine = [
        *_of_the_supervisor(reach),
        *_of_the_enterprise(reach),
        *_of_the_coordinator(reach),
        *_of_the_reviewer(reach),
    ]
    return and_(_WAITS, or_(*mine)) if mine else None


def _of_the_supervisor(reach: Reach) -> Iterator[ColumnElement[bool]]:
    """What the supervisor of the cohort confirms, and the lead facilitator of a ToT event."""
    here = reach.of(RoleName.EXPERT_TRAINER, module=Activity.module, country=Activity.country)
    if here is None:
        return
    yield and_(Activity.kind.in_(map(fixed, CONFIRMED_BY_SUPERVISOR)), _supervised(), here)
    if reach.waits:
        waited = or_(*(_waited_enough(n) for n in range(reach.waits)))
        yield and_(Activity.kind == fixed(ActivityKind.VISIT), _supervised(waited), here)
    led = select(ActivityPerson.activity_id).where(
        ActivityPerson.activity_id == Activity.id,
        ActivityPerson.person_id == ME,
        ActivityPerson.position == 0,
    )
    yield and_(Activity.kind == fixed(ActivityKind.TOT_EVENT), led.exists(), here)


def _of_the_enterprise(reach: Reach) -> Iterator[ColumnElement[bool]]:
    if reach.contact:
        ours: BindParameter[Any] = bindparam("enterprises", expanding=True, type_=String())
        yield and_(Activity.kind == fixed(ActivityKind.VISIT), Activity.enterprise_id.in_(ours))


def _of_the_coordinator(reach: Reach) -> Iterator[ColumnElement[bool]]:
    """What a supervisor would confirm, where the cohort has none."""
    here = reach.of(RoleName.COORDINATOR, module=Activity.module, country=Activity.country)
    if here is not None:
        alone = select(_cohort.id).where(_cohort.id == Activity.cohort_id, _cohort.supervisor_id.is_(None))
        yield and_(Activity.kind.in_(map(fixed, CONFIRMED_BY_SUPERVISOR)), alone.exists(), here)


def _of_the_reviewer(reach: Reach) -> Iterator[ColumnElement[bool]]:
    """Refreshers."""
    here = reach.of(RoleName.QA_REVIEWER, module=Activity.module, country=Activity.country)
    if here is not None:
        yield and_(Activity.kind == fixed(ActivityKind.REFRESHER), here)


def _supervised(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a cohort that the actor supervises."""
    return (
        select(_cohort.id)
        .where(_cohort.id == Activity.cohort_id, _cohort.supervisor_id == ME, *conditions)
        .exists()
    )


def _waited_enough(n: int) -> ColumnElement[bool]:
    """Visits that the enterprise had its time to confirm, in one sort of cohorts (visits_due.Waited)."""
    return and_(
        _cohort.module == bindparam(f"module_{n}", type_=String()),
        _cohort.country == bindparam(f"country_{n}", type_=String()),
        _cohort.variant.is_not_distinct_from(bindparam(f"variant_{n}", type_=String())),
        Activity.submitted_at < bindparam(f"before_{n}", type_=Instant()),
    )


def _activities(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Activities that fit, and where they took place; what belongs to one trainer alone: whose they are."""
    return (
        select(
            Activity.id,
            Activity.kind,
            Activity.held_on,
            Activity.module,
            Activity.country,
            Activity.state_since,
            Activity.facts,
            Activity.reason,
            func.coalesce(Enterprise.name, Cohort.name, _holder()).label("place"),
            _behind().label("behind"),
        )
        .outerjoin(Enterprise, Enterprise.id == Activity.enterprise_id)
        .outerjoin(Cohort, Cohort.id == Activity.cohort_id)
        .where(*conditions)
    )


def _holder() -> ColumnElement[str]:
    return (
        select(name_of(Certification.holder_id))
        .where(Certification.id == Activity.certification_id)
        .correlate(Activity)
        .scalar_subquery()
    )


def _behind() -> ColumnElement[int]:
    """For how many cases on the way an activity is evidence: of its roster, those it names, or its cohort."""
    on_the_way = (Certification.module == Activity.module, Certification.state.in_(map(fixed, DELIVERING)))
    roster = (
        select(func.count())
        .select_from(RosterEntry)
        .join(Certification, Certification.id == RosterEntry.certification_id)
        .where(RosterEntry.activity_id == Activity.id, Certification.state == fixed(State.TRAINING))
    )
    named = (
        select(func.count())
        .select_from(ActivityPerson)
        .join(Certification, Certification.holder_id == ActivityPerson.person_id)
        .where(ActivityPerson.activity_id == Activity.id, *on_the_way)
    )
    of_cohort = (
        select(func.count())
        .select_from(CohortTrainer)
        .join(Certification, Certification.holder_id == CohortTrainer.person_id)
        .where(CohortTrainer.cohort_id == Activity.cohort_id, *on_the_way)
    )
    return case(
        (
            Activity.kind == fixed(ActivityKind.TOT_EVENT),
            roster.correlate(Activity).scalar_subquery(),
        ),
        (Activity.kind.in_(map(fixed, NAMING_TRAINERS)), named.correlate(Activity).scalar_subquery()),
        else_=of_cohort.correlate(Activity).scalar_subquery(),
    )


def confirmers_task(asking: Asking, activity: Any) -> Task:
    told = {"kind": activity.kind, "day": activity.held_on}
    reason = asking.reads(
        say("{kind} of {day} waits for your confirmation.", **told),
        say("{kind} of {day} waits for the confirmation of {name}.", name=asking.absent, **told),
    )
    return Task(
        "to_confirm",
        activity.place or activity.facts.get("place") or activity.module,
        activity.module,
        activity.country,
        reason,
        say("Check and confirm"),
        "activities.show",
        {"id": activity.id},
        activity.state_since,
        behind=activity.behind,
    )


def to_correct(_reach: Reach) -> Arms:
    """What came back to whoever had submitted it."""
    return [_activities(_CAME_BACK, Activity.submitted_by_id == ME)]


def correctors_task(asking: Asking, activity: Any) -> Task:
    waiting = confirmers_task(asking, activity)
    reason = say(
        "{kind} of {day} came back: {reason}",
        kind=activity.kind,
        day=activity.held_on,
        reason=activity.reason or "",
    )
    return replace(waiting, queue="to_correct", reason=reason, action=say("Complete and submit again"))
