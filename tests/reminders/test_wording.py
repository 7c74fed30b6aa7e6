"""Every message that a workflow owes has words of its own, and every word fills in."""

import string
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from certify.models import Message, db
from certify.reminders.texts import reading_of, said
from certify.reminders.wording import GENERAL, TEXTS, Wording
from certify.workflows import certification_moves
from tests.cast import World
from tests.player import DECIDED_ON, EDITION, Player

KINDS = {
    "invitation", "reset", "confirm_visit", "apply_confirm", "role_proposed", "nominated", "recommended",
    "application_received", "returned", "admitted", "enrolled", "assigned", "training_completed", "left",
    "training_failed", "more_practice", "questions", "granted", "refused", "declined", "suspended",
    "reinstated", "withdrawn", "on_hold", "resumed", "waived", "visit_confirmed", "activity_returned",
}  # fmt: skip


def test_every_kind_that_the_scheme_tells_people_has_its_words() -> None:
    assert KINDS - TEXTS.keys() == set()


def test_every_kind_that_the_certification_table_owes_has_its_words() -> None:
    source = Path(certification_moves.__file__).read_text(encoding="utf-8")
    owed = {part.split('"')[1] for part in source.split("tell_")[1:] if '"' in part.split(")")[0]}
    assert owed - TEXTS.keys() == set()


@pytest.mark.parametrize("wording", [*TEXTS.values(), GENERAL])
def test_templates_name_plain_fields_only(wording: Wording) -> None:
    for template in (wording.subject, *wording.sentences, wording.path):
        for _, field, form, conversion in string.Formatter().parse(template):
            assert field is None or field.isidentifier()
            assert not form
            assert conversion is None


@pytest.mark.parametrize(
    ("language", "day"), [("en", "23 March 2026"), ("vi", "23 tháng 3, 2026"), ("fr", "23 mars 2026")]
)
def test_a_day_in_a_mail_reads_as_its_recipient_writes_days(app: Flask, language: str, day: str) -> None:
    with force_locale(language):
        assert said("{held_on}", {"held_on": "2026-03-23"}) == day
        assert said("{held_on}, {name}", {"held_on": "soon", "name": "2026-03-23"}) == "soon, 2026-03-23"


def test_a_refusal_names_the_days_and_months_of_the_edition(recommended: Player, world: World) -> None:
    reasons = [{"requirement": "mean-score", "reason": "Too weak."}]
    recommended.move("refuse", world.maya, DECIDED_ON, reasons=reasons)
    owed = select(Message).where(Message.kind == "refused", Message.recipient_id == world.ana.id)
    letter = db.session.scalars(owed).one()
    days, months = (EDITION.parameter(name).value for name in ("appeal_days", "reapplication_months"))
    assert reading_of(letter.kind, letter.params).sentences[-1] == (
        f"You can appeal within {days} days of this notice, and apply again after {months} months."
    )
