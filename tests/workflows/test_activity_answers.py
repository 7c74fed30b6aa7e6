"""What is typed about an activity: what is kept of it, and each answer to the rest, to the word."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from certify.scheme.words import ActivityKind
from certify.workflows.activity_clean import clean_fields
from certify.workflows.facts import InvalidFacts

A, B = "a" * 20, "b" * 20
FIRST, SECOND = date(2026, 3, 9), date(2026, 3, 10)
DAYS = [{"on": "2026-03-09", "hours": "6.5"}, {"on": "2026-03-10", "hours": 7}]
BASE: dict[ActivityKind, dict[str, Any]] = {
    ActivityKind.TOT_EVENT: {"days": DAYS, "facilitators": [A]},
    ActivityKind.WORKSHOP: {"days": DAYS, "enterprises": [A, B]},
    ActivityKind.VISIT: {"held_on": "2026-03-23", "enterprise": A, "purpose": "consultation"},
    ActivityKind.BASELINE: {"held_on": "2026-03-02", "enterprise": A},
    ActivityKind.IMPROVEMENT_PROJECT: {"held_on": "2026-03-02", "enterprise": A, "problem": "Heat"},
    ActivityKind.CYCLE_REPORT: {"held_on": "2026-03-02", "report": "All went well."},
    ActivityKind.REFRESHER: {"held_on": "2026-03-02", "hours": 7},
    ActivityKind.CODE_OF_CONDUCT: {"signed_on": "2026-03-02"},
}
TOT, WORKSHOP, VISIT, BASELINE = (
    ActivityKind.TOT_EVENT, ActivityKind.WORKSHOP, ActivityKind.VISIT, ActivityKind.BASELINE,
)  # fmt: skip
REFRESHER, PROJECT, CODE = (
    ActivityKind.REFRESHER, ActivityKind.IMPROVEMENT_PROJECT, ActivityKind.CODE_OF_CONDUCT,
)  # fmt: skip
NUMBER, ENTRY, OPTION = "Give a number.", "Choose one of the entries.", "Choose one of the options."
LIST = "Give a list of at most 300 entries."


def entry(**more: Any) -> dict[str, Any]:
    """A workshop's attendance of one enterprise."""
    return {"enterprise": A, "role": "manager", "sex": "f", "n": 2, **more}


def on_roster(*hours: Any, **more: Any) -> dict[str, Any]:
    """A candidate present on some of the days."""
    present = [{"on": on, "hours": n} for on, n in hours]
    return {"certification": A, "days_present": present, **more}


