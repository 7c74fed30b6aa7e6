"""What waits for candidates, Expert Trainers, enterprise contacts and Master Trainers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import joinedload

from certify.models import (
    Activity,
    ActivityPerson,
    Assessment,
    Certification,
    Cohort,
)
from certify.models.store import once_while_reading
from certify.queries.assessments import to_reconcile as pairs_apart
from certify.queries.journey import OWN_STEPS
from certify.queries.sight import reached_by
from certify.queries.tasks import Asking, Task, case_task, cases, in_reach
from certify.scheme.dates import day_in, start_of
from certify.scheme.places import zone_of
from certify.scheme.rules.case import number
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import (
    Act,
    ActivityKind,
    ActivityState,
    AssessmentState,
    RoleName,
)
from certify.scheme.words import CertificationState as State
from certify.workflows.dossier import edition_of, relations_of
from certify.workflows.editions import edition_in_force
from certify.workflows.involvement import histories_of
from certify.workflows.terms import decision_days, decision_due_on

CONFIRMED_BY_SUPERVISOR = (
    ActivityKind.BASELINE,
    ActivityKind.WORKSHOP,
    ActivityKind.IMPROVEMENT_PROJECT,
    ActivityKind.CYCLE_REPORT,
)


def of_the_holder(asking: Asking) -> Select[Any]:
    mine = (State.DRAFT, State.CLASSROOM_DELIVERY, State.SUPERVISED_VISITS, State.MORE_PRACTICE)
    return cases(Certification.holder_id == asking.actor.id, Certification.state.in_(mine))


def holders_task(asking: Asking, case: Certification) -> Task:
    """Who looks at the own path knows their name: the module stands in its place."""
    edition = edition_of(asking.session, case, asking.at)
    name = edition.modules[case.module].name if case.module in edition.modules else case.module
    return replace(_own_step(case), title=name)


def _own_step(case: Certification) -> Task:
    if case.state is State.DRAFT and case.nominated_by_id and not case.nomination_confirmed_at:
        reason = say("You were nominated; nothing goes on before you confirm it.")
        return case_task("mine", case, reason, say("Confirm the nomination"))
    if case.state is State.DRAFT:
        reason = (
            say("The coordinator asks: {what}", what=case.to_complete)
            if case.to_complete
            else say("The application is not submitted yet.")
        )
        return case_task("mine", case, reason, say("Complete the application"), "application.fill_in")
    if case.state is State.MORE_PRACTICE:
        reason = say("More practice is asked for: {what}", what=case.practice_what or "")
        return case_task("mine", case, reason, say("See what next"), due_on=case.practice_by_on)
    return case_task("mine", case, OWN_STEPS[case.state], say("See what next"))


def to_assess(asking: Asking) -> Select[Any]:
    return (
        select(Assessment)
        .where(
            Assessment.assessor_id == asking.actor.id,
            Assessment.state.in_((AssessmentState.ASSIGNED, AssessmentState.DECLARED)),
        )
        .options(
            joinedload(Assessment.certification).joinedload(Certification.holder),
            joinedload(Assessment.activity).joinedload(Activity.enterprise),
            joinedload(Assessment.activity).joinedload(Activity.cohort),
        )
    )


def assessors_task(asking: Asking, sheet: Assessment) -> Task:
    begun = sheet.state is AssessmentState.DECLARED
    action = say("Fill in and submit") if begun else say("Declare conflicts and begin")
    return _sheet_task("to_assess", sheet, _asked(sheet, begun=begun), action, "assessments.show")


def _asked(sheet: Assessment, *, begun: bool) -> Sentence:
    event = sheet.activity
    if event is None:
        if begun:
            return say("Your screening sheet is not submitted yet.")
        return say("You are asked to screen this application.")
    place = event.enterprise or event.cohort
    told = {"kind": event.kind, "day": event.held_on, "place": place.name if place else event.module}
    if begun:
        return say("Your checklist is not submitted yet: {kind} of {day}, {place}.", **told)
    return say("You are asked to observe: {kind} of {day}, {place}.", **told)


def to_reconcile(asking: Asking) -> Select[Any]:
    """One sheet of each pair of observers that are too far apart, for the supervisor."""
    pairs = pairs_apart(asking.session, asking.actor, asking.at)
    return (
        select(Assessment)
        .where(Assessment.id.in_([pair.first.id for pair in pairs]))
        .options(
            joinedload(Assessment.certification).joinedload(Certification.holder),
            joinedload(Assessment.activity),
        )
    )


def reconcilers_task(asking: Asking, sheet: Assessment) -> Task:
    reason = say("Two observers are two or more points apart; nothing is recommended before they agree.")
    action = say("Reconcile the scores")
    return _sheet_task("to_reconcile", sheet, reason, action, "assessment_moves.reconcile")


def _sheet_task(queue: str, sheet: Assessment, reason: Sentence, action: Sentence, endpoint: str) -> Task:
    """A task on one sheet, named by the candidate; an event is observed on its day."""
    case = sheet.certification
    return Task(
        queue,
        case.holder.name,
        case.module,
        case.country,
        reason,
        action,
        endpoint,
        {"id": sheet.id},
        sheet.state_since,
        sheet.activity.held_on if sheet.activity is not None and queue == "to_assess" else None,
    )


def to_confirm(asking: Asking) -> Select[Any]:
    me = asking.actor.id
    cohort = select(Cohort.id).where(Cohort.id == Activity.cohort_id)
    status = _in_reach(asking, RoleName.EXPERT_TRAINER)
    supervised = and_(cohort.where(Cohort.supervisor_id == me).exists(), status)
    led = (
        select(ActivityPerson.activity_id)
        .where(
            ActivityPerson.activity_id == Activity.id,
            ActivityPerson.person_id == me,
            ActivityPerson.position == 0,
        )
        .exists()
    )
    mine = [
        and_(Activity.kind.in_(CONFIRMED_BY_SUPERVISOR), supervised),
        and_(Activity.kind == ActivityKind.VISIT, or_(false(), *_waited_enough(asking)), supervised),
        and_(Activity.kind == ActivityKind.TOT_EVENT, led, status),
        and_(
            Activity.kind == ActivityKind.VISIT,
            Activity.enterprise_id.in_(sorted(asking.actor.contact_of)),
        ),
    ]
    if asking.actor.holds(RoleName.COORDINATOR, on=asking.on):
        reach = _in_reach(asking, RoleName.COORDINATOR)
        unsupervised = cohort.where(Cohort.supervisor_id.is_(None)).exists()
        mine.append(and_(Activity.kind.in_(CONFIRMED_BY_SUPERVISOR), unsupervised, reach))
    return (
        select(Activity)
        .where(Activity.state == ActivityState.SUBMITTED, or_(*mine))
        .options(joinedload(Activity.cohort), joinedload(Activity.enterprise))
    )


def _in_reach(asking: Asking, role: RoleName) -> ColumnElement[bool]:
    """The activities that a role covers today."""
    return reached_by(
        asking.actor, frozenset({role}), asking.on, module=Activity.module, country=Activity.country
    )


def _waited_enough(asking: Asking) -> Iterator[ColumnElement[bool]]:
    """Visits that the enterprise had its time to confirm: so many days as the edition gives it there."""
    supervised = select(Cohort.module, Cohort.country, Cohort.variant).where(
        Cohort.supervisor_id == asking.actor.id
    )
    for module, country, variant in asking.session.execute(supervised.distinct()):
        zone = zone_of(country)
        today = day_in(asking.at, zone)
        edition = edition_in_force(asking.session, today)
        wait = number(edition, "visit_confirmation_days", module=module, country=country, variant=variant)
        of_these = select(Cohort.id).where(
            Cohort.module == module, Cohort.country == country, Cohort.variant.is_not_distinct_from(variant)
        )
        # Submitted on the last day that is long enough ago, or before: before the day after it began.
        before = start_of(today - timedelta(days=int(wait) - 1), zone)
        yield and_(Activity.cohort_id.in_(of_these), Activity.submitted_at < before)


def confirmers_task(asking: Asking, activity: Activity) -> Task:
    where = activity.enterprise or activity.cohort
    return Task(
        "to_confirm",
        where.name if where else activity.facts.get("place") or activity.module,
        activity.module,
        activity.country,
        say("{kind} of {day} waits for your confirmation.", kind=activity.kind, day=activity.held_on),
        say("Check and confirm"),
        "activities.show",
        {"id": activity.id},
        activity.state_since,
    )


def to_correct(asking: Asking) -> Select[Any]:
    """What came back to whoever had submitted it."""
    me = asking.actor.id
    return (
        select(Activity)
        .where(Activity.state == ActivityState.RETURNED, Activity.submitted_by_id == me)
        .options(joinedload(Activity.cohort), joinedload(Activity.enterprise))
    )


def correctors_task(asking: Asking, activity: Activity) -> Task:
    waiting = confirmers_task(asking, activity)
    reason = say(
        "{kind} of {day} came back: {reason}",
        kind=activity.kind,
        day=activity.held_on,
        reason=activity.reason or "",
    )
    return replace(waiting, queue="to_correct", reason=reason, action=say("Complete and submit again"))


def to_recommend(asking: Asking) -> Select[Any] | None:
    reach = in_reach(asking, RoleName.EXPERT_TRAINER)
    if reach is None:
        return None
    supervised = Certification.supervisor_id == asking.actor.id
    return cases(supervised, Certification.state == State.ASSESSMENT, reach)


def recommenders_task(asking: Asking, case: Certification) -> Task:
    reason = (
        say("The Master Trainer asks: {questions}", questions=case.questions)
        if case.questions
        else say("Submitted for assessment; your recommendation is next.")
    )
    return case_task("to_recommend", case, reason, say("Assess and recommend"), "approval.recommendation")


def to_pass(asking: Asking) -> Select[Any] | None:
    reach = in_reach(asking, RoleName.EXPERT_TRAINER)
    if reach is None:
        return None
    facilitated = (
        select(Activity.id)
        .join(ActivityPerson)
        .where(ActivityPerson.person_id == asking.actor.id, Activity.state == ActivityState.CONFIRMED)
    )
    return cases(Certification.state == State.TRAINING, Certification.tot_event_id.in_(facilitated), reach)


def facilitators_task(asking: Asking, case: Certification) -> Task:
    reason = say("The ToT is confirmed; say whether this candidate has completed it.")
    return case_task("to_pass", case, reason, say("See the results"))


def to_approve(asking: Asking) -> Select[Any] | None:
    reach = in_reach(asking, RoleName.MASTER_TRAINER)
    if reach is None:
        return None
    return cases(
        Certification.state == State.RECOMMENDED, Certification.holder_id != asking.actor.id, reach
    ).options(joinedload(Certification.recommended_by))


def deciders_relations(asking: Asking, files: Sequence[Certification]) -> None:
    """What the relations table is asked for each file, read for all of them."""
    found = histories_of(asking.session, [asking.actor.id], {case.holder_id for case in files})
    for pair, history in found.items():
        once_while_reading(asking.session, ("history", *pair), partial(lambda known: known, history))


def deciders_task(asking: Asking, case: Certification) -> Task:
    findings = relations_of(asking.session, asking.actor.id, case, Act.DECIDE, asking.at)
    edition = edition_of(asking.session, case, asking.at)
    reason = say(
        "Recommended by {name}; a decision is due within {n} days.",
        name=case.recommended_by.name if case.recommended_by else "–",
        n=decision_days(edition, case),
    )
    return case_task(
        "to_approve",
        case,
        reason,
        say("Read the file and decide"),
        "approval.show",
        due_on=decision_due_on(edition, case),
        blocked=tuple(finding.sentence for finding in findings.blocks),
    )
