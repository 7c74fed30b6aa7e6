"""What decisions do: the certificate and its end, the evidence kept as it was, pauses and partings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from certify.models import Decision
from certify.scheme.dates import valid_until
from certify.scheme.sentences import say
from certify.scheme.words import CertificationState, CredentialState, Relation
from certify.workflows.certification_effects import reopen
from certify.workflows.certification_guards import issuers_in_force
from certify.workflows.credential import issue
from certify.workflows.engine import Question, follow, plain
from certify.workflows.involvement import record
from certify.workflows.terms import validity_months

Facts = Mapping[str, Any] | None


def grant(question: Question) -> Facts:
    """The certificate: dates by the edition, a credential issued, the evidence kept as it was."""
    thing, session = question.thing, question.session
    assert session is not None
    months = validity_months(question.dossier.edition, thing)
    thing.valid_from = question.facts["effective_on"]
    thing.valid_until = valid_until(thing.valid_from, months)
    thing.issuer_id = issuers_in_force(question)[0]
    session.flush()
    session.refresh(thing, ["issuer"])
    snapshot = _snapshot(question)
    _decide(question, "granted")
    credential = issue(session, thing, question.actor, question.at)
    return {**snapshot, "credential": credential.number, "issuer": thing.issuer_id}


def refuse(question: Question) -> Facts:
    """The reasons cite requirements; the evidence is kept as it was."""
    snapshot = _snapshot(question)
    _decide(question, "refused")
    return snapshot


def recognise(question: Question) -> Facts:
    """A certificate of another body, with its dates and a number of ours; evidence is not held."""
    thing, session, facts = question.thing, question.session, question.facts
    assert session is not None
    thing.scheme_version = question.dossier.edition.name
    thing.valid_from = facts["valid_from"]
    thing.valid_until = facts["valid_until"]
    thing.recognised_source = facts["source"]
    thing.recognised_number = facts["number"]
    thing.issuer_id = issuers_in_force(question)[0]
    session.flush()
    session.refresh(thing, ["issuer"])
    _decide(question, "recognised")
    credential = issue(session, thing, question.actor, question.at)
    return {"credential": credential.number, "issuer": thing.issuer_id}


def _decide(question: Question, outcome: str) -> None:
    thing, session = question.thing, question.session
    assert session is not None
    thing.decided_by_id = question.actor.id
    thing.decided_at = question.at
    thing.reasons = list(question.facts.get("reasons", ()))
    session.add(
        Decision(
            certification_id=thing.id,
            round=thing.round,
            decided_by_id=question.actor.id,
            decided_at=question.at,
            outcome=outcome,
        )
    )
    record(session, question.actor.id, thing, Relation.DECIDED, thing.id, question.at)


def _snapshot(question: Question) -> dict[str, Any]:
    """Requirements and counting as they stood at the decision."""
    dossier = question.dossier
    return {
        "requirements": [plain(vars(one)) for one in dossier.results.values()],
        "counted": [
            {
                "activity": one.activity,
                "counted": one.counted,
                "reasons": [plain(vars(reason)) for reason in one.reasons],
            }
            for one in dossier.counted
        ],
    }


_ENDED = {
    "withdraw": say("The certification was withdrawn."),
    "retire": say("The trainer gave the certification up."),
}


def end_credentials(question: Question) -> Facts:
    """Withdrawal and retirement revoke what was issued, and end a renewal on its way, in the same commit."""
    session = question.session
    assert session is not None
    for renewal in question.thing.renewals:
        if renewal.decided_at is None:
            follow(session, renewal, "end", question.actor, question.at)
    ended = []
    for credential in question.thing.credentials:
        if credential.state is CredentialState.ISSUED:
            why = _ENDED[question.move.name]
            follow(session, credential, "revoke", question.actor, question.at, reason=why)
            ended.append(credential.number)
    return {"revoked": ended}


def hold(question: Question) -> Facts:
    """Where the case was, and since when its deadlines stand still."""
    thing = question.thing
    thing.held_from_state = question.before
    thing.pauses = [*thing.pauses, {"from": question.on.isoformat(), "until": None}]
    return None


def resume(question: Question) -> Facts:
    """The pause ends; its days move the candidate's deadlines, that of more practice among them."""
    thing, since = question.thing, date.fromisoformat(question.thing.pauses[-1]["from"])
    _end_pause(question)
    if question.thing.state != CertificationState.MORE_PRACTICE or thing.practice_by_on is None:
        return None
    thing.practice_by_on += question.on - since
    return {"by_on": thing.practice_by_on}


def leave(question: Question) -> Facts:
    """The candidate goes; the way back stays open for a time, a recommendation does not."""
    _end_pause(question)
    if question.thing.recommended_at is not None:
        reopen(question.thing)
    question.thing.left_on = question.on
    return None


def _end_pause(question: Question) -> None:
    thing = question.thing
    thing.held_from_state = None
    thing.pauses = [
        pause if pause["until"] else {**pause, "until": question.on.isoformat()} for pause in thing.pauses
    ]


def rejoin(question: Question) -> Facts:
    """Back at admission; a ToT that is still valid is used again by enrolling in it."""
    question.thing.left_on = None
    return None
