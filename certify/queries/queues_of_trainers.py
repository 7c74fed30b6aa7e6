"""What waits for candidates, Expert Trainers and Master Trainers."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Select, func, select

from certify.models import (
    Activity,
    ActivityPerson,
    Assessment,
    Certification,
    Cohort,
    Enterprise,
)
from certify.models.store import once_while_reading
from certify.queries.assessments import submitted_beside_another
from certify.queries.assessments import to_reconcile as pairs_apart
from certify.queries.journey import OWN_STEPS
from certify.queries.sight import Reach, fixed
from certify.queries.tasks import ME, Arms, Asking, Task, case_task, cases, in_reach, name_of, unindexed
from certify.queries.ties import tied
from certify.scheme.sentences import Sentence, say
from certify.scheme.words import (
    Act,
    ActivityState,
    AssessmentKind,
    AssessmentState,
    RoleName,
)
from certify.scheme.words import CertificationState as State
from certify.workflows.dossier import edition_of, relations_of
from certify.workflows.involvement import histories_of
from certify.workflows.terms import decision_days, decision_due_on


def of_the_holder(_reach: Reach) -> Arms:
    mine = (State.DRAFT, State.CLASSROOM_DELIVERY, State.SUPERVISED_VISITS, State.MORE_PRACTICE)
    more = (
        Certification.nominated_by_id,
        Certification.nomination_confirmed_at,
        Certification.to_complete,
        Certification.practice_what,
        Certification.practice_by_on,
    )
    return [cases(Certification.holder_id == ME, Certification.state.in_(map(fixed, mine)), more=more)]


def holders_task(asking: Asking, case: Any) -> Task:
    """Who looks at the own path knows their name: the module stands in its place."""
    edition = edition_of(asking.session, case, asking.at)
    name = edition.modules[case.module].name if case.module in edition.modules else case.module
    return replace(_own_step(case), title=name)


def _own_step(case: Any) -> Task:
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


def to_assess(_reach: Reach) -> Arms:
    waiting = (AssessmentState.ASSIGNED, AssessmentState.DECLARED)
    return [_sheets(Assessment.assessor_id == ME, Assessment.state.in_(map(fixed, waiting)))]


def _sheets(*conditions: Any) -> Select[Any]:
    """Sheets that fit, with their candidate and the event that is observed."""
    return (
        select(
            Assessment.id,
            Assessment.state,
            Assessment.state_since,
            Certification.module,
            Certification.country,
            name_of(Certification.holder_id).label("holder_name"),
            Activity.kind,
            Activity.held_on,
            Activity.module.label("event_module"),
            Assessment.kind.label("sheet"),
            Certification.valid_until,
            func.coalesce(Enterprise.name, Cohort.name).label("place"),
        )
        .join(Certification, Certification.id == Assessment.certification_id)
        .outerjoin(Activity, Activity.id == Assessment.activity_id)
        .outerjoin(Enterprise, Enterprise.id == Activity.enterprise_id)
        .outerjoin(Cohort, Cohort.id == Activity.cohort_id)
        .where(*conditions)
    )


def assessors_task(asking: Asking, sheet: Any) -> Task:
    begun = sheet.state is AssessmentState.DECLARED
    action = say("Fill in and submit") if begun else say("Declare conflicts and begin")
    return _sheet_task("to_assess", sheet, _asked(asking, sheet, begun=begun), action, "assessments.show")


def _asked(asking: Asking, sheet: Any, *, begun: bool) -> Sentence:
    name = asking.absent
    if sheet.kind is None:
        if begun:
            theirs = say("The screening sheet of {name} is not submitted yet.", name=name)
            return asking.reads(say("Your screening sheet is not submitted yet."), theirs)
        theirs = say("{name} is asked to screen this application.", name=name)
        return asking.reads(say("You are asked to screen this application."), theirs)
    told = {"kind": sheet.kind, "day": sheet.held_on, "place": sheet.place or sheet.event_module}
    if begun:
        return asking.reads(
            say("Your checklist is not submitted yet: {kind} of {day}, {place}.", **told),
            say("The checklist of {name} is not submitted yet: {kind} of {day}, {place}.", name=name, **told),
        )
    return asking.reads(
        say("You are asked to observe: {kind} of {day}, {place}.", **told),
        say("{name} is asked to observe: {kind} of {day}, {place}.", name=name, **told),
    )


def to_reconcile(_reach: Reach) -> Arms:
    """Sheets on events that somebody else observed too, for the supervisor."""
    return [_sheets(*submitted_beside_another(ME))]


def first_of_pairs(asking: Asking) -> Sequence[str]:
    """One sheet of each pair of observers that are too far apart."""
    session, key = asking.session, ("pairs", asking.actor.id, asking.at)
    pairs = once_while_reading(session, key, lambda: pairs_apart(session, asking.actor, asking.at))
    return [pair.first.id for pair in pairs]


def reconcilers_task(asking: Asking, sheet: Any) -> Task:
    reason = say("Two observers are two or more points apart; nothing is recommended before they agree.")
    action = say("Reconcile the scores")
    return _sheet_task("to_reconcile", sheet, reason, action, "assessment_moves.reconcile")


def _sheet_task(queue: str, sheet: Any, reason: Sentence, action: Sentence, endpoint: str) -> Task:
    """A task on one sheet, named by the candidate; an event is observed on its day.

    For quality a delivery is often chosen once it was held, and one observation is asked for in each
    validity: only of what was still to come when it was chosen, the day is that of the event.
    """
    chosen_late = sheet.sheet is AssessmentKind.QA and sheet.held_on < sheet.state_since.date()
    observed_by = sheet.valid_until if chosen_late else sheet.held_on
    return Task(
        queue,
        sheet.holder_name,
        sheet.module,
        sheet.country,
        reason,
        action,
        endpoint,
        {"id": sheet.id},
        sheet.state_since,
        observed_by if queue == "to_assess" else None,
    )


def to_recommend(reach: Reach) -> Arms:
    here = in_reach(reach, RoleName.EXPERT_TRAINER)
    if here is None:
        return ()
    supervised = Certification.supervisor_id == ME
    more = (Certification.questions,)
    return [cases(supervised, Certification.state == fixed(State.ASSESSMENT), here, more=more)]


def recommenders_task(asking: Asking, case: Any) -> Task:
    reason = (
        say("The Master Trainer asks: {questions}", questions=case.questions)
        if case.questions
        else asking.reads(
            say("Submitted for assessment; your recommendation is next."),
            say("Submitted for assessment; the recommendation of {name} is next.", name=asking.absent),
        )
    )
    return case_task("to_recommend", case, reason, say("Assess and recommend"), "approval.recommendation")


def to_pass(reach: Reach) -> Arms:
    here = in_reach(reach, RoleName.EXPERT_TRAINER, country=unindexed(Certification.country))
    if here is None:
        return ()
    facilitated = (
        select(Activity.id)
        .join(ActivityPerson)
        .where(ActivityPerson.person_id == ME, Activity.state == fixed(ActivityState.CONFIRMED))
    )
    training = unindexed(Certification.state) == fixed(State.TRAINING)
    return [cases(Certification.tot_event_id.in_(facilitated), training, here)]


def facilitators_task(asking: Asking, case: Any) -> Task:
    reason = say("The ToT is confirmed; say whether this candidate has completed it.")
    return case_task("to_pass", case, reason, say("See the results"))


def to_approve(reach: Reach) -> Arms:
    here = in_reach(reach, RoleName.MASTER_TRAINER)
    if here is None:
        return ()
    more = (
        name_of(Certification.recommended_by_id).label("recommended_by"),
        tied(ME, Certification.holder_id).label("tied"),
    )
    return [
        cases(Certification.state == fixed(State.RECOMMENDED), Certification.holder_id != ME, here, more=more)
    ]


def deciders_relations(asking: Asking, files: Sequence[Any]) -> None:
    """What the relations table is asked for each file, read for all that anything ties to the actor."""
    holders = {case.holder_id for case in files if case.tied}
    if not holders:
        return
    found = histories_of(asking.session, [asking.actor.id], holders)
    for pair, history in found.items():
        once_while_reading(asking.session, ("history", *pair), partial(lambda known: known, history))


def deciders_task(asking: Asking, case: Any) -> Task:
    edition = edition_of(asking.session, case, asking.at)
    reason = say(
        "Recommended by {name}; a decision is due within {n} days.",
        name=case.recommended_by or "–",
        n=decision_days(edition, case),
    )
    return case_task(
        "to_approve",
        case,
        reason,
        say("Read the file and decide"),
        "approval.show",
        due_on=decision_due_on(edition, case),
        blocked=_blocks(asking, case) if case.tied else (),
    )


def _blocks(asking: Asking, case: Any) -> tuple[str, ...]:
    """Why the actor must not decide the case."""
    findings = relations_of(asking.session, asking.actor.id, case, Act.DECIDE, asking.at)
    return tuple(finding.sentence for finding in findings.blocks)
