"""What an Expert Trainer's licence takes, at each boundary, and for which days it is given."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certify.scheme.dates import add_months
from certify.scheme.rules.licensing import (
    Candidature,
    Examination,
    licence_period,
    licence_requirements,
    licence_terms,
)
from certify.scheme.standing import Period
from certify.scheme.words import Standing
from tests.player import EDITION

CYCLES = (date(2026, 9, 22), date(2027, 2, 1))
READY = Candidature(
    "WPC", "VN", Standing.VALID, CYCLES, ("tot-1",), Examination(date(2027, 4, 20), 70, "quy")
)
TERMS = licence_terms(EDITION, "WPC", "VN")


def _missing(made: Candidature) -> dict[str, str]:
    return {one.id: one.reasons[0] for one in licence_requirements(EDITION, made) if not one.cleared}


def test_who_has_all_of_it_misses_nothing() -> None:
    assert _missing(READY) == {}
    assert licence_requirements(EDITION, READY)[2].evidence == ("tot-1",)


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        (
            {"standing": Standing.SUSPENDED},
            {"licence-certified": "The own certification in Workplace Cooperation is not valid."},
        ),
        (
            {"cycles": CYCLES[:1]},
            {"licence-track-record": "1 of 2 cycles were delivered as a certified trainer."},
        ),
        ({"tots": ()}, {"licence-co-facilitation": "0 of 1 trainings of trainers were co-facilitated."}),
        ({"examination": None}, {"licence-examination": "No examination is recorded."}),
        (
            {"examination": Examination(date(2027, 4, 20), 69, "quy")},
            {"licence-examination": "The result is 69 %, below 70 %."},
        ),
    ],
)
def test_each_requirement_just_missed(changed: dict[str, object], missing: dict[str, str]) -> None:
    assert _missing(replace(READY, **changed)) == missing


def test_the_numbers_are_those_of_module_and_country() -> None:
    cycles = replace(EDITION.parameters["expert_cycles"], value=1)
    edition = replace(EDITION, parameters={**EDITION.parameters, "expert_cycles": cycles})
    assert all(one.cleared for one in licence_requirements(edition, replace(READY, cycles=CYCLES[:1])))


def test_a_leap_day_is_kept_through_a_chain_and_a_gap_begins_anew() -> None:
    first = Period(date(2028, 2, 29), date(2031, 2, 28))
    second = licence_period([first], date(2031, 1, 10), TERMS)
    assert second == Period(date(2031, 3, 1), date(2034, 2, 28))
    third = licence_period([first, second], date(2034, 2, 1), TERMS)
    assert third == Period(date(2034, 3, 1), date(2037, 2, 28))
    assert licence_period([first, second, third], date(2037, 3, 15), TERMS) == Period(
        date(2037, 3, 15), date(2040, 3, 15)
    )


def test_decided_on_the_day_after_the_end_a_licence_begins_a_chain_of_its_own() -> None:
    chain = [Period(date(2026, 11, 18), date(2029, 11, 18))]
    for decided_on in (date(2029, 11, 19), date(2032, 11, 1)):
        chain.append(licence_period(chain, decided_on, TERMS))
    assert chain[1:] == [
        Period(date(2029, 11, 19), date(2032, 11, 19)),
        Period(date(2032, 11, 20), date(2035, 11, 19)),
    ]


@given(st.dates(date(2026, 1, 1), date(2040, 1, 1)), st.lists(st.integers(0, 89), min_size=1, max_size=4))
def test_renewed_in_the_window_no_day_is_lost_and_none_is_twice(granted_on: date, early: list[int]) -> None:
    chain = [licence_period([], granted_on, TERMS)]
    for days in early:
        until = chain[-1].valid_until
        chain.append(licence_period(chain, date.fromordinal(until.toordinal() - days), TERMS))
    assert all(
        later.valid_from.toordinal() == earlier.valid_until.toordinal() + 1
        for earlier, later in pairwise(chain)
    )
    assert chain[-1].valid_until == add_months(granted_on, 36 * len(chain), anchor=granted_on.day)
