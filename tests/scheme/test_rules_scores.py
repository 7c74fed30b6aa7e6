"""Scores: exact at their thresholds, two observers apart must agree, a relation needs a second one."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from certify.scheme.catalogue import shipped
from certify.scheme.evidence import Evidence, Observation
from certify.scheme.rules import (
    ScreeningResult,
    needs_reconciling,
    observation_mean,
    requirements,
    screening_result,
)
from certify.scheme.words import AssessmentState
from tests.scheme.good_evidence import TODAY, complete_evidence, observation

EDITION = shipped("score-2026")
GOOD = complete_evidence(EDITION)
CLASSROOM, VISIT = GOOD.observations
THREES = {item.id: 3 for item in EDITION.screening}
CRITICAL_TEXT = next(item.text for item in EDITION.checklist if item.id == "safety-respected")


def unmet(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    return {one.id: one.reasons for one in requirements(EDITION, evidence, TODAY) if not one.cleared}


def observed(*observations: Observation, mitigation_needed: bool = False) -> Evidence:
    return replace(GOOD, observations=observations, mitigation_needed=mitigation_needed)


def with_scores(one: Observation, **scores: int | None) -> Observation:
    named = {name.replace("_", "-"): score for name, score in scores.items()}
    return replace(one, scores={**one.scores, **named})


def test_a_sheet_of_threes_is_exactly_sixty_per_cent_and_passes():
    assert screening_result(EDITION, THREES) == ScreeningResult(Decimal("60.0"), True, ())


def test_one_point_less_fails_a_sheet():
    assert screening_result(EDITION, {**THREES, "language": 2}) == ScreeningResult(Decimal("58.0"), False, ())


def test_a_mandatory_item_is_met_from_three():
    high = dict.fromkeys(THREES, 5)
    assert screening_result(EDITION, {**high, "integrity": 2}) == ScreeningResult(
        Decimal("94.0"), False, ("integrity",)
    )


def test_a_missing_or_empty_score_is_no_point():
    fours = dict.fromkeys(THREES, 4)
    left_out = {name: score for name, score in fours.items() if name != "sme-experience"}
    expected = ScreeningResult(Decimal("72.0"), False, ("sme-experience",))
    assert screening_result(EDITION, left_out) == expected
    assert screening_result(EDITION, {**fours, "sme-experience": None}) == expected


def test_a_score_of_an_unknown_item_changes_nothing():
    assert screening_result(EDITION, {**THREES, "charm": 5}) == screening_result(EDITION, THREES)


def test_the_mean_is_over_the_items_of_the_place():
    visits_only = {item.id: 1 for item in EDITION.checklist if item.applies == ("visit",)}
    one = replace(CLASSROOM, scores={**CLASSROOM.scores, **visits_only})
    assert observation_mean(EDITION, one, "classroom") == 4
    both, visit_items = 8, 6
    assert observation_mean(EDITION, one, "visit") == Fraction(4 * both + 1 * visit_items, both + visit_items)


def test_what_was_not_applicable_is_left_out_of_the_mean():
    one = replace(CLASSROOM, scores={"preparation": 5, "local-examples": None, "session-flow": 2})
    assert observation_mean(EDITION, one, "classroom") == Fraction(7, 2)
    assert observation_mean(EDITION, replace(one, scores={}), "classroom") is None


def test_agreed_scores_stand_in_place_of_the_originals():
    one = replace(CLASSROOM, scores={"preparation": 5, "session-flow": 1}, agreed={"session-flow": 3})
    assert observation_mean(EDITION, one, "classroom") == 4


@pytest.mark.parametrize(("a", "b", "far"), [(3, 4, ()), (3, 5, ("x",)), (5, 3, ("x",)), (None, 5, ())])
def test_a_gap_of_two_must_be_reconciled(a, b, far):
    assert needs_reconciling({"x": a, "y": 3}, {"x": b, "y": 3}) == far


def test_the_mean_of_means_meets_at_three_and_a_half():
    low = observation(EDITION, "workshop", score=3)
    assert "mean-score" not in unmet(observed(low, VISIT))
    lower = with_scores(low, preparation=2)
    assert unmet(observed(lower, VISIT)) == {
        "mean-score": ("The observations have a mean of 3.46; 3.5 is needed.",)
    }


def test_a_mean_just_below_is_never_rounded_up():
    scores = {item.id: None for item in EDITION.checklist}
    critical = {item.id: 4 for item in EDITION.checklist if item.critical}
    low = with_scores(replace(CLASSROOM, scores={**scores, **critical}), preparation=1, session_flow=1)
    at = replace(VISIT, scores=dict.fromkeys(VISIT.scores, 3))
    reached = (observation_mean(EDITION, low, "classroom") + 3) / 2
    assert reached < Fraction(7, 2)
    assert list(unmet(observed(low, at))) == ["mean-score"]


def test_each_observation_weighs_the_same_however_many_items_it_has():
    few = replace(VISIT, scores={item.id: 4 for item in EDITION.checklist if item.critical})
    many = observation(EDITION, "workshop", score=3)
    assert "mean-score" not in unmet(observed(many, few))


def test_two_observers_far_apart_must_agree_first():
    other = with_scores(observation(EDITION, "workshop", "petra", score=4), preparation=2)
    assert unmet(observed(CLASSROOM, other, VISIT)) == {
        "mean-score": ("Two observers of 2026-03-09 differ by 2 or more on an item and must reconcile.",)
    }


@pytest.mark.parametrize("where", ["first", "second", "both"])
def test_what_the_observers_agreed_on_settles_it(where):
    other = with_scores(observation(EDITION, "workshop", "petra", score=4), preparation=2)
    agreed = {"state": AssessmentState.RECONCILED, "agreed": {"preparation": 3}}
    first = replace(CLASSROOM, **agreed) if where in ("first", "both") else CLASSROOM
    second = replace(other, **agreed) if where in ("second", "both") else other
    assert unmet(observed(first, second, VISIT)) == {}


def test_agreeing_on_one_item_leaves_the_others_open():
    other = with_scores(observation(EDITION, "workshop", "petra", score=4), preparation=2, session_flow=2)
    first = replace(CLASSROOM, state=AssessmentState.RECONCILED, agreed={"preparation": 3})
    assert list(unmet(observed(first, other, VISIT))) == ["mean-score"]


def test_one_low_critical_item_of_any_observer_is_too_many():
    low = with_scores(VISIT, safety_respected=2)
    assert unmet(observed(CLASSROOM, low)) == {
        "critical-items": (f"A critical item scored 2 on 2026-03-23, below 3: {CRITICAL_TEXT}",)
    }


def test_the_agreed_score_decides_on_a_critical_item():
    low = with_scores(VISIT, safety_respected=2)
    agreed = replace(low, state=AssessmentState.RECONCILED, agreed={"safety-respected": 3})
    assert unmet(observed(CLASSROOM, agreed)) == {}


def test_a_critical_item_of_the_other_place_does_not_matter():
    assert unmet(observed(with_scores(CLASSROOM, action_plan_followed=1), VISIT)) == {}


def test_a_critical_item_cannot_be_left_out():
    assert unmet(observed(CLASSROOM, with_scores(VISIT, safety_respected=None))) == {
        "critical-items": (f"A critical item was not scored on 2026-03-23: {CRITICAL_TEXT}",)
    }


def test_without_observations_there_is_nothing_to_be_content_with():
    sentence = "No observation of an activity that counts is in yet."
    stood = unmet(observed())
    assert stood["mean-score"] == stood["critical-items"] == (sentence,)


def test_a_relation_needs_a_second_unrelated_observer():
    related = replace(CLASSROOM, unrelated=False)
    second = observation(EDITION, "workshop", "petra")
    reason = (
        "A relation has to be mitigated: one observed activity needs a second observer without any relation."
    )
    alone = unmet(observed(related, VISIT, mitigation_needed=True))
    assert alone == {"second-observer": (reason,)}
    assert unmet(observed(related, second, VISIT, mitigation_needed=True)) == {}


def test_the_same_observer_twice_is_no_second_observer():
    again = replace(observation(EDITION, "workshop"), id="again")
    assert list(unmet(observed(CLASSROOM, again, VISIT, mitigation_needed=True))) == ["second-observer"]


def test_two_related_observers_mitigate_nothing():
    pair = [replace(observation(EDITION, "workshop", who), unrelated=False) for who in ("olga", "petra")]
    assert list(unmet(observed(*pair, VISIT, mitigation_needed=True))) == ["second-observer"]


def test_a_second_sheet_that_is_not_in_yet_mitigates_nothing():
    pending = replace(observation(EDITION, "workshop", "petra"), state=AssessmentState.DECLARED)
    assert list(unmet(observed(CLASSROOM, pending, VISIT, mitigation_needed=True))) == ["second-observer"]
