"""Hours of a person's day as instants: quiet hours, the hour of the digest; right where clocks change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from certify.scheme.dates import day_in
from certify.workflows.wishes import lies_between

Quiet = tuple[time, time]  # from and until, on the wall of the person's zone; the second may be next morning


def is_quiet(at: datetime, zone: str, quiet: Quiet) -> bool:
    """Whether the clock on the wall stands between the two."""
    return lies_between(at.astimezone(ZoneInfo(zone)).time(), *quiet)


def next_reading(at: datetime, hour: time, zone: str) -> datetime:
    """The first instant after `at` at which the wall reads an hour; twice in a night of 25 hours.

    Of an hour that a day leaves out, it is the instant at which it would have come.
    """
    today = day_in(at, zone)
    days = (today + timedelta(n) for n in range(3))
    return next(one for day in days for one in readings(day, hour, zone) if one > at)


def last_reading(at: datetime, hour: time, zone: str) -> datetime:
    """The latest instant up to `at` at which a day's wall first read an hour."""
    today = day_in(at, zone)
    days = (today - timedelta(n) for n in range(3))
    return next(one for day in days for one in [next(readings(day, hour, zone))] if one <= at)


def readings(day: date, hour: time, zone: str) -> Iterator[datetime]:
    """The instants at which the wall reads an hour on a day, in UTC: one, or two when the clocks go back."""
    wall = datetime.combine(day, hour, ZoneInfo(zone))
    first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    yield first
    if second > first:
        yield second
