"""Whom a nudge would reach: the people on whom something waits, as far as they may know of it and can act."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    Certification,
    EnterpriseContact,
    ExpertLicence,
    NameChange,
    Renewal,
    Review,
)
from certify.models.store import once_while_reading
from certify.policy import Actor, may
from certify.scheme.words import Act, RoleName
from certify.workflows.case_terms import relations_of
from certify.workflows.dossier import day_of
from certify.workflows.grants import holders
from certify.workflows.notices import Recipient, recipients
from certify.workflows.people import actor_of
from certify.workflows.renewal_dossier import RenewalDossier

VISIT = "nudge_visit"
# What each role is asked for; a relation may keep its holders from it.
_ACTS = {RoleName.MASTER_TRAINER: Act.DECIDE, RoleName.QA_REVIEWER: Act.QA}
_SHEETS = {"screener": "nudge_sheet", "observer": "nudge_sheet"}
_OWN: Mapping[Any, str] = {
    Certification: "nudge_own",
    Renewal: "nudge_renewal_own",
    ExpertLicence: "nudge_licence_own",
}
_RECORDS = {True: "nudge_record"}
_STEPS: Mapping[Any, str] = {
    Certification: "nudge_step",
    Renewal: "nudge_renewal",
    ExpertLicence: "nudge_licence",
    Review: "nudge_review",
    NameChange: "nudge_name",
}


@dataclass(frozen=True)
class Waiting:
    """For whom a thing waits since when: people, an enterprise's contacts, or everybody with a role."""

    thing: Any  # a certification, or what hangs on one
    who: str
    since: datetime
    people: tuple[str, ...] = ()
    enterprise: str = ""
    activity: str = ""
    apart: tuple[str, ...] = ()  # who has the role and may not take this step

    @property
    def case(self) -> Certification:
        """The certification that it is about, or is."""
        return self.thing if isinstance(self.thing, Certification) else self.thing.certification


@dataclass(frozen=True)
class Addressee:
    """Somebody whom one nudge would reach, and for what."""

    id: str  # of a person, or of a contact without an account
    name: str
    kind: str
    waiting: Waiting
    recipient: Recipient | None = None
    contact: EnterpriseContact | None = None
    activity: Activity | None = None

    @property
    def case(self) -> Certification:
        """In which it is told."""
        return self.waiting.case


def addressees(
    session: Session, waits: Iterable[Waiting], actor: Actor, at: datetime
) -> tuple[Addressee, ...]:
    """Each once, with an account that is open, and never the one who nudges."""
    found: dict[str, Addressee] = {}
    for wait in waits:
        for one in _reached(session, wait, at):
            if one.id != actor.id:
                found.setdefault(one.id, one)
    return tuple(found.values())


def _reached(session: Session, wait: Waiting, at: datetime) -> Iterator[Addressee]:
    if wait.enterprise:
        yield from _contacts(session, wait)
        return
    activity = session.get(Activity, wait.activity) if wait.activity else None
    on = day_of(wait.case, at)
    for id, person in recipients(session, wait.people or _in_role(session, wait, on, at)).items():
        is_own = id == wait.case.holder_id
        kind = (
            _SHEETS.get(wait.who)
            or _OWN.get(is_own and type(wait.thing))
            or _RECORDS.get(activity is not None)
            or _STEPS.get(type(wait.thing))
            or "nudge_step"
        )
        asked = activity if kind == "nudge_record" and activity else wait.thing
        if _may_know(session, id, asked, on):
            yield Addressee(id, person.name, kind, wait, person, activity=activity)


def _may_know(session: Session, person: str, asked: Any, on: date) -> bool:
    """By the table of rights: who could not open the page is not told of it, nor whose account is closed."""
    actor = once_while_reading(session, ("actor", person, on), lambda: actor_of(session, person, on))
    action = {Activity: "activity.see", NameChange: "name_change.see"}.get(type(asked), "certification.see")
    return actor is not None and may(actor, action, asked, on)


def _in_role(session: Session, wait: Waiting, on: date, at: datetime) -> list[str]:
    """Everybody who could take the step: those whom nothing keeps from it."""
    if wait.who not in tuple(RoleName):
        return []
    role, case = RoleName(wait.who), wait.case
    found = session.scalars(holders((role,), on, module=case.module, country=case.country)).all()
    able = [person.id for person in found if person.id not in wait.apart]
    is_free = _is_free(session, wait, _ACTS[role], at) if role in _ACTS else None
    return [id for id in able if is_free is None or is_free(id)]


def _is_free(session: Session, wait: Waiting, act: Act, at: datetime) -> Callable[[str], bool]:
    if isinstance(wait.thing, Renewal):
        dossier = RenewalDossier(session, wait.thing, at)
        return lambda id: dossier.is_free(id, act)
    return lambda id: not relations_of(session, id, wait.case, act, at).blocks


def _contacts(session: Session, wait: Waiting) -> Iterator[Addressee]:
    """Nobody confirms an own visit, nor with a closed account."""
    activity = session.get(Activity, wait.activity)
    trainers = {one.person_id for one in activity.people} if activity else set()
    asked = select(EnterpriseContact).where(EnterpriseContact.enterprise_id == wait.enterprise)
    for contact in session.scalars(asked.order_by(EnterpriseContact.created_at, EnterpriseContact.id)):
        person = recipients(session, list(filter(None, [contact.person_id]))).get(contact.person_id or "")
        if person is not None and (person.disabled_at is not None or person.id in trainers):
            continue
        id = person.id if person else contact.id
        yield Addressee(id, contact.name, VISIT, wait, person, contact, activity)
