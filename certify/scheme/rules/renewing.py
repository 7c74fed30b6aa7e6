"""When a certification can be renewed, by which route, and for which days (DOMAIN.md §2 row 10, §9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from certify.scheme.dates import add_months, day_in, renewal_period, valid_until
from certify.scheme.rules.case import number
from certify.scheme.standing import Period
from certify.scheme.types import Edition


class Route(StrEnum):
    """How a certification can be renewed on a day; the longer after its end, the more it takes."""

    TOO_EARLY = "too_early"
    IN_WINDOW = "in_window"
    IN_GRACE = "in_grace"
    LATE = "late"  # one observed cycle after the end is needed
    FULL_PATH = "full_path"  # nothing can be filed any more


FILABLE = (Route.IN_WINDOW, Route.IN_GRACE, Route.LATE)


@dataclass(frozen=True)
class RenewalTerms:
    """The numbers of an edition for a module in a country."""

    window_days: int
    grace_days: int
    late_months: int
    validity_months: int


def terms_of(edition: Edition, module: str, country: str) -> RenewalTerms:
    """The terms of an edition."""
    window, grace, late, validity = (
        int(number(edition, name, module=module, country=country))
        for name in ("renewal_window_days", "grace_days", "late_renewal_months", "validity_months")
    )
    return RenewalTerms(window, grace, late, validity)


def window_opens(valid_until: date, terms: RenewalTerms) -> date:
    """The first day on which a renewal can be filed."""
    return valid_until - timedelta(days=terms.window_days)


def grace_ends(valid_until: date, terms: RenewalTerms) -> date:
    """The last day of grace; who files later needs an observed cycle."""
    return valid_until + timedelta(days=terms.grace_days)


def filing_ends(valid_until: date, terms: RenewalTerms) -> date:
    """The last day on which a renewal can be filed; later the full path is taken again."""
    return max(add_months(valid_until, terms.late_months), grace_ends(valid_until, terms))


def route(valid_until: date, on: date, terms: RenewalTerms) -> Route:
    """How a certification that ends, or ended, on `valid_until` can be renewed on a day."""
    if on < window_opens(valid_until, terms):
        return Route.TOO_EARLY
    if on <= valid_until:
        return Route.IN_WINDOW
    if on <= grace_ends(valid_until, terms):
        return Route.IN_GRACE
    return Route.LATE if on <= filing_ends(valid_until, terms) else Route.FULL_PATH


def decision_day(at: datetime, zone: str, old: Period) -> date:
    """The day of a decision, by the clock of the body that issues the period after an old one.

    What is granted before the old one ends, where that was issued, is granted in time, though the body has
    the next day already.
    """
    day = day_in(at, zone)
    return min(day, old.valid_until) if at <= old.ends else day


def next_period(
    old_until: date, decided_on: date, terms: RenewalTerms, *, anchor_day: int
) -> tuple[date, date]:
    """First and last day of the period that a renewal granted on `decided_on` opens.

    Granted by the old end: from the day after it, no day twice and none lost, to the anchor day. Granted
    later, though filed in time: from the day of the decision; the gap stays visible.
    """
    if decided_on <= old_until:
        return renewal_period(old_until, terms.validity_months, anchor_day=anchor_day)
    return decided_on, valid_until(decided_on, terms.validity_months)


def next_anchor(old_until: date, decided_on: date, *, anchor_day: int) -> int:
    """The day of the month that the chain keeps to afterwards: a gap begins a new one."""
    return anchor_day if decided_on <= old_until else decided_on.day


def first_anchor(first: Period) -> int:
    """The day of the month that a chain keeps to, from its first period.

    The day on which it began, unless its end says otherwise: a certificate that was recognised has the
    dates of another register, perhaps 1 January to 31 December.
    """
    began, ends = first.valid_from, first.valid_until
    return began.day if add_months(ends, 0, anchor=began.day) == ends else ends.day


def gaps(periods: Iterable[Period]) -> tuple[tuple[date, date], ...]:
    """First and last day of each time between two periods in which nothing was valid."""
    ordered = sorted(periods, key=lambda each: each.valid_from)
    found: list[tuple[date, date]] = []
    covered: date | None = None
    for each in ordered:
        if covered is not None and each.valid_from > covered + timedelta(days=1):
            found.append((covered + timedelta(days=1), each.valid_from - timedelta(days=1)))
        covered = max(covered or each.valid_until, each.valid_until)
    return tuple(found)
