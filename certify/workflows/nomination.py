"""A service provider's nomination, which tells the provider nothing of a person whom it may not see yet."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Message, Organisation, Person, new_id
from certify.policy import Actor, may
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.sentences import say
from certify.workflows.accounts import invite, person_at
from certify.workflows.certification import open_certification
from certify.workflows.engine import Forbidden, InvalidFacts, Refusal, Refused
from certify.workflows.notices import owe

ASKED_ONCE_IN = timedelta(hours=24)
ASKING = ("nominated", "nominated_new", "nominated_again")


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
    organisation = session.get_one(Organisation, organisation_id)
    _check(name=name, email=email)
    known = person_at(session, email)
    # Nobody is recorded with the provider before they confirm: its list of staff would tell new addresses.
    person = known or invite(session, actor, at, name=name, email=email, country=country, told=False)
    if person.id == actor.id:
        raise InvalidFacts({"email": [say("Nobody nominates themself; apply instead.")]})
    asked_at = _asked_lately(session, at, person, module=module, organisation=organisation)
    if asked_at is not None:
        on = day_in(asked_at, zone_of(country))
        raise InvalidFacts(
            {"email": [say("Asked already on {day}; a person is written to once in 24 hours.", day=on)]}
        )
    case = _opened(session, actor, at, module, country, person, organisation_id)
    _tell(session, actor, at, person, case, module=module, organisation=organisation)
    return case


def _asked_lately(
    session: Session, at: datetime, person: Person, *, module: str, organisation: Organisation
) -> datetime | None:
    """When the same provider asked the person about the module, within the last 24 hours."""
    told = session.scalars(
        select(Message)
        .where(Message.recipient_id == person.id, Message.created_at > at - ASKED_ONCE_IN)
        .where(Message.created_at <= at, Message.kind.in_(ASKING))
        .order_by(Message.created_at.desc())
    )
    asked = (module, organisation.name)
    same = (one for one in told if (one.params["module"], one.params["organisation"]) == asked)
    return next((one.created_at for one in same), None)


def nominate_person(
    session: Session, actor: Actor, at: datetime, *, module: str, country: str, person_id: str
) -> Certification:
    """The same for one of the provider's own staff by id, as programs name people.

    Anybody else is answered like an id that nobody has, whether they hold a case, an account or neither.
    Raises InvalidFacts, Forbidden, and Refused without saying why, for that is not the provider's to know.
    """
    on = day_in(at, zone_of(country))
    organisation_id = min(actor.provides_for(on=on, module=module, country=country), default=None)
    if organisation_id is None:
        raise Forbidden("create")
    person = session.get(Person, person_id)
    if person is None or not may(actor, "person.read", person, on) or person.disabled_at is not None:
        raise InvalidFacts({"person": [say("Nobody with an active account fits this entry.")]})
    case = _opened(session, actor, at, module, country, person, organisation_id)
    if case is None:
        raise Refused([Refusal(None, say("This person cannot be nominated for this module now."))])
    organisation = session.get_one(Organisation, organisation_id)
    _tell(session, actor, at, person, case, module=module, organisation=organisation)
    return case


def _tell(
    session: Session,
    actor: Actor,
    at: datetime,
    person: Person,
    case: Certification | None,
    *,
    module: str,
    organisation: Organisation,
) -> None:
    # Who has no password yet takes up the account by the same message: two would ask for one thing.
    is_new = case is not None and person.password_hash is None
    owe(
        session,
        key=f"nominated:{case.id if case else new_id()}",
        kind="nominated_new" if is_new else "nominated" if case else "nominated_again",
        recipient=person,
        at=at,
        case_id=case.case_id if case else None,
        params={
            "certification": case.id if case else "",
            "module": module,
            "by": actor.name,
            "organisation": organisation.name,
        },
        link_purpose="invitation" if is_new else None,
        link_subject=person.id if is_new else None,
    )


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
