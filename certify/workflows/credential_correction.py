"""Putting right what stands on a certificate: told anew under its number, by a Master Trainer of its body.

No decision is changed: days, module and country are the decision's, and a name is the person's
(`rename_holder`). What can be wrong is how the issuing body is called, and whose certificate was recognised.
"""

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from certify.credentials.printed import printed
from certify.models import Certification, Credential
from certify.models.store import lock_case
from certify.policy import Actor, may
from certify.scheme.sentences import say
from certify.scheme.words import Act, CredentialState
from certify.workflows.certification_guards import decides_for, impartial
from certify.workflows.credential import CORRECTION, MOVES, reissue
from certify.workflows.dossier import Dossier
from certify.workflows.engine import Forbidden, Question, Refusal, Refused

NOTHING = say("It says already what the register says: nothing is to be put right.")


@dataclass(frozen=True)
class Difference:
    """A part of the document that reads otherwise in the register by now."""

    part: str
    before: str
    after: str


def differences(credential: Credential) -> tuple[Difference, ...]:
    """What would change if the certificate were told anew as the register stands."""
    if credential.document is None:
        return ()
    said, body = printed(json.loads(credential.document.content)), credential.issuer
    parts = (
        Difference(say("Name"), said.holder, credential.holder_name),
        Difference(say("Issued by"), said.issuer_name, body.legal_name),
        Difference(say("Country of the issuing body"), said.country, body.country),
    )
    return tuple(each for each in parts if each.before != each.after)


def fingerprint(found: tuple[Difference, ...]) -> str:
    """By which differences are told from others."""
    return sha256(json.dumps([astuple(each) for each in found]).encode()).hexdigest()


def correctable(session: Session, case: Certification, actor: Actor, at: datetime) -> frozenset[str]:
    """The ids of the certificates of a case that this Master Trainer can put right now: pages offer those."""
    return frozenset(
        one.id
        for one in case.certificates
        if (one.recognised_source is not None or differences(one)) and not refusals(session, one, actor, at)
    )


def refusals(session: Session, credential: Credential, actor: Actor, at: datetime) -> tuple[Refusal, ...]:
    """Why this Master Trainer cannot put the certificate right now."""
    return tuple(_refusals(credential, _question(session, credential, actor, at)))


def _question(session: Session, credential: Credential, actor: Actor, at: datetime) -> Question:
    case = credential.certification
    dossier = Dossier(session, case, at)
    return Question(case, dossier, MOVES["reissue"], actor, at, dossier.on, {}, session)


def _refusals(credential: Credential, question: Question) -> Iterator[Refusal]:
    if credential.state is CredentialState.REVOKED:
        yield Refusal(None, say("It was revoked: what it said when it ended stays as it was."))
        return
    if credential.issuer_id not in decides_for(question.actor, question):
        body = credential.issuer.legal_name
        sentence = say("It is signed in the name of {body}, and you do not decide for that body.", body=body)
        yield Refusal(None, sentence, ("master_trainer",))
    yield from impartial(Act.DECIDE)(question)


def correct(
    session: Session,
    credential: Credential,
    actor: Actor,
    at: datetime,
    *,
    reason: str,
    source: str | None = None,
    number: str | None = None,
) -> None:
    """Issue it anew as the register stands, and as `source` and `number` say of one that was recognised.

    Raises Forbidden, and Refused also where nothing on it would change.
    """
    lock_case(session, credential.case_id)
    session.refresh(credential)
    question = _question(session, credential, actor, at)
    if not may(actor, "credential.correct", question.thing, question.on):
        raise Forbidden("credential.correct")
    refused = tuple(_refusals(credential, question))
    if refused:
        raise Refused(refused)
    told = {"source": source, "number": number} if _recognise_anew(credential, source, number) else {}
    if not told and not differences(credential):
        raise Refused([Refusal(None, NOTHING)])
    reissue(session, credential, actor, at, why=CORRECTION, reason=reason, **told)


def _recognise_anew(credential: Credential, source: str | None, number: str | None) -> bool:
    """Write down whose certificate was recognised, as corrected; whether that changes anything."""
    before = credential.recognised_source, credential.recognised_number
    if credential.recognised_source is None or source is None or number is None or before == (source, number):
        return False
    for row in (credential, credential.certification):
        row.recognised_source, row.recognised_number = source, number
    return True
