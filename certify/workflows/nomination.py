"""A service provider's nomination, which tells the provider nothing about the person before they confirm."""

from datetime import datetime

from sqlalchemy.orm import Session

from certify.models import Certification, Organisation, Person, new_id
from certify.policy import Actor
from certify.scheme.sentences import say
from certify.workflows.accounts import invite, person_at
from certify.workflows.certification import open_certification
from certify.workflows.engine import InvalidFacts, Refused
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
) -> Certification | None:
    """Open a draft for another person and tell them; None where their standing allows no new one.

    The person is told either way, and the provider gets the same answer: whether an address has an account
    or a case is nobody's to find out. Raises InvalidFacts, Forbidden.
    """
    organisation = session.get(Organisation, organisation_id)
    _check(name=name, email=email)
    known = person_at(session, email)
    # Nobody is recorded with the provider before they confirm: its list of staff would tell new addresses.
    person = known or invite(session, actor, at, name=name, email=email, country=country)
    if person.id == actor.id:
        raise InvalidFacts({"email": [say("Nobody nominates themself; apply instead.")]})
    case = _opened(session, actor, at, module, country, person, organisation_id)
    owe(
        session,
        key=f"nominated:{case.id if case else new_id()}",
        kind="nominated" if case else "nominated_again",
        recipient=person,
        at=at,
        case_id=case.case_id if case else None,
        params={
            "certification": case.id if case else "",
            "module": module,
            "by": actor.name,
            "organisation": organisation.name if organisation else "",
        },
    )
    return case


def _opened(
    session: Session,
    actor: Actor,
    at: datetime,
    module: str,
    country: str,
    person: Person,
    organisation_id: str,
) -> Certification | None:
    try:
        return open_certification(
            session,
            actor,
            at,
            module=module,
            country=country,
            holder_id=person.id,
            organisation_id=organisation_id,
        )
    except Refused:
        return None  # the person has a case for the module, or was refused one lately


def _check(*, name: str, email: str) -> None:
    if "@" not in email:
        raise InvalidFacts({"email": [say("Give an e-mail address like name@example.org.")]})
    if not name:
        raise InvalidFacts({"name": [say("Fill in: {label}.", label="Full name")]})
