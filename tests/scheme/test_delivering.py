"""Which deliveries count: whatever the certificate, the suspensions and the days."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from certify.scheme.catalogue import shipped
from certify.scheme.dates import end_of
from certify.scheme.rules.delivering import Scope, delivered_on, deliveries, judged
from certify.scheme.standing import CertifiedRecord, Period, StandingChange, standing
from certify.scheme.words import ActivityState, Standing
from tests.scheme.good_evidence import CLASSROOM_ON, FIRST_VISIT_ON, complete_cycle

EDITION = shipped("score-2026")
CYCLE = complete_cycle(EDITION, "WPC", "VN")
ZONE = "Asia/Ho_Chi_Minh"
SINCE = date(2026, 1, 1)
IN_FORCE = CertifiedRecord((Period(SINCE, date(2028, 12, 31), ZONE, 90),), ())
SCOPE = Scope("VN", IN_FORCE, {}, {"cohort": "VN"})
DAYS = st.integers(-60, 120).map(lambda n: CLASSROOM_ON + timedelta(n))


@st.composite
def records(draw: st.DrawFn) -> CertifiedRecord:
    """One or two periods about the cycle, with suspensions, and perhaps an end."""
    first, length, gap = draw(DAYS), draw(st.integers(0, 90)), draw(st.integers(1, 60))
    until = first + timedelta(length)
    again = until + timedelta(gap)
    periods = (Period(first, until, ZONE), Period(again, again + timedelta(length), ZONE))
    kinds = draw(st.lists(st.sampled_from(["suspend", "reinstate", "withdraw", "retire"]), max_size=3))
    events = tuple(
        StandingChange(datetime.combine(draw(DAYS), time(draw(st.integers(0, 23))), UTC), kind)
        for kind in kinds
    )
    return CertifiedRecord(periods[: draw(st.integers(1, 2))], events)


@given(records())
def test_nothing_counts_on_a_day_on_which_the_certification_was_not_valid(record: CertifiedRecord):
    for one in deliveries([CYCLE], replace(SCOPE, record=record)):
        valid = standing(record, end_of(one.on, ZONE)) is Standing.VALID
        assert not one.counted or valid
        assert one.counted != bool(one.flags)


@given(records())
def test_no_delivery_is_lost_and_whatever_else_happened_is_judged_alike(record: CertifiedRecord):
    scope = replace(SCOPE, record=record)
    log = deliveries([CYCLE], scope)
    assert len(log) == 1 + 3 * len(CYCLE.enterprises)
    assert [one.on for one in log] == sorted(one.on for one in log)
    every = {one.activity: one.counted for one in judged([CYCLE], scope)}
    assert set(every) == {one.id for one in CYCLE.happenings}
    assert all(every[one.activity] is one.counted for one in log)


def test_a_whole_cycle_counts_and_is_dated_by_its_first_visit():
    log = deliveries([CYCLE], SCOPE)
    assert all(one.counted for one in log)
    found = delivered_on(CYCLE, log)
    assert found is not None
    assert (found[0], len(found[1])) == (FIRST_VISIT_ON, len(log))


def test_without_a_counted_visit_after_the_classroom_no_cycle_is_delivered():
    waiting = tuple(
        replace(one, state=ActivityState.SUBMITTED) if one.purpose else one for one in CYCLE.happenings
    )
    cycle = replace(CYCLE, happenings=waiting)
    assert delivered_on(cycle, deliveries([cycle], SCOPE)) is None


def test_one_day_of_a_workshop_out_of_force_flags_the_workshop_and_the_visits_that_rest_on_it():
    record = replace(IN_FORCE, periods=(Period(CLASSROOM_ON + timedelta(1), date(2028, 12, 31), ZONE),))
    log = deliveries([CYCLE], replace(SCOPE, record=record))
    assert log[0].flags[0].reason == f"Held on {CLASSROOM_ON}, before the certification was valid."
    assert {flag.requirement for one in log[1:] for flag in one.flags} == {"visits-after-classroom"}


def test_a_gap_between_two_certificates_is_called_one():
    periods = (
        Period(SINCE, CLASSROOM_ON - timedelta(9), ZONE), Period(FIRST_VISIT_ON, date(2029, 1, 1), ZONE)
    )  # fmt: skip
    log = deliveries([CYCLE], replace(SCOPE, record=replace(IN_FORCE, periods=periods)))
    assert log[0].flags[0].reason == f"Held on {CLASSROOM_ON}, in the gap between two periods of validity."
    late = deliveries([CYCLE], replace(SCOPE, record=replace(IN_FORCE, periods=periods[:1])))
    assert late[0].flags[0].reason == f"Held on {CLASSROOM_ON}, after the certification had expired."


def test_what_the_decision_counted_is_no_delivery_and_what_it_left_open_is_one_once_it_was_held():
    visit = CYCLE.happenings[-2].id
    decided = dict.fromkeys((one.id for one in CYCLE.happenings), True) | {visit: False}
    assert [one.activity for one in deliveries([CYCLE], replace(SCOPE, decided=decided))] == [visit]
    later = replace(IN_FORCE, periods=(Period(date(2027, 1, 1), date(2028, 12, 31), ZONE),))
    assert deliveries([CYCLE], replace(SCOPE, decided=decided, record=later)) == ()


def test_the_last_day_before_a_renewal_by_a_body_further_west_counts():
    """In the hours between the two zones nothing is valid, and no day of a workshop is lost to them."""
    periods = (
        Period(SINCE, CLASSROOM_ON, ZONE),
        Period(CLASSROOM_ON + timedelta(1), date(2028, 12, 31), "America/Bogota"),
    )
    log = deliveries([CYCLE], replace(SCOPE, record=replace(IN_FORCE, periods=periods)))
    assert all(one.counted for one in log)
