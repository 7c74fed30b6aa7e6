"""What waits for coordinators, service providers, administrators and scheme owners."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from certify.models import Assessment, Certification, Person, RoleGrant
from certify.queries.sight import Reach, fixed
from certify.queries.tasks import ME, Arms, Asking, Task, case_task, cases, in_reach, name_of, unindexed
from certify.scheme.rules.case import number
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition
from certify.scheme.words import (
    AssessmentKind,
    AssessmentState,
    RoleName,
)
from certify.scheme.words import CertificationState as State
from certify.workflows.dossier import edition_of
from certify.workflows.role_rules import OF_CONSEQUENCE


def applications(reach: Reach) -> Arms:
    here = in_reach(reach, RoleName.COORDINATOR)
    if here is None:
        return ()
    done = _screening_sheets(Assessment.state == fixed(AssessmentState.SUBMITTED)).label("done")
    live = _screening_sheets(Assessment.state != fixed(AssessmentState.VOID)).label("live")
    return [cases(Certification.state == fixed(State.SUBMITTED), here, more=(done, live))]


def _screening_sheets(condition: ColumnElement[bool]) -> ScalarSelect[Any]:
    """How many there are of a case."""
    return (
        select(func.count())
        .where(
            Assessment.certification_id == Certification.id,
            Assessment.kind == fixed(AssessmentKind.SCREENING),
            condition,
        )
        .correlate(Certification)
        .scalar_subquery()
    )


def screeners_task(asking: Asking, case: Any) -> Task:
    needed = sheets_needed(edition_of(asking.session, case, asking.at), case)
    reason, action, move = screening_step(needed, live=case.live, done=case.done)
    return case_task("applications", case, reason, action, move=move)


def sheets_needed(edition: Edition, case: Any) -> int:
    """How many screening sheets an application has to have."""
    return int(number(edition, "screening_sheets", module=case.module, country=case.country))


def screening_step(needed: int, *, live: int, done: int) -> tuple[Sentence, Sentence, str]:
    """Why an application waits, what to do next, and the move that does it if there is one."""
    if live < needed:
        return say("Nobody screens it yet."), say("Name the screening panel"), "assign_screener"
    if done < live:
        reason = say("{done} of {all} screening sheets are in.", done=done, all=live)
        return reason, say("See the application"), ""
    return say("The screening sheets are in."), say("Admit or decline"), ""


def unassigned(reach: Reach) -> Arms:
    here = in_reach(reach, RoleName.COORDINATOR)
    wide = in_reach(reach, RoleName.COORDINATOR, country=unindexed(Certification.country))
    if here is None or wide is None:
        return ()
    alone = and_(Certification.supervisor_id.is_(None), Certification.state == fixed(State.TRAINING))
    more = (Certification.to_repeat,)
    return [
        cases(Certification.state == fixed(State.ADMITTED), here, more=more),
        cases(alone, wide, more=more),
    ]


def schedulers_task(asking: Asking, case: Any) -> Task:
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


def unobserved(reach: Reach) -> Arms:
    here = in_reach(reach, RoleName.COORDINATOR)
    if here is None:
        return ()
    observed = (
        select(Assessment.id)
        .where(
            Assessment.certification_id == Certification.id,
            Assessment.kind == fixed(AssessmentKind.OBSERVATION),
            Assessment.state != fixed(AssessmentState.VOID),
        )
        .exists()
    )
    delivering = (State.CLASSROOM_DELIVERY, State.SUPERVISED_VISITS)
    return [cases(Certification.state == fixed(state), ~observed, here) for state in delivering]


def observers_task(asking: Asking, case: Any) -> Task:
    return case_task(
        "unobserved",
        case,
        say("Delivers, and nobody is named to observe."),
        say("Assign an observer"),
        move="assign_observer",
    )


def nominations(reach: Reach) -> Arms:
    ours = reach.provided(
        organisation=Certification.nominating_organisation_id,
        module=Certification.module,
        country=Certification.country,
    )
    if ours is None:
        return ()
    more = (
        Certification.nomination_confirmed_at,
        name_of(Certification.holder_id, Person.email).label("holder_email"),
    )
    return [cases(Certification.state == fixed(State.DRAFT), ours, more=more)]


def nominators_task(asking: Asking, case: Any) -> Task:
    if case.nomination_confirmed_at is None:
        return Task(
            "nominations",
            case.holder_email,
            case.module,
            case.country,
            say("The person is asked to confirm by mail."),
            say("Nominate somebody else"),
            "application.nomination",
            {},
            case.state_since,
        )
    reason = say("{name} confirmed the nomination and completes the application.", name=case.holder_name)
    return case_task("nominations", case, reason, say("See the case"))


_SCHEME = (RoleName.SCHEME_OWNER, RoleName.MASTER_TRAINER)
_CONFIRMING = (RoleName.ADMINISTRATOR, *_SCHEME)


def proposals(reach: Reach) -> Arms:
    if not reach.holds(*_CONFIRMING):
        return ()
    proposed: Select[Any] = select(
        RoleGrant.id,
        RoleGrant.role,
        RoleGrant.module,
        RoleGrant.country,
        RoleGrant.proposed_at,
        name_of(RoleGrant.person_id).label("name"),
        name_of(RoleGrant.proposed_by_id).label("proposed_by"),
    ).where(
        RoleGrant.confirmed_at.is_(None),
        RoleGrant.ended_at.is_(None),
        RoleGrant.proposed_by_id != ME,
        RoleGrant.person_id != ME,
        reach.touching(_CONFIRMING, module=RoleGrant.module, country=RoleGrant.country),
        _mine_to_confirm(reach),
    )
    return [proposed]


def _mine_to_confirm(reach: Reach) -> ColumnElement[bool]:
    """The proposals of which the reader can be the second person: role_rules.awaits, as SQL."""
    administers, owns = reach.holds(RoleName.ADMINISTRATOR), reach.holds(RoleName.SCHEME_OWNER)
    offices = reach.touching(_SCHEME, module=RoleGrant.module, country=RoleGrant.country)
    other, today = aliased(RoleGrant), bindparam("today", type_=Date())
    by_administrator = exists().where(
        other.person_id == RoleGrant.proposed_by_id,
        other.role == fixed(RoleName.ADMINISTRATOR),
        other.confirmed_at.is_not(None),
        other.ended_at.is_(None),
        other.from_on <= today,
        or_(other.until_on.is_(None), other.until_on >= today),
        exists().where(Person.id == other.person_id, Person.disabled_at.is_(None)),
    )
    of_consequence = RoleGrant.role.in_([fixed(one) for one in sorted(OF_CONSEQUENCE)])
    return or_(
        and_(of_consequence, by_administrator, offices),
        and_(of_consequence, ~by_administrator) if administers else false(),
        ~of_consequence if administers or owns else false(),
    )


def confirming_task(asking: Asking, grant: Any) -> Task:
    return Task(
        "proposals",
        grant.name,
        grant.module or "",
        grant.country or "",
        say("{name} proposes the role {role}.", name=grant.proposed_by, role=grant.role),
        say("Look and confirm"),
        "roles.show",
        {"id": grant.id},
        grant.proposed_at,
    )
