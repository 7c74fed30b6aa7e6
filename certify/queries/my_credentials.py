"""A person's own certificates: each with its standing, and what its holder may do with it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.credentials.verdict import VerdictDocument
from certify.models import Certification, Credential
from certify.queries.verification import verdicts_of
from certify.queries.versions import Version, versions_of
from certify.scheme.types import Edition
from certify.scheme.words import Verdict
from certify.workflows.editions import edition_named

MOST = 200  # of one person: more than a life of certificates


@dataclass(frozen=True)
class OwnCredential:
    """A certificate as its holder looks at it, with the public answer about it."""

    credential: Credential
    verdict: VerdictDocument
    edition: Edition
    version: Version | None  # None for one that was never issued anew

    @property
    def can_be_shown_round(self) -> bool:
        """Whether it is worth something: sharing what is withdrawn or replaced would mislead."""
        return self.verdict.verdict is Verdict.VALID or self.verdict.reason == "not_yet_valid"


def own_credentials(session: Session, person_id: str, at: datetime) -> list[OwnCredential]:
    """Every certificate that was issued to a person, the newest first."""
    asked = (
        select(Credential)
        .join(Certification, Certification.id == Credential.certification_id)
        .where(Certification.holder_id == person_id)
        .options(joinedload(Credential.issuer))
        .order_by(Credential.valid_from.desc(), Credential.issued_at.desc(), Credential.id)
        .limit(MOST)
    )
    rows = list(session.scalars(asked))
    return _owned(session, rows, at)


def own_credential(session: Session, credential: Credential, at: datetime) -> OwnCredential:
    """One certificate; whose it is was asked before."""
    return _owned(session, [credential], at)[0]


def _owned(session: Session, rows: list[Credential], at: datetime) -> list[OwnCredential]:
    if not rows:
        return []
    numbers = [row.number for row in rows]
    versions = versions_of(session, numbers)
    return [
        OwnCredential(row, verdict, edition_named(session, row.scheme_version), versions.get(row.number))
        for row, verdict in zip(rows, verdicts_of(session, numbers, at), strict=True)
    ]
