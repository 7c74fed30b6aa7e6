"""The practice periods of a validity, which of them ask for cycles, and which lack them (decision 0035)."""

from collections.abc import Sequence
from datetime import date, timedelta

from certify.scheme.dates import add_months
from certify.scheme.maintenance import Maintenance
from certify.scheme.rules.case import number
from certify.scheme.standing import Period
from certify.scheme.types import Edition

DAY = timedelta(days=1)


def practice_periods(kept: Maintenance, edition: Edition, validity: Period) -> tuple[Period, ...]:
    """The validity in steps of the practice months from its first day; that day of the month is kept.

    The last one may be cut; a rest too short to ask for practice belongs to the period before it.
    """
    steps = _steps(kept, edition, validity)
    if len(steps) > 1 and not _is_long_enough(kept, edition, steps[-1], _days(steps[-1])):
        *steps, before, rest = steps
        steps.append(Period(before.valid_from, rest.valid_until))
    return tuple(steps)


def asks_for_practice(kept: Maintenance, edition: Edition, period: Period) -> bool:
    """Whether the certification was in force long enough in a practice period to ask for its cycles."""
    return _is_long_enough(kept, edition, period, _days_in_force(kept, period))


def asking(edition: Edition, kept: Maintenance, validity: Period, on: date) -> list[Period]:
    """The practice periods that have begun and ask for cycles."""
    first = first_chance(validity, on)
    begun = [one for one in practice_periods(kept, edition, validity) if one.valid_from <= first]
    return [one for one in begun if asks_for_practice(kept, edition, one)]


def lacking(edition: Edition, kept: Maintenance, validity: Period, on: date) -> list[Period]:
    """Those of them that have not the cycles that they ask for."""
    needed = whole(kept, edition, "practice_cycles")
    begun = asking(edition, kept, validity, on)
    return [one for one in begun if len(within(kept.cycles, one)) < needed]


def missed_for_good(edition: Edition, kept: Maintenance, validity: Period, on: date) -> tuple[Period, ...]:
    """The practice periods that are over without the cycles they asked for: nothing makes up for them."""
    return tuple(one for one in lacking(edition, kept, validity, on) if one.valid_until < on)


def first_chance(validity: Period, on: date) -> date:
    """The first day on which something can be done for a validity: one granted ahead begins later."""
    return max(on, validity.valid_from)


def within(days: Sequence[date], period: Period) -> tuple[date, ...]:
    """The days that lie in a period."""
    return tuple(day for day in days if period.valid_from <= day <= period.valid_until)


def whole(kept: Maintenance, edition: Edition, name: str) -> int:
    """A number of the edition, for the module and country."""
    return int(number(edition, name, module=kept.module, country=kept.country))


def _steps(kept: Maintenance, edition: Edition, validity: Period) -> list[Period]:
    months, steps = whole(kept, edition, "practice_months"), list[Period]()
    first = validity.valid_from
    while first <= validity.valid_until:
        following = add_months(validity.valid_from, months * (len(steps) + 1))
        steps.append(Period(first, min(following - DAY, validity.valid_until)))
        first = following
    return steps


def _is_long_enough(kept: Maintenance, edition: Edition, period: Period, days: int) -> bool:
    """Whether so many days are the share of a full practice period from which it asks for cycles."""
    full = add_months(period.valid_from, whole(kept, edition, "practice_months")) - period.valid_from
    return days * 100 >= full.days * whole(kept, edition, "practice_in_force_percent")


def _days(period: Period) -> int:
    return (period.valid_until - period.valid_from).days + 1


def _days_in_force(kept: Maintenance, period: Period) -> int:
    """The days of a period without those of a suspension; a day of reinstatement counts again.

    Nor do days before a recognition count: how the trainer practised then is known elsewhere.
    """
    out = sum(_overlap(period, one.from_on, one.until_on) for one in kept.suspended)
    if kept.known_from is not None:
        out += _overlap(period, period.valid_from, kept.known_from)
    return _days(period) - out


def _overlap(period: Period, first: date, until: date | None) -> int:
    """How many days of a period lie from `first` to the day before `until`."""
    end = period.valid_until + DAY if until is None else min(until, period.valid_until + DAY)
    return max((end - max(first, period.valid_from)).days, 0)
