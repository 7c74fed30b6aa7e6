"""What the moves of a licence do: who did what, the credential, and the role that is proposed with it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from certify.credentials.issuing import draft_licence
from certify.models import IssuingBody, RoleGrant
from certify.scheme.sentences import say
from certify.scheme.words import CredentialState, Relation, RoleName
from certify.workflows import credential as credentials
from certify.workflows import engine, role_rules, roles
from certify.workflows.certification_guards import issuers_in_force
from certify.workflows.engine import Question, Refused
from certify.workflows.involvement import record

Facts = Mapping[str, Any] | None
_WITHDRAWN = say("The licence was withdrawn.")


def nominate(question: Question) -> Facts:
    """Who stands up for the candidate does not decide later."""
    _took_part(question, question.actor.id, Relation.RECOMMENDED)
    return {"certification": question.thing.certification_id}


def confirm(question: Question) -> Facts:
    """The candidate takes the nomination on."""
    question.thing.confirmed_at = question.at
    return None


def examine(question: Question) -> Facts:
    """The last result stands; the log keeps those before it."""
    thing, facts = question.thing, question.facts
    thing.examined_on, thing.examination_percent = facts["examined_on"], facts["percent"]
    thing.examiner_id = facts["examiner"]
    _took_part(question, facts["examiner"], Relation.SCREENED)
    return None


def grant(question: Question) -> Facts:
    """Dates by the edition, a credential of its own kind, and the role proposed for the same days."""
    thing, session = question.thing, question.session
    assert session is not None
    thing.issuer = session.get_one(IssuingBody, issuers_in_force(question)[0])
    period = question.dossier.period(thing.issuer.zone)
    thing.valid_from, thing.valid_until = period.valid_from, period.valid_until
    _decide(question)
    session.flush()
    paper = draft_licence(thing, question.at, supersedes=question.dossier.predecessor)
    engine.follow(session, paper, "issue", question.actor, question.at)
    thing.credential_id = paper.id
    return {
        "credential": paper.number,
        "issuer": thing.issuer_id,
        "valid_from": thing.valid_from,
        "valid_until": thing.valid_until,
        "role": _propose_role(question),
    }


def refuse(question: Question) -> Facts:
    """With the requirements as they stood."""
    _decide(question)
    return {"requirements": [engine.plain(vars(one)) for one in question.dossier.asked.values()]}


def withdraw(question: Question) -> Facts:
    """The paper is revoked in the same commit; the role given with the licence ends with it."""
    paper, session = question.thing.credential, question.session
    assert session is not None
    if paper is not None and paper.state is CredentialState.ISSUED:
        credentials.revoke(session, paper, question.actor, question.at, reason=_WITHDRAWN)
    return None


def _decide(question: Question) -> None:
    thing = question.thing
    thing.decided_by_id, thing.decided_at = question.actor.id, question.at
    thing.reasons = list(question.facts.get("reasons", ()))
    _took_part(question, question.actor.id, Relation.DECIDED)


def _took_part(question: Question, person_id: str, relation: Relation) -> None:
    thing, session = question.thing, question.session
    assert session is not None
    record(session, person_id, thing.certification, relation, thing.id, question.at)


def _propose_role(question: Question) -> str | None:
    """The decider proposes the role for the days of the licence; somebody else still has to confirm it.

    None where the person has the role for all of them already, without a licence or by another one.
    """
    thing, session = question.thing, question.session
    assert session is not None
    from_on = _first_free_day(question)
    if from_on is None:
        return None
    proposal = role_rules.Proposal(
        person=thing.certification.holder,
        role=RoleName.EXPERT_TRAINER,
        module=thing.module,
        country=thing.country,
        from_on=from_on,
        until_on=thing.valid_until,
    )
    try:
        given = roles.propose(session, question.actor, proposal, question.at)
    except Refused:
        return None
    given.licence_id = thing.id
    return given.id


def _first_free_day(question: Question) -> date | None:
    """The first day of the licence on which the person has not the role yet."""
    thing, session, day = question.thing, question.session, question.thing.valid_from
    assert session is not None
    held = session.scalars(
        select(RoleGrant).where(
            RoleGrant.person_id == thing.certification.holder_id,
            RoleGrant.role == RoleName.EXPERT_TRAINER,
            RoleGrant.module == thing.module,
            RoleGrant.country == thing.country,
            RoleGrant.ended_at.is_(None),
        )
    ).all()
    if any(one.until_on is None for one in held):
        return None
    last = max((one.until_on for one in held if one.until_on is not None), default=None)
    if last is not None and last >= day:
        day = last + timedelta(days=1)
    return day if day <= thing.valid_until else None
