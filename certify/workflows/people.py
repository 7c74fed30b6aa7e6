"""Actors read from the tables: confirmed grants, organisations and enterprises of a person."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import EnterpriseContact, Person, RoleGrant
from certify.policy import Actor, Grant


def actor_of(session: Session, person_id: str) -> Actor | None:
    """The person as an actor; None when unknown or disabled. Dates of grants are asked by policy."""
    person = session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        return None
    grants = session.scalars(
        select(RoleGrant).where(
            RoleGrant.person_id == person_id,
            RoleGrant.confirmed_at.is_not(None),
            RoleGrant.ended_at.is_(None),
        )
    ).all()
    contact_of = session.scalars(
        select(EnterpriseContact.enterprise_id).where(EnterpriseContact.person_id == person_id)
    )
    return Actor(
        id=person.id,
        name=person.name,
        grants=tuple(_value(grant) for grant in grants),
        organisations=frozenset(g.organisation_id for g in grants if g.organisation_id),
        contact_of=frozenset(contact_of),
    )


def _value(grant: RoleGrant) -> Grant:
    return Grant(
        role=grant.role,
        module=grant.module,
        country=grant.country,
        from_on=grant.from_on,
        until_on=grant.until_on,
        issuer=grant.issuer_id,
        organisation=grant.organisation_id,
    )


