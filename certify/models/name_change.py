"""Requests of certified trainers to be known by another name."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Model, Word, new_id
from certify.models.certification import Certification
from certify.models.people import Person
from certify.scheme.words import NameChangeState

_ASKED = text("state = 'asked'")


class NameChange(Model):
    """One request, asked in one certification for all that the person has; a coordinator answers it."""

    __tablename__ = "name_change"
    __table_args__ = (
        # Of two that are asked at once the database takes one.
        Index("ix_name_change_asked", "person_id", unique=True, sqlite_where=_ASKED, postgresql_where=_ASKED),
        Index("ix_name_change_person", "person_id"),
        Index("ix_name_change_waiting", "state", "state_since", "id"),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    state: Mapped[NameChangeState] = mapped_column(Word(NameChangeState), default=NameChangeState.NEW)
    state_since: Mapped[datetime] = mapped_column(Instant)
    name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answered_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Text)  # why it was declined
    version: Mapped[int] = mapped_column()

    certification: Mapped[Certification] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __mapper_args__ = {"version_id_col": version}
