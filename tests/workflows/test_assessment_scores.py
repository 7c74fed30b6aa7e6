"""Complete scoring: every applicable item has a score, or a reason why it could not be seen."""

from typing import Any

import pytest

from certify.scheme.catalogue import shipped
from certify.scheme.words import ActivityKind, AssessmentKind
from certify.workflows.assessment_scores import (
    agreement_errors,
    items_of,
    known_items,
    place_of,
    scoring_errors,
    scoring_of,
)

EDITION = shipped("score-2026")
CLASSROOM = items_of(EDITION, AssessmentKind.OBSERVATION, "classroom")
VISIT = items_of(EDITION, AssessmentKind.OBSERVATION, "visit")
SCREENING = items_of(EDITION, AssessmentKind.SCREENING, "")
KNOWN = known_items(EDITION, AssessmentKind.OBSERVATION)
ALL_FOUR: dict[str, int | None] = {item.id: 4 for item in CLASSROOM}
CRITICAL = next(item.id for item in CLASSROOM if item.required)
OPTIONAL = next(item.id for item in CLASSROOM if not item.required)
VISIT_ONLY = next(item.id for item in VISIT if item.id not in ALL_FOUR)


def errors(scores: dict[str, int | None], **others: Any) -> dict[str, list[str]]:
    return scoring_errors(CLASSROOM, KNOWN, {"scores": scores, **others})


def test_the_place_follows_from_the_activity() -> None:
    assert [place_of(kind) for kind in (ActivityKind.WORKSHOP, ActivityKind.VISIT)] == ["classroom", "visit"]
    assert len(KNOWN) == 20
    assert {item.id for item in CLASSROOM} | {item.id for item in VISIT} == KNOWN


def test_all_items_scored_is_complete() -> None:
    assert errors(ALL_FOUR) == {}


@pytest.mark.parametrize("item", CLASSROOM)
def test_each_missing_item_is_named(item: Any) -> None:
    for scores in ({**ALL_FOUR, item.id: None}, {k: v for k, v in ALL_FOUR.items() if k != item.id}):
        found = errors(scores)
        assert list(found) == ["scores"]
        assert len(found["scores"]) == 1
        assert item.id in found["scores"][0]


def test_a_non_critical_item_may_be_not_applicable_with_a_reason() -> None:
    assert errors({**ALL_FOUR, OPTIONAL: None}, not_applicable={OPTIONAL: "No machine was running."}) == {}


def test_a_critical_item_has_to_be_scored_whatever_the_reason() -> None:
    found = errors({**ALL_FOUR, CRITICAL: None}, not_applicable={CRITICAL: "No time."})
    assert list(found) == ["scores"]


def test_a_score_and_not_applicable_contradict_each_other() -> None:
    assert list(errors(ALL_FOUR, not_applicable={OPTIONAL: "No time."})) == ["not_applicable"]


@pytest.mark.parametrize("field", ["scores", "comments", "not_applicable"])
def test_unknown_items_are_refused(field: str) -> None:
    given: dict[str, Any] = {"scores": ALL_FOUR, "comments": {}, "not_applicable": {}}
    given[field] = {**given[field], "charm": 5}
    assert scoring_errors(CLASSROOM, KNOWN, given) == {field: ["“charm” is no item of this sheet."]}


def test_an_item_of_the_other_place_is_left_out() -> None:
    assert errors({**ALL_FOUR, VISIT_ONLY: 5}) == {}
    assert scoring_of(CLASSROOM, {"scores": {**ALL_FOUR, VISIT_ONLY: 5}}).scores == ALL_FOUR


def test_a_screening_sheet_is_scored_whole() -> None:
    scores: dict[str, int | None] = {item.id: 3 for item in SCREENING}
    known = known_items(EDITION, AssessmentKind.SCREENING)
    assert scoring_errors(SCREENING, known, {"scores": scores}) == {}
    first = SCREENING[0].id
    facts = {"scores": {**scores, first: None}, "not_applicable": {first: "Not said."}}
    assert list(scoring_errors(SCREENING, known, facts)) == ["scores"]


def test_agreed_scores_cover_every_item_they_are_apart_on() -> None:
    assert agreement_errors((CRITICAL,), CLASSROOM, {CRITICAL: 3}) == {}
    assert list(agreement_errors((CRITICAL,), CLASSROOM, {OPTIONAL: 3})) == ["scores"]
    assert list(agreement_errors((CRITICAL,), CLASSROOM, {CRITICAL: None})) == ["scores"]
    assert list(agreement_errors((), CLASSROOM, {"charm": 3})) == ["scores"]
