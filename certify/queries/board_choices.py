"""Whom the board can be narrowed by: supervisors and service providers of the cases under way."""

from datetime import date

from sqlalchemy import ColumnElement, or_, select, union
from sqlalchemy.orm import Session

from certify.models import Affiliation, Certification, Organisation, Person
from certify.policy import Actor
from certify.queries.board import LIVE, reach_of


def supervisors_of(session: Session, actor: Actor, on: date) -> list[tuple[str, str]]:
    """Who supervises a case under way in the actor's reach, by name."""
    supervising = select(Certification.supervisor_id).where(
        *_under_way(actor, on), Certification.supervisor_id.is_not(None)
    )
    rows = session.execute(
        select(Person.id, Person.name)
        .where(Person.id.in_(supervising.distinct()))
        .order_by(Person.name, Person.id)
    )
    return [(row.id, row.name) for row in rows]


def providers_of(session: Session, actor: Actor, on: date) -> list[tuple[str, str]]:
    """Who nominated, or employs that day, somebody with a case under way in the actor's reach, by name."""
    nominating = select(Certification.nominating_organisation_id).where(
        *_under_way(actor, on), Certification.nominating_organisation_id.is_not(None)
    )
    holders = select(Certification.holder_id).where(*_under_way(actor, on))
    employing = select(Affiliation.organisation_id).where(
        Affiliation.person_id.in_(holders),
        Affiliation.from_on <= on,
        or_(Affiliation.until_on.is_(None), Affiliation.until_on >= on),
    )
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(union(nominating, employing)))
        .order_by(Organisation.name, Organisation.id)
    )
    return [(row.id, row.name) for row in rows]


def _under_way(actor: Actor, on: date) -> tuple[ColumnElement[bool], ...]:
    return reach_of(actor, on), Certification.state.in_(LIVE)
