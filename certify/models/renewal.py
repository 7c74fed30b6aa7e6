"""Renewals: the way from one certificate of a certification to the next."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Json, Model, Word, new_id
from certify.models.people import Person
from certify.scheme.words import RenewalState

if TYPE_CHECKING:
    from certify.models.certification import Certification
    from certify.models.credential import Credential

_UNDECIDED = text("decided_at IS NULL")
_GRANTED = text("state = 'granted'")


class Renewal(Model):
    """One renewal of one certificate; the certification itself stays certified meanwhile."""

    __tablename__ = "renewal"
    __table_args__ = (
        UniqueConstraint("successor_id"),
        # Of two that are opened, or granted, at once the database takes one.
        Index(
            "ix_renewal_undecided",
            "certification_id",
            unique=True,
            sqlite_where=_UNDECIDED,
            postgresql_where=_UNDECIDED,
        ),
        Index(
            "ix_renewal_granted",
            "credential_id",
            unique=True,
            sqlite_where=_GRANTED,
            postgresql_where=_GRANTED,
        ),
        # All that the question about a number asks of it: no row is looked at.
        Index("ix_renewal_filed", "credential_id", "filed_at", "decided_at"),
        Index("ix_renewal_certification", "certification_id", "state_since"),
        Index("ix_renewal_waiting", "state", "state_since", "id"),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"))
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))  # the one that is renewed
    state: Mapped[RenewalState] = mapped_column(Word(RenewalState), default=RenewalState.NEW)
    state_since: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime] = mapped_column(Instant)

    filed_at: Mapped[datetime | None] = mapped_column(Instant)
    route: Mapped[str | None] = mapped_column(String(20))  # by the day of the filing
    scheme_version: Mapped[str | None] = mapped_column(ForeignKey("scheme_version.name"))  # in force then
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(Text)

    decided_at: Mapped[datetime | None] = mapped_column(Instant)  # or ended, with nobody who decided
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    reasons: Mapped[list[Any]] = mapped_column(Json, default=list)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    anchor_day: Mapped[int | None]  # the day of the month that the chain keeps to from now on
    successor_id: Mapped[str | None] = mapped_column(ForeignKey("credential.id"))
    version: Mapped[int] = mapped_column()

    certification: Mapped["Certification"] = relationship(back_populates="renewals")
    credential: Mapped["Credential"] = relationship(foreign_keys=[credential_id])
    successor: Mapped["Credential | None"] = relationship(foreign_keys=[successor_id])
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=[reviewed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def module(self) -> str:
        """The module of the certification."""
        return self.certification.module

    @property
    def country(self) -> str:
        """The country of the certification."""
        return self.certification.country
