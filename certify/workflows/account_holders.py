"""Whoever has an account: their password, their name, what is put right of them; closed and opened again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, Credential, Person, new_id
from certify.policy import Actor
from certify.scheme.sentences import say
from certify.workflows.activity_people import GRANTED_STATES
from certify.workflows.credential import rename_holder
from certify.workflows.engine import Refusal, Refused
from certify.workflows.notices import owe


def set_password(session: Session, person: Person, password_hash: str, at: datetime) -> None:
    """Store a new password; a change of an earlier one is told, in case somebody else did it."""
    if person.password_hash is not None:
        owe(
            session,
            key=f"password_changed:{person.id}:{new_id()}",
            kind="password_changed",
            recipient=person,
            at=at,
        )
    person.password_hash = password_hash


def change_name(session: Session, person: Person, name: str) -> None:
    """A new name, as long as no certificate carries the old one. Raises Refused."""
    if name == person.name:
        return
    certificates = (
        select(Credential.id)
        .join(Certification, Certification.id == Credential.certification_id)
        .where(Certification.holder_id == person.id)
    )
    if session.scalar(certificates.limit(1)) is not None:
        raise Refused([_elsewhere(session, person)])
    person.name = name


def _elsewhere(session: Session, person: Person) -> Refusal:
    if certification_to_rename_in(session, person) is not None:
        sentence = say(
            "Your name stands on certificates. Ask for another name; once a coordinator has accepted it, "
            "they are issued anew."
        )
        return Refusal(None, sentence, ("coordinator",))
    ended = say("Your name stands on certificates that have ended. Ask an administrator to change it.")
    return Refusal(None, ended, ("administrator",))


def certification_to_rename_in(session: Session, person: Person) -> str | None:
    """A certification that is kept up: in it its holder asks for another name (workflows/name_change.py)."""
    kept = select(Certification.id).where(
        Certification.holder_id == person.id, Certification.state.in_(GRANTED_STATES)
    )
    return session.scalar(kept.order_by(Certification.id).limit(1))


def correct(
    session: Session,
    actor: Actor,
    person: Person,
    at: datetime,
    *,
    name: str,
    country: str,
    sex: str | None,
) -> list[str]:
    """What an administrator puts right of a person; their certificates are issued anew in a new name.

    The answer is the numbers of these. Raises Refused where one cannot be signed: the name then stays.
    """
    renamed = name != person.name
    person.name, person.country, person.sex = name, country, sex
    return rename_holder(session, actor, person.id, at, name=name) if renamed else []


def disable(actor: Actor, person: Person, at: datetime) -> None:
    """Close an account from the next request on; everything that the person did stays. Raises Refused."""
    if actor.id == person.id:
        raise Refused([Refusal(None, say("Nobody disables their own account."), ("administrator",))])
    if person.disabled_at is None:
        person.disabled_at = at


def enable(person: Person) -> None:
    """Open a disabled account again, with the roles that have not ended meanwhile."""
    person.disabled_at = None
