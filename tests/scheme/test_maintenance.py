"""The keeping of a certification: practice periods, the requirements of a renewal, signings and findings."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certify.scheme.catalogue import shipped
from certify.scheme.evidence import Pause, Reason
from certify.scheme.maintenance import Delivery, Maintenance, Proof, QaObservation, Refresher
from certify.scheme.rules.maintenance import (
    code_of_conduct_due_on,
    current_validity,
    practice_period,
    practising,
    renewal_requirements,
)
from certify.scheme.rules.practice import asks_for_practice, missed_for_good, practice_periods
from certify.scheme.standing import Period
from certify.scheme.words import ActivityKind, RequirementStatus

EDITION = shipped("score-2026")
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 11, 18), date(2029, 11, 18)
SEEN_AT = datetime(2028, 7, 1, tzinfo=UTC)
KEPT = Maintenance("WPC", "VN", (Period(FIRST, LAST),))
GOOD = replace(
    KEPT,
    cycles=(date(2027, 3, 1), date(2028, 3, 1), date(2029, 3, 1)),
    refreshers=(Refresher(date(2027, 5, 1), Decimal("4.5")), Refresher(date(2028, 5, 1), Decimal("3.5"))),
    signings=(date(2027, 11, 18), date(2028, 11, 10)),
    qa=(QaObservation("q1", date(2028, 3, 1), True, SEEN_AT),),
    proofs=(
        Proof("practice-per-year", date(2027, 3, 1), ("workshop", "visit")),
        Proof("refresher", date(2027, 5, 1), ("r1",)),
        Proof("refresher", date(2028, 5, 1), ("r2",)),
        Proof("code-of-conduct", date(2028, 11, 10), ("c2",)),
    ),
)
IN_WINDOW = date(2029, 9, 1)
NAMES = ["practice-per-year", "refresher", "qa-observation", "code-of-conduct", "no-open-finding"]


def unmet(kept: Maintenance, on: date = IN_WINDOW) -> dict[str, tuple[tuple[str, ...], date | None]]:
    return {
        one.id: (one.reasons, one.earliest_on)
        for one in renewal_requirements(EDITION, kept, on)
        if one.status is RequirementStatus.NOT_MET
    }


def held(on: date, *, counted: bool = True) -> Delivery:
    flags = () if counted else (Reason(None, "Not confirmed yet."),)
    return Delivery(str(on), ActivityKind.VISIT, on, "cohort", counted, flags)


def test_who_kept_everything_meets_the_five_with_the_evidence_for_each():
    found = renewal_requirements(EDITION, GOOD, IN_WINDOW)
    assert [(one.id, one.status, one.evidence) for one in found] == [
        ("practice-per-year", "met", ("workshop", "visit")), ("refresher", "met", ("r1", "r2")),
        ("qa-observation", "met", ("q1",)), ("code-of-conduct", "met", ("c2",)),
        ("no-open-finding", "met", ()),
    ]  # fmt: skip
    assert all(one.reasons == () and one.earliest_on is None for one in found)
    assert [(one.text, one.who) for one in found] == [
        (EDITION.renewal_requirements[name].text, EDITION.renewal_requirements[name].who) for name in NAMES
    ]


def test_who_was_never_certified_has_nothing_to_keep():
    none = replace(KEPT, periods=())
    assert renewal_requirements(EDITION, none, FIRST, validity=KEPT.periods[0]) == ()  # issued in error
    assert renewal_requirements(EDITION, none, FIRST) == ()
    assert practice_period(none, EDITION, FIRST) is code_of_conduct_due_on(none, EDITION, FIRST) is None
    assert not practising(none, EDITION, FIRST)


def test_three_years_are_three_practice_periods_and_the_last_day_belongs_to_the_third():
    assert practice_periods(KEPT, EDITION, KEPT.periods[0]) == (
        Period(FIRST, date(2027, 11, 17)),
        Period(date(2027, 11, 18), date(2028, 11, 17)),
        Period(date(2028, 11, 18), LAST),
    )


def test_a_practice_period_keeps_the_day_on_which_the_validity_began():
    leap = Period(date(2024, 2, 29), date(2028, 2, 29))
    assert [one.valid_from for one in practice_periods(KEPT, EDITION, leap)] == [
        date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("until", "periods"),
    [(date(2028, 2, 1), 1), (date(2028, 5, 17), 1), (date(2028, 5, 18), 2), (date(2027, 1, 1), 1)],
)
def test_a_rest_is_a_period_of_its_own_from_half_a_period_on(until: date, periods: int):
    """183 of the 366 days from 18 November 2027 to 17 November 2028 end on 18 May."""
    assert len(practice_periods(KEPT, EDITION, Period(FIRST, until))) == periods


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 2500), st.integers(0, 2500))
def test_every_day_of_a_validity_lies_in_exactly_one_practice_period(first: date, days: int, one: int):
    validity = Period(first, first + timedelta(days))
    kept = replace(KEPT, periods=(validity,))
    periods = practice_periods(kept, EDITION, validity)
    assert (periods[0].valid_from, periods[-1].valid_until) == (first, validity.valid_until)
    assert all(a.valid_until + DAY == b.valid_from for a, b in pairwise(periods))
    assert all(365 <= (p.valid_until - p.valid_from).days + 1 <= 550 for p in periods[:-1])
    day = first + timedelta(min(one, days))
    found = practice_period(kept, EDITION, day)
    assert found is not None
    assert found[0] <= day <= found[1]
    assert [(p.valid_from, p.valid_until) for p in periods].count(found) == 1


def test_the_missing_cycle_is_named_with_its_period_and_what_is_past_cannot_be_mended():
    sentence = "0 of 1 cycles were delivered in the practice period from {} to {}."
    second = sentence.format("2027-11-18", "2028-11-17")
    third = sentence.format("2028-11-18", "2029-11-18")
    assert unmet(replace(GOOD, cycles=(date(2027, 3, 1), date(2029, 3, 1)))) == {
        "practice-per-year": ((second,), None)
    }
    assert unmet(replace(GOOD, cycles=(date(2027, 3, 1), date(2028, 3, 1)))) == {
        "practice-per-year": ((third,), IN_WINDOW)
    }
    assert unmet(replace(GOOD, cycles=(date(2027, 3, 1),))) == {"practice-per-year": ((second, third), None)}


def test_only_the_periods_that_have_begun_are_asked():
    assert unmet(replace(KEPT, cycles=(date(2027, 3, 1),)), date(2027, 11, 17)).keys() == {
        "refresher", "qa-observation",
    }  # fmt: skip
    assert "practice-per-year" in unmet(replace(KEPT, cycles=(date(2027, 3, 1),)), date(2027, 11, 18))


def test_a_cycle_counts_in_the_period_of_its_day():
    for day, missing in ((date(2027, 11, 17), True), (date(2027, 11, 18), False)):
        kept = replace(GOOD, cycles=(date(2027, 3, 1), day, date(2029, 3, 1)))
        assert ("practice-per-year" in unmet(kept)) is missing, day


@pytest.mark.parametrize(
    ("until", "asked"), [(date(2028, 5, 19), True), (date(2028, 5, 20), False), (None, False)]
)
def test_a_period_asks_for_practice_when_half_of_it_was_in_force(until: date | None, asked: bool):
    """Of 366 days, 183 from 18 November 2027 are over on 18 May; the day of reinstatement counts again."""
    kept = replace(
        GOOD, cycles=(GOOD.cycles[0], GOOD.cycles[2]), suspended=(Pause(date(2027, 11, 18), until),)
    )
    period = practice_periods(kept, EDITION, kept.periods[0])[1]
    assert asks_for_practice(kept, EDITION, period) is asked
    assert ("practice-per-year" in unmet(kept, date(2028, 11, 1))) is asked


def test_a_renewed_certification_is_asked_about_the_validity_that_is_current():
    again = Period(date(2029, 11, 19), date(2032, 11, 18))
    kept = replace(GOOD, periods=(*KEPT.periods, again))
    assert unmet(kept, date(2029, 11, 10)) == {}
    assert unmet(kept, again.valid_from).keys() == {
        "practice-per-year",
        "refresher",
        "qa-observation",
        "code-of-conduct",
    }
    assert current_validity(kept, FIRST - DAY) == KEPT.periods[0]
    assert current_validity(kept, date(2040, 1, 1)) == again


def test_a_validity_that_was_granted_ahead_is_not_met_by_what_was_done_before_it():
    following = Period(LAST + DAY, date(2032, 11, 18))
    renewed = replace(GOOD, periods=(*GOOD.periods, following))
    assert unmet(renewed) == {}  # of the validity in force
    found = renewal_requirements(EDITION, renewed, IN_WINDOW, validity=following)
    assert [(one.id, one.status, one.evidence, one.earliest_on) for one in found] == [
        ("practice-per-year", "not_met", (), LAST + DAY), ("refresher", "not_met", (), LAST + DAY),
        ("qa-observation", "not_met", (), LAST + DAY), ("code-of-conduct", "met", (), None),
        ("no-open-finding", "met", (), None),
    ]  # fmt: skip
    assert found[0].reasons == (
        "0 of 1 cycles were delivered in the practice period from 2029-11-19 to 2030-11-18.",
    )


def test_what_is_made_up_for_in_grace_counts_for_the_renewal_and_practice_does_not():
    late = LAST + 20 * DAY
    kept = replace(
        GOOD, refreshers=(Refresher(LAST + 5 * DAY, Decimal(8)),), signings=(*GOOD.signings, LAST + DAY)
    )
    assert unmet(kept, late) == {}
    assert "practice-per-year" in unmet(replace(kept, cycles=(*GOOD.cycles[:2], LAST + 5 * DAY)), late)


def test_hours_of_refreshers_add_up_within_the_validity():
    kept = replace(GOOD, refreshers=(Refresher(FIRST - DAY, Decimal(8)), Refresher(FIRST, Decimal("7.50"))))
    assert unmet(kept) == {
        "refresher": (("7.5 of 8 hours of refresher training are confirmed in this validity.",), IN_WINDOW)
    }
    assert unmet(replace(kept, refreshers=(*kept.refreshers, Refresher(IN_WINDOW, Decimal("0.5"))))) == {}


def test_the_code_of_conduct_is_due_a_year_after_the_last_signing_and_a_late_one_mends_it():
    assert code_of_conduct_due_on(KEPT, EDITION, FIRST) == date(2027, 11, 18)
    assert "code-of-conduct" not in unmet(KEPT, date(2027, 11, 18))
    assert unmet(KEPT, date(2027, 11, 19))["code-of-conduct"] == (
        ("The code of conduct was to be signed again by 2027-11-18.",), date(2027, 11, 19),
    )  # fmt: skip
    signed = replace(KEPT, signings=(date(2027, 12, 1),))
    assert "code-of-conduct" not in unmet(signed, date(2027, 12, 1))
    assert code_of_conduct_due_on(signed, EDITION, date(2028, 1, 1)) == date(2028, 12, 1)


def test_after_an_early_renewal_the_signing_is_due_in_the_next_validity():
    signed = replace(KEPT, signings=(date(2029, 2, 1),))
    assert code_of_conduct_due_on(signed, EDITION, IN_WINDOW) is None
    renewed = replace(signed, periods=(*signed.periods, Period(LAST + DAY, date(2032, 11, 18))))
    assert code_of_conduct_due_on(renewed, EDITION, IN_WINDOW) == date(2030, 2, 1)


def test_no_signing_is_due_after_the_end():
    signed = replace(KEPT, signings=(date(2029, 1, 10),))
    assert code_of_conduct_due_on(signed, EDITION, date(2029, 2, 1)) is None
    assert code_of_conduct_due_on(replace(KEPT, ended_on=date(2027, 1, 1)), EDITION, date(2027, 1, 1)) is None
    assert practice_period(replace(KEPT, ended_on=date(2027, 1, 1)), EDITION, date(2027, 1, 1)) is None
    assert practice_period(KEPT, EDITION, LAST + DAY) is None


def test_a_requirement_that_asks_for_nothing_so_far_claims_no_deliveries():
    """Suspended from the start: no practice period was in force for long enough."""
    out = replace(KEPT, suspended=(Pause(FIRST, None),))
    (said, *_), (asked, *_) = (renewal_requirements(EDITION, one, FIRST + DAY) for one in (out, KEPT))
    assert (said.text, said.status) == ("No practice period asks for a cycle so far.", "met")
    assert (asked.text, asked.status) == (EDITION.renewal_requirements[NAMES[0]].text, "not_met")


def test_cycles_of_a_practice_period_that_is_over_are_missed_for_good():
    first, last = date(2027, 11, 18), date(2028, 11, 17)
    kept = replace(GOOD, cycles=(GOOD.cycles[0], GOOD.cycles[2]))
    for day, missed in (
        (last, ()),
        (last + DAY, (Period(first, last),)),
        (LAST + DAY, (Period(first, last),)),
    ):
        assert missed_for_good(EDITION, kept, KEPT.periods[0], day) == missed, day


def test_a_finding_is_open_until_a_later_observation_is_passed():
    short = QaObservation("q2", date(2028, 6, 1), False, SEEN_AT, ("The mean was 2.00.",))
    passed = QaObservation("q3", date(2028, 7, 1), True, SEEN_AT + DAY)
    sentence = "The quality observation of 2028-06-01 fell short, and no later one is passed yet."
    found = {one.id: one for one in renewal_requirements(EDITION, replace(GOOD, qa=(short,)), IN_WINDOW)}
    assert (found["no-open-finding"].reasons, found["no-open-finding"].evidence) == ((sentence,), ("q2",))
    assert found["qa-observation"].status == "met"
    for qa, still in (
        ((*GOOD.qa, short), 1),
        ((short, passed), 0),
        ((short, replace(passed, on=short.on)), 1),
        ((short, replace(passed, handed_in_at=SEEN_AT - DAY)), 1),
    ):
        assert len(replace(GOOD, qa=qa).open_findings) == still, qa


@pytest.mark.parametrize(
    ("day", "is_practising"),
    [
        (date(2028, 3, 1), True),
        (date(2028, 2, 29), False),
        (date(2029, 3, 1), True),
        (date(2029, 3, 2), False),
    ],
)
def test_practising_is_a_counted_delivery_in_the_last_twelve_months(day: date, is_practising: bool):
    assert practising(replace(KEPT, deliveries=(held(day),)), EDITION, date(2029, 3, 1)) is is_practising
    flagged = replace(KEPT, deliveries=(held(day, counted=False),))
    assert not practising(flagged, EDITION, date(2029, 3, 1))
    assert flagged.last_delivery_on is None


@given(st.lists(st.dates(FIRST, LAST), max_size=6), st.dates(FIRST, LAST), st.dates(FIRST, LAST))
def test_one_more_cycle_or_signing_never_makes_it_worse(cycles: list[date], more: date, on: date):
    kept = replace(KEPT, cycles=tuple(cycles), signings=tuple(cycles))
    before = unmet(kept, on).keys()
    assert (
        unmet(replace(kept, cycles=(*kept.cycles, more), signings=(*kept.signings, more)), on).keys()
        <= before
    )


@given(st.dates(FIRST, LAST))
def test_what_is_not_met_says_why_and_promises_no_day_in_the_past(on: date):
    for one in renewal_requirements(EDITION, KEPT, on):
        assert (one.status is RequirementStatus.MET) == (not one.reasons)
        assert one.earliest_on is None or one.earliest_on >= on
    assert [one.id for one in renewal_requirements(EDITION, KEPT, on)] == NAMES


def test_a_recognised_trainer_is_not_asked_for_what_was_before_the_recognition() -> None:
    known = replace(KEPT, known_from=date(2028, 12, 1))
    periods = practice_periods(known, EDITION, Period(FIRST, LAST))
    assert [asks_for_practice(known, EDITION, one) for one in periods] == [False, False, True]
    assert [asks_for_practice(KEPT, EDITION, one) for one in periods] == [True, True, True]
    assert code_of_conduct_due_on(replace(known, known_from=date(2028, 6, 1)), EDITION, IN_WINDOW) == date(
        2029, 6, 1
    )
    early = replace(known, known_from=FIRST - DAY)
    assert [asks_for_practice(early, EDITION, one) for one in periods] == [True, True, True]
