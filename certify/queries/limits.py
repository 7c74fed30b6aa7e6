"""When what waits is slow and when it is stalled, and where other numbers hold than elsewhere."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import InstrumentedAttribute

from certify.models import Certification
from certify.scheme.dates import add_months
from certify.scheme.sentences import Sentence, say
from certify.scheme.types import Edition

SLOW, STALLED = "slow", "stalled"
MARKS: Mapping[str, tuple[Sentence, str]] = {STALLED: (say("Stalled"), "bad"), SLOW: (say("Slow"), "warn")}
Place = tuple[str | None, str | None]  # module and country; None stands for all that have no own numbers
Since = InstrumentedAttribute[datetime]


@dataclass(frozen=True)
class Limits:
    """What has waited since before `slow` is slow, since before `stalled` it is stalled."""

    slow: datetime
    stalled: datetime
    months: int = 0
    days: int = 0  # beside the months: how long it may wait

    def mark(self, since: datetime) -> str:
        """`stalled`, `slow`, or nothing."""
        if since > self.slow:
            return ""
        return STALLED if since <= self.stalled else SLOW

    def marked(self, since: Since, mark: str = "") -> ColumnElement[bool]:
        """What has a mark, or either: the same in SQL."""
        if mark == STALLED:
            return since <= self.stalled
        return and_(since <= self.slow, since > self.stalled) if mark else since <= self.slow

    def ends_on(self, since: date) -> date:
        """The last day of what began that day, before it counts as stalled."""
        return add_months(since, self.months) + timedelta(days=self.days)


def in_days(at: datetime, slow: int, stalled: int) -> Limits:
    """Slow after so many days, stalled after so many."""
    return Limits(at - timedelta(days=slow), at - timedelta(days=stalled), days=stalled)


@dataclass(frozen=True)
class Places:
    """Which modules and countries have own numbers: what the SQL of it hangs on."""

    modules: tuple[str, ...]
    countries: tuple[str, ...]

    def __iter__(self) -> Iterator[Place]:
        return iter(product((None, *self.modules), (None, *self.countries)))

    def of(self, module: str | None, country: str | None) -> Place:
        """By which numbers a case there goes."""
        return module if module in self.modules else None, country if country in self.countries else None

    def holding(self, place: Place) -> ColumnElement[bool]:
        """The cases that go by them."""
        module, country = place
        return and_(
            _among(Certification.module, module, self.modules),
            _among(Certification.country, country, self.countries),
        )


def special(edition: Edition, parameters: Collection[str]) -> Places:
    """The modules and countries where one of these numbers is another."""
    asked = set(parameters)
    modules = sorted(code for code, one in edition.modules.items() if asked & one.parameters.keys())
    countries = sorted(code for code, one in edition.overlays.items() if asked & one.parameters.keys())
    return Places(tuple(modules), tuple(countries))


def _among(
    column: InstrumentedAttribute[str], wanted: str | None, others: tuple[str, ...]
) -> ColumnElement[bool]:
    if wanted is not None:
        return column == wanted
    return column.not_in(others) if others else true()
