"""Enterprises: taken on with the contact who confirms visits, corrected, given further contacts."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from certify.models import Enterprise, EnterpriseContact
from certify.policy import Actor
from certify.scheme.places import is_country
from certify.scheme.sentences import say
from certify.scheme.words import ConsentLevel
from certify.workflows.facts import InvalidFacts

_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\.]+(\.[^@\s<>,;:\"()\[\]\\.]+)*")


def take_on(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    name: str,
    country: str,
    sector: str,
    size: int,
    consent: str,
    contact_name: str,
    contact_email: str,
) -> Enterprise:
    """A new enterprise with its first contact. Raises InvalidFacts."""
    enterprise = Enterprise(created_at=at, created_by_id=actor.id)
    amend(enterprise, name=name, country=country, sector=sector, size=size, consent=consent)
    session.add(enterprise)
    add_contact(session, enterprise, at, contact_name=contact_name, contact_email=contact_email)
    session.flush()
    return enterprise


def amend(enterprise: Enterprise, *, name: str, country: str, sector: str, size: int, consent: str) -> None:
    """What an enterprise is, as corrected; `size` is the number of people employed. Raises InvalidFacts."""
    if not is_country(country):
        raise InvalidFacts({"country": [say("Choose one of the options.")]})
    if consent not in set(ConsentLevel):
        raise InvalidFacts({"consent": [say("Choose one of the options.")]})
    enterprise.name = name
    enterprise.country = country
    enterprise.sector = sector
    enterprise.size = size
    enterprise.consent = ConsentLevel(consent)


def add_contact(
    session: Session, enterprise: Enterprise, at: datetime, *, contact_name: str, contact_email: str
) -> EnterpriseContact:
    """Somebody more who confirms visits by a mailed link. Raises InvalidFacts."""
    if not _EMAIL.fullmatch(contact_email):
        raise InvalidFacts({"contact_email": [say("Give an e-mail address like name@example.org.")]})
    if any(contact.email.lower() == contact_email.lower() for contact in enterprise.contacts):
        raise InvalidFacts({"contact_email": [say("This address is a contact of the enterprise already.")]})
    contact = EnterpriseContact(enterprise=enterprise, name=contact_name, email=contact_email, created_at=at)
    session.add(contact)
    return contact
