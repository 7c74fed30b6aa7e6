"""Eight in the morning, on every day in every zone: when people are told of what falls due."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certify.scheme.dates import day_in, morning_of

ZONES = (
    "Asia/Ho_Chi_Minh", "Africa/Cairo", "Europe/Berlin", "America/Bogota", "America/Santiago",
    "Australia/Lord_Howe", "America/Havana",
)  # fmt: skip
THREE_YEARS = [date(2026, 1, 1) + timedelta(days=n) for n in range(3 * 365 + 2)]


@pytest.mark.parametrize("zone", ZONES)
def test_every_morning_of_three_years_is_at_eight_on_its_day(zone: str) -> None:
    there = ZoneInfo(zone)
    mornings = [morning_of(day, zone).astimezone(there) for day in THREE_YEARS]
    assert [(one.date(), one.hour, one.minute) for one in mornings] == [(day, 8, 0) for day in THREE_YEARS]
    assert date(2028, 2, 29) in THREE_YEARS


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.sampled_from([*ZONES, "Pacific/Apia"]))
def test_a_later_day_has_a_later_morning_in_every_zone(day: date, zone: str) -> None:
    following = morning_of(day + timedelta(days=1), zone)
    assert morning_of(day, zone) <= following
    assert day_in(morning_of(day, zone), zone) >= day


def test_a_day_that_a_country_left_out_has_its_morning_on_the_next_one() -> None:
    left_out = morning_of(date(2011, 12, 30), "Pacific/Apia")
    assert left_out == morning_of(date(2011, 12, 31), "Pacific/Apia")
    assert left_out == datetime(2011, 12, 30, 18, tzinfo=ZoneInfo("UTC"))
