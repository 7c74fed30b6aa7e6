"""Due points as they will be: when with their recipient it is eight in the morning, and what will be said."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Activity, Certification, Cohort, Person, new_id
from certify.reminders.situations import situation_of, visits_of
from certify.reminders.wording_reminders import kind_of
from certify.scheme.dates import day_in, end_of, morning_of
from certify.scheme.places import zone_of
from certify.scheme.rules.case import number
from certify.scheme.rules.reminding import LOOK_AGAIN, Point, looks_again_on, plan, plan_of_visits
from certify.scheme.types import Edition, Reminder
from certify.workflows.editions import edition_in_force

# Where a reminder counts from the day on which waiting began: after how many days it should be over.
OVER_AFTER = {
    "recommended_since": "decision_days",
    "renewal_reviewed_since": "decision_days",
    "last_visit": "cycle_report_days",
}


@dataclass(frozen=True)
class Planned:
    """A due point before it is written."""

    point: Point
    kind: str
    message_key: str
    certification_id: str | None
    due_at: datetime
    not_after: datetime | None
    params: Mapping[str, Any]
    overtaken_at: datetime | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What may change while the point stays the same: a zone, a name, what comes next."""
        return {
            "due_at": self.due_at,
            "overtaken_at": self.overtaken_at,
            "not_after": self.not_after,
            "params": dict(self.params),
        }

    def row(self, case_id: str) -> dict[str, Any]:
        """The point as a row of a case."""
        return {
            "id": new_id(),
            "case_id": case_id,
            "certification_id": self.certification_id,
            "reminder": self.point.reminder,
            "kind": self.kind,
            "thing_id": self.point.thing,
            "n": self.point.n,
            "on": self.point.about_on,
            "recipient_id": self.point.person,
            "recipient_role": self.point.role,
            "escalates": self.point.escalates,
            "message_key": self.message_key,
            **self.told,
        }


@dataclass(frozen=True)
class _Place:
    """What all points of a case share: its edition, where it lives, and the people who are told."""

    case_id: str
    certification_id: str | None
    edition: Edition
    module: str
    country: str
    people: Mapping[str, Person]
    said: Callable[[Point], Mapping[str, Any]]

    def zone(self, person: str | None) -> str:
        """A person's own zone; a role's days are those of the case's country."""
        found = self.people.get(person or "")
        return zone_of_person(found) if found else zone_of(self.country)

    def days(self, name: str) -> timedelta:
        """A number of days of the edition."""
        return timedelta(days=int(number(self.edition, name, module=self.module, country=self.country)))


def zone_of_person(person: Person) -> str:
    """The zone in which somebody's mornings are counted."""
    return person.zone or zone_of(person.country)


def planned_in_case(session: Session, case: Certification, at: datetime) -> tuple[Planned, ...]:
    """Every due point of a certification as it stands, told ones too, and the day to look again."""
    edition, situation = situation_of(session, case, at)
    points = plan(edition, situation)
    people = _people(session, points, case.holder_id)
    about = {
        "certification": case.id,
        "holder": people[case.holder_id].name,
        "module": case.module,
        "country": case.country,
    }
    place = _Place(case.case_id, case.id, edition, case.module, case.country, people, lambda _: about)
    look = looks_again_on(situation)
    return (*_all(points, place), *([_look_again(place, look)] if look else []))


def planned_in_cohort(session: Session, cohort: Cohort, at: datetime) -> tuple[Planned, ...]:
    """Every due point of a cohort's own: its visits that wait for their enterprises."""
    visits = visits_of(session, cohort)
    if not visits:
        return ()
    edition = edition_in_force(session, day_in(at, zone_of(cohort.country)))
    points = plan_of_visits(edition, visits)
    told = {one.id: _of_visit(one) for one in _activities(session, [one.id for one in visits])}
    people = _people(session, points)
    return _all(
        points,
        _Place(
            cohort.case_id,
            None,
            edition,
            cohort.module,
            cohort.country,
            people,
            lambda point: told[point.thing],
        ),
    )


def _all(points: Iterable[Point], place: _Place) -> tuple[Planned, ...]:
    """Each knows when the next word of its series comes."""
    reminders = {one.id: one for one in place.edition.reminders}
    found = sorted((_planned(one, reminders[one.reminder], place) for one in points), key=_in_series)
    rows: list[Planned] = []
    for _, series in groupby(found, key=lambda one: one.point.series):
        these = list(series)
        rows += [replace(one, overtaken_at=after.due_at) for one, after in pairwise(these)]
        rows.append(these[-1])
    return tuple(rows)


def _in_series(planned: Planned) -> tuple[str, date]:
    return planned.point.series, planned.point.on


def _planned(point: Point, reminder: Reminder, place: _Place) -> Planned:
    zone = place.zone(point.person)
    return Planned(
        point=point,
        kind=kind_of(reminder.id, escalates=point.escalates, past=point.on > point.about_on),
        message_key=f"{place.case_id}:{point.key}",
        certification_id=place.certification_id,
        due_at=morning_of(point.on, zone),
        not_after=end_of(point.about_on, zone) if point.on < point.about_on else None,
        params=_params(point, reminder, place),
    )


def _params(point: Point, reminder: Reminder, place: _Place) -> dict[str, Any]:
    """What the letter says; a day is over when the edition says so, else it is the one told about."""
    length = OVER_AFTER.get(reminder.anchor)
    due_on = point.about_on + (place.days(length) if length else timedelta(0))
    waited_for = place.people.get(point.reminded or "")
    return {
        **place.said(point),
        "text": reminder.text,
        "about_on": point.about_on.isoformat(),
        "due_on": due_on.isoformat(),
        **({"thing": point.thing} if point.thing else {}),
        **({"waited_for": waited_for.name, "reminded": waited_for.id} if waited_for else {}),
    }


def _look_again(place: _Place, on: date) -> Planned:
    point = Point(LOOK_AGAIN, "", 0, on, on, "")
    due_at = morning_of(on, zone_of(place.country))
    return Planned(point, LOOK_AGAIN, f"{place.case_id}:{on}", place.certification_id, due_at, None, {})


def _people(session: Session, points: Iterable[Point], *others: str) -> dict[str, Person]:
    ids = {id for one in points for id in (one.person, one.reminded) if id} | set(others)
    return {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(ids)))}


def _activities(session: Session, ids: list[str]) -> Iterator[Activity]:
    asked = select(Activity).where(Activity.id.in_(ids)).options(joinedload(Activity.enterprise))
    yield from session.scalars(asked)


def _of_visit(visit: Activity) -> Mapping[str, Any]:
    return {
        "activity": visit.id,
        "enterprise": visit.enterprise.name if visit.enterprise else "–",
        "held_on": visit.held_on.isoformat(),
        "trainers": ", ".join(one.person.name for one in visit.people),
    }
