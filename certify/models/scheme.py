"""Published scheme versions, frozen byte for byte."""

from datetime import date, datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from certify.models.base import Instant, Model


class SchemeVersion(Model):
    """One published edition: canonical JSON and its SHA-256; a published row never changes."""

    __tablename__ = "scheme_version"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    canonical: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    effective_on: Mapped[date]
    transition_end_on: Mapped[date | None]
    published_at: Mapped[datetime] = mapped_column(Instant)
