"""Actors read from the tables: a person's confirmed grants, the enterprises they answer for, their path."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, EnterpriseContact, Person
from certify.policy import Actor
from certify.scheme.words import CertificationState
from certify.workflows.activity_people import ENTRY_STATES
from certify.workflows.roles import grants_of

ON_PATH = ENTRY_STATES | {CertificationState.RECOMMENDED}


def actor_of(session: Session, person_id: str, on: date) -> Actor | None:
    """The person as an actor on a day, with grants in force then or later; None when disabled or unknown."""
    person = session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        return None
    states = _states_of_own(session, person_id)
    return Actor(
        id=person.id,
        name=person.name,
        grants=grants_of(session, person_id, on),
        contact_of=_contact_of(session, person_id),
        on_path=bool(states & ON_PATH),
        has_case=bool(states),
    )


def _contact_of(session: Session, person_id: str) -> frozenset[str]:
    return frozenset(
        session.scalars(
            select(EnterpriseContact.enterprise_id).where(EnterpriseContact.person_id == person_id)
        )
    )


def _states_of_own(session: Session, person_id: str) -> frozenset[CertificationState]:
    """The states of the person's own cases; one of ON_PATH: delivers, or is on the way to it."""
    return frozenset(
        session.scalars(select(Certification.state).where(Certification.holder_id == person_id).distinct())
    )
