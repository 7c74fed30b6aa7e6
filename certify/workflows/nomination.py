"""A service provider's nomination: of a person with an account, or of one who is invited with it."""

from datetime import datetime

from sqlalchemy.orm import Session

from certify.models import Certification, Organisation, Person
from certify.policy import Actor
from certify.scheme.sentences import say
from certify.workflows.accounts import invite, person_at
from certify.workflows.certification import open_certification
from certify.workflows.engine import InvalidFacts
from certify.workflows.notices import owe


def nominate(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    module: str,
    country: str,
    email: str,
    name: str,
    organisation_id: str,
) -> Certification:
    """Open a draft for another person and tell them. Raises InvalidFacts, Forbidden, Refused."""
    organisation = session.get(Organisation, organisation_id)
    person = person_at(session, email) or _invited(
        session, actor, at, name=name, email=email, country=country, organisation=organisation
    )
    if person.id == actor.id:
        raise InvalidFacts({"email": [say("Nobody nominates themself; apply instead.")]})
    case = open_certification(
        session,
        actor,
        at,
        module=module,
        country=country,
        holder_id=person.id,
        organisation_id=organisation_id,
    )
    owe(
        session,
        key=f"nominated:{case.id}",
        kind="nominated",
        recipient=person,
        at=at,
        case_id=case.case_id,
        params={
            "certification": case.id,
            "module": module,
            "by": actor.name,
            "organisation": organisation.name if organisation else "",
        },
    )
    return case


def _invited(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    name: str,
    email: str,
    country: str,
    organisation: Organisation | None,
) -> Person:
    if "@" not in email:
        raise InvalidFacts({"email": [say("Give an e-mail address like name@example.org.")]})
    if not name:
        raise InvalidFacts({"name": [say("Give the full name: this address has no account yet.")]})
    return invite(session, actor, at, name=name, email=email, country=country, organisation=organisation)
