"""Who and what can be in a cohort: trainers of the module, their supervisor, enterprises of the country."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from certify.models import Activity, Certification, Cohort, Enterprise, Person, RoleGrant
from certify.policy import Actor, may
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.sentences import say
from certify.scheme.types import Edition
from certify.scheme.words import ActivityState, RoleName
from certify.workflows.accounts import normal_email
from certify.workflows.activity_people import CLOSED_STATES, candidates_among, certifications_of
from certify.workflows.facts import InvalidFacts

LONGEST_NAME = 120

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class CohortWish:
    """A cohort as it is asked for: ids of people and enterprises."""

    module: str
    country: str
    variant: str | None
    name: str
    trainers: tuple[str, ...]
    supervisor: str | None
    enterprises: tuple[str, ...]


def check(session: Session, wish: CohortWish, edition: Edition, present: Cohort | None) -> None:
    """Raise InvalidFacts with every mistake; `present` is the cohort before the change, if there is one."""
    errors: Errors = {}
    if wish.module not in edition.modules:
        errors["module"] = [say("Choose one of the options.")]
    if wish.variant is not None and not _has_variant(edition, wish.variant, wish.module):
        errors["variant"] = [say("Choose one of the options.")]
    if len(wish.name.strip()) > LONGEST_NAME:
        errors["name"] = [say("At most {n} characters.", n=LONGEST_NAME)]
    errors |= _people_errors(session, wish, present)
    errors |= _enterprise_errors(session, wish) or _contact_errors(session, wish)
    if present is not None:
        errors |= _left_behind(session, present, wish)
    if errors:
        raise InvalidFacts(errors)


def _has_variant(edition: Edition, name: str, module: str) -> bool:
    variant = edition.variants.get(name)
    return variant is not None and (not variant.modules or module in variant.modules)


def _people_errors(session: Session, wish: CohortWish, present: Cohort | None) -> Errors:
    if not wish.trainers:
        return {"trainers": [say("Name at least one trainer.")]}
    if len(set(wish.trainers)) != len(wish.trainers):
        return {"trainers": [say("An entry is given twice.")]}
    people = {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(wish.trainers)))}
    if len(people) != len(wish.trainers):
        return {"trainers": [say("Choose one of the entries.")]}
    kept = {person.id for person in present.trainers} if present else set()
    found = certifications_of(session, people, wish.module)
    outside: list[str] = [
        say("{name} has no open or certified certification in this module.", name=person.name)
        for person in people.values()
        if person.id not in kept and (person.id not in found or found[person.id].state in CLOSED_STATES)
    ]
    if outside:
        return {"trainers": outside}
    return _supervisor_errors(list(found.values()), wish, present)


def _supervisor_errors(
    certifications: list[Certification], wish: CohortWish, present: Cohort | None
) -> Errors:
    """The supervisor is the assigned one of every candidate; certified trainers alone have none."""
    candidates = candidates_among(certifications)
    if not candidates:
        kept = present is not None and wish.supervisor == present.supervisor_id
        if wish.supervisor is None or kept:
            return {}
        return {"supervisor": [say("A cohort of certified trainers only has no supervisor.")]}
    wrong: list[str] = [
        say("This is not the supervising Expert Trainer assigned to {name}.", name=one.holder.name)
        for one in candidates
        if one.supervisor_id != wish.supervisor
    ]
    return {"supervisor": wrong} if wrong else {}


def supervised(session: Session, wish: CohortWish) -> CohortWish:
    """The wish with the candidates' one supervisor where none is named; none while nobody is assigned."""
    if wish.supervisor is not None:
        return wish
    found = certifications_of(session, wish.trainers, wish.module).values()
    assigned = {one.supervisor_id for one in candidates_among(found)}
    return replace(wish, supervisor=assigned.pop()) if len(assigned) == 1 else wish


