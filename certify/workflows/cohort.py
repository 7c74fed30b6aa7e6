"""Cohorts (ToE cycles): who takes which enterprises through a module, under whose supervision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Certification, Cohort, Enterprise, Person
from certify.models.store import lock_case
from certify.policy import Actor, may
from certify.scheme.dates import day_in
from certify.scheme.places import is_country, zone_of
from certify.scheme.sentences import say
from certify.scheme.types import Edition
from certify.scheme.words import ActivityState, RoleName
from certify.workflows import engine
from certify.workflows.activity_people import (
    CLOSED_STATES,
    candidates_among,
    certifications_of,
)
from certify.workflows.dossier import open_case
from certify.workflows.editions import edition_in_force
from certify.workflows.engine import Forbidden, NotVisible
from certify.workflows.facts import InvalidFacts

CHANGEABLE = ("variant", "name", "trainers", "supervisor", "enterprises")
LONGEST_NAME = 120

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class _Wish:
    """A cohort as it is asked for: ids of people and enterprises."""

    module: str
    country: str
    variant: str | None
    name: str
    trainers: tuple[str, ...]
    supervisor: str | None
    enterprises: tuple[str, ...]


def create_cohort(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    module: str,
    country: str,
    variant: str | None = None,
    name: str = "",
    trainers: Iterable[str],
    supervisor: str | None = None,
    enterprises: Iterable[str] = (),
) -> Cohort:
    """Open a cohort with its case file; people and enterprises by id. Raises Forbidden, InvalidFacts."""
    if not is_country(country):
        raise InvalidFacts({"country": [say("Choose one of the options.")]})
    wish = _Wish(
        module, country, variant or None, name, tuple(trainers), supervisor or None, tuple(enterprises)
    )
    wish = _supervised(session, wish)
    edition = edition_in_force(session, day_in(at, zone_of(country)))
    _check(session, wish, edition, present=None)
    cohort = Cohort(module=module, country=country, created_by_id=actor.id, created_at=at)
    _apply(session, cohort, wish)
    cohort.organisation_id = _provider(actor, cohort, day_in(at, zone_of(country)))
    if not may(actor, "cohort.create", cohort, day_in(at, zone_of(country))):
        raise Forbidden("cohort.create")
    cohort.case_id = open_case(session, "cohort", at).id
    session.add(cohort)
    session.flush()
    _record(session, cohort, actor, at, move="create", before=engine.NEW, facts=_facts(wish))
    return cohort


def edit_cohort(session: Session, cohort: Cohort, actor: Actor, at: datetime, **changes: Any) -> None:
    """Change some of `variant`, `name`, `trainers`, `supervisor`, `enterprises`; one event each time.

    Whoever or whatever has activities in the cohort stays in it. Raises NotVisible, Forbidden,
    InvalidFacts.
    """
    unknown = {key: [say("There is no such field here.")] for key in changes if key not in CHANGEABLE}
    if unknown:
        raise InvalidFacts(unknown)
    session.flush()
    lock_case(session, cohort.case_id)
    session.expire_all()
    on = day_in(at, zone_of(cohort.country))
    if not may(actor, "cohort.edit", cohort, on):
        raise (Forbidden if may(actor, "cohort.see", cohort, on) else NotVisible)("cohort.edit")
    before = _present(cohort)
    wish = _supervised(session, _Wish(**{**before.__dict__, **_tidied(changes)}))
    _check(session, wish, edition_in_force(session, on), present=cohort)
    _apply(session, cohort, wish)
    session.flush()
    facts = {key: value for key, value in _facts(wish).items() if _facts(before)[key] != value}
    _record(session, cohort, actor, at, move="edit", before="open", facts=facts)


def _tidied(changes: Mapping[str, Any]) -> dict[str, Any]:
    tidied = dict(changes)
    for key in ("trainers", "enterprises"):
        if key in tidied:
            tidied[key] = tuple(tidied[key])
    for key in ("supervisor", "variant"):
        if key in tidied:
            tidied[key] = tidied[key] or None
    return tidied


def _present(cohort: Cohort) -> _Wish:
    return _Wish(
        module=cohort.module,
        country=cohort.country,
        variant=cohort.variant,
        name=cohort.name,
        trainers=tuple(person.id for person in cohort.trainers),
        supervisor=cohort.supervisor_id,
        enterprises=tuple(enterprise.id for enterprise in cohort.enterprises),
    )


def _check(session: Session, wish: _Wish, edition: Edition, present: Cohort | None) -> None:
    errors: Errors = {}
    if wish.module not in edition.modules:
        errors["module"] = [say("Choose one of the options.")]
    if wish.variant is not None and not _has_variant(edition, wish):
        errors["variant"] = [say("Choose one of the options.")]
    if len(wish.name.strip()) > LONGEST_NAME:
        errors["name"] = [say("At most {n} characters.", n=LONGEST_NAME)]
    errors |= _people_errors(session, wish, present)
    errors |= _enterprise_errors(session, wish)
    if present is not None:
        errors |= _left_behind(session, present, wish)
    if errors:
        raise InvalidFacts(errors)


def _has_variant(edition: Edition, wish: _Wish) -> bool:
    variant = edition.variants.get(wish.variant or "")
    return variant is not None and (not variant.modules or wish.module in variant.modules)


def _people_errors(session: Session, wish: _Wish, present: Cohort | None) -> Errors:
    if not wish.trainers:
        return {"trainers": [say("Name at least one trainer.")]}
    if len(set(wish.trainers)) != len(wish.trainers):
        return {"trainers": [say("An entry is given twice.")]}
    people = {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(wish.trainers)))}
    if len(people) != len(wish.trainers):
        return {"trainers": [say("Choose one of the entries.")]}
    kept = {person.id for person in present.trainers} if present else set()
    found = certifications_of(session, people, wish.module)
    outside = [
        say("{name} has no open or certified certification in this module.", name=person.name)
        for person in people.values()
        if person.id not in kept and (person.id not in found or found[person.id].state in CLOSED_STATES)
    ]
    if outside:
        return {"trainers": outside}
    return _supervisor_errors(list(found.values()), wish, present)


def _supervisor_errors(certifications: list[Certification], wish: _Wish, present: Cohort | None) -> Errors:
    """The supervisor is the assigned one of every candidate; certified trainers alone have none."""
    candidates = candidates_among(certifications)
    if not candidates:
        kept = present is not None and wish.supervisor == present.supervisor_id
        if wish.supervisor is None or kept:
            return {}
        return {"supervisor": [say("A cohort of certified trainers only has no supervisor.")]}
    wrong = [
        say("This is not the supervising Expert Trainer assigned to {name}.", name=one.holder.name)
        for one in candidates
        if one.supervisor_id != wish.supervisor
    ]
    return {"supervisor": wrong} if wrong else {}


def _supervised(session: Session, wish: _Wish) -> _Wish:
    """The candidates' one supervisor, where none is named; none as long as nobody is assigned."""
    if wish.supervisor is not None:
        return wish
    found = certifications_of(session, wish.trainers, wish.module).values()
    assigned = {one.supervisor_id for one in candidates_among(found)}
    return replace(wish, supervisor=assigned.pop()) if len(assigned) == 1 else wish


