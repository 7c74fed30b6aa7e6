"""The form of a move is made from the facts that the move declares, and gives `perform` what it wants."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest

from certify.forms.fields import Checkboxes, Day, Lines, LongText, Pick, Radios, StrictInteger, Text
from certify.forms.moves import MoveForm, form_for
from certify.forms.rows import Reasons, Scores, TextsByItem
from certify.scheme.catalogue import shipped
from certify.workflows.engine import Move
from certify.workflows.facts import Fact, FactKind
from tests.front import front

ITEMS = [("objectives", "Meets the objectives", True), ("plan", "A plan is made", False)]


def move(*facts: Fact) -> Move:
    return Move("try", "Try", ("open",), None, ("holder",), "{actor} tried.", facts=facts)


REASONS = Fact("reasons", FactKind.REASONS, "Reasons")
SCORES = Fact("scores", FactKind.SCORES, "Scores")


@pytest.fixture(autouse=True)
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = front(tmp_path_factory.mktemp("front"))
    with app.test_request_context("/", method="POST"):
        yield app


def sent(made: Move, typed: dict[str, Any], **more: Any) -> MoveForm:
    pairs = [(name, each) for name, value in typed.items() for each in _many(value)]
    return form_for(made, formdata=ImmutableMultiDict([*pairs, ("csrf_token", generate_csrf())]), **more)


def _many(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("kind", "field", "choices"),
    [
        (FactKind.TEXT, Text, ()),
        (FactKind.LONG_TEXT, LongText, ()),
        (FactKind.TEXTS, Lines, ()),
        (FactKind.TEXTS, Checkboxes, [("a", "A")]),
        (FactKind.INTEGER, StrictInteger, ()),
        (FactKind.DAY, Day, ()),
        (FactKind.CHOICE, Radios, [("a", "A")]),
        (FactKind.CHOICE, Pick, [(str(n), str(n)) for n in range(9)]),
        (FactKind.MODULE, Pick, ()),
        (FactKind.COUNTRY, Pick, ()),
        (FactKind.PERSON, Pick, ()),
        (FactKind.ACTIVITY, Pick, ()),
        (FactKind.ISSUER, Pick, ()),
        (FactKind.REQUIREMENT, Pick, ()),
        (FactKind.ACTIVITIES, Checkboxes, ()),
        (FactKind.REASONS, Reasons, ()),
        (FactKind.SCORES, Scores, ITEMS),
        (FactKind.TEXT_BY_ITEM, TextsByItem, ITEMS),
    ],
)
def test_each_kind_of_fact_has_its_field(kind: FactKind, field: type, choices: Any) -> None:
    form = form_for(move(Fact("fact", kind, "Fact")), choices={"fact": choices}, formdata=None)
    assert type(form["fact"]) is field


def test_every_kind_of_fact_can_be_asked() -> None:
    for kind in FactKind:
        form_for(move(Fact("fact", kind, "Fact")), formdata=None)


def test_facts_are_what_perform_takes() -> None:
    made = move(
        Fact("what", FactKind.LONG_TEXT, "What"),
        Fact("by_on", FactKind.DAY, "By when"),
        Fact("back_to", FactKind.CHOICE, "Back to", choices=(("visits", "Visits"), ("room", "Classroom"))),
        Fact("exclude", FactKind.ACTIVITIES, "Exclude", required=False),
        Fact("conflicts", FactKind.TEXTS, "Conflicts", required=False),
        Fact("note", FactKind.TEXT, "Note", required=False),
        Fact("declaration", FactKind.BOOLEAN, "Declared", must_be_true=True),
        Fact("from", FactKind.PERSON, "From"),
    )
    typed = {"what": "More", "by_on": "2026-12-24", "back_to": "visits", "exclude": ["a1", "a2"]}
    form = sent(
        made,
        {**typed, "conflicts": "", "note": "", "declaration": "y", "from": "p1"},
        choices={"exclude": [("a1", "One"), ("a2", "Two")], "from": [("p1", "Bo")]},
    )
    assert (form.validate(), form.problems()) == (True, [])
    assert form.facts() == {
        "what": "More",
        "by_on": date(2026, 12, 24),
        "back_to": "visits",
        "exclude": ["a1", "a2"],
        "conflicts": [],
        "declaration": True,
        "from": "p1",
    }


def test_what_the_move_says_of_its_facts_is_said_by_the_form() -> None:
    form = sent(move(Fact("declaration", FactKind.BOOLEAN, "I agree", must_be_true=True)), {})
    assert (form.validate(), form.status) == (False, 422)
    assert form.problems() == [("declaration", "You have to agree to go on: I agree")]


def test_reasons_keep_their_order_and_close_the_gaps() -> None:
    typed = {f"reasons-{n}-reason": f"Reason {n}" for n in (0, 2, 3)}
    typed |= {"reasons-2-requirement": "mean-score"}
    form = sent(move(REASONS), typed, edition=shipped("score-2026"))
    assert form.validate() is True
    assert form.facts() == {
        "reasons": [
            {"requirement": None, "reason": "Reason 0"},
            {"requirement": "mean-score", "reason": "Reason 2"},
            {"requirement": None, "reason": "Reason 3"},
        ]
    }
    assert [part.text for part in form["reasons"].parts] == ["Reason 0", "Reason 2", "Reason 3"]


def test_reasons_begin_with_one_blank_row() -> None:
    form = form_for(move(REASONS), formdata=None)
    assert [part.text for part in form["reasons"].parts] == [""]


def test_a_row_of_reasons_is_added_without_loss() -> None:
    typed = {"reasons-0-reason": "Low", "reasons-0-requirement": "mean-score", "reasons-rows": "add"}
    form = sent(move(REASONS), typed, edition=shipped("score-2026"))
    shown = [(part.requirement, part.text) for part in form["reasons"].parts]
    assert (form["reasons"].relaid, shown) == (True, [("mean-score", "Low"), ("", "")])


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({}, [("reasons", "Fill in: Reasons.")]),
        (
            {"reasons-1-requirement": "mean-score"},
            [("reasons-0-reason", "Write the reason for this requirement.")],
        ),
        (
            {"reasons-0-requirement": "made-up", "reasons-0-reason": "So"},
            [("reasons-0-reason", "Choose one of the requirements.")],
        ),
    ],
)
def test_a_reason_without_its_other_half_is_named(typed: dict[str, str], problems: list[Any]) -> None:
    form = sent(move(REASONS), typed, edition=shipped("score-2026"))
    assert (form.validate(), form.problems()) == (False, problems)


def test_reasons_are_shown_again_from_what_was_kept() -> None:
    kept = [{"requirement": "mean-score", "reason": "Low"}]
    form = form_for(move(REASONS), formdata=None, data={"reasons": kept})
    assert [(part.requirement, part.text) for part in form["reasons"].parts] == [("mean-score", "Low")]


def test_scores_are_numbers_or_not_applicable() -> None:
    form = sent(move(SCORES), {"scores-objectives": "4", "scores-plan": "na"}, choices={"scores": ITEMS})
    assert (form.validate(), form.facts()) == (True, {"scores": {"objectives": 4, "plan": None}})


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"scores-objectives": "4"}, [("scores-plan", "Give a score: A plan is made.")]),
        (
            {"scores-objectives": "na", "scores-plan": "6"},
            [
                ("scores-objectives", "Score this item from 1 to 5."),
                ("scores-plan", "Score this item from 1 to 5."),
            ],
        ),
    ],
)
def test_an_item_without_a_score_or_a_critical_one_left_out_is_named(
    typed: dict[str, str], problems: list[Any]
) -> None:
    form = sent(move(SCORES), typed, choices={"scores": ITEMS})
    assert (form.validate(), form.problems()) == (False, problems)


def test_a_doubled_score_is_a_bad_request() -> None:
    with pytest.raises(BadRequest):
        sent(move(SCORES), {"scores-plan": ["4", "5"]}, choices={"scores": ITEMS})


def test_texts_by_item_may_stay_blank() -> None:
    made = move(Fact("comments", FactKind.TEXT_BY_ITEM, "Comments"))
    form = sent(made, {"comments-plan": " Good "}, choices={"comments": ITEMS})
    assert (form.validate(), form.facts()) == (True, {"comments": {"plan": "Good"}})


def test_the_edition_offers_its_modules_requirements_and_items() -> None:
    made = move(
        Fact("module", FactKind.MODULE, "Module"), Fact("requirement", FactKind.REQUIREMENT, "Which"), SCORES
    )
    edition = shipped("score-2026")
    form = form_for(made, edition=edition, formdata=None)
    assert [choice.value for choice in form["module"].choices] == ["", *edition.modules]
    assert [choice.value for choice in form["requirement"].choices] == ["", *edition.requirements]
    assert [part.key for part in form["scores"].parts] == [item.id for item in edition.checklist]
