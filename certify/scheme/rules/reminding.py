"""What the clock will say in a case: the edition's schedule of reminders laid over it (DESIGN.md, Messages).

Pure: days in, points out. A day is told at 08:00 where its recipient lives (scheme/dates.py); who holds a
role is asked when it is told. What was due on the day on which a task began, or before, is not planned: the
move that began it told of it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from certify.scheme.rules.reminded_days import ANCHORS, VISITS_ANCHOR
from certify.scheme.rules.reminder_stops import STOPS
from certify.scheme.rules.situation import Anchor, Path, Situation
from certify.scheme.types import Edition, Reminder

DAY = timedelta(days=1)
LOOK_AGAIN = ""  # the "reminder" of a day on which time alone changes the plan


@dataclass(frozen=True)
class Asked:
    """A visit that waits for its enterprise's word; `supervisor` None: a cohort of certified trainers."""

    id: str
    submitted_on: date
    supervisor: str | None


@dataclass(frozen=True)
class Point:
    """One day on which somebody is told of something, unless it is settled before."""

    reminder: str
    thing: str  # what it is about, where that is not the case itself
    n: int  # which of the reminder's days, from 0
    about_on: date  # the day that it counts from
    on: date
    stops_when: str
    person: str | None = None
    role: str | None = None
    escalates: bool = False
    reminded: str | None = None  # of an escalation: whom it was said to before

    @property
    def series(self) -> str:
        """What is said again and again to the same reader: a later one overtakes an earlier one."""
        return f"{self.reminder}:{self.thing}:{self.person or self.role}:{'e' if self.escalates else ''}"

    @property
    def key(self) -> str:
        """Nothing is said twice: one day's word, about one day, to one reader."""
        return f"{self.series}:{self.about_on}:{self.on}"


def plan(edition: Edition, situation: Situation) -> tuple[Point, ...]:
    """Every day on which somebody is told something in a case as it stands, in the order of the days.

    Reminders of visits are their cohort's (`plan_of_visits`), for two trainers may share a visit.
    """
    path = Path(edition, situation)
    points = [
        point
        for reminder in edition.reminders
        if reminder.anchor in ANCHORS
        for anchor in ANCHORS[reminder.anchor](path)
        for point in _days(reminder, anchor, path)
    ]
    return tuple(sorted(points, key=lambda one: (one.on, one.reminder, one.thing, one.escalates)))


def plan_of_visits(edition: Edition, visits: Iterable[Asked]) -> tuple[Point, ...]:
    """The same for the visits of a cohort that wait to be confirmed."""
    points = [
        point
        for reminder in edition.reminders
        if reminder.anchor == VISITS_ANCHOR
        for visit in visits
        for point in _told(reminder, _anchor_of(visit), partial(_in_cohort, visit))
    ]
    return tuple(sorted(points, key=lambda one: (one.on, one.thing, one.escalates)))


def looks_again_on(situation: Situation) -> date | None:
    """The next day on which time alone changes the plan; None when only a move can."""
    kept = situation.upkeep
    if kept is None:
        return None
    ends = [kept.practice[1] if kept.practice else None, kept.code_due_on, kept.valid_until]
    turns = [*(day + DAY for day in ends if day), *([kept.later_from] if kept.later_from else [])]
    return min((day for day in turns if day > situation.on), default=None)


def _days(reminder: Reminder, anchor: Anchor, path: Path) -> Iterator[Point]:
    stopped = STOPS.get(reminder.stops_when)
    for point in _told(reminder, anchor, partial(_in_case, path.of, anchor)):
        if stopped is None or not stopped(path, anchor, point.on):
            yield point


def _told(
    reminder: Reminder, anchor: Anchor, who: Callable[[str], tuple[str | None, str | None]]
) -> Iterator[Point]:
    """The reminder's days after its task began; the last one is told upwards too."""
    person, role = who(reminder.recipient)
    above = who(reminder.escalates_to) if reminder.escalates_to else (None, None)
    last = len(reminder.offset_days) - 1
    for n, offset in enumerate(reminder.offset_days):
        on = anchor.on + offset * DAY
        if on <= anchor.since:
            continue
        common = (reminder.id, anchor.thing, n, anchor.on, on, reminder.stops_when)
        yield Point(*common, person, role)
        if n == last and any(above) and above != (person, role):
            yield Point(*common, *above, escalates=True, reminded=person)


def _in_case(of: Situation, anchor: Anchor, party: str) -> tuple[str | None, str | None]:
    """The person that a party of the case is, or else the role."""
    if party in ("candidate", "holder"):
        return of.holder, None
    if party in ("screener", "observer"):
        return anchor.person, None
    return _supervisor(of.supervisor) if party == "supervisor" else (None, party)


def _anchor_of(visit: Asked) -> Anchor:
    return Anchor(visit.submitted_on, visit.submitted_on, visit.id)


def _in_cohort(visit: Asked, party: str) -> tuple[str | None, str | None]:
    return _supervisor(visit.supervisor) if party == "supervisor" else (None, party)


def _supervisor(person: str | None) -> tuple[str | None, str | None]:
    """Where nobody supervises, the coordinator sees to it."""
    return (person, None) if person else (None, "coordinator")
