"""Credentials: the certificates that were issued, found by their number."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Model, Word, new_id
from certify.models.organisations import IssuingBody
from certify.scheme.words import CredentialState, CredentialType

if TYPE_CHECKING:
    from certify.models.certification import Certification


class Credential(Model):
    """One issued certificate; what it is worth on a day is computed, never stored."""

    __tablename__ = "credential"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"), index=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    type: Mapped[CredentialType] = mapped_column(Word(CredentialType))
    state: Mapped[CredentialState] = mapped_column(Word(CredentialState), default=CredentialState.NEW)
    state_since: Mapped[datetime] = mapped_column(Instant)
    holder_name: Mapped[str] = mapped_column(String(200))
    module: Mapped[str] = mapped_column(String(10))
    country: Mapped[str] = mapped_column(String(2))
    scheme_version: Mapped[str] = mapped_column(ForeignKey("scheme_version.name"))
    issuer_id: Mapped[str] = mapped_column(ForeignKey("issuing_body.id"))
    zone: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    supersedes_id: Mapped[str | None] = mapped_column(ForeignKey("credential.id"), index=True)
    recognised_source: Mapped[str | None] = mapped_column(String(200))
    recognised_number: Mapped[str | None] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    certification: Mapped["Certification"] = relationship(back_populates="credentials")
    issuer: Mapped[IssuingBody] = relationship()
    supersedes: Mapped["Credential | None"] = relationship(remote_side=[id], back_populates="superseded_by")
    superseded_by: Mapped["Credential | None"] = relationship(back_populates="supersedes", uselist=False)

    __mapper_args__ = {"version_id_col": version}
