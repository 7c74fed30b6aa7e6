"""What happened: ToT events, cohorts (ToE cycles) and their activities, with who took part."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Json, Model, Word, new_id
from certify.models.organisations import Enterprise
from certify.models.people import Person
from certify.models.record import CaseFile
from certify.scheme.words import ActivityKind, ActivityState, VisitPurpose

if TYPE_CHECKING:
    from certify.models.assessment import Assessment
    from certify.models.certification import Certification
    from certify.models.files import StoredFile


# Few of all that was done, and asked for on every desk; said alike by who asks.
WAITS_TO_BE_CONFIRMED = text("state = 'submitted'")
CAME_BACK = text("state = 'returned'")


class Cohort(Model):
    """A ToE cycle: the enterprises that some trainers take through one module."""

    __tablename__ = "cohort"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    module: Mapped[str] = mapped_column(String(10))
    country: Mapped[str] = mapped_column(String(2), index=True)
    variant: Mapped[str | None] = mapped_column(String(40))
    supervisor_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    case: Mapped[CaseFile] = relationship()
    supervisor: Mapped[Person | None] = relationship(foreign_keys=[supervisor_id])
    trainers: Mapped[list[Person]] = relationship(secondary="cohort_trainer", order_by=Person.name)
    enterprises: Mapped[list[Enterprise]] = relationship(
        secondary="cohort_enterprise", order_by=Enterprise.name
    )
    activities: Mapped[list["Activity"]] = relationship(back_populates="cohort", order_by="Activity.held_on")

    __mapper_args__ = {"version_id_col": version}


class CohortTrainer(Model):
    """A trainer of a cohort."""

    __tablename__ = "cohort_trainer"

    cohort_id: Mapped[str] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class CohortEnterprise(Model):
    """An enterprise of a cohort."""

    __tablename__ = "cohort_enterprise"

    cohort_id: Mapped[str] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey("enterprise.id"), primary_key=True, index=True)


class Activity(Model):
    """One thing that happened or is planned; its kind's own fields are in `facts`, persons beside it."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_cohort", "cohort_id", "held_on"),
        Index("ix_activity_kind", "kind", "country", "held_on"),
        Index("ix_activity_country", "country", "held_on", "id"),
        Index("ix_activity_created", "created_by_id", "held_on"),
        Index(
            "ix_activity_waiting",
            "country",
            "state_since",
            "id",
            sqlite_where=WAITS_TO_BE_CONFIRMED,
            postgresql_where=WAITS_TO_BE_CONFIRMED,
        ),
        Index(
            "ix_activity_returned",
            "submitted_by_id",
            "state_since",
            "id",
            sqlite_where=CAME_BACK,
            postgresql_where=CAME_BACK,
        ),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[ActivityKind] = mapped_column(Word(ActivityKind))
    state: Mapped[ActivityState] = mapped_column(Word(ActivityState), default=ActivityState.NEW)
    state_since: Mapped[datetime] = mapped_column(Instant)
    module: Mapped[str] = mapped_column(String(10))
    country: Mapped[str] = mapped_column(String(2))
    held_on: Mapped[date]
    last_on: Mapped[date]
    cohort_id: Mapped[str | None] = mapped_column(ForeignKey("cohort.id"))
    certification_id: Mapped[str | None] = mapped_column(ForeignKey("certification.id"), index=True)
    enterprise_id: Mapped[str | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    purpose: Mapped[VisitPurpose | None] = mapped_column(Word(VisitPurpose))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    submitted_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    confirmed_by_name: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    case: Mapped[CaseFile] = relationship()
    cohort: Mapped[Cohort | None] = relationship(back_populates="activities")
    enterprise: Mapped[Enterprise | None] = relationship()
    certification: Mapped["Certification | None"] = relationship()
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    people: Mapped[list["ActivityPerson"]] = relationship(
        back_populates="activity",
        order_by="ActivityPerson.position",
        cascade="all, delete-orphan",
        lazy="selectin",  # the policy asks for them whenever an activity is looked at
    )
    roster: Mapped[list["RosterEntry"]] = relationship(
        back_populates="activity", cascade="all, delete-orphan"
    )
    files: Mapped[list["StoredFile"]] = relationship(
        back_populates="activity", order_by="StoredFile.uploaded_at"
    )
    assessments: Mapped[list["Assessment"]] = relationship(viewonly=True, order_by="Assessment.created_at")

    __mapper_args__ = {"version_id_col": version}


class ActivityPerson(Model):
    """A facilitator of a ToT event or a trainer of a workshop or visit; position 0 is the lead."""

    __tablename__ = "activity_person"

    activity_id: Mapped[str] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)

    activity: Mapped[Activity] = relationship(back_populates="people")
    person: Mapped[Person] = relationship()


class RosterEntry(Model):
    """One candidate at one ToT event: hours present (by day), knowledge test, micro-teaching scores."""

    __tablename__ = "roster_entry"
    __table_args__ = (UniqueConstraint("activity_id", "certification_id"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    activity_id: Mapped[str] = mapped_column(ForeignKey("activity.id"))
    certification_id: Mapped[str] = mapped_column(ForeignKey("certification.id"), index=True)
    hours_present: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    days_present: Mapped[list[Any]] = mapped_column(Json, default=list)  # [{on, hours}] where known by day
    test_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    micro_teaching: Mapped[list[Any]] = mapped_column(Json, default=list)

    activity: Mapped[Activity] = relationship(back_populates="roster")
    certification: Mapped["Certification"] = relationship(back_populates="roster_entries")
