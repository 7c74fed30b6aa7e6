"""How each person wishes to be written to, who stands in for whom, calendar addresses, refused addresses."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Model, new_id
from certify.models.people import Person


class Preference(Model):
    """What a person chose of mail; without a row reminders/wishes.py says what holds."""

    __tablename__ = "preference"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    is_daily: Mapped[bool] = mapped_column(default=False)
    digest_hour: Mapped[int] = mapped_column(default=8)  # of the person's day
    quiet_from: Mapped[time | None]  # both, or neither: no quiet hours
    quiet_until: Mapped[time | None]
    opted_out: Mapped[list[str]]  # categories of reminders/categories.py
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Absence(Model):
    """Days on which a person is away, and who is told in their place; rights never change hands by it."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("from_on <= until_on", name="in_order"),
        CheckConstraint("deputy_id <> person_id", name="of_somebody_else"),
        Index("ix_absence_person", "person_id", "until_on"),
        Index("ix_absence_deputy", "deputy_id", "until_on"),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    deputy_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(500), default="")
    told_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # before its time, or never begun

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person] = relationship(foreign_keys=[deputy_id])


class CalendarFeed(Model):
    """A person's own calendar address; the secret in it is stored as its SHA-256, and shown once."""

    __tablename__ = "calendar_feed"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)  # real time, as of tokens and links
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship()


class RefusedAddress(Model):
    """An address whose mail server refuses it for good; nothing is tried there for a while."""

    __tablename__ = "refused_address"

    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    refused_at: Mapped[datetime] = mapped_column(Instant)  # real time, as of every try
    error: Mapped[str] = mapped_column(String(500))
