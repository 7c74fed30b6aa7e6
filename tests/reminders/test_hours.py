"""Quiet hours and the hour of the digest in seven zones, over three years with every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from certify.reminders.hours import is_quiet, last_reading, next_reading, readings

ZONES = (
    "Asia/Ho_Chi_Minh", "Africa/Cairo", "Europe/Berlin", "America/Bogota", "America/Havana",
    "Australia/Lord_Howe", "Asia/Beirut",
)  # fmt: skip
NIGHT = (time(21), time(7))
FIRST, DAYS = datetime(2026, 1, 1, tzinfo=UTC), 3 * 365 + 1


def wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@pytest.mark.parametrize("zone", ZONES)
def test_a_night_ends_at_seven_on_the_wall_and_not_before(zone: str) -> None:
    for n in range(DAYS):
        for hour in (2, 13, 20):
            at = FIRST + timedelta(days=n, hours=hour, minutes=17)
            if is_quiet(at, zone, NIGHT):
                ends = next_reading(at, NIGHT[1], zone)
                assert at < ends <= at + timedelta(hours=11)
                assert wall(ends, zone).time() == time(7)
                assert not is_quiet(ends, zone, NIGHT)
                assert is_quiet(ends - timedelta(seconds=1), zone, NIGHT)


@pytest.mark.parametrize("zone", ZONES)
def test_the_hour_of_the_digest_comes_once_a_day(zone: str) -> None:
    at, found = FIRST, []
    for _ in range(DAYS):
        slot = last_reading(at + timedelta(days=1), time(8), zone)
        found.append(wall(slot, zone))
        at += timedelta(days=1)
    assert found == [found[0] + timedelta(days=n) for n in range(DAYS)]


@pytest.mark.parametrize(
    ("wish", "at", "quiet"),
    [
        ((time(21), time(7)), "20:59:59", False),
        ((time(21), time(7)), "21:00", True),
        ((time(21), time(7)), "06:59:59", True),
        ((time(21), time(7)), "07:00", False),
        ((time(12), time(14)), "11:59", False),
        ((time(12), time(14)), "12:00", True),
        ((time(12), time(14)), "14:00", False),
        ((time(0), time(23, 59)), "23:59", False),
    ],
)
def test_the_first_hour_is_quiet_and_the_last_is_not(wish: tuple[time, time], at: str, quiet: bool) -> None:
    moment = datetime.combine(date(2026, 6, 1), time.fromisoformat(at), UTC)
    assert is_quiet(moment, "UTC", wish) is quiet


def test_an_hour_that_comes_twice_is_read_twice_and_one_that_is_left_out_once() -> None:
    autumn = list(readings(date(2026, 10, 25), time(2, 30), "Europe/Berlin"))
    assert autumn == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
    spring = list(readings(date(2026, 3, 29), time(2, 30), "Europe/Berlin"))
    assert spring == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]


def test_quiet_hours_that_end_in_the_doubled_hour_end_both_times() -> None:
    wish = (time(23), time(2, 30))
    first = next_reading(datetime(2026, 10, 24, 23, tzinfo=UTC), wish[1], "Europe/Berlin")
    again = next_reading(first + timedelta(minutes=40), wish[1], "Europe/Berlin")
    assert (first, again - first) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), timedelta(hours=1))
    assert is_quiet(first + timedelta(minutes=40), "Europe/Berlin", wish)
