"""What is typed into a move: what is taken as it is, and what is answered to the rest, to the word."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from certify.scheme.words import AssessmentKind
from certify.workflows import assessment_scores as scores
from certify.workflows.facts import Fact, FactKind, InvalidFacts, clean
from tests.workflows.still import EDITION

LIST = "Give a list of at most 100 entries."
OPTION = "Choose one of the options."
ENTRY = "Choose one of the entries."
SCORE = "Score each item from 1 to 5."
CITED = "Give each reason with the requirement it cites."
BY_ITEM = "Give a text for each item."
DAY = "Give a date like 2026-11-22."
WHOLE = "Give a whole number between 0 and 1,000,000."
NO_TEXT, STRANGE, EMPTY = (
    "Write text here.",
    "The text holds characters that cannot be stored.",
    "Fill in: X.",
)
CHOICES = (("a", "One"), ("b", "Two"))


def taken(kind: FactKind, value: Any, **more: Any) -> Any:
    """The value as it is kept, or the sentence that it is answered with."""
    fact = Fact("x", kind, "X", **more)
    try:
        return clean((fact,), {"x": value})["x"]
    except InvalidFacts as invalid:
        (sentence,) = invalid.errors.pop("x")
        return invalid.errors or sentence


KEPT: list[tuple[FactKind, Any, Any]] = [
    (FactKind.TEXT, "  Ana  ", "Ana"),
    (FactKind.TEXT, "e\u0301", "\u00e9"),
    (FactKind.LONG_TEXT, "two\r\n\tlines", "two\r\n\tlines"),
    (FactKind.TEXT, "x" * 4000, "x" * 4000),
    (FactKind.TEXTS, [" a", "b"], ["a", "b"]),
    (FactKind.TEXTS, ["a"] * 100, ["a"] * 100),
    (FactKind.BOOLEAN, False, False),
    (FactKind.BOOLEAN, True, True),
    (FactKind.INTEGER, 0, 0),
    (FactKind.INTEGER, 1_000_000, 1_000_000),
    (FactKind.DAY, "2026-03-09", date(2026, 3, 9)),
    (FactKind.DAY, "1990-01-01", date(1990, 1, 1)),
    (FactKind.DAY, "2200-12-31", date(2200, 12, 31)),
    (FactKind.DAY, date(2026, 3, 9), date(2026, 3, 9)),
    (FactKind.CHOICE, "b", "b"),
    (FactKind.COUNTRY, "VN", "VN"),
    (FactKind.MODULE, "X" * 40, "X" * 40),
    (FactKind.REQUIREMENT, "mean-score", "mean-score"),
    (FactKind.PERSON, "a", "a"),
    (FactKind.ACTIVITY, "a" * 40, "a" * 40),
    (FactKind.ISSUER, "b0dy", "b0dy"),
    (FactKind.ACTIVITIES, ["a"] * 100, ["a"] * 100),
    (
        FactKind.REASONS,
        [{"requirement": None, "reason": " a "}, {"requirement": "r", "reason": "b"}, {"reason": "c"}],
        [
            {"requirement": None, "reason": "a"},
            {"requirement": "r", "reason": "b"},
            {"requirement": None, "reason": "c"},
        ],
    ),
    (FactKind.REASONS, [{"reason": "a"}] * 60, [{"requirement": None, "reason": "a"}] * 60),
    (FactKind.SCORES, {"a": 1, "b": 5, "c": None}, {"a": 1, "b": 5, "c": None}),
    (FactKind.SCORES, {str(n): 3 for n in range(60)}, {str(n): 3 for n in range(60)}),
    (FactKind.TEXT_BY_ITEM, {"a": " b ", "c": None, "d": ""}, {"a": "b"}),
    (FactKind.TEXT_BY_ITEM, {str(n): "t" for n in range(60)}, {str(n): "t" for n in range(60)}),
]
ANSWERED: list[tuple[FactKind, Any, str]] = [
    (FactKind.TEXT, 7, NO_TEXT),
    (FactKind.TEXT, "nul\x00", STRANGE),
    (FactKind.TEXT, "escape\x1b", STRANGE),
    (FactKind.TEXT, "half\ud800", STRANGE),
    (FactKind.TEXT, "unassigned\u0378", STRANGE),
    (FactKind.TEXT, "   ", EMPTY),
    (FactKind.TEXT, "x" * 4001, "At most 4000 characters."),
    (FactKind.TEXTS, "a", LIST),
    (FactKind.TEXTS, ["a"] * 101, LIST),
    (FactKind.TEXTS, ["a", " "], EMPTY),
    (FactKind.TEXTS, ["a", 7], NO_TEXT),
    (FactKind.BOOLEAN, "yes", "Answer yes or no."),
    (FactKind.BOOLEAN, 1, "Answer yes or no."),
    (FactKind.INTEGER, -1, WHOLE),
    (FactKind.INTEGER, 1_000_001, WHOLE),
    (FactKind.INTEGER, True, WHOLE),
    (FactKind.INTEGER, "7", WHOLE),
    (FactKind.INTEGER, 7.0, WHOLE),
    (FactKind.DAY, "2026-02-30", DAY),
    (FactKind.DAY, "1989-12-31", DAY),
    (FactKind.DAY, "2201-01-01", DAY),
    (FactKind.DAY, "2026-W47-1", DAY),
    (FactKind.DAY, " 2026-03-09", DAY),
    (FactKind.DAY, datetime(2026, 3, 9, tzinfo=UTC), DAY),
    (FactKind.DAY, 20260309, DAY),
    (FactKind.CHOICE, "c", OPTION),
    (FactKind.CHOICE, "One", OPTION),
    (FactKind.CHOICE, ["a"], OPTION),
    (FactKind.COUNTRY, "XX", OPTION),
    (FactKind.COUNTRY, 7, OPTION),
    (FactKind.MODULE, "X" * 41, "Choose one of the requirements."),
    (FactKind.REQUIREMENT, 7, "Choose one of the requirements."),
    (FactKind.PERSON, "a" * 41, ENTRY),
    (FactKind.PERSON, "a b", ENTRY),
    (FactKind.PERSON, 7, ENTRY),
    (FactKind.ACTIVITIES, "a", LIST),
    (FactKind.ACTIVITIES, ["a"] * 101, LIST),
    (FactKind.ACTIVITIES, ["a", ""], ENTRY),
    (FactKind.REASONS, {"reason": "a"}, CITED),
    (FactKind.REASONS, [{"reason": "a"}] * 61, CITED),
    (FactKind.REASONS, ["a"], CITED),
    (FactKind.REASONS, [{"reason": "a", "secret": 1}], CITED),
    (FactKind.REASONS, [{"requirement": "r"}], NO_TEXT),
    (FactKind.REASONS, [{"requirement": "r", "reason": " "}], EMPTY),
    (FactKind.REASONS, [{"requirement": 7, "reason": "a"}], "Choose one of the requirements."),
    (FactKind.SCORES, [3], SCORE),
    (FactKind.SCORES, {str(n): 3 for n in range(61)}, SCORE),
    (FactKind.SCORES, {"a": 0}, SCORE),
    (FactKind.SCORES, {"a": 6}, SCORE),
    (FactKind.SCORES, {"a": True}, SCORE),
    (FactKind.SCORES, {"a": 3.0}, SCORE),
    (FactKind.SCORES, {7: 3}, SCORE),
    (FactKind.TEXT_BY_ITEM, ["a"], BY_ITEM),
    (FactKind.TEXT_BY_ITEM, {str(n): "t" for n in range(61)}, BY_ITEM),
    (FactKind.TEXT_BY_ITEM, {"a": " "}, EMPTY),
    (FactKind.TEXT_BY_ITEM, {"a": 7}, NO_TEXT),
]


@pytest.mark.parametrize(("kind", "given", "kept"), KEPT)
def test_what_fits_its_field_is_kept(kind: FactKind, given: Any, kept: Any) -> None:
    assert taken(kind, given, choices=CHOICES) == kept


@pytest.mark.parametrize(("kind", "given", "sentence"), ANSWERED)
def test_what_does_not_fit_is_answered_in_words(kind: FactKind, given: Any, sentence: str) -> None:
    assert taken(kind, given, choices=CHOICES) == sentence


def test_the_bounds_of_a_field_are_its_own() -> None:
    assert taken(FactKind.TEXT, "abc", max_length=3) == "abc"
    assert taken(FactKind.TEXT, "abcd", max_length=3) == "At most 3 characters."
    assert taken(FactKind.TEXT_BY_ITEM, {"a": "abcd"}, max_length=3) == "At most 3 characters."
    assert taken(FactKind.REASONS, [{"reason": "abcd"}], max_length=3) == "At most 3 characters."
    assert taken(FactKind.INTEGER, 3, most=3) == 3
    assert taken(FactKind.INTEGER, 4, most=3) == "Give a whole number between 0 and 3."
    assert taken(FactKind.BOOLEAN, True, must_be_true=True) is True
    assert taken(FactKind.BOOLEAN, False, must_be_true=True) == "You have to agree to go on: X"


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_nothing_given_is_missed_only_where_it_is_required(nothing: Any) -> None:
    text = Fact("x", FactKind.TEXT, "X")
    with pytest.raises(InvalidFacts) as missed:
        clean((text,), {"x": nothing})
    assert missed.value.errors == {"x": ["Fill in: X."]}
    assert clean((Fact("x", FactKind.TEXT, "X", required=False),), {"x": nothing}) == {}


def test_an_empty_list_is_an_answer_where_it_may_be() -> None:
    assert clean((Fact("x", FactKind.TEXTS, "X", required=False),), {"x": []}) == {"x": []}
    assert clean((Fact("x", FactKind.TEXTS, "X", may_be_empty=True),), {"x": []}) == {"x": []}
    assert clean((Fact("x", FactKind.TEXTS, "X", required=False),), {"x": ""}) == {}
    assert clean((Fact("x", FactKind.ACTIVITIES, "X", required=False),), {"x": []}) == {}
    assert taken(FactKind.TEXTS, []) == "Fill in: X."


def test_all_that_is_wrong_is_told_at_once() -> None:
    facts = (Fact("a", FactKind.TEXT, "A"), Fact("b", FactKind.DAY, "B"), Fact("c", FactKind.TEXT, "C"))
    with pytest.raises(InvalidFacts) as wrong:
        clean(facts, {"b": "soon", "c": "fine", "d": None})
    assert wrong.value.errors == {
        "d": ["This move takes no such field."], "a": ["Fill in: A."], "b": [DAY],
    }  # fmt: skip
    assert wrong.value.args == (wrong.value.errors,)


# Scores


ITEMS = (scores.ScoredItem("must", "Must be seen", True), scores.ScoredItem("may", "May be seen", False))
SHEET = frozenset({"must", "may", "elsewhere"})


def told(**facts: Any) -> Any:
    return scores.scoring_errors(ITEMS, SHEET, facts)


def test_each_item_of_a_sheet_is_told_in_its_own_sentence() -> None:
    assert told(scores={"must": 3, "may": 4}) == {}
    assert told() == {
        "scores": [
            "This item has to be scored: Must be seen (must)",
            "Score it, or say why it does not apply: May be seen (may)",
        ]
    }
    assert told(scores={"must": 3}, not_applicable={"may": "No machine."}) == {}
    assert told(not_applicable={"must": "Why?", "may": "So."}) == {
        "scores": ["This item has to be scored: Must be seen (must)"]
    }
    assert told(scores={"must": 3, "may": 4}, not_applicable={"may": "So.", "must": ""}) == {
        "not_applicable": ["It has a score and is “not applicable”: May be seen (may)"]
    }
    assert told(scores={"must": 3, "may": 4, "charm": 5, "wit": 5}, comments={"elsewhere": "x"}) == {
        "scores": ["“charm” is no item of this sheet.", "“wit” is no item of this sheet."]
    }


def test_a_scoring_holds_its_own_items_alone_and_nothing_empty() -> None:
    facts = {
        "scores": {"must": 3, "elsewhere": 5},
        "comments": {"must": "Good.", "may": "", "elsewhere": "x"},
        "not_applicable": {"may": "No machine.", "must": "", "elsewhere": "x"},
    }
    assert scores.scoring_of(ITEMS, facts) == scores.Scoring(
        {"must": 3, "may": None}, {"must": "Good."}, {"may": "No machine."}
    )
    assert scores.scoring_of(ITEMS, {}) == scores.Scoring({"must": None, "may": None}, {}, {})


def test_an_agreement_covers_what_they_are_apart_on_in_words() -> None:
    assert scores.agreement_errors(("must",), ITEMS, {"must": 3, "may": None}) == {}
    assert scores.agreement_errors(("must", "may"), ITEMS, {"charm": 3, "may": None}) == {
        "scores": [
            "“charm” is no item of this sheet.",
            "Give the agreed score: Must be seen (must)",
            "Give the agreed score: May be seen (may)",
        ]
    }


def test_a_screening_sheet_must_be_scored_whole_and_an_observation_where_it_is_critical() -> None:
    screening = scores.items_of(EDITION, AssessmentKind.SCREENING, "")
    assert screening == tuple(scores.ScoredItem(one.id, one.text, True) for one in EDITION.screening)
    visit = scores.items_of(EDITION, AssessmentKind.QA, "visit")
    assert visit == tuple(
        scores.ScoredItem(one.id, one.text, one.critical)
        for one in EDITION.checklist
        if "visit" in one.applies
    )
    assert scores.known_items(EDITION, AssessmentKind.SCREENING) == {one.id for one in EDITION.screening}
    assert scores.known_items(EDITION, AssessmentKind.QA) == {one.id for one in EDITION.checklist}
