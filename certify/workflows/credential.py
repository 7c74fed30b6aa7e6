"""The life of a credential: from decisions, renewals, new names, corrections and lost keys."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certify.credentials.issuing import draft_credential
from certify.models import Certification, Credential, CredentialDocument, IssuerKey
from certify.models.store import lock_case
from certify.policy import Actor
from certify.scheme.dates import day_in
from certify.scheme.sentences import say
from certify.scheme.words import CredentialState, CredentialType
from certify.workflows import engine
from certify.workflows.credential_notices import tell_reissued
from certify.workflows.engine import Move, Question
from certify.workflows.facts import Fact, FactKind
from certify.workflows.issuer_record import OPERATOR, SOFTWARE, By
from certify.workflows.signed_documents import settle_end, sign

Facts = Mapping[str, Any]

# Why a certificate is told anew under its number: the words are those of `CredentialDocument.why`.
NAME, CORRECTION, KEY = "name", "correction", "key"
AT_ONCE = 200  # certificates read at a time where all of a key are issued anew


def _end(question: Question) -> None:
    question.thing.reason = question.facts["reason"]
    _settle(question)


def _settle(question: Question) -> None:
    """The status lists say so from this commit on."""
    assert question.session is not None
    settle_end(question.session, question.thing)


def _issue(question: Question) -> Facts:
    """Signed in the same commit: a certificate that cannot be signed is not granted. Raises Refused."""
    credential: Credential = question.thing
    assert question.session is not None
    told = sign(question.session, credential, question.at, "issued")
    settle_end(question.session, credential)
    return {
        "number": credential.number,
        "valid_from": credential.valid_from,
        "valid_until": credential.valid_until,
        **told,
    }


def _reissue(question: Question) -> Facts:
    """The same number, told anew; the status list says of the version before that it is over."""
    assert question.session is not None
    told = sign(question.session, question.thing, question.at, question.facts["why"])
    settle_end(question.session, question.thing)
    return told


MOVES = engine.define(
    Move(
        name="issue",
        label=say("Issue"),
        sources=(CredentialState.NEW,),
        to=CredentialState.ISSUED,
        who=(),
        sentence="{actor} issued the certificate.",
        effect=_issue,
    ),
    Move(
        name="revoke",
        label=say("Revoke"),
        sources=(CredentialState.ISSUED,),
        to=CredentialState.REVOKED,
        who=(),
        sentence="{actor} revoked the certificate.",
        facts=(Fact("reason", FactKind.LONG_TEXT, say("Reason")),),
        effect=_end,
    ),
    Move(
        name="supersede",
        label=say("Supersede"),
        sources=(CredentialState.ISSUED,),
        to=CredentialState.SUPERSEDED,
        who=(),
        sentence="A newer certificate took the place of this one.",
        effect=_settle,
        note="at the successor's start",
    ),
    Move(
        name="reissue",
        label=say("Issue anew"),
        sources=(CredentialState.ISSUED, CredentialState.REVOKED, CredentialState.SUPERSEDED),
        to=None,
        who=(),
        sentence="{actor} issued the certificate anew, under the same number.",
        facts=(
            Fact(
                "why",
                FactKind.CHOICE,
                say("Why"),
                choices=(
                    (NAME, "The holder's name changed"),
                    (CORRECTION, "It was corrected"),
                    (KEY, "Its key was compromised"),
                ),
            ),
            Fact("reason", FactKind.LONG_TEXT, say("Reason"), required=False),
            # of one that was recognised, where these are corrected
            Fact(
                "source",
                FactKind.TEXT,
                say("Recognised from"),
                required=False,
                max_length=200,
                on_paper=True,
            ),
            Fact("number", FactKind.TEXT, say("Number there"), required=False, max_length=100, on_paper=True),
            Fact(OPERATOR, FactKind.TEXT, say("Account on the command line"), required=False, max_length=200),
        ),
        effect=_reissue,
        tells=(tell_reissued,),
        note="a new name, a correction or a compromised key; the version before is superseded",
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
    scheme_version: str | None = None,
) -> Credential:
    """Issue a certificate with a fresh number, as the consequence of a decision in the same transaction.

    Issuing body, dates and where it was recognised from are the certification's; the edition too, unless
    another one is named.
    """
    credential = draft_credential(
        certification, at, type=type, supersedes=supersedes, scheme_version=scheme_version
    )
    engine.follow(session, credential, "issue", actor, at)
    return credential


def revoke(session: Session, credential: Credential, actor: Actor, at: datetime, *, reason: str) -> None:
    """End a certificate for good, with its certification or because it was issued in error."""
    engine.follow(session, credential, "revoke", actor, at, reason=reason)


def supersede(session: Session, credential: Credential, actor: Actor, at: datetime) -> None:
    """Mark a certificate whose successor has started; its verdict is by the dates, not by this."""
    engine.follow(session, credential, "supersede", actor, at)


def reissue(
    session: Session, credential: Credential, actor: Actor, at: datetime, *, why: str, **told: str | None
) -> None:
    """Tell a certificate anew under its number, as its row stands now; `why` is a word of this module."""
    engine.follow(session, credential, "reissue", actor, at, why=why, **told)


def rename_holder(session: Session, actor: Actor, person_id: str, at: datetime, *, name: str) -> list[str]:
    """Issue every certificate of a person anew in another name, expired ones too; their numbers.

    What was revoked keeps the name under which it was. Raises Refused.
    """
    cases = select(Certification.case_id).where(Certification.holder_id == person_id)
    # All of them, and only then the certificates: a grant that commits meanwhile bears the old name.
    lock_case(session, *session.scalars(cases))
    asked = (
        select(Credential)
        .join(Certification, Certification.id == Credential.certification_id)
        .where(
            Certification.holder_id == person_id,
            Credential.holder_name != name,
            Credential.state != CredentialState.REVOKED,
        )
        .order_by(Credential.id)
        .execution_options(populate_existing=True)
    )
    renamed = session.scalars(asked).all()
    for credential in renamed:
        credential.holder_name = name
        reissue(session, credential, actor, at, why=NAME)
    return [credential.number for credential in renamed]


def signed_with(session: Session, key: IssuerKey, *, after: str = "") -> list[tuple[str, str]]:
    """Id and case of the next certificates whose document a key signed, in the order of their ids."""
    asked = _signed_with(key).where(Credential.id > after).order_by(Credential.id).limit(AT_ONCE)
    return [(row.id, row.case_id) for row in session.execute(asked)]


def count_signed_with(session: Session, key: IssuerKey) -> int:
    """How many certificates have a document that a key signed."""
    return session.scalar(select(func.count()).select_from(_signed_with(key).subquery())) or 0


def reissue_for_key(
    session: Session, id: str, case_id: str, key: IssuerKey, at: datetime, by: By = SOFTWARE
) -> str | None:
    """Issue a certificate anew whose document a key signed; its number if it was still to be done."""
    lock_case(session, case_id)
    credential = session.get_one(Credential, id, populate_existing=True)
    if credential.document is None or credential.document.key_id != key.id:
        return None
    reissue(session, credential, by.actor, at, why=KEY, **by.facts)
    return credential.number


def _signed_with(key: IssuerKey) -> Any:
    return (
        select(Credential.id, Credential.case_id)
        .join(CredentialDocument, CredentialDocument.credential_id == Credential.id)
        .where(CredentialDocument.key_id == key.id, CredentialDocument.replaced_at.is_(None))
    )
