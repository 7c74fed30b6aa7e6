"""What the paper of one certificate is made of, read at once, so that nothing is asked while it is drawn."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.credentials.certificate import Certificate, certificate_of
from certify.credentials.signing import paper_seal_of
from certify.models import Credential
from certify.scheme.words import CredentialState
from certify.workflows.editions import edition_named


@dataclass(frozen=True)
class Printable:
    """A certificate with what seals it: key and chain in PEM."""

    certificate: Certificate
    key_pem: bytes = field(repr=False)
    chain_pem: bytes = field(repr=False)


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
