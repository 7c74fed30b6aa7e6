"""Which evidence counts: what breaks an order is kept, not counted, and says why."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certify.scheme.catalogue import shipped
from certify.scheme.evidence import Evidence, Happening, Reason
from certify.scheme.rules import counted
from certify.scheme.words import ActivityKind, ActivityState, VisitPurpose
from tests.scheme.good_evidence import (
    BASELINE_ON,
    CLASSROOM_ON,
    FIRST_VISIT_ON,
    TOT_LAST,
    adding,
    changed,
    complete_evidence,
    visit,
    with_training,
    without,
)

EDITION = shipped("score-2026")
GOOD = complete_evidence(EDITION)
CLASSROOM_LAST = CLASSROOM_ON + timedelta(days=1)
NO_TOT = Reason("toe-start", "No ToT (training of trainers) is confirmed yet.")


def reasons(evidence: Evidence, activity: str) -> tuple[Reason, ...]:
    return next(one.reasons for one in counted(EDITION, evidence) if one.activity == activity)


def not_counted(evidence: Evidence) -> dict[str, list[str | None]]:
    return {
        one.activity: [reason.requirement for reason in one.reasons]
        for one in counted(EDITION, evidence)
        if not one.counted
    }


def test_good_evidence_counts_whole():
    assert not_counted(GOOD) == {}
    assert len(counted(EDITION, GOOD)) == 1 + len(GOOD.cycles[0].happenings)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (ActivityState.OPEN, "Not confirmed yet."),
        (ActivityState.SUBMITTED, "Not confirmed yet."),
        (ActivityState.RETURNED, "Returned to be completed."),
        (ActivityState.VOID, "Void."),
    ],
)
def test_only_confirmed_activities_count(state, sentence):
    assert reasons(changed(GOOD, "project-e1", state=state), "project-e1") == (Reason(None, sentence),)
    assert reasons(with_training(GOOD, state=state), "tot") == (Reason(None, sentence),)


def test_what_the_asker_of_more_practice_excluded_does_not_count():
    evidence = replace(GOOD, excluded=frozenset({"visit-e1-1"}))
    assert not_counted(evidence) == {"visit-e1-1": [None]}


def test_nothing_of_the_toe_counts_without_a_confirmed_tot():
    evidence = with_training(GOOD, state=ActivityState.SUBMITTED)
    answers = counted(EDITION, evidence)
    assert [one.counted for one in answers] == [False] * len(answers)
    assert reasons(evidence, "workshop") == (NO_TOT,)
    assert reasons(evidence, "report") == (NO_TOT,)


@pytest.mark.parametrize(("days_after_tot", "ids"), [(0, ["toe-start"]), (1, [])])
def test_a_baseline_counts_from_the_day_after_the_tot(days_after_tot, ids):
    evidence = changed(GOOD, "baseline-e1", on=TOT_LAST + timedelta(days=days_after_tot))
    assert not_counted(evidence).get("baseline-e1", []) == ids


def test_a_workshop_that_begins_on_the_last_day_of_the_tot_does_not_count():
    evidence = changed(GOOD, "workshop", held_on=TOT_LAST)
    assert reasons(evidence, "workshop") == (
        Reason("toe-start", "Held on 2026-02-06, not after the ToT's last day, 2026-02-06."),
    )


def test_the_latest_confirmed_tot_is_the_one_that_the_toe_follows():
    first = GOOD.trainings[0]
    again = replace(first, activity="tot-2", days=(replace(first.days[0], on=BASELINE_ON),))
    evidence = replace(GOOD, trainings=(again, first))
    assert not_counted(evidence) == {f"baseline-e{n}": ["toe-start"] for n in range(1, 5)}


@pytest.mark.parametrize(("days_before", "ids"), [(1, []), (0, ["baseline-before-classroom"])])
def test_a_baseline_counts_only_before_the_first_classroom_day(days_before, ids):
    evidence = changed(GOOD, "baseline-e2", on=CLASSROOM_ON - timedelta(days=days_before))
    assert not_counted(evidence) == ({"baseline-e2": ids} if ids else {})


def test_a_late_baseline_says_why_and_leaves_the_workshop_counted():
    evidence = changed(GOOD, "baseline-e2", on=CLASSROOM_ON)
    assert reasons(evidence, "baseline-e2") == (
        Reason(
            "baseline-before-classroom",
            "Held on 2026-03-09, not before the first classroom day, 2026-03-09.",
        ),
    )
    assert reasons(evidence, "workshop") == ()


def test_a_baseline_is_not_late_for_a_workshop_of_other_enterprises():
    evidence = changed(GOOD, "workshop", enterprises=("e1", "e2", "e3"))
    evidence = changed(evidence, "baseline-e4", on=CLASSROOM_ON)
    assert "baseline-e4" not in not_counted(evidence)


def test_a_baseline_is_held_against_a_workshop_that_is_not_confirmed_yet():
    evidence = changed(GOOD, "workshop", state=ActivityState.SUBMITTED)
    evidence = changed(evidence, "baseline-e1", on=CLASSROOM_ON)
    assert not_counted(evidence)["baseline-e1"] == ["baseline-before-classroom"]


def test_a_void_workshop_makes_no_baseline_late():
    evidence = changed(GOOD, "workshop", state=ActivityState.VOID)
    evidence = changed(evidence, "baseline-e1", on=CLASSROOM_ON)
    assert "baseline-e1" not in not_counted(evidence)


def test_only_counted_workshops_decide_where_there_are_any():
    planned = Happening(
        "planned", ActivityKind.WORKSHOP, ActivityState.OPEN, date(2026, 9, 1), date(2026, 9, 2)
    )
    assert not_counted(adding(GOOD, planned)) == {"planned": [None]}


@pytest.mark.parametrize(("days_after", "ids"), [(0, ["visits-after-classroom"]), (1, [])])
def test_a_consultation_visit_counts_only_after_the_last_classroom_day(days_after, ids):
    evidence = changed(GOOD, "visit-e1-1", on=CLASSROOM_LAST + timedelta(days=days_after))
    assert not_counted(evidence) == ({"visit-e1-1": ids} if ids else {})


def test_of_several_workshops_the_first_bounds_baselines_and_the_last_bounds_visits():
    workshop = next(one for one in GOOD.cycles[0].happenings if one.id == "workshop")
    second_on = FIRST_VISIT_ON
    second = replace(workshop, id="second", held_on=second_on, last_on=second_on)
    evidence = adding(changed(GOOD, "baseline-e1", on=CLASSROOM_ON), second)
    firsts = {f"visit-e{n}-1": ["visits-after-classroom"] for n in range(1, 5)}
    assert not_counted(evidence) == {"baseline-e1": ["baseline-before-classroom"], **firsts}
    assert reasons(evidence, "visit-e1-1") == (
        Reason("visits-after-classroom", "Held on 2026-03-23, not after the last classroom day, 2026-03-23."),
    )
    assert reasons(evidence, "baseline-e1")[0].reason.endswith("first classroom day, 2026-03-09.")


def test_an_early_visit_says_why():
    assert reasons(changed(GOOD, "visit-e1-1", on=CLASSROOM_LAST), "visit-e1-1") == (
        Reason("visits-after-classroom", "Held on 2026-03-10, not after the last classroom day, 2026-03-10."),
    )


def test_a_visit_needs_a_counted_workshop_for_its_enterprise():
    evidence = changed(GOOD, "workshop", enterprises=("e2", "e3", "e4"))
    assert not_counted(evidence) == {f"visit-e1-{n}": ["visits-after-classroom"] for n in (1, 2, 3)}
    assert reasons(evidence, "visit-e1-1") == (
        Reason("visits-after-classroom", "No classroom workshop counts for Lotus Garments yet."),
    )


def test_visits_wait_for_the_workshop_to_be_confirmed():
    evidence = changed(GOOD, "workshop", state=ActivityState.SUBMITTED)
    assert not_counted(evidence)["visit-e1-3"] == ["visits-after-classroom"]


def test_visits_for_another_purpose_need_no_classroom():
    evidence = adding(
        without(GOOD, "workshop"),
        replace(visit("e1", 8, FIRST_VISIT_ON), purpose=VisitPurpose.ENDLINE),
        replace(visit("e1", 9, FIRST_VISIT_ON), purpose=VisitPurpose.QA),
    )
    assert {"visit-e1-8", "visit-e1-9"}.isdisjoint(not_counted(evidence))


def test_all_reasons_are_given_at_once():
    evidence = changed(GOOD, "visit-e1-1", on=TOT_LAST, state=ActivityState.RETURNED)
    evidence = replace(evidence, excluded=frozenset({"visit-e1-1"}))
    assert not_counted(evidence) == {"visit-e1-1": [None, None, "toe-start", "visits-after-classroom"]}


def test_answers_come_in_the_order_of_the_days():
    assert [one.activity for one in counted(EDITION, GOOD)][:3] == ["tot", "baseline-e1", "baseline-e2"]
