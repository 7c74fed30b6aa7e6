"""How long what hangs on a certification may wait: renewals, licences, reviews, requests for a name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_

from certify.queries.limits import Limits, Place, Since, in_days, special
from certify.queries.sight import fixed
from certify.queries.workload import reminder_days
from certify.scheme.rules.case import number
from certify.scheme.types import Edition
from certify.workflows.dossier import day_of


@dataclass(frozen=True)
class Term:
    """How long a state may last: by a number of the edition, by a reminder from its beginning, or both.

    It is slow from the first reminder on; where there is none, from the edition's share of its time on.
    """

    days: str = ""
    reminder: str = ""


class Waits:
    """What counts as slow and as stalled of the rows of one table, as `Patience` has it of the path."""

    def __init__(
        self, edition: Edition, at: datetime, *, row: Any, since: Since, terms: Mapping[StrEnum, Term]
    ) -> None:
        self._row, self._since = row, since
        self._places = special(edition, {"slow_percent", *(one.days for one in terms.values())})
        self._limits: Mapping[Place, Mapping[StrEnum, Limits]] = {
            place: {state: _limits(edition, term, place, at) for state, term in terms.items()}
            for place in self._places
        }

    def mark(self, thing: Any) -> str:
        """`stalled`, `slow`, or nothing."""
        limits = self._limits_of(thing)
        return limits.mark(self._since_of(thing)) if limits else ""

    def ends_on(self, thing: Any) -> date | None:
        """By which day it should have gone on."""
        limits = self._limits_of(thing)
        return limits.ends_on(day_of(thing.certification, self._since_of(thing))) if limits else None

    def arms(self, mark: str = "") -> Iterator[tuple[StrEnum, ColumnElement[bool]]]:
        """What has a mark, or either, apart by state."""
        for place, limits in self._limits.items():
            for state, each in limits.items():
                told = each.marked(self._since, mark)
                yield state, and_(self._row.state == fixed(state), told, self._places.holding(place))

    def _limits_of(self, thing: Any) -> Limits | None:
        case = thing.certification
        return self._limits[self._places.of(case.module, case.country)].get(thing.state)

    def _since_of(self, thing: Any) -> datetime:
        since: datetime = getattr(thing, self._since.key)
        return since


def _limits(edition: Edition, term: Term, place: Place, at: datetime) -> Limits:
    reminded = reminder_days(edition, term.reminder)
    module, country = place

    def own(name: str) -> int:
        return int(number(edition, name, module=module, country=country))

    last = own(term.days) if term.days else max(reminded, default=0)
    first = min((day for day in reminded if day < last), default=last * own("slow_percent") // 100)
    return in_days(at, first, last)
