"""What is said to a role: its holders are asked for when the day has come, not when it was planned.

A few at a time: who may see the case, has no relation in the way where deciding is asked for, and is neither
the one whom it is about nor the one who was reminded before. Where nobody can act on a renewal, its
coordinators have somebody named.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Certification, DuePoint, EnterpriseContact, Person, Renewal, RoleGrant
from certify.models.store import own_tx
from certify.policy import Actor, may
from certify.reminders.points import zone_of_person
from certify.reminders.wording_reminders import unseen
from certify.scheme.dates import day_in, morning_of
from certify.scheme.places import zone_of
from certify.scheme.words import Act, RoleName
from certify.workflows.dossier import Dossier
from certify.workflows.notices import CLOCKWORK, owe
from certify.workflows.people import actor_of
from certify.workflows.renewal_dossier import ASKED_TO, RenewalDossier

log = logging.getLogger(__name__)

CHUNK = 20  # points in one transaction
CONTACT = "enterprise_contact"
UNSERVED = "renewal_unserved"
UNSEEN = ("module", "country", "about_on", "due_on")


def sweep_roles(at: datetime, chunk: int = CHUNK) -> int:
    """Owe what is due to roles at a domain instant; how many messages. Commits chunk by chunk."""
    made, left = 0, set[str]()
    while True:
        with own_tx() as session:
            points = _due(session, at, chunk, left)
            readers = Readers(session, at)
            made += sum(_settle_or_leave(readers, point, left) for point in points)
        if not points:
            return made


def due_to_roles(session: Session, at: datetime) -> Iterator[tuple[DuePoint, "Reader"]]:
    """What a sweep would owe, point by point with each reader; nothing is written."""
    readers = Readers(session, at)
    for point in session.scalars(_asked(at)):
        if not overtaken(point, at):
            for one in readers.of(point):
                yield point, one


def _asked(at: datetime) -> Any:
    return (
        select(DuePoint)
        .where(DuePoint.settled_at.is_(None), DuePoint.due_at <= at, DuePoint.recipient_role.is_not(None))
        .order_by(DuePoint.due_at, DuePoint.id)
    )


def _due(session: Session, at: datetime, chunk: int, left: Collection[str]) -> list[DuePoint]:
    """The next ones, in the order of their cases' locks; what another scheduler has is not waited for."""
    asked = _asked(at).where(DuePoint.id.not_in(left)).limit(chunk)
    found = session.scalars(asked.with_for_update(skip_locked=True))
    return sorted(found, key=lambda one: (one.certification_id is not None, one.case_id, one.id))


def overtaken(point: DuePoint, at: datetime) -> bool:
    """Whether something later about the same has come, or the day that it is about is over."""
    return (point.overtaken_at is not None and point.overtaken_at <= at) or (
        point.not_after is not None and point.not_after <= at
    )


def _settle_or_leave(readers: "Readers", point: DuePoint, left: set[str]) -> int:
    """One that cannot be told keeps no other waiting: it is left, and tried again by the next round."""
    id = point.id
    try:
        with readers.session.begin_nested():
            return _settle(readers, point)
    except Exception:
        log.exception("the due point %s could not be told to its role", id)
        left.add(id)
        return 0


def _settle(readers: "Readers", point: DuePoint) -> int:
    told = [] if overtaken(point, readers.at) else list(readers.of(point))
    for one in told:
        one.owe(readers.session, point, readers.at)
    point.settled_at = readers.at
    point.outcome = "overtaken" if overtaken(point, readers.at) else "owed" if told else "stopped"
    return len(told)


@dataclass(frozen=True)
class Reader:
    """Somebody who is told, with or without an account."""

    id: str
    email: str
    name: str
    language: str
    zone: str
    on: date  # the day on which it is said, where the case lives
    person: Person | None = None
    sees: bool = True
    unserved: str = ""  # the role that nobody with can act, which is told in the place of the reminder

    def owe(self, session: Session, point: DuePoint, at: datetime) -> None:
        """One message, at eight in the morning with its reader; a contact's has a link of its own."""
        of_visit = point.recipient_role == CONTACT
        kind, params = self._told(point)
        owe(
            session,
            key=f"{point.message_key}:{self.id}",
            kind=kind,
            at=at,
            recipient=self.person,
            name=self.name,
            email=self.email,
            language=self.language,
            case_id=point.case_id if self.sees else None,
            params=params,
            link_purpose="confirm_visit" if of_visit else None,
            link_subject=point.thing_id if of_visit else None,
            origin=CLOCKWORK,
            due_at=self.due_at(point),
            not_after=point.not_after,
            point_id=point.id,
        )

    def due_at(self, point: DuePoint) -> datetime:
        """When it is said to them: not before eight in their morning."""
        return max(morning_of(self.on, self.zone), point.due_at)

    def _told(self, point: DuePoint) -> tuple[str, Mapping[str, Any]]:
        if self.unserved:
            return UNSERVED, {**point.params, "renewal": point.thing_id, "role": self.unserved}
        if self.sees:
            return point.kind, point.params
        # Whoever may not see a case is told that something waits, and since when.
        return unseen(point.reminder), {name: point.params[name] for name in UNSEEN if name in point.params}


