"""What waits once people are certified: renewals, quality, reviews, licences, long suspensions."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, func, or_, select

from certify.models import Activity, Assessment, Certification, Cohort, CohortTrainer, Credential, Renewal
from certify.queries.quality import unobserved
from certify.queries.sight import Reach, fixed
from certify.queries.tasks import ME, Arms, Asking, Task, case_task, cases, in_reach, name_of, unindexed
from certify.queries.tasks_about import about, task_about
from certify.queries.upkeep import KEPT, errands
from certify.queries.workload import reminder_days
from certify.scheme.rules.case import number
from certify.scheme.rules.renewing import Route
from certify.scheme.sentences import say
from certify.scheme.types import Edition
from certify.scheme.words import (
    Act,
    ActivityKind,
    ActivityState,
    AssessmentKind,
    AssessmentState,
    RenewalState,
    RoleName,
    VisitPurpose,
)
from certify.scheme.words import CertificationState as State
from certify.workflows.dossier import edition_of
from certify.workflows.editions import edition_in_force

_WATCHED = (ActivityKind.WORKSHOP, ActivityKind.VISIT)


def of_the_trainer(_reach: Reach) -> Arms:
    more = (Certification.valid_until,)
    kept = unindexed(Certification.state).in_([fixed(each) for each in KEPT])
    return [cases(Certification.holder_id == ME, kept, more=more)]


def with_errands(asking: Asking) -> Sequence[str]:
    """Of the own certifications those with something to do."""
    return list(errands(asking))


def trainers_task(asking: Asking, case: Any) -> Task:
    errand = errands(asking)[case.id]
    edition = edition_of(asking.session, case, asking.at)
    title = edition.modules[case.module].name if case.module in edition.modules else case.module
    return Task(
        "upkeep",
        title,
        case.module,
        case.country,
        errand.reason,
        errand.action,
        errand.endpoint,
        {"id": case.id},
        max(errand.since, case.state_since),
        errand.due_on,
    )


def to_review(reach: Reach) -> Arms:
    return _renewals(reach, RoleName.QA_REVIEWER, RenewalState.FILED)


def to_decide(reach: Reach) -> Arms:
    """What is reviewed waits for the end of a suspension first."""
    return _renewals(
        reach, RoleName.MASTER_TRAINER, RenewalState.REVIEWED,
        unindexed(Certification.state) == fixed(State.CERTIFIED),
    )  # fmt: skip


def to_have_observed(reach: Reach) -> Arms:
    """Filed after grace: nobody observes its cycle yet, or there is a workshop or visit more to observe."""
    after_grace = (Credential.id == Renewal.credential_id, Renewal.route == fixed(Route.LATE))
    unseen = [and_(~_observed(kind), _held(kind)) for kind in _WATCHED]
    lacks = or_(~_observed(*_WATCHED), *unseen)
    return [
        arm
        for state in (RenewalState.FILED, RenewalState.REVIEWED)
        for arm in _renewals(reach, RoleName.COORDINATOR, state, *after_grace, lacks)
    ]


def late_observers_task(asking: Asking, renewal: Any) -> Task:
    reason = say("Filed after grace, and nobody is named to observe its cycle, or a part of it.")
    return task_about(asking, "late_renewals", renewal, reason, say("Assign an observer"), "renewals.show")


def _renewals(reach: Reach, role: RoleName, state: RenewalState, *more: ColumnElement[bool]) -> Arms:
    here = in_reach(reach, role)
    if here is None:
        return ()
    told = (Certification.valid_until.label("ends_on"), name_of(Renewal.reviewed_by_id).label("reviewed_by"))
    asked = about(Renewal, *told).where(Certification.id == Renewal.certification_id)
    return [asked.where(Renewal.state == fixed(state), here, Certification.holder_id != ME, *more)]


def _observed(*kinds: ActivityKind) -> ColumnElement[bool]:
    """Whether somebody observes an event of these kinds after the end of the certificate."""
    sheets = (
        select(Assessment.id)
        .join(Activity, Activity.id == Assessment.activity_id)
        .where(
            Assessment.certification_id == Certification.id,
            Assessment.kind == fixed(AssessmentKind.OBSERVATION),
            Assessment.state != fixed(AssessmentState.VOID),
            *_after_the_end(*kinds),
        )
    )
    return sheets.correlate(Certification, Credential).exists()


def _held(kind: ActivityKind) -> ColumnElement[bool]:
    """Whether such an event was recorded in a cohort of the trainer."""
    events = (
        select(Activity.id)
        .join(Cohort, Cohort.id == Activity.cohort_id)
        .join(CohortTrainer, CohortTrainer.cohort_id == Cohort.id)
        .where(
            CohortTrainer.person_id == Certification.holder_id,
            Cohort.module == Certification.module,
            Activity.state != fixed(ActivityState.VOID),
            *_after_the_end(kind),
        )
    )
    return events.correlate(Certification, Credential).exists()


def _after_the_end(*kinds: ActivityKind) -> tuple[ColumnElement[bool], ...]:
    consulted = func.coalesce(Activity.purpose, fixed(VisitPurpose.CONSULTATION))
    return (
        Activity.kind.in_(map(fixed, kinds)),
        consulted == fixed(VisitPurpose.CONSULTATION),  # workshops have no purpose
        Activity.held_on > Credential.valid_until,
    )


def reviewers_task(asking: Asking, renewal: Any) -> Task:
    reason = say("The renewal was filed; the certificate ends on {day}.", day=renewal.ends_on)
    if renewal.ends_on < renewal.state_since.date():
        reason = say("The renewal was filed; the certificate ended on {day}.", day=renewal.ends_on)
    days = max(reminder_days(_in_force(asking), "renewal-review-due"), default=0)
    return task_about(
        asking, "renewals", renewal, reason, say("Review the renewal"), "renewals.show",
        due_on=_due_on(renewal, days),
    )  # fmt: skip


def renewers_task(asking: Asking, renewal: Any) -> Task:
    reason = say(
        "Reviewed by {name}; the certificate ends on {day}.",
        name=renewal.reviewed_by or "–",
        day=renewal.ends_on,
    )
    if renewal.ends_on < renewal.state_since.date():
        reason = say(
            "Reviewed by {name}; the certificate ended on {day}.",
            name=renewal.reviewed_by or "–",
            day=renewal.ends_on,
        )
    days = number(_in_force(asking), "decision_days", module=renewal.module, country=renewal.country)
    return task_about(
        asking, "renewals_to_decide", renewal, reason, say("Read and decide"), "renewals.show",
        act=Act.DECIDE, due_on=_due_on(renewal, int(days)),
    )  # fmt: skip


def _due_on(renewal: Any, days: int) -> date:
    """Before the certificate ends; of one that ended before it came to this, so many days later."""
    began: date = renewal.state_since.date()
    ends_on: date = renewal.ends_on
    return ends_on if began <= ends_on else began + timedelta(days=days)


def _in_force(asking: Asking) -> Edition:
    return edition_in_force(asking.session, asking.on)


def to_observe(reach: Reach) -> Arms:
    """Certificates that end within a year and were not observed for quality yet, nor is anybody asked to."""
    here = in_reach(reach, RoleName.QA_REVIEWER)
    if here is None:
        return ()
    open_sheet = (
        select(Assessment.id)
        .where(
            Assessment.certification_id == Certification.id,
            Assessment.kind == fixed(AssessmentKind.QA),
            Assessment.state.in_(map(fixed, (AssessmentState.ASSIGNED, AssessmentState.DECLARED))),
        )
        .exists()
    )
    first, last = (bindparam(name, type_=Date()) for name in ("today", "in_a_year"))
    ends = (Certification.valid_until >= first, Certification.valid_until <= last)
    return [
        cases(
            Certification.state == fixed(State.CERTIFIED), here, *ends, unobserved(first), ~open_sheet,
            more=(Certification.valid_until,),
        )
    ]  # fmt: skip


def observers_errand(asking: Asking, case: Any) -> Task:
    reason = say(
        "Not observed for quality since it was certified; the certificate ends on {day}.",
        day=case.valid_until,
    )
    return case_task(
        "quality", case, reason, say("Choose a delivery to observe"), "maintenance.show",
        due_on=case.valid_until,
    )  # fmt: skip
