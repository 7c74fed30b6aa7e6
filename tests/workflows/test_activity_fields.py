"""What is typed about an activity is taken strictly by its declaration, and nothing else is."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from certify.scheme.words import ActivityKind
from certify.workflows.activity_clean import clean_fields
from certify.workflows.activity_fields import FIELDS
from certify.workflows.facts import InvalidFacts

A = "a" * 20
B = "b" * 20
DAYS = [{"on": "2026-03-10", "hours": "7"}, {"on": "2026-03-09", "hours": 6.5}]
WORKSHOP: dict[str, Any] = {"days": DAYS, "enterprises": [A, B]}
VISIT: dict[str, Any] = {"held_on": "2026-03-23", "enterprise": A, "purpose": "consultation"}
TOT: dict[str, Any] = {"days": DAYS, "facilitators": [A]}


def errors_of(kind: ActivityKind, fields: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(InvalidFacts) as refused:
        clean_fields(kind, fields)
    return refused.value.errors


def test_every_kind_declares_its_fields_and_the_day_it_was_held() -> None:
    assert set(FIELDS) == set(ActivityKind)
    assert all("held_on" in {field.name for field in fields} for fields in FIELDS.values())


def test_days_are_sorted_and_the_first_is_when_it_was_held() -> None:
    assert clean_fields(ActivityKind.WORKSHOP, WORKSHOP) == {
        "days": [
            {"on": date(2026, 3, 9), "hours": Decimal("6.5")},
            {"on": date(2026, 3, 10), "hours": Decimal("7")},
        ],
        "held_on": date(2026, 3, 9),
        "enterprises": [A, B],
    }


def test_a_day_that_contradicts_the_days_is_refused() -> None:
    assert set(errors_of(ActivityKind.WORKSHOP, {**WORKSHOP, "held_on": "2026-03-10"})) == {"held_on"}
    assert clean_fields(ActivityKind.WORKSHOP, {**WORKSHOP, "held_on": "2026-03-09"})


def test_the_code_of_conduct_is_held_on_the_day_of_signing() -> None:
    cleaned = clean_fields(ActivityKind.CODE_OF_CONDUCT, {"signed_on": "2026-01-05"})
    assert cleaned == {"signed_on": date(2026, 1, 5), "held_on": date(2026, 1, 5)}


def test_all_that_is_missing_or_unknown_is_told_at_once() -> None:
    found = errors_of(ActivityKind.VISIT, {"purpose": "tea", "colour": "red"})
    assert set(found) == {"held_on", "enterprise", "purpose", "colour"}


@pytest.mark.parametrize(
    "hours", ["0", 0, "-1", "24.5", "NaN", "sNaN", "Infinity", "1e3", "seven", True, None, [7], "6.123"]
)
def test_hours_of_a_day_are_a_number_above_nothing(hours: object) -> None:
    days = [{"on": "2026-03-09", "hours": hours}]
    assert set(errors_of(ActivityKind.WORKSHOP, {**WORKSHOP, "days": days})) == {"days"}


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-30",
        "09.03.2026",
        "20260309",
        20260309,
        "1889-01-01",
        "9999-12-31",
        datetime(2026, 3, 9, tzinfo=UTC),
        ["2026-03-09"],
    ],
)
def test_a_day_is_a_calendar_day(day: object) -> None:
    assert set(errors_of(ActivityKind.VISIT, {**VISIT, "held_on": day})) == {"held_on"}


def test_a_day_given_twice_is_refused() -> None:
    assert set(errors_of(ActivityKind.WORKSHOP, {**WORKSHOP, "days": [DAYS[0], DAYS[0]]})) == {"days"}


def test_a_roster_row_holds_hours_test_and_micro_teaching() -> None:
    row = {"certification": A, "hours_present": "33.5", "test_percent": 82, "micro_teaching": [3, 4]}
    cleaned = clean_fields(ActivityKind.TOT_EVENT, {**TOT, "roster": [row]})
    assert cleaned["roster"] == [
        {
            "certification": A,
            "hours_present": Decimal("33.5"),
            "test_percent": Decimal(82),
            "micro_teaching": [3, 4],
        }
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"certification": A, "test_percent": "100.5"},
        {"certification": A, "test_percent": -1},
        {"certification": A, "micro_teaching": [6]},
        {"certification": A, "micro_teaching": ["4"]},
        {"certification": A, "micro_teaching": 4},
        {"certification": A, "micro_teaching": [True]},
        {"certification": A, "hours_present": -1},
        {"certification": "not an id!"},
        {"hours_present": 3},
        {"certification": A, "grade": 5},
        "row",
    ],
)
def test_a_roster_row_out_of_its_bounds_is_refused(row: object) -> None:
    assert set(errors_of(ActivityKind.TOT_EVENT, {**TOT, "roster": [row]})) == {"roster"}


def test_nobody_is_on_a_roster_twice() -> None:
    assert set(errors_of(ActivityKind.TOT_EVENT, {**TOT, "roster": [{"certification": A}] * 2})) == {"roster"}


def test_attendance_counts_people_by_enterprise_role_and_sex() -> None:
    row = {"enterprise": A, "role": "manager", "sex": "female", "n": 2}
    cleaned = clean_fields(ActivityKind.WORKSHOP, {**WORKSHOP, "attendance": [row]})
    assert cleaned["attendance"] == [{"enterprise": A, "role": "manager", "sex": "f", "n": 2}]


@pytest.mark.parametrize(
    "change", [{"role": "owner"}, {"sex": "q"}, {"n": -1}, {"n": 1.5}, {"n": "2"}, {"enterprise": "c" * 20}]
)
def test_attendance_out_of_its_vocabulary_is_refused(change: dict[str, object]) -> None:
    row = {"enterprise": A, "role": "worker", "sex": "m", "n": 2, **change}
    assert set(errors_of(ActivityKind.WORKSHOP, {**WORKSHOP, "attendance": [row]})) == {"attendance"}


def test_nobody_answers_who_was_not_asked() -> None:
    feedback = {"asked": 2, "answers": [5, 4, 3]}
    assert set(errors_of(ActivityKind.WORKSHOP, {**WORKSHOP, "feedback": feedback})) == {"feedback"}
    assert set(errors_of(ActivityKind.WORKSHOP, {**WORKSHOP, "feedback": {"asked": 9, "answers": [0]}})) == {
        "feedback"
    }


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"absenteeism": 4.2}, [{"kpi": "absenteeism", "value": "4.2"}]),
        (
            [{"kpi": "defect rate", "value": "3", "unit": "% of units"}],
            [{"kpi": "defect rate", "value": "3", "unit": "% of units"}],
        ),
    ],
)
def test_readings_are_kept_with_their_unit(given: object, kept: object) -> None:
    fields = {"held_on": "2026-03-02", "enterprise": A, "readings": given}
    assert clean_fields(ActivityKind.BASELINE, fields)["readings"] == kept


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 20_001, 5, ["a"]])
def test_a_text_that_cannot_be_stored_or_is_none_is_refused(text: object) -> None:
    assert set(errors_of(ActivityKind.VISIT, {**VISIT, "report": text})) == {"report"}


@pytest.mark.parametrize("answer", ["yes", 1, "true", 0.0])
def test_yes_or_no_is_a_truth_value(answer: object) -> None:
    fields = {"held_on": "2026-03-02", "enterprise": A, "manager_interviewed": answer}
    assert set(errors_of(ActivityKind.BASELINE, fields)) == {"manager_interviewed"}