KEPT: list[tuple[ActivityKind, str, Any, Any]] = [
    (WORKSHOP, "enterprises", (A, B), [A, B]),
    (VISIT, "enterprise", "Az9", "Az9"),
    (WORKSHOP, "trainers", [A] + [f"t{n}" for n in range(299)], [A] + [f"t{n}" for n in range(299)]),
    (WORKSHOP, "attendance", [entry(sex="Female")], [entry()]),
    (WORKSHOP, "attendance", [entry(sex="women", n=0)], [entry(n=0)]),
    (WORKSHOP, "attendance", [entry(sex="male", n=1000)], [entry(sex="m", n=1000)]),
    (WORKSHOP, "attendance", [entry(sex="MEN"), entry(sex="other")], [entry(sex="m"), entry(sex="x")]),
    (WORKSHOP, "feedback", {"asked": 2, "answers": [1, 5]}, {"asked": 2, "answers": [1, 5]}),
    (WORKSHOP, "feedback", {"asked": 2}, {"asked": 2}),
    (WORKSHOP, "feedback", {"asked": 2000, "answers": [3] * 2000}, {"asked": 2000, "answers": [3] * 2000}),
    (VISIT, "purpose", "endline", "endline"),
    (VISIT, "people_met", 7, "7"),
    (VISIT, "people_met", "the owner", "the owner"),
    (VISIT, "people_met", [" An ", "Bo"], ["An", "Bo"]),
    (VISIT, "report", "x" * 20_000, "x" * 20_000),
    (BASELINE, "manager_interviewed", False, False),
    (BASELINE, "readings", {"rate": 4.2, "none": None}, [{"kpi": "rate", "value": "4.2"}, {"kpi": "none"}]),
    (
        BASELINE, "readings", [{"kpi": "a", "value": Decimal("1.50"), "unit": ""}],
        [{"kpi": "a", "value": "1.50"}],
    ),
    (PROJECT, "before", 12, "12"),
    (PROJECT, "after", " fewer ", "fewer"),
    (REFRESHER, "hours", 0.1, Decimal("0.1")),
    (REFRESHER, "hours", " +200.00 ", Decimal("200.00")),
    (REFRESHER, "hours", "7.100000", Decimal("7.1")),
    (CODE, "held_on", "2026-03-02", date(2026, 3, 2)),
    (TOT, "roster", [on_roster()], [{"certification": A}]),
    (
        TOT, "roster", [{"certification": B}, on_roster(("2026-03-09", 1))],
        [
            {"certification": B},
            {
                "certification": A, "hours_present": Decimal(1),
                "days_present": [{"on": FIRST, "hours": Decimal(1)}],
            },
        ],
    ),
    (
        TOT,
        "roster",
        [on_roster(("2026-03-10", 7), ("2026-03-09", "6.5"), hours_present=1)],
        [
            {
                "certification": A,
                "hours_present": Decimal("13.5"),
                "days_present": [
                    {"on": FIRST, "hours": Decimal("6.5")}, {"on": SECOND, "hours": Decimal(7)},
                ],
            }
        ],
    ),
    (
        TOT,
        "roster",
        [{"certification": B, "hours_present": 0, "micro_teaching": [1, 5]}, on_roster(test_percent=100)],
        [
            {"certification": B, "hours_present": 0, "micro_teaching": [1, 5]},
            {"certification": A, "test_percent": 100},
        ],
    ),
]  # fmt: skip
ANSWERED: list[tuple[ActivityKind, str, Any, str]] = [
    (WORKSHOP, "days", None, "Fill in: Days."),
    (WORKSHOP, "days", "  ", "Fill in: Days."),
    (WORKSHOP, "days", "Monday", LIST),
    (WORKSHOP, "days", [DAYS[0]] * 301, LIST),
    (WORKSHOP, "days", ["Monday"], "Give a list of rows with their fields."),
    (WORKSHOP, "days", [DAYS[0], DAYS[0]], "A day is given twice."),
    (WORKSHOP, "days", [DAYS[0], {"on": "2026-03-10"}], "Row 2, Hours: Fill in: Hours."),
    (WORKSHOP, "days", [{**DAYS[0], "room": 1}], "Row 1, room: There is no such field here."),
    (WORKSHOP, "days", [{**DAYS[0], "hours": 0}], "Row 1, Hours: Give a number above 0."),
    (WORKSHOP, "days", [{**DAYS[0], "hours": "24.01"}], "Row 1, Hours: Give a number up to 24."),
    (WORKSHOP, "days", [{**DAYS[0], "on": "soon"}], "Row 1, Day: Give a date like 2026-11-22."),
    (WORKSHOP, "held_on", "2026-03-10", "The first day is 2026-03-09."),
    (WORKSHOP, "enterprises", [A, A], "An entry is given twice."),
    (WORKSHOP, "enterprises", [A, "not an id!"], ENTRY),
    (WORKSHOP, "enterprises", [A, "c" * 41], ENTRY),
    (WORKSHOP, "enterprises", [A, 7], ENTRY),
    (WORKSHOP, "enterprises", [f"t{n}" for n in range(301)], LIST),
    (WORKSHOP, "attendance", [entry(role="owner")], f"Row 1, Role: {OPTION}"),
    (WORKSHOP, "attendance", [entry(sex=7)], f"Row 1, Sex: {OPTION}"),
    (WORKSHOP, "attendance", [entry(n=True)], "Row 1, People: Give a whole number."),
    (WORKSHOP, "attendance", [entry(n="2")], "Row 1, People: Give a whole number."),
    (WORKSHOP, "attendance", [entry(n=-1)], "Row 1, People: Give a number from 0 on."),
    (WORKSHOP, "attendance", [entry(n=1001)], "Row 1, People: Give a number up to 1000."),
    (
        WORKSHOP, "attendance", [entry(), entry(enterprise="c")],
        "Attendance is given for an enterprise that was not at the workshop.",
    ),
    (WORKSHOP, "feedback", [3], "Give the fields of this part."),
    (WORKSHOP, "feedback", {"answers": [3]}, "Asked: Fill in: Asked."),
    (WORKSHOP, "feedback", {"asked": 2, "mood": 1}, "mood: There is no such field here."),
    (WORKSHOP, "feedback", {"asked": 1, "answers": [3, 3]}, "There are more answers than people were asked."),
    (
        WORKSHOP, "feedback", {"asked": 9999, "answers": [3] * 2001},
        "Answers, each 1 to 5: Give a list of at most 2000 entries.",
    ),
    (WORKSHOP, "feedback", {"asked": 9, "answers": [6]}, "Answers, each 1 to 5: Give a number up to 5."),
    (VISIT, "purpose", "tea", OPTION),
    (VISIT, "people_met", True, "Write a text or a number."),
    (VISIT, "people_met", float("nan"), "Write text here."),
    (VISIT, "people_met", ["An", 7], "Write text here."),
    (VISIT, "people_met", ["An"] * 301, LIST),
    (VISIT, "people_met", ["An", " "], "Fill in: People met."),
    (VISIT, "report", "x" * 20_001, "At most 20000 characters."),
    (VISIT, "held_on", "23.3.2026", "Give a date like 2026-11-22."),
    (VISIT, "colour", "red", "There is no such field here."),
    (BASELINE, "manager_interviewed", 1, "Answer yes or no."),
    (BASELINE, "readings", "4", LIST),
    (BASELINE, "readings", [4], "Give each reading with its name, value and unit."),
    (BASELINE, "readings", [{"kpi": "a", "by": "b"}], "Give each reading with its name, value and unit."),
    (BASELINE, "readings", {"a": True}, "Write a text or a number."),
    (REFRESHER, "hours", "7h", NUMBER),
    (REFRESHER, "hours", True, NUMBER),
    (REFRESHER, "hours", [7], NUMBER),
    (REFRESHER, "hours", float("inf"), NUMBER),
    (REFRESHER, "hours", "1e3", NUMBER),
    (REFRESHER, "hours", "٧", NUMBER),
    (REFRESHER, "hours", 0, "Give a number above 0."),
    (REFRESHER, "hours", "200.01", "Give a number up to 200."),
    (REFRESHER, "hours", "7.125", "At most two digits after the point."),
    (PROJECT, "problem", " ", "Fill in: Problem."),
    (CODE, "held_on", "2026-03-03", "The first day is 2026-03-02."),
    (TOT, "roster", [on_roster(), on_roster()], "A candidate is on the roster twice."),
    (TOT, "roster", [on_roster(("2026-03-09", 1), ("2026-03-09", 2))], "A day is given twice."),
    (TOT, "roster", [on_roster(("2026-03-09", 7))], "2026-03-09 had 6.5 hours."),
    (
        TOT, "roster", [on_roster(("2026-03-11", 1))],
        "2026-03-11 is no day of this event, but has attendance.",
    ),
    (TOT, "roster", [{"hours_present": 1}], "Row 1, Candidate: Fill in: Candidate."),
    (
        TOT, "roster", [{"certification": A, "test_percent": -1}],
        "Row 1, Knowledge test, %: Give a number from 0 on.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "given", "kept"), KEPT)
def test_what_fits_is_kept_in_its_type(kind: ActivityKind, name: str, given: Any, kept: Any) -> None:
    assert clean_fields(kind, {**BASE[kind], name: given})[name] == kept


@pytest.mark.parametrize(("kind", "name", "given", "sentence"), ANSWERED)
def test_what_does_not_fit_is_answered_at_its_field(
    kind: ActivityKind, name: str, given: Any, sentence: str
) -> None:
    with pytest.raises(InvalidFacts) as refused:
        clean_fields(kind, {**BASE[kind], name: given})
    assert refused.value.errors == {name: [sentence]}


@pytest.mark.parametrize("kind", BASE)
def test_a_least_entry_of_each_kind_is_taken_and_dated(kind: ActivityKind) -> None:
    cleaned = clean_fields(kind, BASE[kind])
    first = {TOT: FIRST, WORKSHOP: FIRST, VISIT: date(2026, 3, 23)}.get(kind, date(2026, 3, 2))
    assert cleaned["held_on"] == first
    assert set(cleaned) == {*BASE[kind], "held_on"}


def test_every_field_that_is_wrong_is_told_before_what_lies_between_them() -> None:
    with pytest.raises(InvalidFacts) as refused:
        clean_fields(WORKSHOP, {"days": [DAYS[0]] * 2, "trainers": 7, "zest": 1})
    assert refused.value.errors == {
        "zest": ["There is no such field here."],
        "trainers": [LIST],
        "enterprises": ["Fill in: Enterprises."],
    }
