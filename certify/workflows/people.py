"""Actors read from the tables: a person's confirmed grants, organisations and enterprises of a day."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from certify.models import Affiliation, EnterpriseContact, Person
from certify.policy import Actor
from certify.workflows.roles import grants_of


def actor_of(session: Session, person_id: str, on: date) -> Actor | None:
    """The person as an actor on a day, with grants in force then or later; None when disabled or unknown."""
    person = session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        return None
    grants = grants_of(session, person_id, on)
    through_roles = {grant.organisation for grant in grants if grant.organisation and grant.covers(on=on)}
    return Actor(
        id=person.id,
        name=person.name,
        grants=grants,
        organisations=frozenset(through_roles | _employers(session, person_id, on)),
        contact_of=_contact_of(session, person_id),
    )


def _employers(session: Session, person_id: str, on: date) -> set[str]:
    return set(
        session.scalars(
            select(Affiliation.organisation_id).where(
                Affiliation.person_id == person_id,
                Affiliation.from_on <= on,
                or_(Affiliation.until_on.is_(None), Affiliation.until_on >= on),
            )
        )
    )


def _contact_of(session: Session, person_id: str) -> frozenset[str]:
    return frozenset(
        session.scalars(
            select(EnterpriseContact.enterprise_id).where(EnterpriseContact.person_id == person_id)
        )
    )
