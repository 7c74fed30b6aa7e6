"""Accounts: opened by invitation or by application, and taken up by a mailed link."""

from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from certify.models import (
    Affiliation,
    EnterpriseContact,
    Organisation,
    Person,
    Relationship,
    RoleGrant,
    new_id,
)
from certify.policy import Actor, may
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.sentences import say
from certify.scheme.words import RoleName
from certify.workflows.engine import InvalidFacts, Refusal, Refused
from certify.workflows.notices import owe


def invite(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    name: str,
    email: str,
    country: str,
    organisation: Organisation | None = None,
    told: bool = True,
) -> Person:
    """A new account, and the invitation to take it up. Raises InvalidFacts when the address has one.

    A service provider's invitation says that the person works there, from today. With `told=False` the
    caller owes the message that carries the invitation.
    """
    person = _open_account(session, at, name=name, email=email, country=country)
    if organisation is not None:
        from_on = day_in(at, zone_of(country))
        session.add(Affiliation(person=person, organisation=organisation, from_on=from_on))
    if told:
        _owe_invitation(session, person, at)
    return person


def staffed_by(actor: Actor, on: date) -> frozenset[str] | None:
    """The organisations for whose staff alone the actor invites: a provider's own; None without limit."""
    if may(actor, "person.edit", None, on) or may(actor, "organisation.create", None, on):
        return None
    return frozenset(actor.provides_for(on=on))


def invite_again(session: Session, person: Person, at: datetime) -> None:
    """Another invitation for an account that nobody took up yet. Raises Refused."""
    if person.password_hash is not None:
        raise Refused([Refusal(None, say("{name} has taken up the account already.", name=person.name))])
    _owe_invitation(session, person, at)


def apply(session: Session, at: datetime, *, name: str, email: str, country: str, language: str) -> None:
    """An application for an account: the answer is a mail, whether the address has an account or not."""
    person = person_at(session, email)
    if person is None:
        person = _open_account(session, at, name=name, email=email, country=country, language=language)
    if person.disabled_at is not None:
        return
    taken = person.password_hash is not None
    owe(
        session,
        key=f"apply:{person.id}:{new_id()}",
        kind="apply_exists" if taken else "apply_confirm",
        recipient=person,
        at=at,
        link_purpose=None if taken else "invitation",
        link_subject=None if taken else person.id,
    )


def ask_new_password(session: Session, email: str, at: datetime) -> None:
    """Owe the mail with the link for a new password; nothing for an unknown or disabled account."""
    person = person_at(session, email)
    if person is None or person.disabled_at is not None:
        return
    if person.password_hash is None:
        _owe_invitation(session, person, at)
        return
    owe(
        session,
        key=f"reset:{person.id}:{new_id()}",
        kind="reset",
        recipient=person,
        at=at,
        link_purpose="reset",
        link_subject=person.id,
    )


def first_administrator(
    session: Session,
    name: str,
    email: str,
    at: datetime,
    *,
    country: str = "ZZ",
    role: RoleName = RoleName.ADMINISTRATOR,
) -> Person:
    """The first administrator, or scheme owner: the two who can then give roles to everybody else.

    The operator of the machine stands in for both who grant it. Raises Refused once somebody has the role.
    """
    if _is_held(session, role):
        sentence = say("Somebody has this role already; the next is granted by two people inside.")
        raise Refused([Refusal(None, sentence, ("administrator", "scheme_owner"))])
    person = person_at(session, email) or _open_account(session, at, name=name, email=email, country=country)
    session.add(
        RoleGrant(
            person=person,
            role=role,
            from_on=day_in(at, zone_of(country)),
            proposed_by_id=person.id,
            proposed_at=at,
            confirmed_by_id=person.id,
            confirmed_at=at,
        )
    )
    if person.password_hash is None:
        _owe_invitation(session, person, at)
    session.flush()
    return person


def person_at(session: Session, email: str) -> Person | None:
    """The person with this address, however it was typed."""
    return session.scalar(select(Person).where(Person.email == normal_email(email)))


def normal_email(email: str) -> str:
    """An address as it is stored and compared."""
    return email.strip().lower()


def _open_account(
    session: Session, at: datetime, *, name: str, email: str, country: str, language: str = "en"
) -> Person:
    person = Person(name=name, email=normal_email(email), country=country, language=language, created_at=at)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:
        raise InvalidFacts({"email": [say("There is an account with this address already.")]}) from error
    _take_up_ties(session, person)
    _take_up_contacts(session, person)
    return person


def _take_up_ties(session: Session, person: Person) -> None:
    """Ties that others declared to this address before it had an account count from now on."""
    session.execute(
        update(Relationship)
        .where(Relationship.other_email == person.email, Relationship.other_id.is_(None))
        .values(other_id=person.id)
    )


def _take_up_contacts(session: Session, person: Person) -> None:
    """Whoever answers for an enterprise by this address may from now on do so by the account."""
    session.execute(
        update(EnterpriseContact)
        .where(func.lower(EnterpriseContact.email) == person.email, EnterpriseContact.person_id.is_(None))
        .values(person_id=person.id)
    )


def _owe_invitation(session: Session, person: Person, at: datetime) -> None:
    owe(
        session,
        key=f"invitation:{person.id}:{new_id()}",
        kind="invitation",
        recipient=person,
        at=at,
        link_purpose="invitation",
        link_subject=person.id,
    )


def _is_held(session: Session, role: RoleName) -> bool:
    held = select(RoleGrant.id).where(
        RoleGrant.role == role, RoleGrant.confirmed_at.is_not(None), RoleGrant.ended_at.is_(None)
    )
    return session.scalar(held.limit(1)) is not None
