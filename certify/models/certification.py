"""Certifications: one person on the path to one module, with waivers and exclusions."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Json, Model, Word, new_id
from certify.models.organisations import IssuingBody, Organisation
from certify.models.people import Person
from certify.models.record import CaseFile
from certify.scheme.words import (
    ActivityState,
    AssessmentKind,
    AssessmentState,
    CertificationState,
    CredentialType,
)

if TYPE_CHECKING:
    from certify.models.activity import RosterEntry
    from certify.models.assessment import Assessment
    from certify.models.credential import Credential
    from certify.models.files import StoredFile
    from certify.models.renewal import Renewal


GRANTED = text("valid_until IS NOT NULL")


class Certification(Model):
    """Person × module, from draft to certified and beyond; `state` is written by the engine alone."""

    __tablename__ = "certification"
    __table_args__ = (
        # All that the board counts by: no row is looked at.
        Index("ix_certification_state", "country", "state", "state_since", "id", "module", "practice_by_on"),
        Index("ix_certification_waiting", "state", "state_since", "id"),
        Index("ix_certification_since", "state_since", "id"),
        Index("ix_certification_country", "country", "state_since", "id"),
        Index("ix_certification_holder", "holder_id", "module"),
        Index("ix_certification_supervisor", "supervisor_id", "state", "state_since", "id"),
        # Those that were granted, by their end: what the board counts of trainers, and their list.
        Index(
            "ix_certification_ends",
            "country",
            "state",
            "valid_until",
            "id",
            "module",
            sqlite_where=GRANTED,
            postgresql_where=GRANTED,
        ),
        Index(
            "ix_certification_ends_anywhere",
            "state",
            "valid_until",
            "id",
            sqlite_where=GRANTED,
            postgresql_where=GRANTED,
        ),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), unique=True)
    holder_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    module: Mapped[str] = mapped_column(String(10))
    country: Mapped[str] = mapped_column(String(2))
    state: Mapped[CertificationState] = mapped_column(
        Word(CertificationState), default=CertificationState.NEW
    )
    state_since: Mapped[datetime] = mapped_column(Instant)
    scheme_version: Mapped[str | None] = mapped_column(ForeignKey("scheme_version.name"))

    # the application
    specialisation: Mapped[str | None] = mapped_column(String(200))
    sectors: Mapped[list[str]] = mapped_column(Json, default=list)
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    employer: Mapped[str | None] = mapped_column(String(200))
    professional_years: Mapped[int | None]
    sme_years: Mapped[int | None]
    access_needs: Mapped[str | None] = mapped_column(String(1000))
    nominated_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    nominating_organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    nomination_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    to_complete: Mapped[str | None] = mapped_column(Text)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)

    # the path
    admitted_on: Mapped[date | None]
    supervisor_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    tot_event_id: Mapped[str | None] = mapped_column(String(20), index=True)  # the activity last enrolled in
    to_repeat: Mapped[str | None] = mapped_column(Text)
    self_assessment: Mapped[dict[str, Any] | None] = mapped_column(Json)
    recommended_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    recommended_at: Mapped[datetime | None] = mapped_column(Instant)
    narrative: Mapped[str | None] = mapped_column(Text)
    questions: Mapped[str | None] = mapped_column(Text)
    practice_what: Mapped[str | None] = mapped_column(Text)
    practice_by_on: Mapped[date | None]
    practice_back_to: Mapped[str | None] = mapped_column(String(40))
    held_from_state: Mapped[str | None] = mapped_column(String(40))
    pauses: Mapped[list[Any]] = mapped_column(Json, default=list)  # [{from, until}], until null while on hold
    practice_asked_on: Mapped[list[str]] = mapped_column(Json, default=list)
    left_on: Mapped[date | None]
    round: Mapped[int] = mapped_column(default=1)  # of recommendation and decision

    # the decision
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reasons: Mapped[list[Any]] = mapped_column(Json, default=list)
    issuer_id: Mapped[str | None] = mapped_column(ForeignKey("issuing_body.id"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    recognised_source: Mapped[str | None] = mapped_column(String(200))
    recognised_number: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column()

    case: Mapped[CaseFile] = relationship()
    holder: Mapped[Person] = relationship(foreign_keys=[holder_id])
    supervisor: Mapped[Person | None] = relationship(foreign_keys=[supervisor_id])
    nominated_by: Mapped[Person | None] = relationship(foreign_keys=[nominated_by_id])
    recommended_by: Mapped[Person | None] = relationship(foreign_keys=[recommended_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    nominating_organisation: Mapped[Organisation | None] = relationship()
    issuer: Mapped[IssuingBody | None] = relationship()
    assessments: Mapped[list["Assessment"]] = relationship(
        back_populates="certification", order_by="Assessment.created_at"
    )
    roster_entries: Mapped[list["RosterEntry"]] = relationship(back_populates="certification")
    credentials: Mapped[list["Credential"]] = relationship(
        back_populates="certification", order_by="Credential.issued_at"
    )
    renewals: Mapped[list["Renewal"]] = relationship(
        back_populates="certification", order_by="Renewal.opened_at"
    )
    waivers: Mapped[list["Waiver"]] = relationship(
        back_populates="certification", order_by="Waiver.waived_at"
    )
    exclusions: Mapped[list["Exclusion"]] = relationship(back_populates="certification")
    files: Mapped[list["StoredFile"]] = relationship(
        back_populates="certification", order_by="StoredFile.uploaded_at"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def certificates(self) -> list["Credential"]:
        """Those of the certification itself, the earliest first: not the licences that rest on it."""
        return [one for one in self.credentials if one.type is CredentialType.TRAINER_CERTIFICATION]

    @property
    def observer_ids(self) -> frozenset[str]:
        """Everybody with an observation in this certification that was not voided."""
        return self._assessor_ids(AssessmentKind.OBSERVATION)

    @property
    def screener_ids(self) -> frozenset[str]:
        """The members of the screening panel."""
        return self._assessor_ids(AssessmentKind.SCREENING)

    @property
    def facilitator_ids(self) -> frozenset[str]:
        """The facilitators of the ToT event that the holder is enrolled in."""
        return frozenset(
            one.person_id
            for entry in self.roster_entries
            if entry.activity_id == self.tot_event_id and entry.activity.state is not ActivityState.VOID
            for one in entry.activity.people
        )

    def _assessor_ids(self, kind: AssessmentKind) -> frozenset[str]:
        return frozenset(
            assessment.assessor_id
            for assessment in self.assessments
            if assessment.kind is kind and assessment.state is not AssessmentState.VOID
        )


class Decision(Model):
    """One decider's decision in one round: a second one is refused by the database itself."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("certification_id", "round", "decided_by_id"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"))
    round: Mapped[int]
    decided_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(20))


class Waiver(Model):
    """A requirement that a coordinator set aside, with the reason."""

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("certification_id", "requirement"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"))
    requirement: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    waived_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    waived_at: Mapped[datetime] = mapped_column(Instant)

    certification: Mapped[Certification] = relationship(back_populates="waivers")
    waived_by: Mapped[Person] = relationship()


class Exclusion(Model):
    """An activity that the asker of more practice excluded from the evidence of one certification."""

    __tablename__ = "exclusion"
    __table_args__ = (UniqueConstraint("certification_id", "activity_id"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"))
    activity_id: Mapped[str] = mapped_column(ForeignKey("activity.id"))
    excluded_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    excluded_at: Mapped[datetime] = mapped_column(Instant)

    certification: Mapped[Certification] = relationship(back_populates="exclusions")