def _enterprise_errors(session: Session, wish: CohortWish) -> Errors:
    if len(set(wish.enterprises)) != len(wish.enterprises):
        return {"enterprises": [say("An entry is given twice.")]}
    found = session.scalars(
        select(Enterprise.id).where(Enterprise.id.in_(wish.enterprises), Enterprise.country == wish.country)
    ).all()
    if len(found) != len(wish.enterprises):
        return {"enterprises": [say("Choose among the enterprises of the country.")]}
    return {}


def check_choosable(session: Session, actor: Actor, wish: CohortWish, on: date) -> None:
    """Raise InvalidFacts for an enterprise that is not the actor's to choose.

    Theirs are those they may see, and what a coordinator entered for everybody; somebody else's are not.
    Asked before the cohort is stored, for an enterprise is seen by who is in a cohort with it: so one
    that is in it already stays choosable.
    """
    with session.no_autoflush:
        rows = session.scalars(select(Enterprise).where(Enterprise.id.in_(wish.enterprises))).all()
        foreign = [row for row in rows if not may(actor, "enterprise.see", row, on)]
        for_everybody = _entered_by_coordinators(session, foreign)
    if any(row.id not in for_everybody for row in foreign):
        raise InvalidFacts({"enterprises": [say("Choose among the enterprises of the country.")]})


def _entered_by_coordinators(session: Session, enterprises: Iterable[Enterprise]) -> set[str]:
    """Those that a coordinator of their country entered, whether or not they are in office still.

    They were in office on that day of the country.
    """
    ids = [one.id for one in enterprises]
    entered = (
        select(Enterprise, RoleGrant)
        .join(RoleGrant, RoleGrant.person_id == Enterprise.created_by_id)
        .where(
            Enterprise.id.in_(ids),
            RoleGrant.role == RoleName.COORDINATOR,
            or_(RoleGrant.country.is_(None), RoleGrant.country == Enterprise.country),
            RoleGrant.confirmed_at <= Enterprise.created_at,
            or_(RoleGrant.ended_at.is_(None), RoleGrant.ended_at > Enterprise.created_at),
        )
    )
    return {one.id for one, grant in session.execute(entered) if _in_its_days(grant, one)}


def _in_its_days(grant: RoleGrant, enterprise: Enterprise) -> bool:
    on = day_in(enterprise.created_at, zone_of(enterprise.country))
    return grant.from_on <= on and (grant.until_on is None or on <= grant.until_on)


def _contact_errors(session: Session, wish: CohortWish) -> Errors:
    """Nobody confirms their own visits: a trainer is no contact of an enterprise of the cohort."""
    addresses = set(session.scalars(select(Person.email).where(Person.id.in_(wish.trainers))))
    enterprises = session.scalars(
        select(Enterprise).where(Enterprise.id.in_(wish.enterprises)).order_by(Enterprise.name)
    )
    wrong: list[str] = [
        say("A trainer is the contact of {enterprise}, who confirms the visits.", enterprise=one.name)
        for one in enterprises
        if any(
            contact.person_id in wish.trainers or normal_email(contact.email) in addresses
            for contact in one.contacts
        )
    ]
    return {"enterprises": wrong} if wrong else {}


def _left_behind(session: Session, cohort: Cohort, wish: CohortWish) -> Errors:
    """Who has activities in the cohort, void ones apart, cannot be taken out of it."""
    activities = session.scalars(
        select(Activity).where(Activity.cohort_id == cohort.id, Activity.state != ActivityState.VOID)
    ).all()
    people = {one.person_id for activity in activities for one in activity.people}
    visited = {activity.enterprise_id for activity in activities if activity.enterprise_id}
    visited |= {id for activity in activities for id in activity.facts.get("enterprises", ())}
    errors: Errors = {}
    if people - set(wish.trainers):
        errors["trainers"] = [say("A trainer with activities in the cohort stays in it.")]
    if visited - set(wish.enterprises):
        errors["enterprises"] = [say("An enterprise with activities in the cohort stays in it.")]
    return errors
