"""The one place where days and periods of validity are computed (DOMAIN.md §9)."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(8)


def day_in(at: datetime, zone: str) -> date:
    """The calendar day that an instant falls on in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def add_months(day: date, months: int, *, anchor: int | None = None) -> date:
    """The same day of the month `months` later (or earlier), clamped to that month's end.

    `anchor` is the day of the month that a chain of periods keeps to, however often a shorter month
    clamped it: 29 Feb 2024 + 36 → 28 Feb 2027, and from there + 12 with anchor 29 → 29 Feb 2028.
    Raises ValueError past the year 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(anchor or day.day, last))


def valid_until(valid_from: date, months: int) -> date:
    """The last day, inclusive, of a validity that starts on `valid_from` (DOMAIN.md §9)."""
    return add_months(valid_from, months)


def renewal_period(old_until: date, months: int, *, anchor_day: int) -> tuple[date, date]:
    """First and last day of the period after one that ends on `old_until`: no day twice, none lost.

    `anchor_day` is the day of the month on which the first period of the chain began.
    """
    return old_until + timedelta(days=1), add_months(old_until, months, anchor=anchor_day)


def start_of(day: date, zone: str) -> datetime:
    """The first instant of a day in a zone, in UTC."""
    # fold=0: where clocks jump over midnight (Cairo, Beirut), the day begins at the jump;
    # where midnight comes twice (Havana), at the first one.
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def morning_of(day: date, zone: str) -> datetime:
    """08:00 on a day in a zone, in UTC: when people are told of what falls due on it."""
    # fold=0: where clocks leave 08:00 out, or the whole day (Apia, 30 December 2011), it is as long after
    # the last hour before as it would have been; where 08:00 comes twice, it is the first one.
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """The last instant of a day in a zone, 23:59:59.999999 there, in UTC."""
    # fold=1: where the last hour comes twice (Nuuk in autumn), the day ends with the second one;
    # where it is left out (Nuuk in spring), at the jump.
    return datetime.combine(day, time.max, ZoneInfo(zone)).replace(fold=1).astimezone(UTC)
