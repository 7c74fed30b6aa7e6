"""Whom a nudge would reach: the people on whom something waits, as far as they may know of it and can act."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
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
from certify.policy import may
from certify.scheme.words import Act, RoleName
from certify.workflows.case_terms import relations_of
from certify.workflows.dossier import day_of
from certify.workflows.grants import holders
from certify.workflows.involvement import histories_of
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
        return _case_of(self.thing)


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


def addressees(session: Session, waits: Iterable[Waiting], at: datetime) -> tuple[Addressee, ...]:
    """Each once, with an account that is open; whoever nudges may be among them."""
    found: dict[str, Addressee] = {}
    for wait in waits:
        for one in _reached(session, wait, at):
            found.setdefault(one.id, one)
    return tuple(found.values())


def read_ahead(session: Session, waits: Collection[Waiting], at: datetime) -> None:
    """What `addressees` asks of each, where it is of many: as many queries as for one."""
    in_role = [
        (one, _holding(session, RoleName(one.who), one.case, day_of(one.case, at)))
        for one in waits
        if one.who in tuple(RoleName) and not one.people
    ]
    _accounts(session, {id for one in waits for id in one.people} | {id for _, ids in in_role for id in ids})
    judged = [(one, ids) for one, ids in in_role if RoleName(one.who) in _ACTS]
    people, trainers = {id for _, ids in judged for id in ids}, {one.case.holder_id for one, _ in judged}
    if people:
        for pair, history in histories_of(session, people, trainers).items():
            once_while_reading(session, ("history", *pair), partial(lambda known: known, history))


def _reached(session: Session, wait: Waiting, at: datetime) -> Iterator[Addressee]:
    if wait.enterprise:
        yield from _contacts(session, wait)
        return
    activity = session.get(Activity, wait.activity) if wait.activity else None
    on = day_of(wait.case, at)
    for id, person in _accounts(session, wait.people or _in_role(session, wait, on, at)).items():
        is_own = id == wait.case.holder_id
        kind = (
            _SHEETS.get(wait.who)
            or _OWN.get(is_own and type(wait.thing))
            or _RECORDS.get(activity is not None)
            or _STEPS.get(type(wait.thing))
            or "nudge_step"
        )
        asked = activity if kind == "nudge_record" and activity else wait.thing
        # Of the own case everybody may know, and there are as many holders as cases.
        if person.disabled_at is None if is_own else _may_know(session, id, asked, on):
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
    role = RoleName(wait.who)
    able = [id for id in _holding(session, role, wait.case, on) if id not in wait.apart]
    is_free = free_for(session, wait.thing, _ACTS[role], at) if role in _ACTS else None
    return [id for id in able if is_free is None or is_free(id)]


def _holding(session: Session, role: RoleName, case: Certification, on: date) -> Sequence[str]:
    """Everybody with a role where a case is, by name."""
    asked = holders((role,), on, module=case.module, country=case.country)
    key = ("in office", role, case.module, case.country, on)
    return once_while_reading(session, key, lambda: [one.id for one in session.scalars(asked)])


def _accounts(session: Session, ids: Collection[str]) -> Mapping[str, Recipient]:
    """The people with these ids who have an account; each is read once."""
    known: dict[str, Recipient] = once_while_reading(session, "accounts", dict)
    if new := [id for id in ids if id not in known]:
        known |= recipients(session, new)
    return {id: known[id] for id in ids if id in known}


def free_for(session: Session, thing: Any, act: Act, at: datetime) -> Callable[[str], bool]:
    """Whether nothing keeps somebody from a step: no relation, nor a part that they had in it."""
    if isinstance(thing, Renewal):
        dossier = RenewalDossier(session, thing, at)
        return lambda id: dossier.is_free(id, act)
    took_part = (thing.nominated_by_id, thing.examiner_id) if isinstance(thing, ExpertLicence) else ()
    case = _case_of(thing)
    return lambda id: id not in took_part and not relations_of(session, id, case, act, at).blocks


def _case_of(thing: Any) -> Certification:
    return thing if isinstance(thing, Certification) else thing.certification


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
