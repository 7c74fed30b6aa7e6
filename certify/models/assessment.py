"""Assessments: observations with their checklist, and screening sheets."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.activity import Activity
from certify.models.base import Instant, Json, Model, Word, new_id
from certify.models.people import Person
from certify.scheme.words import AssessmentKind, AssessmentState

if TYPE_CHECKING:
    from certify.models.certification import Certification


class Assessment(Model):
    """One assessor's task on one certification; the current scores stand here, every version beside."""

    __tablename__ = "assessment"
    __table_args__ = (
        Index("ix_assessment_assessor", "assessor_id", "state"),
        Index("ix_assessment_created", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"), index=True)
    activity_id: Mapped[str | None] = mapped_column(ForeignKey("activity.id"), index=True)
    kind: Mapped[AssessmentKind] = mapped_column(Word(AssessmentKind))
    state: Mapped[AssessmentState] = mapped_column(Word(AssessmentState), default=AssessmentState.NEW)
    state_since: Mapped[datetime] = mapped_column(Instant)
    assessor_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    scores: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    comments: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    not_applicable: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    agreed_scores: Mapped[dict[str, Any] | None] = mapped_column(Json)
    agreed_notes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # why, item by item
    private_notes: Mapped[str] = mapped_column(Text, default="")
    draft: Mapped[dict[str, Any] | None] = mapped_column(Json)
    falls_short: Mapped[bool | None]  # of a quality observation, once it is in: a finding (decision 0035)
    conflicts: Mapped[list[str]] = mapped_column(Json, default=list)
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    certification: Mapped["Certification"] = relationship(back_populates="assessments")
    activity: Mapped[Activity | None] = relationship()
    assessor: Mapped[Person] = relationship()
    sheets: Mapped[list["AssessmentSheet"]] = relationship(
        back_populates="assessment", order_by="AssessmentSheet.number"
    )

    __mapper_args__ = {"version_id_col": version}


class AssessmentSheet(Model):
    """The scores as submitted, never changed: a correction is the next number, with its reason."""

    __tablename__ = "assessment_sheet"
    __table_args__ = (UniqueConstraint("assessment_id", "number"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessment.id"))
    number: Mapped[int]
    scores: Mapped[dict[str, Any]] = mapped_column(Json)
    comments: Mapped[dict[str, Any]] = mapped_column(Json)
    not_applicable: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str | None] = mapped_column(Text)
    written_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)

    assessment: Mapped[Assessment] = relationship(back_populates="sheets")
