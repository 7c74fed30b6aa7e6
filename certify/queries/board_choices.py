"""Whom the board can be narrowed by: supervisors and service providers of the cases under way."""

from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from certify.models import Affiliation, Certification, Organisation, Person, RoleGrant
from certify.policy import Actor
from certify.queries.board import LIVE, reach_of
from certify.scheme.words import RoleName


def supervisors_of(session: Session, actor: Actor, on: date) -> list[tuple[str, str]]:
    """Who supervises a case under way in the actor's reach, by name.

    Asked of everybody who was ever an Expert Trainer: they are few, and their cases are many.
    """
    supervises = select(Certification.id).where(
        Certification.supervisor_id == Person.id, *_under_way(actor, on)
    )
    trainers = select(RoleGrant.person_id).where(RoleGrant.role == RoleName.EXPERT_TRAINER)
    rows = session.execute(
        select(Person.id, Person.name)
        .where(Person.id.in_(trainers), supervises.exists())
        .order_by(Person.name, Person.id)
    )
    return [(row.id, row.name) for row in rows]


def providers_of(session: Session, actor: Actor, on: date) -> list[tuple[str, str]]:
    """Who nominated, or employs that day, somebody with a case under way in the actor's reach, by name."""
    nominates = select(Certification.id).where(
        Certification.nominating_organisation_id == Organisation.id, *_under_way(actor, on)
    )
    employs = (
        select(Affiliation.id)
        .join(Certification, Certification.holder_id == Affiliation.person_id)
        .where(
            Affiliation.organisation_id == Organisation.id,
            Affiliation.from_on <= on,
            or_(Affiliation.until_on.is_(None), Affiliation.until_on >= on),
            *_under_way(actor, on),
        )
    )
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .where(or_(nominates.exists(), employs.exists()))
        .order_by(Organisation.name, Organisation.id)
    )
    return [(row.id, row.name) for row in rows]


def _under_way(actor: Actor, on: date) -> tuple[ColumnElement[bool], ...]:
    return reach_of(actor, on), Certification.state.in_(LIVE)
