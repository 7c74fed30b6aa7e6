"""Making the row of a new certificate: what is written on it is copied, so that it never changes."""

from datetime import datetime

from certify.credentials.numbers import PREFIXES, new_number
from certify.models import Certification, Credential
from certify.scheme.words import CredentialState, CredentialType


class NotDecided(Exception):
    """A certificate is made of a decision: issuing body, dates and edition are not all there. A bug."""


def draft_credential(
    certification: Certification,
    at: datetime,
    *,
    type: CredentialType = CredentialType.TRAINER_CERTIFICATION,
    supersedes: Credential | None = None,
) -> Credential:
    """A new, unissued certificate with a fresh number, in the issuing body's zone; it joins no session.

    Raises NotDecided.
    """
    issuer = certification.issuer
    valid_from, valid_until = certification.valid_from, certification.valid_until
    if issuer is None or valid_from is None or valid_until is None or certification.scheme_version is None:
        raise NotDecided(certification.id)
    return Credential(
        case_id=certification.case_id,
        certification_id=certification.id,
        number=new_number(PREFIXES[type]),
        type=type,
        state=CredentialState.NEW,
        state_since=at,
        holder_name=certification.holder.name,
        module=certification.module,
        country=certification.country,
        scheme_version=certification.scheme_version,
        issuer_id=issuer.id,
        zone=issuer.zone,
        valid_from=valid_from,
        valid_until=valid_until,
        issued_at=at,
        supersedes_id=supersedes.id if supersedes else None,
        recognised_source=certification.recognised_source,
        recognised_number=certification.recognised_number,
    )
