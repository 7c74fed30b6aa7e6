"""What waits for whom: the queues of every role, each task with its reason and its one next action."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import (
    Activity,
    ActivityPerson,
    Assessment,
    Certification,
    Cohort,
    RoleGrant,
    RosterEntry,
)
from certify.policy import Actor
from certify.queries.paging import PAGE, Page, read_page
from certify.queries.sight import reached_by
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import (
    Act,
    ActivityKind,
    ActivityState,
    AssessmentKind,
    AssessmentState,
    RoleName,
)
from certify.scheme.words import CertificationState as State
from certify.workflows.dossier import day_of, edition_of, relations_of

CONFIRMED_BY_SUPERVISOR = (
    ActivityKind.BASELINE,
    ActivityKind.WORKSHOP,
    ActivityKind.IMPROVEMENT_PROJECT,
    ActivityKind.CYCLE_REPORT,
)
USUAL_PATIENCE = timedelta(days=14)  # a task without a due day is as urgent as one due then


@dataclass(frozen=True)
class Task:
    """One thing that waits: about whom, why, what to do next and where; `blocked` tells why not by me."""

    queue: str
    title: str
    module: str
    country: str
    reason: Sentence
    action: Sentence
    endpoint: str
    args: dict[str, str]
    since: datetime
    due_on: date | None = None
    blocked: tuple[str, ...] = ()

    @property
    def urgent_on(self) -> date:
        """By when it should be done; what is most urgent stands first."""
        return self.due_on or (self.since + USUAL_PATIENCE).date()


@dataclass(frozen=True)
class Asking:
    """Who asks, and when."""

    session: Session
    actor: Actor
    at: datetime

    @property
    def on(self) -> date:
        """Today, in UTC."""
        return self.at.date()


@dataclass(frozen=True)
class Queue:
    """One sort of task: which rows wait, in which order, and how each reads; None: not for this actor."""

    name: str
    label: Sentence
    rows: Callable[[Asking], Select[Any] | None]
    key: tuple[Any, Any]
    task: Callable[[Asking, Any], Task]


@dataclass(frozen=True)
class Waiting:
    """A queue with how many wait in it."""

    queue: Queue
    count: int


def waiting(asking: Asking) -> tuple[Waiting, ...]:
    """The queues in which something waits for the actor, counted."""
    found = []
    for queue in QUEUES:
        rows = queue.rows(asking)
        if rows is None:
            continue
        ids = rows.with_only_columns(queue.key[1]).order_by(None).subquery()
        count = asking.session.scalar(select(func.count()).select_from(ids)) or 0
        if count:
            found.append(Waiting(queue, count))
    return tuple(found)


def most_urgent(asking: Asking, queues: tuple[Waiting, ...], limit: int = PAGE) -> tuple[Task, ...]:
    """The first tasks of all queues together, the most urgent first."""
    tasks = [task for each in queues for task in tasks_of(asking, each.queue, cursor=None, limit=limit).items]
    return tuple(sorted(tasks, key=lambda task: (task.urgent_on, task.since))[:limit])


def tasks_of(asking: Asking, queue: Queue, *, cursor: str | None, limit: int = PAGE) -> Page[Task]:
    """One page of one queue, the longest waiting first."""
    rows = queue.rows(asking)
    if rows is None:
        return Page((), None)
    page: Page[Any] = read_page(
        asking.session, rows, key=queue.key, cursor=cursor, allowed=lambda _row: True, limit=limit
    )
    return Page(tuple(queue.task(asking, row) for row in page.items), page.next)


def _cases(*conditions: Any) -> Select[Any]:
    return select(Certification).where(*conditions).options(joinedload(Certification.holder))


def _in_reach(asking: Asking, role: RoleName) -> Any | None:
    """The cases that a role covers; None when the actor has it nowhere today."""
    if not asking.actor.holds(role, on=asking.on):
        return None
    return reached_by(
        asking.actor,
        frozenset({role}),
        asking.on,
        module=Certification.module,
        country=Certification.country,
    )


def _of_the_holder(asking: Asking) -> Select[Any]:
    mine = (State.DRAFT, State.CLASSROOM_DELIVERY, State.SUPERVISED_VISITS, State.MORE_PRACTICE)
    return _cases(Certification.holder_id == asking.actor.id, Certification.state.in_(mine))


def _holders_task(asking: Asking, case: Certification) -> Task:
    """Who looks at the own path knows their name: the module stands in its place."""
    edition = edition_of(asking.session, case, asking.at)
    name = edition.modules[case.module].name if case.module in edition.modules else case.module
    return replace(_own_step(case), title=name)


def _own_step(case: Certification) -> Task:
    if case.state is State.DRAFT and case.nominated_by_id and not case.nomination_confirmed_at:
        reason = say("You were nominated; nothing goes on before you confirm it.")
        return _case_task("mine", case, reason, say("Confirm the nomination"))
    if case.state is State.DRAFT:
        reason = (
            say("The coordinator asks: {what}", what=case.to_complete)
            if case.to_complete
            else say("The application is not submitted yet.")
        )
        return _case_task("mine", case, reason, say("Complete the application"), "application.fill_in")
    if case.state is State.MORE_PRACTICE:
        reason = say("More practice is asked for: {what}", what=case.practice_what or "")
        return _case_task("mine", case, reason, say("See what next"), due_on=case.practice_by_on)
    reasons = {
        State.CLASSROOM_DELIVERY: say("Deliver the classroom workshop, then begin the visits."),
        State.SUPERVISED_VISITS: say("Make the visits, then submit for assessment."),
    }
    return _case_task("mine", case, reasons[case.state], say("See what next"))


def _to_assess(asking: Asking) -> Select[Any]:
    return (
        select(Assessment)
        .where(
            Assessment.assessor_id == asking.actor.id,
            Assessment.state.in_((AssessmentState.ASSIGNED, AssessmentState.DECLARED)),
        )
        .options(joinedload(Assessment.certification).joinedload(Certification.holder))
    )


def _assessors_task(asking: Asking, sheet: Assessment) -> Task:
    screening = sheet.kind is AssessmentKind.SCREENING
    if sheet.state is AssessmentState.ASSIGNED:
        reason = (
            say("You are asked to screen this application.")
            if screening
            else say("You are asked to observe.")
        )
        action = say("Declare conflicts and begin")
    else:
        reason = (
            say("Your screening sheet is not submitted yet.")
            if screening
            else say("Your checklist is not submitted yet.")
        )
        action = say("Fill in and submit")
    case = sheet.certification
    return Task(
        "to_assess",
        case.holder.name,
        case.module,
        case.country,
        reason,
        action,
        "assessments.show",
        {"id": sheet.id},
        sheet.state_since,
    )


def _to_confirm(asking: Asking) -> Select[Any]:
    me, waited = asking.actor.id, asking.at - timedelta(days=14)
    cohort = select(Cohort.id).where(Cohort.id == Activity.cohort_id)
    supervised = cohort.where(Cohort.supervisor_id == me).exists()
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
        and_(Activity.kind == ActivityKind.VISIT, Activity.submitted_at <= waited, supervised),
        and_(Activity.kind == ActivityKind.TOT_EVENT, led),
        and_(
            Activity.kind == ActivityKind.VISIT,
            Activity.enterprise_id.in_(sorted(asking.actor.contact_of)),
        ),
    ]
    if asking.actor.holds(RoleName.COORDINATOR, on=asking.on):
        reach = reached_by(
            asking.actor,
            frozenset({RoleName.COORDINATOR}),
            asking.on,
            module=Activity.module,
            country=Activity.country,
        )
        unsupervised = cohort.where(Cohort.supervisor_id.is_(None)).exists()
        mine.append(and_(Activity.kind.in_(CONFIRMED_BY_SUPERVISOR), unsupervised, reach))
    return (
        select(Activity)
        .where(Activity.state == ActivityState.SUBMITTED, or_(*mine))
        .options(joinedload(Activity.cohort), joinedload(Activity.enterprise))
    )


def _confirmers_task(asking: Asking, activity: Activity) -> Task:
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


def _to_recommend(asking: Asking) -> Select[Any]:
    return _cases(Certification.supervisor_id == asking.actor.id, Certification.state == State.ASSESSMENT)


def _recommenders_task(asking: Asking, case: Certification) -> Task:
    reason = (
        say("The Master Trainer asks: {questions}", questions=case.questions)
        if case.questions
        else say("Submitted for assessment; your recommendation is next.")
    )
    return _case_task("to_recommend", case, reason, say("Assess and recommend"), "approval.recommendation")


def _to_pass(asking: Asking) -> Select[Any]:
    facilitated = (
        select(RosterEntry.certification_id)
        .join(Activity)
        .join(ActivityPerson)
        .where(ActivityPerson.person_id == asking.actor.id, Activity.state == ActivityState.CONFIRMED)
    )
    return _cases(Certification.state == State.TRAINING, Certification.id.in_(facilitated))


def _facilitators_task(asking: Asking, case: Certification) -> Task:
    reason = say("The ToT is confirmed; say whether this candidate has completed it.")
    return _case_task("to_pass", case, reason, say("See the results"))


def _to_approve(asking: Asking) -> Select[Any] | None:
    reach = _in_reach(asking, RoleName.MASTER_TRAINER)
    if reach is None:
        return None
    return _cases(
        Certification.state == State.RECOMMENDED, Certification.holder_id != asking.actor.id, reach
    ).options(joinedload(Certification.recommended_by))


def _deciders_task(asking: Asking, case: Certification) -> Task:
    findings = relations_of(asking.session, asking.actor.id, case, Act.DECIDE, asking.at)
    days = int(edition_of(asking.session, case, asking.at).parameter("decision_days").value)  # type: ignore[arg-type]
    reason = say(
        "Recommended by {name}; a decision is due within {n} days.",
        name=case.recommended_by.name if case.recommended_by else "–",
        n=days,
    )
    return _case_task(
        "to_approve",
        case,
        reason,
        say("Read the file and decide"),
        "approval.show",
        due_on=day_of(case, case.state_since) + timedelta(days=days),
        blocked=tuple(finding.sentence for finding in findings.blocks),
    )


def _applications(asking: Asking) -> Select[Any] | None:
    reach = _in_reach(asking, RoleName.COORDINATOR)
    if reach is None:
        return None
    return _cases(Certification.state == State.SUBMITTED, reach).options(
        selectinload(Certification.assessments)
    )


def _screeners_task(asking: Asking, case: Certification) -> Task:
    sheets = [one for one in case.assessments if one.kind is AssessmentKind.SCREENING]
    done = [one for one in sheets if one.state is AssessmentState.SUBMITTED]
    live = [one for one in sheets if one.state is not AssessmentState.VOID]
    if len(live) < 2:
        reason, action = say("Nobody screens it yet."), say("Name the screening panel")
    elif len(done) < len(live):
        reason = say("{done} of {all} screening sheets are in.", done=len(done), all=len(live))
        action = say("See the application")
    else:
        reason, action = say("The screening sheets are in."), say("Admit or decline")
    return _case_task("applications", case, reason, action)


def _unassigned(asking: Asking) -> Select[Any] | None:
    reach = _in_reach(asking, RoleName.COORDINATOR)
    if reach is None:
        return None
    lacks = or_(
        Certification.state == State.ADMITTED,
        and_(Certification.state == State.TRAINING, Certification.supervisor_id.is_(None)),
    )
    return _cases(lacks, reach)


def _schedulers_task(asking: Asking, case: Certification) -> Task:
    if case.state is State.ADMITTED:
        reason = (
            say("Has to repeat: {what}", what=case.to_repeat)
            if case.to_repeat
            else say("Admitted, and in no ToT event yet.")
        )
        return _case_task("unassigned", case, reason, say("Enrol in a ToT event"))
    return _case_task(
        "unassigned",
        case,
        say("No supervising Expert Trainer is assigned yet."),
        say("Assign a supervisor"),
    )


def _unobserved(asking: Asking) -> Select[Any] | None:
    reach = _in_reach(asking, RoleName.COORDINATOR)
    if reach is None:
        return None
    observed = (
        select(Assessment.id)
        .where(
            Assessment.certification_id == Certification.id,
            Assessment.kind == AssessmentKind.OBSERVATION,
            Assessment.state != AssessmentState.VOID,
        )
        .exists()
    )
    delivering = (State.CLASSROOM_DELIVERY, State.SUPERVISED_VISITS)
    return _cases(Certification.state.in_(delivering), ~observed, reach)


def _observers_task(asking: Asking, case: Certification) -> Task:
    return _case_task(
        "unobserved", case, say("Delivers, and nobody is named to observe."), say("Assign an observer")
    )


def _nominations(asking: Asking) -> Select[Any] | None:
    if not asking.actor.holds(RoleName.PROVIDER, on=asking.on):
        return None
    return _cases(
        Certification.state == State.DRAFT,
        Certification.nominating_organisation_id.in_(sorted(asking.actor.organisations)),
    )


def _nominators_task(asking: Asking, case: Certification) -> Task:
    reason = (
        say("{name} confirmed the nomination and completes the application.", name=case.holder.name)
        if case.nomination_confirmed_at
        else say("{name} has not confirmed the nomination yet.", name=case.holder.name)
    )
    return _case_task("nominations", case, reason, say("See the case"))


def _proposals(asking: Asking) -> Select[Any] | None:
    confirmers = (RoleName.ADMINISTRATOR, RoleName.SCHEME_OWNER, RoleName.MASTER_TRAINER)
    if not any(asking.actor.holds(role, on=asking.on) for role in confirmers):
        return None
    return (
        select(RoleGrant)
        .where(
            RoleGrant.confirmed_at.is_(None),
            RoleGrant.ended_at.is_(None),
            RoleGrant.proposed_by_id != asking.actor.id,
            RoleGrant.person_id != asking.actor.id,
        )
        .options(joinedload(RoleGrant.person), joinedload(RoleGrant.proposed_by))
    )


def _confirming_task(asking: Asking, grant: RoleGrant) -> Task:
    return Task(
        "proposals",
        grant.person.name,
        grant.module or "",
        grant.country or "",
        say("{name} proposes the role {role}.", name=grant.proposed_by.name, role=grant.role),
        say("Look and confirm"),
        "roles.index",
        {},
        grant.proposed_at,
    )


def _case_task(
    queue: str,
    case: Certification,
    reason: Sentence,
    action: Sentence,
    endpoint: str = "certifications.show",
    *,
    due_on: date | None = None,
    blocked: tuple[str, ...] = (),
) -> Task:
    return Task(
        queue,
        case.holder.name,
        case.module,
        case.country,
        reason,
        action,
        endpoint,
        {"id": case.id},
        case.state_since,
        due_on,
        blocked,
    )


_CASE = (Certification.state_since, Certification.id)
QUEUES = (
    Queue("mine", say("My path"), _of_the_holder, _CASE, _holders_task),
    Queue(
        "to_assess",
        say("To assess"),
        _to_assess,
        (Assessment.state_since, Assessment.id),
        _assessors_task,
    ),
    Queue(
        "to_confirm", say("To confirm"), _to_confirm, (Activity.state_since, Activity.id), _confirmers_task
    ),
    Queue("to_pass", say("ToT to complete"), _to_pass, _CASE, _facilitators_task),
    Queue("to_recommend", say("To recommend"), _to_recommend, _CASE, _recommenders_task),
    Queue("to_approve", say("To approve"), _to_approve, _CASE, _deciders_task),
    Queue("applications", say("Applications"), _applications, _CASE, _screeners_task),
    Queue("unassigned", say("To enrol and assign"), _unassigned, _CASE, _schedulers_task),
    Queue("unobserved", say("Without an observer"), _unobserved, _CASE, _observers_task),
    Queue("nominations", say("Nominated by us"), _nominations, _CASE, _nominators_task),
    Queue(
        "proposals",
        say("Roles to confirm"),
        _proposals,
        (RoleGrant.proposed_at, RoleGrant.id),
        _confirming_task,
    ),
)
BY_NAME = {queue.name: queue for queue in QUEUES}
