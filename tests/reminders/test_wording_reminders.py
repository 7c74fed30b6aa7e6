"""Every reminder, and what is said upwards of it, has words of its own: one thing to do, and where."""

import string
from types import SimpleNamespace

import pytest
from flask import Flask

from certify.reminders.texts import letter_of
from certify.reminders.wording_reminders import ESCALATED, GENERAL, REMINDERS, kind_of, unseen
from certify.scheme.rules.reminding import LOOK_AGAIN
from tests.player import EDITION

CASE = {"certification", "holder", "module", "country", "text", "about_on", "due_on", "thing"}
VISIT = {"activity", "enterprise", "held_on", "trainers", "text", "about_on", "due_on", "thing"}
UNSEEN = {"module", "country", "about_on", "due_on"}
# Of these a person was reminded before, whom the escalation names.
OF_A_PERSON = {"screening-due", "observation-due", "recommendation-due"}


def names(kind: str) -> set[str]:
    """What the words of a kind are filled in with."""
    wording = REMINDERS[kind]
    parts = (wording.subject, *wording.sentences, wording.path)
    return {field for part in parts for _, field, _, _ in string.Formatter().parse(part) if field}


def test_each_reminder_of_the_edition_has_words_of_its_own() -> None:
    for one in EDITION.reminders:
        assert kind_of(one.id) == one.id
        if one.escalates_to:
            assert kind_of(one.id, escalates=True) == one.id + ESCALATED
        if one.escalates_to == "scheme_owner":
            assert unseen(one.id) in REMINDERS
    assert kind_of("of-another-edition") == GENERAL
    assert kind_of("of-another-edition", escalates=True) == GENERAL + ESCALATED


@pytest.mark.parametrize("kind", REMINDERS)
def test_the_words_of_a_reminder_fill_in(kind: str) -> None:
    known = VISIT if kind.startswith("visit") else UNSEEN if kind.endswith("unseen") else CASE
    if kind.removesuffix(ESCALATED) in OF_A_PERSON and kind.endswith(ESCALATED):
        known = known | {"waited_for"}
    assert names(kind) <= known


def test_a_reminder_as_a_letter(app: Flask) -> None:
    params = {"certification": "c1", "module": "WPC", "about_on": "2026-08-06", "due_on": "2026-08-06"}
    owed = SimpleNamespace(
        kind="toe-start-due", name="Ana", email="a@x.example", language="en", params=params, link=None,
        way_out=None, items=(),
    )  # fmt: skip
    letter = letter_of(owed)
    assert letter.subject == "Hold your first classroom workshop by 6 August 2026"
    assert "http://localhost/certifications/c1" in letter.text
    assert "–" not in letter.text


@pytest.mark.parametrize(
    ("reminder", "subject"),
    [
        ("code-of-conduct-due", "The code of conduct is still to be signed"),
        ("more-practice-due", "The practice that you were asked for was due on {about_on}"),
    ],
)
def test_after_the_day_a_reminder_says_that_it_was_due(reminder: str, subject: str) -> None:
    assert REMINDERS[kind_of(reminder, past=True)].subject == subject
    assert (kind_of("tot-soon", past=True), kind_of(reminder, escalates=True, past=True)) == (
        "tot-soon",
        reminder + ESCALATED,
    )


def test_a_day_to_look_again_is_no_message() -> None:
    assert LOOK_AGAIN not in REMINDERS
