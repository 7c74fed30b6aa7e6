"""The days of one person: what they take part in, what is asked of them by a day, and their validity."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Activity, ActivityPerson, Assessment, Certification, DuePoint, Person
from certify.presentation import word
from certify.presentation.ical import FeedDay
from certify.queries.calendar import KINDS
from certify.queries.my_activities import part_in
from certify.reminders.texts import reading_of
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.rules.renewing import terms_of, window_opens
from certify.scheme.words import ActivityState, AssessmentState, CertificationState
from certify.workflows.editions import edition_in_force

BACK = timedelta(days=180)  # what lies longer ago is in nobody's way
MOST = 500
_HELD = (CertificationState.CERTIFIED, CertificationState.SUSPENDED)


def feed_days(session: Session, person: Person, at: datetime, since: datetime) -> tuple[FeedDay, ...]:
    """The person's days from half a year ago on, the first one first; `since` when the address was made."""
    today = day_in(at, person.zone or zone_of(person.country))
    found = [
        *_activities(session, person, today),
        *_due(session, person, since),
        *_validity(session, person, today),
    ]
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


def _due(session: Session, person: Person, since: datetime) -> Iterator[FeedDay]:
    """What is asked of them by a day: once, however often they will be reminded."""
    asked = (
        select(DuePoint)
        .where(DuePoint.recipient_id == person.id, DuePoint.settled_at.is_(None), DuePoint.reminder != "")
        .order_by(DuePoint.due_at, DuePoint.id)
    )
    told = set()
    for point in session.scalars(asked.limit(MOST)):
        uid = f"due-{point.case_id}-{point.kind}-{point.thing_id or 'case'}"
        if uid not in told:
            told.add(uid)
            reading = reading_of(point.kind, point.params)
            on = date.fromisoformat(str(point.params.get("due_on") or point.on))
            yield FeedDay(uid, on, reading.subject, reading.path, since)


def _validity(session: Session, person: Person, today: date) -> Iterator[FeedDay]:
    """When each of their certifications can be renewed, and when it ends."""
    asked = select(Certification).where(
        Certification.holder_id == person.id,
        Certification.state.in_(_HELD),
        Certification.valid_until.is_not(None),
    )
    edition = edition_in_force(session, today)
    for case in session.scalars(asked.order_by(Certification.id)):
        assert case.valid_until is not None
        opens = window_opens(case.valid_until, terms_of(edition, case.module, case.country))
        path = f"/certifications/{case.id}"
        renewal = gettext("Renewal can be filed, %(module)s", module=case.module)
        last = gettext("Last day of the certification, %(module)s", module=case.module)
        yield FeedDay(f"renewal-{case.id}", opens, renewal, path, case.state_since)
        yield FeedDay(f"expiry-{case.id}", case.valid_until, last, path, case.state_since)