def _enterprise_errors(session: Session, wish: _Wish) -> Errors:
    if len(set(wish.enterprises)) != len(wish.enterprises):
        return {"enterprises": [say("An entry is given twice.")]}
    found = session.scalars(
        select(Enterprise.id).where(Enterprise.id.in_(wish.enterprises), Enterprise.country == wish.country)
    ).all()
    if len(found) != len(wish.enterprises):
        return {"enterprises": [say("Choose among the enterprises of the country.")]}
    return {}


def _left_behind(session: Session, cohort: Cohort, wish: _Wish) -> Errors:
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


def _apply(session: Session, cohort: Cohort, wish: _Wish) -> None:
    cohort.variant = wish.variant
    cohort.supervisor_id = wish.supervisor
    cohort.trainers = list(session.scalars(select(Person).where(Person.id.in_(wish.trainers))))
    cohort.enterprises = list(session.scalars(select(Enterprise).where(Enterprise.id.in_(wish.enterprises))))
    names = ", ".join(sorted(person.name for person in cohort.trainers))
    cohort.name = wish.name.strip() or f"{wish.module} · {names}"[:LONGEST_NAME]


def _provider(actor: Actor, cohort: Cohort, on: date) -> str | None:
    """The service provider whose cohort it is: the creating coordinator's, else the trainers' own."""
    for grant in actor.grants:
        if grant.role is RoleName.PROVIDER and grant.organisation and grant.covers(on=on):
            return grant.organisation
    for person in cohort.trainers:
        for affiliation in person.affiliations:
            if affiliation.from_on <= on and (affiliation.until_on is None or on <= affiliation.until_on):
                return affiliation.organisation_id
    return None


def _facts(wish: _Wish) -> dict[str, Any]:
    return {
        "name": wish.name,
        "variant": wish.variant,
        "trainers": sorted(wish.trainers),
        "supervisor": wish.supervisor,
        "enterprises": sorted(wish.enterprises),
    }


def _record(
    session: Session,
    cohort: Cohort,
    actor: Actor,
    at: datetime,
    *,
    move: str,
    before: str,
    facts: Mapping[str, Any],
) -> None:
    """A cohort has no moves: it is open from its creation on, and its log says what changed."""
    engine.append_event(
        session,
        case_id=cohort.case_id,
        actor=actor,
        at=at,
        subject=("cohort", cohort.id),
        move=move,
        states=(before, "open"),
        facts=facts,
    )
