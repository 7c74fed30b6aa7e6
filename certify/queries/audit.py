"""The log across all cases, for the auditor: who did what, in which case, when."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, union
from sqlalchemy.orm import Session, joinedload

from certify.models import (
    Activity,
    Assessment,
    Certification,
    Cohort,
    Event,
    EventSecret,
    IssuingBody,
    PersonKey,
)
from certify.policy import Actor
from certify.queries.entries import NAMED_BY_LINK, Entry, entries_of
from certify.queries.finding import begins, found_ids
from certify.queries.paging import PAGE, Page, read_page
from certify.queries.sight import reached_by
from certify.queries.sorting import Sorting, by
from certify.scheme.words import RoleName
from certify.workflows.engine import workflows
from certify.workflows.issuer_record import OPERATOR

SORTING = Sorting(Event.id, {"when": by(Event.at, latest_first=True)}, "-when")
AUDITORS = frozenset({RoleName.AUDITOR})


@dataclass(frozen=True)
class Place:
    """The case that an event stands in: its name, and what opens it."""

    name: str
    module: str
    endpoint: str
    id: str


@dataclass(frozen=True)
class Thing:
    """The activity or sheet that an event is about: its kind, its day, and what opens it."""

    kind: str
    held_on: date | None
    endpoint: str
    id: str


@dataclass(frozen=True)
class Line:
    """One event with its case."""

    event: Event
    entry: Entry
    place: Place | None
    thing: Thing | None


@dataclass(frozen=True)
class Asked:
    """What the log is narrowed by; empty or None means any."""

    person: str = ""
    move: str = ""
    moves: frozenset[str] = frozenset()  # any of them; empty means any at all
    since: datetime | None = None
    until: datetime | None = None


def events_page(
    session: Session,
    actor: Actor,
    at: datetime,
    asked: Asked,
    *,
    sort: str = "",
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Line]:
    """The events that the auditor's grants reach, the latest first unless they are sorted otherwise."""
    statement = _narrowed(session, _reached(select(Event), actor, at), asked)
    statement, order = SORTING.applied(statement, sort)
    page: Page[Event] = read_page(
        session,
        statement,
        order=order,
        cursor=cursor,
        allowed=lambda event: True,
        limit=limit,
    )
    places, things = _places(session, page.items), _things(session, page.items)
    entries = entries_of(session, page.items)
    lines = (
        Line(event, entry, places.get(event.case_id), things.get(event.subject_id))
        for event, entry in zip(page.items, entries, strict=True)
    )
    return Page(tuple(lines), page.next)


def move_choices() -> list[tuple[str, str]]:
    """Every move of every workflow by its label, one entry a name."""
    named = {move.name: str(move.label) for workflow in workflows() for move in workflow.moves.values()}
    return sorted(named.items(), key=lambda choice: choice[1])


def _reached(statement: Select[Any], actor: Actor, at: datetime) -> Select[Any]:
    """Narrowed to the cases that a grant covers; one for all modules and countries covers every case."""
    on = at.date()
    held = [grant for grant in actor.grants if grant.role in AUDITORS and grant.covers(on=on)]
    if any(grant.module is None and grant.country is None for grant in held):
        return statement
    cases = union(
        *(
            select(thing.case_id).where(
                reached_by(actor, AUDITORS, on, module=thing.module, country=thing.country)
            )
            for thing in (Certification, Cohort, Activity)
        )
    ).subquery()
    return statement.where(Event.case_id.in_(select(cases.c.case_id)))


def _narrowed(session: Session, statement: Select[Any], asked: Asked) -> Select[Any]:
    if asked.person:
        statement = statement.where(_done_by(session, asked.person))
    if asked.move:
        statement = statement.where(Event.move == asked.move)
    if asked.moves:
        statement = statement.where(Event.move.in_(sorted(asked.moves)))
    if asked.since:
        statement = statement.where(Event.at >= asked.since)
    if asked.until:
        statement = statement.where(Event.at <= asked.until)
    return statement


def _done_by(session: Session, name: str) -> ColumnElement[bool]:
    """What people of that name did, by an account, by a mailed link or on the command line."""
    known = Event.actor_id.in_(found_ids(PersonKey, name, addresses=True))
    told = EventSecret.path.in_([f"/{fact}" for fact in (*NAMED_BY_LINK, OPERATOR)])
    written = session.scalars(
        select(EventSecret.value).join(Event).where(Event.actor_id.is_(None), told).distinct()
    )
    values = [value for value in written if begins(json.loads(value), name)]
    if not values:
        return known
    by_link = select(EventSecret.event_id).where(told, EventSecret.value.in_(values))
    return or_(known, and_(Event.actor_id.is_(None), Event.id.in_(by_link)))


def _things(session: Session, events: Sequence[Event]) -> dict[str, Thing]:
    subjects = {event.subject_id for event in events if event.subject_kind in ("activity", "assessment")}
    activities = session.execute(
        select(Activity.id, Activity.kind, Activity.held_on).where(Activity.id.in_(subjects))
    )
    sheets = session.execute(select(Assessment.id, Assessment.kind).where(Assessment.id.in_(subjects)))
    return {
        **{id: Thing(kind, held_on, "activities.show", id) for id, kind, held_on in activities},
        **{id: Thing(kind, None, "assessments.show", id) for id, kind in sheets},
    }


def _places(session: Session, events: Sequence[Event]) -> dict[str, Place]:
    cases = {event.case_id for event in events}
    certifications = session.scalars(
        select(Certification)
        .options(joinedload(Certification.holder))
        .where(Certification.case_id.in_(cases))
    )
    cohorts = session.scalars(select(Cohort).where(Cohort.case_id.in_(cases)))
    # A ToT event is its own case; activities of a cohort lie in the cohort's.
    tot_events = session.execute(
        select(Activity.case_id, Activity.id, Activity.module).where(
            Activity.case_id.in_(cases), Activity.kind == "tot_event"
        )
    )
    bodies = session.execute(
        select(IssuingBody.id, IssuingBody.legal_name, IssuingBody.code).where(IssuingBody.id.in_(cases))
    )
    return {
        **{id: Place(name, code, "issuers.show", id) for id, name, code in bodies},
        **{case_id: Place("", module, "activities.show", id) for case_id, id, module in tot_events},
        **{one.case_id: Place(one.name, one.module, "cohorts.show", one.id) for one in cohorts},
        **{
            one.case_id: Place(one.holder.name, one.module, "certifications.show", one.id)
            for one in certifications
        },
    }
