"""Credentials: the certificates that were issued, found by their number."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Model, Word, new_id
from certify.models.issuer_keys import IssuerKey
from certify.models.organisations import IssuingBody
from certify.scheme.words import CredentialState, CredentialType, StatusPurpose

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
    supersedes: Mapped["Credential | None"] = relationship(remote_side=[id])
    documents: Mapped[list["CredentialDocument"]] = relationship(
        back_populates="credential", order_by="CredentialDocument.revision"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def document(self) -> "CredentialDocument | None":
        """The signed document that stands: the last one."""
        return self.documents[-1] if self.documents else None


class CredentialDocument(Model):
    """A certificate as it was signed, kept byte for byte; a later version of it replaces it."""

    __tablename__ = "credential_document"
    __table_args__ = (
        UniqueConstraint("credential_id", "revision"),
        UniqueConstraint("revocation_list_id", "revocation_index"),
        UniqueConstraint("suspension_list_id", "suspension_index"),
        Index("ix_credential_document_key", "key_id", "replaced_at", "id"),
        # The bits that are set, or will be: a status list is made of these rows alone.
        Index(
            "ix_credential_document_ended",
            "revocation_list_id",
            "ended_at",
            sqlite_where=text("ended_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))
    revision: Mapped[int]  # 1, 2, …: the same number, told anew
    why: Mapped[str] = mapped_column(String(20))  # issued, name, correction, key
    content: Mapped[str] = mapped_column(Text)  # JSON as it is published
    subject: Mapped[str] = mapped_column(String(50))  # a random urn:uuid, the same in every version
    key_id: Mapped[str] = mapped_column(ForeignKey("issuer_key.id"))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # from then on the list says "revoked"
    revocation_list_id: Mapped[str] = mapped_column(ForeignKey("status_list.id"))
    revocation_index: Mapped[int]
    suspension_list_id: Mapped[str] = mapped_column(ForeignKey("status_list.id"))
    suspension_index: Mapped[int]

    credential: Mapped[Credential] = relationship(back_populates="documents")
    key: Mapped[IssuerKey] = relationship()


class StatusList(Model):
    """One list of 131,072 places for the status of credentials of one issuer; never filled beyond half."""

    __tablename__ = "status_list"
    __table_args__ = (UniqueConstraint("issuer_id", "did", "purpose", "ordinal"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    issuer_id: Mapped[str] = mapped_column(ForeignKey("issuing_body.id"))
    did: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(300))  # as its credentials name it, wherever it is served later
    purpose: Mapped[StatusPurpose] = mapped_column(Word(StatusPurpose))
    ordinal: Mapped[int]
    filled: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(Instant)

    issuer: Mapped[IssuingBody] = relationship()
