"""People: accounts, the roles granted to them, where they work and whom they are tied to."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certify.models.base import Instant, Model, Word, new_id
from certify.scheme.words import RoleName, TieKind

if TYPE_CHECKING:
    from certify.models.organisations import IssuingBody, Organisation


class Person(Model):
    """A human being with an account; a password hash is absent until the invitation is taken up."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    country: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str | None] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(10), default="en")
    sex: Mapped[str | None] = mapped_column(String(1))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", foreign_keys="RoleGrant.person_id", order_by="RoleGrant.proposed_at"
    )
    affiliations: Mapped[list["Affiliation"]] = relationship(
        back_populates="person", order_by="Affiliation.from_on"
    )

    __mapper_args__ = {"version_id_col": version}


class RoleGrant(Model):
    """A role given to a person for a module and a country (null: all), dated, by two people."""

    __tablename__ = "role_grant"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[RoleName] = mapped_column(Word(RoleName))
    module: Mapped[str | None] = mapped_column(String(10))
    country: Mapped[str | None] = mapped_column(String(2))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    issuer_id: Mapped[str | None] = mapped_column(ForeignKey("issuing_body.id"))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    licence_id: Mapped[str | None] = mapped_column(ForeignKey("expert_licence.id"), index=True)
    proposed_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    issuer: Mapped["IssuingBody | None"] = relationship()
    organisation: Mapped["Organisation | None"] = relationship()

    __table_args__ = (Index("ix_role_grant_lookup", "role", "country", "module"),)
    __mapper_args__ = {"version_id_col": version}


class Affiliation(Model):
    """Where a person works or is under contract, from when to when."""

    __tablename__ = "affiliation"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    position: Mapped[str] = mapped_column(String(100), default="")
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="affiliations")
    organisation: Mapped["Organisation"] = relationship()

    @property
    def version(self) -> str:
        """What a page shows it as: nothing but the last day ever changes."""
        return str(self.until_on or "open")


class Relationship(Model):
    """A declared tie between two people, read in both directions.

    Declared to an address; `other_id` is absent until a person with an account has it.
    """

    __tablename__ = "relationship"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    other_email: Mapped[str] = mapped_column(String(254), default="", index=True)
    kind: Mapped[TieKind] = mapped_column(Word(TieKind))
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(500), default="")
    declared_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime] = mapped_column(Instant)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    other: Mapped[Person | None] = relationship(foreign_keys=[other_id])


class ConflictDeclaration(Model):
    """What a person declared about conflicts of interest when taking on a task in a case."""

    __tablename__ = "conflict_declaration"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    thing_id: Mapped[str] = mapped_column(String(20))
    statement: Mapped[str] = mapped_column(String(2000))
    declared_at: Mapped[datetime] = mapped_column(Instant)
