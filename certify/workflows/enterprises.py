"""Enterprises: taken on with the contact who confirms visits, corrected, given further contacts."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Cohort, CohortEnterprise, Enterprise, EnterpriseContact
from certify.models.store import lock_case
from certify.policy import Actor, may
from certify.scheme.dates import day_in
from certify.scheme.places import is_country, zone_of
from certify.scheme.sentences import say
from certify.scheme.words import ConsentLevel
from certify.workflows import engine
from certify.workflows.accounts import normal_email, person_at
from certify.workflows.activity_people import cohort_certifications
from certify.workflows.engine import Forbidden, NotVisible
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
    """A new enterprise with its first contact. Raises Forbidden, InvalidFacts."""
    if not may(actor, "enterprise.create", None, day_in(at, zone_of(country))):
        raise Forbidden("enterprise.create")
    enterprise = Enterprise(created_at=at, created_by_id=actor.id)
    _put(enterprise, name=name, country=country, sector=sector, size=size, consent=consent)
    session.add(enterprise)
    _add(session, enterprise, at, contact_name=contact_name, contact_email=contact_email)
    session.flush()
    return enterprise


def amend(
    session: Session,
    enterprise: Enterprise,
    actor: Actor,
    at: datetime,
    *,
    name: str,
    country: str,
    sector: str,
    size: int,
    consent: str,
) -> None:
    """What an enterprise is, as corrected; `size` is the number of people employed.

    Told in the log of every cohort that has it. Raises NotVisible, Forbidden, InvalidFacts.
    """
    cohorts = lock(session, enterprise)
    _check_rights(enterprise, actor, at)
    before = _facts(enterprise)
    _put(enterprise, name=name, country=country, sector=sector, size=size, consent=consent)
    session.flush()
    after = _facts(enterprise)
    changed = [field for field in after if after[field] != before[field]]
    if changed:
        facts = {"before": {f: before[f] for f in changed}, "after": {f: after[f] for f in changed}}
        _record(session, cohorts, enterprise, actor, at, move="amend_enterprise", facts=facts)


def add_contact(
    session: Session,
    enterprise: Enterprise,
    actor: Actor,
    at: datetime,
    *,
    contact_name: str,
    contact_email: str,
) -> EnterpriseContact:
    """Somebody more who confirms visits by a mailed link. Raises NotVisible, Forbidden, InvalidFacts."""
    cohorts = lock(session, enterprise)
    _check_rights(enterprise, actor, at)
    contact = _add(session, enterprise, at, contact_name=contact_name, contact_email=contact_email)
    session.flush()
    _record(session, cohorts, enterprise, actor, at, move="add_contact", facts={"contact": contact.id})
    return contact


def lock(session: Session, enterprise: Enterprise) -> list[Cohort]:
    """Lock the cohorts that have the enterprise and the certifications it is evidence for; those cohorts.

    A decision reads sizes and contacts: none may be signed while they change.
    """
    session.flush()
    asked = (
        select(Cohort)
        .join(CohortEnterprise, CohortEnterprise.cohort_id == Cohort.id)
        .where(CohortEnterprise.enterprise_id == enterprise.id)
        .order_by(Cohort.id)
    )
    cohorts = session.scalars(asked).all()
    cases = {one.case_id for cohort in cohorts for one in cohort_certifications(session, cohort)}
    lock_case(session, *(cohort.case_id for cohort in cohorts), *cases)
    session.expire_all()
    return list(session.scalars(asked))


def _check_rights(enterprise: Enterprise, actor: Actor, at: datetime) -> None:
    on = day_in(at, zone_of(enterprise.country))
    if not may(actor, "enterprise.edit", enterprise, on):
        raise (Forbidden if may(actor, "enterprise.see", enterprise, on) else NotVisible)("enterprise.edit")


def _put(enterprise: Enterprise, *, name: str, country: str, sector: str, size: int, consent: str) -> None:
    if not is_country(country):
        raise InvalidFacts({"country": [say("Choose one of the options.")]})
    if consent not in set(ConsentLevel):
        raise InvalidFacts({"consent": [say("Choose one of the options.")]})
    enterprise.name = name
    enterprise.country = country
    enterprise.sector = sector
    enterprise.size = size
    enterprise.consent = ConsentLevel(consent)


def _add(
    session: Session, enterprise: Enterprise, at: datetime, *, contact_name: str, contact_email: str
) -> EnterpriseContact:
    if not _EMAIL.fullmatch(contact_email):
        raise InvalidFacts({"contact_email": [say("Give an e-mail address like name@example.org.")]})
    email = normal_email(contact_email)
    if any(normal_email(contact.email) == email for contact in enterprise.contacts):
        raise InvalidFacts({"contact_email": [say("This address is a contact of the enterprise already.")]})
    if any(person.email == email for cohort in enterprise.cohorts for person in cohort.trainers):
        sentence = say("A trainer of the enterprise cannot be its contact, who confirms the visits.")
        raise InvalidFacts({"contact_email": [sentence]})
    contact = EnterpriseContact(
        enterprise=enterprise,
        name=contact_name,
        email=contact_email,
        person=person_at(session, email),  # whoever has an account may answer there, too
        created_at=at,
    )
    session.add(contact)
    return contact


def _facts(enterprise: Enterprise) -> dict[str, Any]:
    return {name: getattr(enterprise, name) for name in ("name", "country", "sector", "size", "consent")}


def _record(
    session: Session,
    cohorts: list[Cohort],
    enterprise: Enterprise,
    actor: Actor,
    at: datetime,
    *,
    move: str,
    facts: Mapping[str, Any],
) -> None:
    """An enterprise has no case of its own: the change stands in the log of each cohort that has it."""
    for cohort in cohorts:
        engine.append_event(
            session,
            case_id=cohort.case_id,
            actor=actor,
            at=at,
            subject=("cohort", cohort.id),
            move=move,
            states=("open", "open"),
            facts={"enterprise": enterprise.id, **facts},
        )
