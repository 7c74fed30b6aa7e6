"""Which cases stand still for too long: by the edition's deadlines and the days on which it reminds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, false, or_

from certify.models import Certification
from certify.models.base import Instant
from certify.queries.limits import SLOW, STALLED, Limits, Place, Places, in_days, special
from certify.queries.workload import reminder_days
from certify.scheme.dates import add_months, end_of
from certify.scheme.rules.case import number
from certify.scheme.types import Edition
from certify.scheme.words import CertificationState as State
from certify.workflows.dossier import day_of

# How long a state may last: after the reminder that counts from its beginning, or so many months.
_REMINDED = {
    State.DRAFT: "application-incomplete",
    State.SUBMITTED: "screening-due",
    State.ASSESSMENT: "recommendation-due",
}
_Months = Callable[[Callable[[str], int]], int]
_TIMED: Mapping[State, tuple[str, _Months]] = {
    State.CLASSROOM_DELIVERY: ("toe-start-due", lambda months: months("toe_start_months")),
    # What is left of the whole time when the classroom began at the last moment.
    State.SUPERVISED_VISITS: (
        "toe-end-due",
        lambda months: months("toe_end_months") - months("toe_start_months"),
    ),
    State.SUSPENDED: ("suspension-long", lambda months: months("suspension_months")),
}
_PARAMETERS = frozenset({"toe_start_months", "toe_end_months", "suspension_months", "decision_days"})


@dataclass(frozen=True)
class TimedPlaces(Places):
    """And which states have a limit."""

    states: frozenset[State]

    def stalled_first(self, state: State) -> bool:
        """Whether all that are stalled in a state have been there longer than all that are not."""
        return state is not State.MORE_PRACTICE and not self.modules and not self.countries

    def stalled_in(self, state: State) -> ColumnElement[bool]:
        """Of the cases in a state, the stalled ones; the days are bound (Patience.given)."""
        if state is State.MORE_PRACTICE:
            return Certification.practice_by_on < bindparam("today", type_=Date())
        if state not in self.states:
            return false()
        limits = [bindparam(f"{state}_{n}", type_=Instant()) for n, _ in enumerate(self)]
        found = zip(self, limits, strict=True)
        return or_(*(and_(self.holding(place), Certification.state_since <= limit) for place, limit in found))


class Patience:
    """What counts as slow and as stalled on one day, for every module and country."""

    def __init__(self, edition: Edition, at: datetime) -> None:
        self._at = at
        self._today = at.date()
        self._ahead = -min(reminder_days(edition, "more-practice-due"), default=0)
        places, everywhere = special(edition, _PARAMETERS), dict(_limits(edition, (None, None), at))
        self.places = TimedPlaces(places.modules, places.countries, frozenset(everywhere))
        self._limits: Mapping[Place, Mapping[State, Limits]] = {
            place: dict(_limits(edition, place, at)) if any(place) else everywhere for place in self.places
        }

    def mark(self, case: Certification) -> str:
        """`stalled`, `slow`, or nothing."""
        if case.state is State.MORE_PRACTICE and case.practice_by_on is not None:
            if case.practice_by_on < self._today:
                return STALLED
            return SLOW if case.practice_by_on <= self._today + timedelta(days=self._ahead) else ""
        limits = self.limits(case.module, case.country).get(case.state)
        return limits.mark(case.state_since) if limits else ""

    def ends_on(self, case: Certification) -> date | None:
        """By which day the case should have left its state; None where the edition sets it no time."""
        if case.state is State.MORE_PRACTICE:
            return case.practice_by_on
        limits = self.limits(case.module, case.country).get(case.state)
        return limits.ends_on(day_of(case, case.state_since)) if limits else None

    def limits(self, module: str | None, country: str | None) -> Mapping[State, Limits]:
        """How long each state may last there."""
        return self._limits[self.places.of(module, country)]

    @property
    def given(self) -> Mapping[str, Any]:
        """What is bound where the places tell which cases are stalled."""
        limits = enumerate(self._limits[place] for place in self.places)
        since = {f"{state}_{n}": each.stalled for n, known in limits for state, each in known.items()}
        return {"today": self._today, **since}

    def marked(self, mark: str) -> ColumnElement[bool]:
        """The cases with a mark: the same as `mark`, in SQL."""
        return or_(false(), *(arm for _state, arm in self.arms(mark)))

    def arms(self, mark: str = "") -> Iterator[tuple[State, ColumnElement[bool]]]:
        """The cases with a mark, or with either, apart by state: each is read from the head of an index."""
        yield State.MORE_PRACTICE, self._practice(mark)
        for place, limits in self._limits.items():
            for state, each in limits.items():
                told = each.marked(Certification.state_since, mark)
                yield state, and_(self.places.holding(place), Certification.state == state, told)

    def _practice(self, mark: str) -> ColumnElement[bool]:
        by_on, soon = Certification.practice_by_on, self._today + timedelta(days=self._ahead)
        told = {
            STALLED: by_on < self._today,
            SLOW: and_(by_on >= self._today, by_on <= soon),
            "": by_on <= soon,
        }
        # Of the past they all are; without it SQLite goes through every name for each, to sort by name.
        until_now = Certification.state_since <= self._at
        return and_(Certification.state == State.MORE_PRACTICE, until_now, told[mark])


def _limits(edition: Edition, place: Place, at: datetime) -> Iterator[tuple[State, Limits]]:
    module, country = place
    for state, id in _REMINDED.items():
        days = reminder_days(edition, id)
        if days:
            yield state, in_days(at, days[0], days[-1])
    last = int(number(edition, "decision_days", module=module, country=country))
    first = min((day for day in reminder_days(edition, "decision-due") if day < last), default=last)
    yield State.RECOMMENDED, in_days(at, first, last)
    for state in _TIMED:
        yield state, timed(edition, state, at, module=module, country=country)


def timed(
    edition: Edition, state: State, at: datetime, *, module: str | None = None, country: str | None = None
) -> Limits:
    """How long a state may last to which the edition gives so many months."""
    id, months_of = _TIMED[state]
    months = months_of(lambda name: int(number(edition, name, module=module, country=country)))
    ahead = -min((0, *reminder_days(edition, id)))
    today = at.date()
    return Limits(_end(today + timedelta(days=ahead), months), _end(today, months), months)


def _end(day: date, months: int) -> datetime:
    return end_of(add_months(day, -months), "UTC")
