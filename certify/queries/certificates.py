"""What the paper of one certificate is made of, read at once, so that nothing is asked while it is drawn."""

import json
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.credentials.certificate import Certificate, certificate_of
from certify.credentials.printed import printed
from certify.credentials.signing import paper_seal_of
from certify.credentials.verdict import VerdictDocument
from certify.models import Credential, CredentialDocument
from certify.presentation.verdicts import STOPPED
from certify.queries.verification import verdict_of
from certify.scheme.dates import day_in
from certify.scheme.words import CredentialState
from certify.workflows.editions import edition_named


@dataclass(frozen=True)
class Printable:
    """A certificate with what seals it: key and chain in PEM."""

    certificate: Certificate
    key_pem: bytes = field(repr=False)
    chain_pem: bytes = field(repr=False)


@dataclass(frozen=True)
class InHand:
    """The document that is given out under a number: who issued it, as it says, and which version it is."""

    issuer: str
    revision: int
    issued_on: date

    def other_name(self, answer: VerdictDocument) -> str:
        """How it names the issuing body, where the register calls that otherwise by now."""
        return "" if self.issuer == answer.issuer else self.issuer


def in_hand(session: Session, number: str) -> InHand | None:
    """Of a certificate by its number as it is stored; None for a number that has none."""
    asked = (
        select(
            Credential.zone,
            CredentialDocument.content,
            CredentialDocument.revision,
            CredentialDocument.issued_at,
        )
        .join(CredentialDocument, CredentialDocument.credential_id == Credential.id)
        .where(Credential.number == number, CredentialDocument.replaced_at.is_(None))
    )
    row = session.execute(asked).one_or_none()
    if row is None:
        return None
    said = printed(json.loads(row.content))
    return InHand(said.issuer_name, row.revision, day_in(row.issued_at, row.zone))


def is_given_out(session: Session, answer: VerdictDocument) -> bool:
    """Whether anybody gets the paper of a certificate today, whichever day the answer about it is about."""
    today = answer if answer.on is None else verdict_of(session, answer.number, answer.as_of)
    return today.reason not in STOPPED


def printable(session: Session, number: str, site: str) -> Printable | None:
    """A certificate by its number as it is stored; None unless it was signed. `site` is the public address.

    Raises KeyUnusable, NoPlace where the issuing body cannot seal.
    """
    asked = (
        select(Credential)
        .where(Credential.number == number)
        .options(joinedload(Credential.issuer), selectinload(Credential.documents))
    )
    row = session.scalars(asked).one_or_none()
    if row is None or row.document is None:
        return None
    certificate = certificate_of(
        row,
        edition_named(session, row.scheme_version),
        address=f"{site}/verify/{number}",
        credential=row.document.content.encode(),
    )
    return Printable(certificate, *paper_seal_of(session, row.issuer_id))


def numbers_to_print(session: Session, after: str = "", limit: int = 500) -> list[str]:
    """The numbers of signed certificates that were not revoked, in order, those that follow one of them."""
    asked = select(Credential.number).where(
        Credential.number > after, Credential.state != CredentialState.REVOKED, Credential.documents.any()
    )
    return list(session.scalars(asked.order_by(Credential.number).limit(limit)))
