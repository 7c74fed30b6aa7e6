"""Which cases stand still for too long: by the edition's deadlines and the days on which it reminds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from certify.models import Certification
from certify.queries.workload import reminder_days
from certify.scheme.dates import add_months, end_of
from certify.scheme.rules.case import number
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition
from certify.scheme.words import CertificationState as State

SLOW, STALLED = "slow", "stalled"
MARKS: Mapping[str, tuple[Sentence, str]] = {STALLED: (say("Stalled"), "bad"), SLOW: (say("Slow"), "warn")}

# How long a state may last: after the reminder that counts from its beginning, or so many months.
_REMINDED = {
    State.DRAFT: "application-incomplete",
    State.SUBMITTED: "screening-due",
    State.ASSESSMENT: "recommendation-due",
}
_Place = tuple[str | None, str | None]  # module and country; None stands for all that have no own numbers
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
class Limits:
    """Cases in a state since before `slow` are slow, since before `stalled` they are stalled."""

    slow: datetime
    stalled: datetime


class Patience:
    """What counts as slow and as stalled on one day, for every module and country."""

    def __init__(self, edition: Edition, at: datetime) -> None:
        self._at = at
        self._today = at.date()
        self._ahead = -min(reminder_days(edition, "more-practice-due"), default=0)
        self._modules = {m for m, module in edition.modules.items() if _PARAMETERS & module.parameters.keys()}
        self._countries = {c for c, one in edition.overlays.items() if _PARAMETERS & one.parameters.keys()}
        places = product((None, *sorted(self._modules)), (None, *sorted(self._countries)))
        self._limits: Mapping[_Place, Mapping[State, Limits]] = {
            place: dict(_limits(edition, place, at)) for place in places
        }

    def mark(self, case: Certification) -> str:
        """`stalled`, `slow`, or nothing."""
        if case.state is State.MORE_PRACTICE and case.practice_by_on is not None:
            if case.practice_by_on < self._today:
                return STALLED
            return SLOW if case.practice_by_on <= self._today + timedelta(days=self._ahead) else ""
        limits = self.limits(case.module, case.country).get(case.state)
        if limits is None or case.state_since > limits.slow:
            return ""
        return STALLED if case.state_since <= limits.stalled else SLOW

    def limits(self, module: str | None, country: str | None) -> Mapping[State, Limits]:
        """How long each state may last there."""
        return self._limits[
            module if module in self._modules else None, country if country in self._countries else None
        ]

    def marked(self, mark: str) -> ColumnElement[bool]:
        """The cases with a mark: the same as `mark`, in SQL."""
        return or_(
            false(),
            self._practice(mark),
            *(
                and_(self._is_in(place), Certification.state == state, _since(mark, each))
                for place, limits in self._limits.items()
                for state, each in limits.items()
            ),
        )

    def _is_in(self, place: _Place) -> ColumnElement[bool]:
        module, country = place
        return and_(
            _among(Certification.module, module, self._modules),
            _among(Certification.country, country, self._countries),
        )

    def _practice(self, mark: str) -> ColumnElement[bool]:
        by_on = Certification.practice_by_on
        over = by_on < self._today
        near = and_(by_on >= self._today, by_on <= self._today + timedelta(days=self._ahead))
        return and_(Certification.state == State.MORE_PRACTICE, over if mark == STALLED else near)


def _among(column: InstrumentedAttribute[str], wanted: str | None, special: set[str]) -> ColumnElement[bool]:
    if wanted is not None:
        return column == wanted
    return column.not_in(sorted(special)) if special else true()


def _since(mark: str, limits: Limits) -> ColumnElement[bool]:
    since = Certification.state_since
    if mark == STALLED:
        return since <= limits.stalled
    return and_(since <= limits.slow, since > limits.stalled)


def _limits(edition: Edition, place: _Place, at: datetime) -> Iterator[tuple[State, Limits]]:
    module, country = place
    for state, id in _REMINDED.items():
        days = reminder_days(edition, id)
        if days:
            yield state, Limits(at - timedelta(days=days[0]), at - timedelta(days=days[-1]))
    last = int(number(edition, "decision_days", module=module, country=country))
    first = max((day for day in reminder_days(edition, "decision-due") if day < last), default=last)
    yield State.RECOMMENDED, Limits(at - timedelta(days=first), at - timedelta(days=last))
    for state, (id, months_of) in _TIMED.items():
        months = months_of(lambda name: int(number(edition, name, module=module, country=country)))
        ahead = -min((0, *reminder_days(edition, id)))
        today = at.date()
        yield state, Limits(_end(today + timedelta(days=ahead), months), _end(today, months))


def _end(day: date, months: int) -> datetime:
    return end_of(add_months(day, -months), "UTC")
