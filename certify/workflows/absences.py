"""Absences: who is away, who is told in their place, and in whose place somebody acts by own right."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from certify.models import Absence, Person, RoleGrant, new_id
from certify.policy import Actor, fits
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.sentences import say
from certify.workflows.engine import InvalidFacts, Move, Refusal, Refused
from certify.workflows.notices import owe
from certify.workflows.people import actor_of

LONGEST = timedelta(days=366)
NOT_AWAY = say("Whoever you would act for is not away today, or named somebody else.")
NOT_THEIRS = say("Whoever you would act for could not do this either.")


def today_of(person: Person, at: datetime) -> date:
    """The day that it is where the person is."""
    return day_in(at, person.zone or zone_of(person.country))


def running(session: Session, at: datetime, *, deputies: Collection[str] | None = None) -> list[Absence]:
    """The absences of today, by each person's own day; of those that name one of the deputies."""
    near = timedelta(days=1)  # no zone is further from UTC than that
    asked = select(Absence).where(
        Absence.ended_at.is_(None), Absence.from_on <= at.date() + near, Absence.until_on >= at.date() - near
    )
    if deputies is not None:
        asked = asked.where(Absence.deputy_id.in_(deputies))
    asked = asked.options(selectinload(Absence.person), selectinload(Absence.deputy))
    rows = session.scalars(asked.order_by(Absence.told_at, Absence.id))
    return [one for one in rows if one.from_on <= today_of(one.person, at) <= one.until_on]


def present_deputy(absence: Absence, away: Mapping[str, Absence]) -> Person | None:
    """Who is there: the deputy, or the deputy's own while that one is away; None in a circle."""
    seen = {absence.person_id}
    while absence.deputy_id in away:
        if absence.deputy_id in seen:
            return None
        seen.add(absence.deputy_id)
        absence = away[absence.deputy_id]
    return None if absence.deputy_id in seen or absence.deputy.disabled_at is not None else absence.deputy


def stood_in_for(session: Session, person_id: str, at: datetime) -> list[Absence]:
    """Whose place a person holds today, through those who named them: usually one query and no row."""
    found: dict[str, Absence] = {}
    asking = {person_id}
    while asking:
        fresh = {one.person_id: one for one in running(session, at, deputies=asking)}
        fresh = {id: one for id, one in fresh.items() if id != person_id and id not in found}
        found |= fresh
        asking = set(fresh)
    return list(found.values())


def acting_for(session: Session, actor: Actor, absent_id: str, move: Move, thing: Any, at: datetime) -> Actor:
    """The actor, with whose place it is said to be; without one as they are. Raises Refused.

    The actor's rights stay their own.
    """
    if not absent_id:
        return actor
    absence = next((one for one in stood_in_for(session, actor.id, at) if one.person_id == absent_id), None)
    if absence is None:
        raise Refused([Refusal(None, NOT_AWAY)])
    if not _would_fit(session, absence, move, thing, at):
        raise Refused([Refusal(None, NOT_THEIRS)])
    return replace(actor, in_place_of=absent_id)


def places_offered(
    session: Session, actor: Actor, move: Move, thing: Any, at: datetime
) -> list[tuple[str, str]]:
    """In whose place the move may be made, as (id, name); the actor fits it already, or sees no form."""
    away = stood_in_for(session, actor.id, at)
    return [(one.person_id, one.person.name) for one in away if _would_fit(session, one, move, thing, at)]


def _would_fit(session: Session, absence: Absence, move: Move, thing: Any, at: datetime) -> bool:
    on = today_of(absence.person, at)
    absent = actor_of(session, absence.person_id, on)
    return absent is not None and fits(absent, move.who, thing, on)


def declare(
    session: Session,
    person: Person,
    at: datetime,
    *,
    from_on: date,
    until_on: date,
    deputy_id: str,
    note: str,
) -> Absence:
    """Say that one is away, and who stands in; the deputy is told. Raises InvalidFacts."""
    errors = _errors(session, person, at, from_on, until_on, deputy_id)
    if errors:
        raise InvalidFacts(errors)
    absence = Absence(
        id=new_id(), person_id=person.id, deputy_id=deputy_id, from_on=from_on, until_on=until_on,
        note=note, told_at=at,
    )  # fmt: skip
    session.add(absence)
    owe(
        session,
        key=f"deputy_named:{absence.id}",
        kind="deputy_named",
        at=at,
        recipient=session.get_one(Person, deputy_id),
        params={"absent": person.name, "from_on": from_on.isoformat(), "until_on": until_on.isoformat(),
                "note": note},
    )  # fmt: skip
    return absence


def _errors(
    session: Session, person: Person, at: datetime, from_on: date, until_on: date, deputy_id: str
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if from_on < today_of(person, at):
        found["from_on"] = [say("The first day is over already.")]
    elif _overlaps(session, person.id, from_on, until_on):
        found["from_on"] = [say("You are away on some of these days already; end that absence first.")]
    if until_on < from_on:
        found["until_on"] = [say("The last day lies before the first.")]
    elif until_on - from_on > LONGEST:
        found["until_on"] = [say("A year at most: who is away longer hands the tasks over.")]
    if deputy_id == person.id:
        found["deputy"] = [say("Nobody stands in for themself.")]
    elif deputy_id not in {one.id for one in deputies_for(session, person, from_on)}:
        found["deputy"] = [say("Choose somebody who has a role of yours, for the same module and country.")]
    return found


def _overlaps(session: Session, person_id: str, from_on: date, until_on: date) -> bool:
    asked = select(Absence.id).where(
        Absence.person_id == person_id,
        Absence.ended_at.is_(None),
        Absence.from_on <= until_on,
        Absence.until_on >= from_on,
    )
    return session.scalar(asked.limit(1)) is not None


def deputies_for(session: Session, person: Person, on: date) -> list[Person]:
    """Who has a role of the person's that day, for the same module and country, and an open account."""
    mine, theirs = aliased(RoleGrant), aliased(RoleGrant)
    same = and_(
        theirs.role == mine.role,
        or_(theirs.module.is_(None), theirs.module == mine.module),
        or_(theirs.country.is_(None), theirs.country == mine.country),
        or_(mine.organisation_id.is_(None), theirs.organisation_id == mine.organisation_id),
    )
    asked = (
        select(Person)
        .join(theirs, theirs.person_id == Person.id)
        .join(mine, and_(mine.person_id == person.id, same))
        .where(Person.id != person.id, Person.disabled_at.is_(None), *_held(mine, on), *_held(theirs, on))
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return list(session.scalars(asked.limit(200)))


def _held(grant: Any, on: date) -> Iterable[Any]:
    until = or_(grant.until_on.is_(None), grant.until_on >= on)
    return grant.confirmed_at.is_not(None), grant.ended_at.is_(None), grant.from_on <= on, until


def end(session: Session, person_id: str, absence_id: str, at: datetime) -> Absence | None:
    """End an absence, or call off one to come; None unless it is the person's and still holds."""
    absence = session.get(Absence, absence_id)
    if absence is None or absence.person_id != person_id or absence.ended_at is not None:
        return None
    absence.ended_at = at
    return absence


def absences_of(session: Session, person: Person, at: datetime) -> list[Absence]:
    """Those that hold now or later, the next one first."""
    asked = select(Absence).where(
        Absence.person_id == person.id,
        Absence.ended_at.is_(None),
        Absence.until_on >= today_of(person, at),
    )
    return list(session.scalars(asked.options(selectinload(Absence.deputy)).order_by(Absence.from_on)))
