"""The life of a credential: every move follows from a decision on the certification or a renewal."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from certify.credentials.issuing import draft_credential
from certify.models import Certification, Credential
from certify.policy import Actor
from certify.scheme.dates import day_in
from certify.scheme.sentences import say
from certify.scheme.words import CredentialState, CredentialType
from certify.workflows import engine
from certify.workflows.engine import Move, Question
from certify.workflows.facts import Fact, FactKind


def _keep_reason(question: Question) -> None:
    question.thing.reason = question.facts["reason"]


def _number(question: Question) -> dict[str, object]:
    credential: Credential = question.thing
    return {
        "number": credential.number,
        "valid_from": credential.valid_from,
        "valid_until": credential.valid_until,
    }


MOVES = engine.define(
    Move(
        name="issue",
        label=say("Issue"),
        sources=(CredentialState.NEW,),
        to=CredentialState.ISSUED,
        who=(),
        sentence="{actor} issued the certificate.",
        effect=_number,
    ),
    Move(
        name="revoke",
        label=say("Revoke"),
        sources=(CredentialState.ISSUED,),
        to=CredentialState.REVOKED,
        who=(),
        sentence="{actor} revoked the certificate.",
        facts=(Fact("reason", FactKind.LONG_TEXT, say("Reason")),),
        effect=_keep_reason,
    ),
    Move(
        name="supersede",
        label=say("Supersede"),
        sources=(CredentialState.ISSUED,),
        to=CredentialState.SUPERSEDED,
        who=(),
        sentence="A newer certificate took the place of this one.",
        note="at the successor's start",
    ),
)


def _day(credential: Credential, at: datetime) -> date:
    return day_in(at, credential.zone)


WORKFLOW = engine.Workflow(
    name="credential",
    row=Credential,
    states=tuple(CredentialState),
    moves=MOVES,
    sees="certification.see",
    dossier=lambda session, thing, actor, at, facts: None,
    day=_day,
    locks=lambda session, thing, _move: (thing.case_id,),
    scheme_version=lambda thing: thing.scheme_version,
    state_words={
        "new": say("new"),
        "issued": say("issued"),
        "revoked": say("revoked"),
        "superseded": say("superseded"),
    },
)


def issue(
    session: Session,
    certification: Certification,
    actor: Actor,
    at: datetime,
    *,
    type: CredentialType = CredentialType.TRAINER_CERTIFICATION,
    supersedes: Credential | None = None,
) -> Credential:
    """Issue a certificate with a fresh number, as the consequence of a decision in the same transaction.

    Issuing body, dates and where it was recognised from are the certification's.
    """
    credential = draft_credential(certification, at, type=type, supersedes=supersedes)
    engine.follow(session, credential, "issue", actor, at)
    return credential


def revoke(session: Session, credential: Credential, actor: Actor, at: datetime, *, reason: str) -> None:
    """End a certificate for good, with its certification or because it was issued in error."""
    engine.follow(session, credential, "revoke", actor, at, reason=reason)


def supersede(session: Session, credential: Credential, actor: Actor, at: datetime) -> None:
    """Mark a certificate whose successor has started; its verdict is by the dates, not by this."""
    engine.follow(session, credential, "supersede", actor, at)
