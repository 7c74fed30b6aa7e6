"""Renewals: by which route on which day, and for which days; no drift, no day twice, none lost."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certify.scheme.catalogue import shipped
from certify.scheme.dates import add_months, valid_until
from certify.scheme.rules.renewing import (
    RenewalTerms,
    Route,
    filing_ends,
    first_anchor,
    gaps,
    next_anchor,
    next_period,
    route,
    terms_of,
    window_opens,
)
from certify.scheme.standing import Period

DAY = timedelta(days=1)
TERMS = RenewalTerms(window_days=90, grace_days=90, late_months=12, validity_months=36)
ENDS = date(2029, 11, 18)
DAYS = st.dates(date(2015, 1, 1), date(2060, 12, 31))
MONTHS = st.integers(1, 60)


def test_the_terms_are_those_of_the_edition_for_module_and_country() -> None:
    edition = shipped("score-2026")
    assert terms_of(edition, "WPC", "VN") == TERMS
    own = {"grace_days": replace(edition.parameters["grace_days"], value=7)}
    wpc = replace(edition.modules["WPC"], parameters=own)
    changed = replace(edition, modules={**edition.modules, "WPC": wpc})
    assert terms_of(changed, "WPC", "VN") == replace(TERMS, grace_days=7)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2029, 8, 19), Route.TOO_EARLY),
        (date(2029, 8, 20), Route.IN_WINDOW),
        (ENDS, Route.IN_WINDOW),
        (date(2029, 11, 19), Route.IN_GRACE),
        (date(2030, 2, 16), Route.IN_GRACE),
        (date(2030, 2, 17), Route.LATE),
        (date(2030, 11, 18), Route.LATE),
        (date(2030, 11, 19), Route.FULL_PATH),
    ],
)
def test_the_route_goes_by_the_day_of_the_filing(on: date, expected: Route) -> None:
    assert route(ENDS, on, TERMS) == expected


@given(DAYS, st.integers(-200, 600))
def test_a_later_filing_is_never_easier(ends: date, days: int) -> None:
    order, on = list(Route), ends + timedelta(days=days)
    assert order.index(route(ends, on, TERMS)) <= order.index(route(ends, on + DAY, TERMS))


@given(DAYS)
def test_it_can_be_filed_from_the_opening_of_the_window_to_the_last_day_and_on_no_other(ends: date) -> None:
    first, last = window_opens(ends, TERMS), filing_ends(ends, TERMS)
    closed = (Route.TOO_EARLY, Route.FULL_PATH)
    assert [route(ends, on, TERMS) in closed for on in (first - DAY, first, last, last + DAY)] == [
        True, False, False, True,
    ]  # fmt: skip


def test_grace_that_is_longer_than_the_late_time_is_given_whole() -> None:
    odd = replace(TERMS, grace_days=90, late_months=1)
    assert filing_ends(ENDS, odd) == ENDS + 90 * DAY
    assert route(ENDS, ENDS + 90 * DAY, odd) == Route.IN_GRACE
    assert route(ENDS, ENDS + 91 * DAY, odd) == Route.FULL_PATH


def test_the_examples_of_the_domain() -> None:
    first = next_period(ENDS, date(2029, 9, 1), TERMS, anchor_day=18)
    assert first == (date(2029, 11, 19), date(2032, 11, 18))
    assert next_period(first[1], first[1], TERMS, anchor_day=18) == (date(2032, 11, 19), date(2035, 11, 18))
    assert valid_until(date(2024, 2, 29), 36) == date(2027, 2, 28)
    leap = next_period(date(2027, 2, 28), date(2027, 1, 4), replace(TERMS, validity_months=12), anchor_day=29)
    assert leap == (date(2027, 3, 1), date(2028, 2, 29))


def test_filed_in_time_and_decided_late_begins_on_the_day_of_the_decision() -> None:
    assert next_period(ENDS, ENDS + DAY, TERMS, anchor_day=18) == (date(2029, 11, 19), date(2032, 11, 19))
    decided = date(2030, 2, 28)
    assert next_period(ENDS, decided, TERMS, anchor_day=18) == (decided, date(2033, 2, 28))
    assert (next_anchor(ENDS, ENDS, anchor_day=18), next_anchor(ENDS, decided, anchor_day=18)) == (18, 28)


@given(DAYS, MONTHS, st.lists(st.integers(0, 90), min_size=1, max_size=6))
@example(date(2024, 2, 29), 36, [0] * 6)
@example(date(2026, 1, 31), 1, [0, 10, 90, 3])
@example(date(2026, 8, 31), 6, [5] * 5)
def test_a_chain_granted_in_time_has_no_drift_no_day_twice_and_none_lost(
    began: date, months: int, days_before_the_end: list[int]
) -> None:
    terms = replace(TERMS, validity_months=months)
    periods = [Period(began, valid_until(began, months))]
    anchor = first_anchor(periods[0])
    for days in days_before_the_end:
        ends = periods[-1].valid_until
        periods.append(Period(*next_period(ends, ends - days * DAY, terms, anchor_day=anchor)))
        anchor = next_anchor(ends, ends - days * DAY, anchor_day=anchor)
    assert all(two.valid_from == one.valid_until + DAY for one, two in pairwise(periods))
    assert [one.valid_until for one in periods] == [
        add_months(began, months * n) for n in range(1, len(periods) + 1)
    ]
    assert gaps(periods) == ()


@given(DAYS, st.lists(st.integers(-90, 500), min_size=1, max_size=5))
@example(date(2024, 2, 28), [1, -3, 2])
def test_however_it_was_decided_no_day_is_twice_and_exactly_the_waiting_is_lost(
    began: date, decided_after_the_end: list[int]
) -> None:
    periods, lost = [Period(began, valid_until(began, 36))], []
    anchor = first_anchor(periods[0])
    for days in decided_after_the_end:
        ends = periods[-1].valid_until
        decided = ends + days * DAY
        periods.append(Period(*next_period(ends, decided, TERMS, anchor_day=anchor)))
        anchor = next_anchor(ends, decided, anchor_day=anchor)
        if days > 1:
            lost.append((ends + DAY, decided - DAY))
    assert all(one.valid_until < two.valid_from for one, two in pairwise(periods))
    assert gaps(periods) == gaps(reversed(periods)) == tuple(lost)


@given(DAYS, MONTHS)
def test_the_anchor_of_an_own_certificate_is_the_day_on_which_it_began(began: date, months: int) -> None:
    assert first_anchor(Period(began, valid_until(began, months))) == began.day


def test_the_anchor_of_a_recognised_certificate_is_the_day_on_which_it_ends() -> None:
    assert first_anchor(Period(date(2025, 1, 1), date(2027, 12, 31))) == 31
    assert next_period(date(2027, 12, 31), date(2027, 12, 1), TERMS, anchor_day=31) == (
        date(2028, 1, 1), date(2030, 12, 31),
    )  # fmt: skip
    assert first_anchor(Period(date(2025, 5, 30), date(2027, 2, 28))) == 30
