"""Making the row of a new certificate: what is written on it is copied, so that it never changes."""

from datetime import datetime

from certify.credentials.numbers import PREFIXES, new_number
from certify.models import Certification, Credential, ExpertLicence, IssuingBody
from certify.scheme.standing import Period
from certify.scheme.words import CredentialState, CredentialType


class NotDecided(Exception):
    """A certificate is made of a decision: issuing body, dates and edition are not all there. A bug."""


def draft_credential(
    certification: Certification,
    at: datetime,
    *,
    type: CredentialType = CredentialType.TRAINER_CERTIFICATION,
    supersedes: Credential | None = None,
    scheme_version: str | None = None,
) -> Credential:
    """A new, unissued certificate with a fresh number, in the issuing body's zone; it joins no session.

    `scheme_version`: of a renewal, which is under the edition in force when it was filed. Raises NotDecided.
    """
    issuer = certification.issuer
    valid_from, valid_until = certification.valid_from, certification.valid_until
    if issuer is None or valid_from is None or valid_until is None or certification.scheme_version is None:
        raise NotDecided(certification.id)
    row = _row(certification, at, type, issuer, Period(valid_from, valid_until), supersedes)
    row.scheme_version = scheme_version or certification.scheme_version
    row.recognised_source = certification.recognised_source
    row.recognised_number = certification.recognised_number
    return row


def draft_licence(licence: ExpertLicence, at: datetime, *, supersedes: Credential | None) -> Credential:
    """The same for an Expert Trainer's licence, which has dates and a body of its own. Raises NotDecided."""
    if licence.issuer is None or licence.valid_from is None or licence.valid_until is None:
        raise NotDecided(licence.id)
    period = Period(licence.valid_from, licence.valid_until)
    type = CredentialType.EXPERT_TRAINER_LICENCE
    row = _row(licence.certification, at, type, licence.issuer, period, supersedes)
    row.scheme_version = licence.scheme_version
    return row


def _row(
    certification: Certification,
    at: datetime,
    type: CredentialType,
    issuer: IssuingBody,
    period: Period,
    supersedes: Credential | None,
) -> Credential:
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
        issuer_id=issuer.id,
        zone=issuer.zone,
        valid_from=period.valid_from,
        valid_until=period.valid_until,
        issued_at=at,
        supersedes_id=supersedes.id if supersedes else None,
    )
