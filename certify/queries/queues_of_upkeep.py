"""What waits once people are certified: renewals, quality, reviews, licences, long suspensions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Date, bindparam, select

from certify.models import Assessment, Certification, Renewal
from certify.queries.quality import unobserved
from certify.queries.sight import Reach, fixed
from certify.queries.tasks import ME, Arms, Asking, Task, case_task, cases, in_reach, name_of, unindexed
from certify.queries.tasks_about import about, task_about
from certify.queries.upkeep import KEPT, errands
from certify.scheme.sentences import say
from certify.scheme.words import (
    Act,
    AssessmentKind,
    AssessmentState,
    RenewalState,
    RoleName,
)
from certify.scheme.words import CertificationState as State
from certify.workflows.dossier import edition_of


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
        case.state_since,
        errand.due_on,
    )


def to_review(reach: Reach) -> Arms:
    return _renewals(reach, RoleName.QA_REVIEWER, RenewalState.FILED, State.CERTIFIED, State.SUSPENDED)


def to_decide(reach: Reach) -> Arms:
    return _renewals(reach, RoleName.MASTER_TRAINER, RenewalState.REVIEWED, State.CERTIFIED)


def _renewals(reach: Reach, role: RoleName, state: RenewalState, *certified: State) -> Arms:
    """Those that can be gone on with; of a certification that ended they stay as they are for good."""
    here = in_reach(reach, role)
    if here is None:
        return ()
    more = (Certification.valid_until, name_of(Renewal.reviewed_by_id).label("reviewed_by"))
    asked = about(Renewal, *more).where(Certification.id == Renewal.certification_id)
    going_on = unindexed(Certification.state).in_([fixed(each) for each in certified])
    return [asked.where(Renewal.state == fixed(state), going_on, here, Certification.holder_id != ME)]


def reviewers_task(asking: Asking, renewal: Any) -> Task:
    reason = say("The renewal was filed; the certificate ends on {day}.", day=renewal.valid_until)
    return task_about(asking, "renewals", renewal, reason, say("Review the renewal"), "renewals.show")


def renewers_task(asking: Asking, renewal: Any) -> Task:
    reason = say(
        "Reviewed by {name}; the certificate ends on {day}.",
        name=renewal.reviewed_by or "–",
        day=renewal.valid_until,
    )
    return task_about(
        asking, "renewals_to_decide", renewal, reason, say("Read and decide"), "renewals.show", act=Act.DECIDE
    )


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
            Certification.state == fixed(State.CERTIFIED), here, *ends, unobserved(), ~open_sheet,
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
