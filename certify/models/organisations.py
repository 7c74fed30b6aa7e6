"""Organisations: service providers, issuing bodies with their delegations, enterprises."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Json, Model, Word, new_id
from certify.models.people import Person
from certify.scheme.words import ConsentLevel, OrganisationKind

if TYPE_CHECKING:
    from certify.models.activity import Cohort


class Organisation(Model):
    """A service provider or another body of the programme."""

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[OrganisationKind] = mapped_column(Word(OrganisationKind))
    country: Mapped[str] = mapped_column(String(2), index=True)
    agreement_from_on: Mapped[date | None]
    agreement_until_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class IssuingBody(Model):
    """A body that issues certificates; its IANA zone decides when a day of validity ends."""

    __tablename__ = "issuing_body"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    legal_name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    successor_id: Mapped[str | None] = mapped_column(ForeignKey("issuing_body.id"))
    succeeded_from_on: Mapped[date | None]  # the first day on which the successor answers for it
    created_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    successor: Mapped["IssuingBody | None"] = relationship(remote_side=[id])
    delegations: Mapped[list["Delegation"]] = relationship(
        back_populates="issuer", order_by="Delegation.from_on"
    )

    __mapper_args__ = {"version_id_col": version}


class Delegation(Model):
    """Which modules an issuing body may certify in a country, from when to when, on which instrument."""

    __tablename__ = "delegation"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    issuer_id: Mapped[str] = mapped_column(ForeignKey("issuing_body.id"), index=True)
    country: Mapped[str] = mapped_column(String(2), index=True)
    modules: Mapped[list[str]] = mapped_column(Json)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    instrument: Mapped[str] = mapped_column(String(300))
    may_recognise: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column()

    issuer: Mapped[IssuingBody] = relationship(back_populates="delegations")

    __mapper_args__ = {"version_id_col": version}


class Enterprise(Model):
    """A small or medium enterprise that takes part in SCORE."""

    __tablename__ = "enterprise"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2), index=True)
    sector: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    consent: Mapped[ConsentLevel] = mapped_column(Word(ConsentLevel))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column()

    contacts: Mapped[list["EnterpriseContact"]] = relationship(
        back_populates="enterprise", order_by="EnterpriseContact.created_at"
    )
    cohorts: Mapped[list["Cohort"]] = relationship(secondary="cohort_enterprise", viewonly=True)

    __mapper_args__ = {"version_id_col": version}


class EnterpriseContact(Model):
    """Who at the enterprise confirms that a visit happened, by mailed link or own account."""

    __tablename__ = "enterprise_contact"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey("enterprise.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(10), default="en")
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)

    enterprise: Mapped[Enterprise] = relationship(back_populates="contacts")
    person: Mapped[Person | None] = relationship()
