"""Who is told of a certification's moves: messages owed in the same commit."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import select

from certify.models import RoleGrant
from certify.scheme.rules.case import number
from certify.scheme.words import Act, RoleName, Standing
from certify.workflows.engine import Question, plain
from certify.workflows.notices import Recipient, owe
from certify.workflows.reinstating import brought_back

_SHOWN = (
    "to_complete", "to_repeat", "what", "by_on", "questions", "grounds", "findings", "reason", "reasons",
    "requirement", "effective_on", "outcome",
)  # fmt: skip

_APPEALED = frozenset({"refuse", "suspend", "withdraw"})
_BROUGHT_BACK = {
    Standing.VALID: "reinstated",
    Standing.NOT_YET_VALID: "reinstated_early",
    Standing.IN_GRACE: "reinstated_in_grace",
    Standing.EXPIRED: "reinstated_expired",
}
_DEADLINES = ("appeal_days", "reapplication_months", "suspension_months")


def tell_holder(kind: str) -> Callable[[Question], None]:
    """The candidate or trainer is told."""
    return lambda question: owe_to(question, kind, [question.thing.holder_id])


def confirm_to_holder(kind: str) -> Callable[[Question], None]:
    """The trainer has in writing what they did themself."""
    return lambda question: _owe(question, kind, [question.thing.holder_id])


def tell_reinstated(question: Question) -> None:
    """The trainer is told what the certification goes back to: it may have run out meanwhile."""
    assert question.session is not None
    found = brought_back(question.session, question.thing, question.at)
    kind = _BROUGHT_BACK.get(found.standing, "reinstated")
    days = {name: plain(getattr(found, name)) for name in ("from_on", "until_on", "grace_until_on")}
    owe_to(question, kind, [question.thing.holder_id], **days)


def tell_supervisor(kind: str) -> Callable[[Question], None]:
    """The supervising Expert Trainer is told."""
    return lambda question: owe_to(question, kind, [question.thing.supervisor_id])


def tell_assigned(question: Question) -> None:
    """Whoever was given a task is told."""
    _tell_of_task(question, question.facts["person"])


def tell_successor(question: Question) -> None:
    """Whoever took a task over is told."""
    _tell_of_task(question, question.facts["to"])


def tell_holder_of_supervisor(question: Question) -> None:
    """The candidate is told of another supervisor, and not of another observer."""
    if question.facts["role"] == "supervisor":
        owe_to(question, "supervisor_assigned", [question.thing.holder_id])


def _tell_of_task(question: Question, person_id: str) -> None:
    """With the page of the sheet where there is one to fill in; a supervisor's task is the case itself."""
    given = [
        one.id
        for one in question.thing.assessments
        if one.assessor_id == person_id and one.created_at == question.at and one.state != "void"
    ]
    if given:
        owe_to(question, "assigned_sheet", [person_id], assessment=given[-1])
    else:
        owe_to(question, "assigned", [person_id])


def tell_coordinators(kind: str) -> Callable[[Question], None]:
    """Every coordinator of the country is told."""
    return lambda question: owe_to(question, kind, in_role(question, RoleName.COORDINATOR))


def tell_readers_of_applications(question: Question) -> None:
    """The coordinators of the country; where there is none, the scheme owners, who can have one named."""
    coordinators = in_role(question, RoleName.COORDINATOR)
    if coordinators:
        owe_to(question, "application_received", coordinators)
        return
    thing, session = question.thing, question.session
    assert session is not None
    for person in _people(question, in_role(question, RoleName.SCHEME_OWNER)):
        owe(
            session,
            key=f"application_unserved:{thing.case_id}:{question.seq}:{person.id}",
            kind="application_unserved",
            at=question.at,
            recipient=person,
            params={"module": thing.module, "country": thing.country},  # they may not know who applied
        )


def tell_deciders(kind: str) -> Callable[[Question], None]:
    """Every Master Trainer who could decide is told: in scope, and with no relation in the way."""

    def tell(question: Question) -> None:
        free = [
            one
            for one in in_role(question, RoleName.MASTER_TRAINER)
            if not question.dossier.findings(one, Act.DECIDE).blocks
        ]
        owe_to(question, kind, free)

    return tell


def in_role(question: Question, role: RoleName) -> list[str]:
    """The people who hold a role for module and country that day, by id."""
    thing, session, on = question.thing, question.session, question.on
    assert session is not None
    grants = session.scalars(
        select(RoleGrant).where(
            RoleGrant.role == role,
            RoleGrant.confirmed_at.is_not(None),
            RoleGrant.ended_at.is_(None),
            RoleGrant.country.in_((thing.country,)) | RoleGrant.country.is_(None),
            RoleGrant.module.in_((thing.module,)) | RoleGrant.module.is_(None),
            RoleGrant.from_on <= on,
            RoleGrant.until_on.is_(None) | (RoleGrant.until_on >= on),
        )
    )
    return sorted({grant.person_id for grant in grants})


def owe_to(question: Question, kind: str, person_ids: Iterable[str | None], **more: str) -> None:
    """Owe each of them a message about the case, but nothing to whoever made the move."""
    _owe(question, kind, [one for one in person_ids if one != question.actor.id], **more)


def _owe(question: Question, kind: str, person_ids: Iterable[str | None], **more: str) -> None:
    thing, session = question.thing, question.session
    assert session is not None
    for person in _people(question, person_ids):
        if person.disabled_at is not None:
            continue
        owe(
            session,
            key=f"{kind}:{thing.case_id}:{question.seq}:{person.id}",
            kind=kind,
            at=question.at,
            recipient=person,
            case_id=thing.case_id,
            params={**_params(question), **more},
        )


def _people(question: Question, ids: Iterable[str | None]) -> Iterator[Recipient]:
    """Those with an account, in the order asked for."""
    wanted = [id for id in ids if id]
    known = question.dossier.recipients(wanted)
    return (known[id] for id in wanted if id in known)


def _params(question: Question) -> dict[str, Any]:
    thing = question.thing
    shown = {name: plain(question.facts[name]) for name in _SHOWN if name in question.facts}
    return {
        "certification": thing.id,
        "holder": question.dossier.recipients([thing.holder_id])[thing.holder_id].name,
        "module": thing.module,
        "move": question.move.name,
        **shown,
        **_deadlines(question),
    }


def _deadlines(question: Question) -> dict[str, int]:
    """The numbers of the edition that a decision's message names, as they are when it is owed."""
    if question.move.name not in _APPEALED:
        return {}
    edition, thing = question.dossier.edition, question.thing
    return {
        name: int(number(edition, name, module=thing.module, country=thing.country)) for name in _DEADLINES
    }
