"""The public parts of the keys that issuing bodies sign and seal with; the private parts lie in files."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Model, Word, new_id
from certify.models.organisations import IssuingBody
from certify.scheme.words import KeyKind


class IssuerKey(Model):
    """One key of an issuing body, kept for ever: what it signed is verified with it, unless compromised."""

    __tablename__ = "issuer_key"
    __table_args__ = (UniqueConstraint("issuer_id", "fragment"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    issuer_id: Mapped[str] = mapped_column(ForeignKey("issuing_body.id"))
    kind: Mapped[KeyKind] = mapped_column(Word(KeyKind))
    fragment: Mapped[str] = mapped_column(String(40))  # its name in the DID document: key-1, seal-1
    public: Mapped[str] = mapped_column(String(100), unique=True)  # Multikey
    certificate: Mapped[str | None] = mapped_column(Text)  # of a seal: the chain in PEM, its own first
    created_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    compromised_at: Mapped[datetime | None] = mapped_column(Instant)

    issuer: Mapped[IssuingBody] = relationship()

    @property
    def signs(self) -> bool:
        """Whether new documents are signed with it."""
        return self.retired_at is None and self.compromised_at is None
