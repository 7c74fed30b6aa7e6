"""Certificates that were told anew under their number: which version of each stands, and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Credential, CredentialDocument
from certify.scheme.dates import day_in


@dataclass(frozen=True)
class Version:
    """The version that stands: 2 or higher. `why` is for its holder alone, for a new name is private."""

    revision: int
    why: str  # name, correction, key
    issued_on: date


def versions_of(session: Session, numbers: Sequence[str]) -> Mapping[str, Version]:
    """By number, of those among them that were issued anew."""
    asked = (
        select(
            Credential.number,
            Credential.zone,
            CredentialDocument.revision,
            CredentialDocument.why,
            CredentialDocument.issued_at,
        )
        .join(CredentialDocument, CredentialDocument.credential_id == Credential.id)
        .where(
            Credential.number.in_(numbers),
            CredentialDocument.replaced_at.is_(None),
            CredentialDocument.revision > 1,
        )
    )
    return {
        row.number: Version(row.revision, row.why, day_in(row.issued_at, row.zone))
        for row in session.execute(asked)
    }