def _said_on(point: DuePoint, country: str) -> date:
    """A role's day is that of the case's country."""
    return day_in(point.due_at, zone_of(country))


@dataclass
class Readers:
    """Who reads what is said to a role, at an instant; what was asked once is kept for the next point."""

    session: Session
    at: datetime
    actors: dict[tuple[str, date], Actor | None] = field(default_factory=dict)
    only: str = ""  # somebody, where nobody else is asked about

    def of(self, point: DuePoint) -> Iterator[Reader]:
        """The readers of one point."""
        if point.recipient_role == CONTACT:
            yield from self._contacts(point)
        elif point.certification_id is not None:
            yield from self._in_case(point, self.session.get_one(Certification, point.certification_id))
        else:
            yield from self._in_cohort(point, self.session.get_one(Activity, point.thing_id))

    def tells(self, point: DuePoint) -> bool:
        """Whether the one who is asked about reads a point in their role, as things stand."""
        return any(one.id == self.only and not one.unserved for one in self.of(point))

    def _contacts(self, point: DuePoint) -> Iterator[Reader]:
        visit = self.session.get_one(Activity, point.thing_id)
        trainers = {one.person_id for one in visit.people}
        asked = select(EnterpriseContact).where(EnterpriseContact.enterprise_id == visit.enterprise_id)
        for one in self.session.scalars(asked.order_by(EnterpriseContact.created_at, EnterpriseContact.id)):
            if one.person is not None and (one.person.disabled_at is not None or one.person_id in trainers):
                continue
            zone = zone_of_person(one.person) if one.person else zone_of(visit.country)
            on = _said_on(point, visit.country)
            yield Reader(one.id, one.email, one.name, one.language, zone, on, one.person)

    def _in_case(self, point: DuePoint, case: Certification) -> Iterator[Reader]:
        on, renewal = day_in(self.at, zone_of(case.country)), self._renewal(point)
        told_before = {case.holder_id, point.params.get("reminded")}
        is_free, found = self._is_free(point, case, renewal), False
        for actor in self._holders(point.recipient_role or "", case, on):
            if actor.id in told_before or not is_free(actor.id):
                continue
            sees = may(actor, "certification.see", case, on)
            # The scheme owner sees no case, and sees to it that somebody is in office who does.
            if sees or point.recipient_role == RoleName.SCHEME_OWNER:
                found = True
                yield self._reader(actor.id, _said_on(point, case.country), sees)
        if renewal and not found and not point.escalates:
            yield from self._who_have_one_named(point, case, on)

    def _renewal(self, point: DuePoint) -> Renewal | None:
        return self.session.get(Renewal, point.thing_id) if point.thing_id else None

    def _is_free(self, point: DuePoint, case: Certification, of: Renewal | None) -> Callable[[str], bool]:
        """Whether somebody can do what a role is asked for."""
        act = ASKED_TO.get(point.recipient_role or "")
        if act is not None and of is not None:
            dossier = RenewalDossier(self.session, of, self.at)
            return partial(dossier.is_free, act=act)
        if point.recipient_role == RoleName.MASTER_TRAINER:
            beside = Dossier(self.session, case, self.at)
            return lambda id: not beside.findings(id, Act.DECIDE).blocks
        return lambda _id: True

    def _who_have_one_named(self, point: DuePoint, case: Certification, on: date) -> Iterator[Reader]:
        """The coordinators, of a renewal that nobody in the role can act on."""
        for actor in self._holders(RoleName.COORDINATOR, case, on):
            if actor.id != case.holder_id:
                reader = self._reader(actor.id, _said_on(point, case.country))
                yield replace(reader, unserved=point.recipient_role or "")

    def _in_cohort(self, point: DuePoint, visit: Activity) -> Iterator[Reader]:
        on = day_in(self.at, zone_of(visit.country))
        trainers = {one.person_id for one in visit.people}
        for actor in self._holders(point.recipient_role or "", visit, on):
            if actor.id not in trainers and may(actor, "activity.see", visit, on):
                yield self._reader(actor.id, _said_on(point, visit.country))

    def _holders(self, role: str, thing: Any, on: date) -> Iterator[Actor]:
        """Those with a role in the thing's module and country that day."""
        asked = (
            select(RoleGrant.person_id)
            .where(
                RoleGrant.role == RoleName(role),
                RoleGrant.confirmed_at.is_not(None),
                RoleGrant.country.is_(None) | (RoleGrant.country == thing.country),
                RoleGrant.module.is_(None) | (RoleGrant.module == thing.module),
            )
            .distinct()
            .order_by(RoleGrant.person_id)
        )
        if self.only:
            asked = asked.where(RoleGrant.person_id == self.only)
        for id in self.session.scalars(asked).all():
            actor = self._actor(id, on)
            if actor and actor.holds(RoleName(role), on=on, module=thing.module, country=thing.country):
                yield actor

    def _actor(self, id: str, on: date) -> Actor | None:
        if (id, on) not in self.actors:
            self.actors[id, on] = actor_of(self.session, id, on)
        return self.actors[id, on]

    def _reader(self, id: str, on: date, sees: bool = True) -> Reader:
        one = self.session.get_one(Person, id)
        return Reader(one.id, one.email, one.name, one.language, zone_of_person(one), on, one, sees)
