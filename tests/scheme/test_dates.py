"""Validity arithmetic: leap days, month ends, chains of renewals, days in every zone."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certify.scheme.dates import add_months, day_in, end_of, renewal_period, start_of, valid_until

DAYS = st.dates(date(2012, 1, 1), date(2150, 12, 31))
LENGTHS = st.integers(1, 120)
ZONES = st.sampled_from(
    [
        "Africa/Addis_Ababa", "Africa/Cairo", "America/Bogota", "America/Havana", "America/Nuuk",
        "America/Santiago", "America/St_Johns", "America/Toronto", "Asia/Beirut", "Asia/Kathmandu",
        "Asia/Kolkata", "Asia/Shanghai", "Asia/Yangon", "Atlantic/Azores", "Australia/Lord_Howe",
        "Europe/Zurich", "Pacific/Apia", "Pacific/Kiritimati", "UTC",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 11, 18), 36, date(2029, 11, 18)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2100, 1, 29), 1, date(2100, 2, 28)),
    ],
)
def test_validity_ends_on_the_same_day_months_later_clamped_to_the_month(
    day: date, months: int, end: date
) -> None:
    assert valid_until(day, months) == end


def test_the_anchor_day_comes_back_after_a_short_month() -> None:
    assert add_months(date(2027, 2, 28), 12, anchor=29) == date(2028, 2, 29)
    assert add_months(date(2026, 2, 28), 1, anchor=31) == date(2026, 3, 31)


def test_months_can_be_taken_back() -> None:
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 15), -24) == date(2024, 1, 15)


def test_a_renewal_runs_from_the_day_after_to_the_anchor_day() -> None:
    end = valid_until(date(2026, 11, 18), 36)
    assert renewal_period(end, 36, anchor_day=18) == (date(2029, 11, 19), date(2032, 11, 18))


@given(DAYS, LENGTHS)
def test_adding_months_lands_in_the_right_month_on_the_day_or_its_last(day: date, months: int) -> None:
    end = add_months(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == min(day.day, monthrange(end.year, end.month)[1])


@given(DAYS, LENGTHS)
def test_a_later_start_never_ends_earlier(day: date, months: int) -> None:
    assert valid_until(day, months) <= valid_until(day + timedelta(days=1), months)


@given(DAYS, LENGTHS, st.integers(2, 8))
def test_a_chain_of_renewals_has_no_day_twice_no_day_lost_and_no_drift(
    first: date, months: int, rounds: int
) -> None:
    periods = [(first, valid_until(first, months))]
    for _ in range(rounds):
        periods.append(renewal_period(periods[-1][1], months, anchor_day=first.day))
    for (_, end), (start, _) in pairwise(periods):
        assert start == end + timedelta(days=1)
    for n, (_, end) in enumerate(periods, start=1):
        assert end == add_months(first, months * n)


@given(DAYS, ZONES)
def test_a_day_ends_one_microsecond_before_the_next_begins(day: date, zone: str) -> None:
    end = end_of(day, zone)
    assert day_in(end, zone) == day
    assert day_in(end + timedelta(microseconds=1), zone) == day + timedelta(days=1)


@given(DAYS, ZONES)
def test_a_day_begins_where_the_day_before_stops(day: date, zone: str) -> None:
    start = start_of(day, zone)
    assert day_in(start, zone) == day
    assert day_in(start - timedelta(microseconds=1), zone) == day - timedelta(days=1)


@given(DAYS, ZONES)
def test_the_ends_are_instants_in_utc(day: date, zone: str) -> None:
    assert (start_of(day, zone).tzinfo, end_of(day, zone).tzinfo) == (UTC, UTC)


def test_a_day_in_shanghai_ends_at_four_in_the_afternoon_utc() -> None:
    assert end_of(date(2029, 11, 18), "Asia/Shanghai") == datetime(2029, 11, 18, 15, 59, 59, 999999, UTC)
    assert start_of(date(2026, 11, 18), "Asia/Shanghai") == datetime(2026, 11, 17, 16, tzinfo=UTC)


def test_an_evening_that_the_clocks_skip_ends_early() -> None:
    assert end_of(date(2026, 3, 28), "America/Nuuk") == datetime(2026, 3, 29, 0, 59, 59, 999999, UTC)


def test_a_midnight_that_the_clocks_skip_begins_the_day_at_one() -> None:
    start = start_of(date(2026, 4, 24), "Africa/Cairo")
    assert start.astimezone(ZoneInfo("Africa/Cairo")).hour == 1
    assert start == datetime(2026, 4, 23, 22, tzinfo=UTC)


def test_an_evening_that_comes_twice_ends_with_the_second() -> None:
    assert end_of(date(2026, 10, 24), "America/Nuuk") == datetime(2026, 10, 25, 1, 59, 59, 999999, UTC)


def test_a_midnight_that_comes_twice_begins_the_day_once() -> None:
    assert start_of(date(2026, 11, 1), "America/Havana") == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_a_day_that_a_country_left_out_is_empty() -> None:
    assert end_of(date(2011, 12, 30), "Pacific/Apia") == end_of(date(2011, 12, 29), "Pacific/Apia")
    assert start_of(date(2011, 12, 30), "Pacific/Apia") == start_of(date(2011, 12, 31), "Pacific/Apia")
