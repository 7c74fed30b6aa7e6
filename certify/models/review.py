"""Review tasks: something happened around a certification, and a Master Trainer has to look at it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Model, Word, new_id
from certify.models.certification import Certification
from certify.models.people import Person
from certify.scheme.words import ReviewGround, ReviewState


class Review(Model):
    """One task: opened by the clock, closed with a reason; it changes nothing of the certificate by itself.

    `cause` names what happened, so that no scheduler opens a second task about the same.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("certification_id", "ground", "cause"),
        Index("ix_review_state", "state", "state_since", "id"),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"))
    ground: Mapped[ReviewGround] = mapped_column(Word(ReviewGround))
    cause: Mapped[str] = mapped_column(String(64))
    fallen_id: Mapped[str | None] = mapped_column(ForeignKey("certification.id"))  # the prerequisite
    state: Mapped[ReviewState] = mapped_column(Word(ReviewState), default=ReviewState.NEW)
    state_since: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    escalated_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    certification: Mapped[Certification] = relationship(foreign_keys=[certification_id])
    fallen: Mapped[Certification | None] = relationship(foreign_keys=[fallen_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def module(self) -> str:
        """The certification's."""
        return self.certification.module

    @property
    def country(self) -> str:
        """The certification's."""
        return self.certification.country
