"""What waits for coordinators, service providers, administrators and scheme owners."""

from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from certify.models import (
    Assessment,
    Certification,
    RoleGrant,
)
from certify.queries.sight import provided_by
from certify.queries.tasks import Asking, Task, case_task, cases, in_reach
from certify.scheme.rules.case import number
from certify.scheme.sentences import say
from certify.scheme.words import (
    AssessmentKind,
    AssessmentState,
    RoleName,
)
from certify.scheme.words import CertificationState as State
from certify.workflows.dossier import edition_of


def applications(asking: Asking) -> Select[Any] | None:
    reach = in_reach(asking, RoleName.COORDINATOR)
    if reach is None:
        return None
    return cases(Certification.state == State.SUBMITTED, reach).options(
        selectinload(Certification.assessments)
    )


def screeners_task(asking: Asking, case: Certification) -> Task:
    sheets = [one for one in case.assessments if one.kind is AssessmentKind.SCREENING]
    done = [one for one in sheets if one.state is AssessmentState.SUBMITTED]
    live = [one for one in sheets if one.state is not AssessmentState.VOID]
    edition = edition_of(asking.session, case, asking.at)
    if len(live) < number(edition, "screening_sheets", module=case.module, country=case.country):
        reason, action = say("Nobody screens it yet."), say("Name the screening panel")
        return case_task("applications", case, reason, action, move="assign_screener")
    if len(done) < len(live):
        reason = say("{done} of {all} screening sheets are in.", done=len(done), all=len(live))
        action = say("See the application")
    else:
        reason, action = say("The screening sheets are in."), say("Admit or decline")
    return case_task("applications", case, reason, action)


def unassigned(asking: Asking) -> Select[Any] | None:
    reach = in_reach(asking, RoleName.COORDINATOR)
    if reach is None:
        return None
    lacks = or_(
        Certification.state == State.ADMITTED,
        and_(Certification.state == State.TRAINING, Certification.supervisor_id.is_(None)),
    )
    return cases(lacks, reach)


def schedulers_task(asking: Asking, case: Certification) -> Task:
    if case.state is State.ADMITTED:
        reason = (
            say("Has to repeat: {what}", what=case.to_repeat)
            if case.to_repeat
            else say("Admitted, and in no ToT event yet.")
        )
        return case_task("unassigned", case, reason, say("Enrol in a ToT event"), move="enrol")
    return case_task(
        "unassigned",
        case,
        say("No supervising Expert Trainer is assigned yet."),
        say("Assign a supervisor"),
        move="assign_supervisor",
    )


def unobserved(asking: Asking) -> Select[Any] | None:
    reach = in_reach(asking, RoleName.COORDINATOR)
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
    return cases(Certification.state.in_(delivering), ~observed, reach)


def observers_task(asking: Asking, case: Certification) -> Task:
    return case_task(
        "unobserved",
        case,
        say("Delivers, and nobody is named to observe."),
        say("Assign an observer"),
        move="assign_observer",
    )


def nominations(asking: Asking) -> Select[Any] | None:
    if not asking.actor.provides_for(on=asking.on):
        return None
    ours = provided_by(
        asking.actor,
        asking.on,
        organisation=Certification.nominating_organisation_id,
        module=Certification.module,
        country=Certification.country,
    )
    return cases(Certification.state == State.DRAFT, ours)


def nominators_task(asking: Asking, case: Certification) -> Task:
    if case.nomination_confirmed_at is None:
        return Task(
            "nominations",
            case.holder.email,
            case.module,
            case.country,
            say("The person is asked to confirm by mail."),
            say("Nominate somebody else"),
            "application.nomination",
            {},
            case.state_since,
        )
    reason = say("{name} confirmed the nomination and completes the application.", name=case.holder.name)
    return case_task("nominations", case, reason, say("See the case"))


def proposals(asking: Asking) -> Select[Any] | None:
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


def confirming_task(asking: Asking, grant: RoleGrant) -> Task:
    return Task(
        "proposals",
        grant.person.name,
        grant.module or "",
        grant.country or "",
        say("{name} proposes the role {role}.", name=grant.proposed_by.name, role=grant.role),
        say("Look and confirm"),
        "roles.show",
        {"id": grant.id},
        grant.proposed_at,
    )
