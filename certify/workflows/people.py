"""Actors read from the tables: a person's confirmed grants, the enterprises they answer for, their path."""

from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from certify.models import Certification, EnterpriseContact, Person
from certify.models.store import rows_of
from certify.policy import Actor
from certify.scheme.words import CertificationState
from certify.workflows.activity_people import ENTRY_STATES
from certify.workflows.grants import grants_of

ON_PATH = ENTRY_STATES | {CertificationState.RECOMMENDED}


_PERSON = select(Person.id, Person.name, Person.disabled_at).where(Person.id == bindparam("person"))
_CONTACT_OF = select(EnterpriseContact.enterprise_id).where(
    EnterpriseContact.person_id == bindparam("person")
)
_STATES_OF_OWN = select(Certification.state).where(Certification.holder_id == bindparam("person")).distinct()


def actor_of(session: Session, person_id: str, on: date) -> Actor | None:
    """The person as an actor on a day, with grants in force then or later; None when disabled or unknown."""
    found = rows_of(session, _PERSON, person=person_id)
    return acting(session, found[0], on) if found else None


def acting(session: Session, person: Person | Row[Any], on: date) -> Actor | None:
    """The same of a row that was read already, with the person's id, name and whether they are disabled."""
    if person.disabled_at is not None:
        return None
    # One of ON_PATH: delivers, or is on the way to it.
    states = {row.state for row in rows_of(session, _STATES_OF_OWN, person=person.id)}
    return Actor(
        id=person.id,
        name=person.name,
        grants=grants_of(session, person.id, on),
        contact_of=frozenset(row.enterprise_id for row in rows_of(session, _CONTACT_OF, person=person.id)),
        on_path=bool(states & ON_PATH),
        has_case=bool(states),
    )
