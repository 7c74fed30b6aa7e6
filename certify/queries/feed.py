"""The days of one person: what they take part in, what is asked of them by a day, and their validity."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Activity, ActivityPerson, Assessment, Certification, DuePoint, Person
from certify.policy import Actor
from certify.presentation import say as said
from certify.presentation import word
from certify.presentation.ical import FeedDay
from certify.queries.ahead_by_role import ahead_by_role
from certify.queries.calendar import KINDS
from certify.queries.desk import most_urgent, waiting
from certify.queries.my_activities import part_in
from certify.queries.tasks import Asking
from certify.reminders.texts import reading_of
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.rules.renewing import terms_of, window_opens
from certify.scheme.types import Edition
from certify.scheme.words import ActivityState, AssessmentState, CertificationState
from certify.workflows.editions import edition_in_force
from certify.workflows.people import actor_of

BACK = timedelta(days=180)  # what lies longer ago is in nobody's way
MOST = 500
_HELD = (CertificationState.CERTIFIED, CertificationState.SUSPENDED)


def feed_days(session: Session, person: Person, at: datetime, since: datetime) -> tuple[FeedDay, ...]:
    """The person's days from half a year ago on, the first one first; `since` when the address was made."""
    today = day_in(at, person.zone or zone_of(person.country))
    actor = actor_of(session, person.id, today)
    assert actor is not None  # a closed account has no calendar
    edition = edition_in_force(session, today)
    held = _held(session, person)
    points = [*_planned(session, person, actor, at)]
    own = {case.id for case in held}
    found = [
        *_activities(session, person, today),
        *_due(points, edition, own, since),
        *(day for case in held for day in _validity(case, edition)),
    ]
    told = {(id, _due_on(point)) for point in points for id in (point.certification_id, point.thing_id)}
    told |= {(case.id, case.valid_until) for case in held if case.valid_until is not None}
    found += _tasks(Asking(session, actor, at), today, told)
    return tuple(sorted(found, key=lambda one: (one.on, one.uid)))


def _activities(session: Session, person: Person, today: date) -> Iterator[FeedDay]:
    """ToT days, workshops and visits that they are part of or observe, with the place and no other name."""
    named = select(ActivityPerson.activity_id).where(ActivityPerson.person_id == person.id)
    observed = select(Assessment.activity_id).where(
        Assessment.assessor_id == person.id,
        Assessment.activity_id.is_not(None),
        Assessment.state != AssessmentState.VOID,
    )
    asked = select(Activity).where(
        Activity.kind.in_(KINDS),
        Activity.state != ActivityState.VOID,
        Activity.last_on >= today - BACK,
        part_in(person.id) | Activity.id.in_(named) | Activity.id.in_(observed),
    )
    asked = asked.options(joinedload(Activity.cohort), joinedload(Activity.enterprise))
    for activity in session.scalars(asked.order_by(Activity.held_on, Activity.id).limit(MOST)):
        days = sorted(date.fromisoformat(one["on"]) for one in activity.facts.get("days") or ())
        days = days or [activity.held_on]
        for n, on in enumerate(days, 1):
            title = f"{word(activity.kind)}, {activity.module}"
            place = activity.enterprise or activity.cohort
            title = f"{title}: {place.name}" if place else title
            title = f"{title} ({n}/{len(days)})" if len(days) > 1 else title
            yield FeedDay(
                f"activity-{activity.id}-{n}", on, title, f"/activities/{activity.id}", activity.state_since
            )


def _planned(session: Session, person: Person, actor: Actor, at: datetime) -> Iterator[DuePoint]:
    """What the clock will say to them by name, or in a role."""
    asked = (
        select(DuePoint)
        .where(DuePoint.recipient_id == person.id, DuePoint.settled_at.is_(None), DuePoint.reminder != "")
        .order_by(DuePoint.due_at, DuePoint.id)
    )
    yield from session.scalars(asked.limit(MOST))
    yield from (point for point, _said, _case in ahead_by_role(session, actor, at))


def _tasks(asking: Asking, today: date, told: Collection[tuple[str | None, date]]) -> Iterator[FeedDay]:
    """The days by which something on their desk has to be done, as far as nothing else tells them."""
    for task in most_urgent(asking, waiting(asking)):
        id = task.args.get("id", "")
        if task.due_on is None or task.due_on < today - BACK or task.blocked or (id, task.due_on) in told:
            continue
        title, path = (
            f"{said(task.action)}: {task.title}, {task.module}",
            url_for(task.endpoint, **dict[str, Any](task.args)),
        )
        yield FeedDay(f"task-{task.queue}-{id}", task.due_on, title, path, task.since)


def _due(
    points: Iterable[DuePoint], edition: Edition, own: Collection[str], since: datetime
) -> Iterator[FeedDay]:
    """What is asked of them by a day: once, however often they will be reminded.

    Reminders of the end of a certification tell its last day; the holder's own is told by `_validity`.
    """
    of_the_end = {one.id for one in edition.reminders if one.anchor == "valid_until"}
    told = set()
    for point in points:
        if point.reminder in of_the_end:
            if point.certification_id in own:
                continue
            found = _end_of_anothers(point, since)
        else:
            found = _due_by(point, since)
        if found.uid not in told:
            told.add(found.uid)
            yield found


def _due_on(point: DuePoint) -> date:
    return date.fromisoformat(str(point.params.get("due_on") or point.on))


def _due_by(point: DuePoint, since: datetime) -> FeedDay:
    reading = reading_of(point.kind, point.params)
    uid = f"due-{point.case_id}-{point.reminder}-{point.thing_id or 'case'}"
    return FeedDay(uid, _due_on(point), reading.subject, reading.path, since)


def _end_of_anothers(point: DuePoint, since: datetime) -> FeedDay:
    last = gettext("Last day of the certification, %(module)s", module=point.params.get("module", ""))
    title, path = f"{last}: {point.params.get('holder', '')}", f"/certifications/{point.certification_id}"
    return FeedDay(f"end-{point.case_id}", point.on, title, path, since)


def _held(session: Session, person: Person) -> Sequence[Certification]:
    asked = select(Certification).where(
        Certification.holder_id == person.id,
        Certification.state.in_(_HELD),
        Certification.valid_until.is_not(None),
    )
    return session.scalars(asked.order_by(Certification.id)).all()


def _validity(case: Certification, edition: Edition) -> Iterator[FeedDay]:
    """When a certification of theirs can be renewed, and when it ends."""
    assert case.valid_until is not None
    opens = window_opens(case.valid_until, terms_of(edition, case.module, case.country))
    path = f"/certifications/{case.id}"
    renewal = gettext("Renewal can be filed, %(module)s", module=case.module)
    last = gettext("Last day of the certification, %(module)s", module=case.module)
    yield FeedDay(f"renewal-{case.id}", opens, renewal, path, case.state_since)
    yield FeedDay(f"expiry-{case.id}", case.valid_until, last, path, case.state_since)
