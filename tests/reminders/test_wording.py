"""Every message that a workflow owes has words of its own, and every word fills in."""

import re
import string
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from certify.cli.extraction import extract
from certify.models import Assessment, Message, Person, db
from certify.models.store import write_tx
from certify.reminders import wording_parts
from certify.reminders.texts import letter_of, reading_of, said
from certify.reminders.wording import GENERAL, TEXTS
from certify.reminders.wording_parts import Wording
from certify.scheme.words import RoleName
from certify.workflows import (
    application_moves,
    assignment_moves,
    decision_moves,
    practice_moves,
    role_rules,
    roles,
    standing_moves,
)
from tests.cast import World
from tests.conftest import NOW
from tests.player import DECIDED_ON, EDITION, REPORT_ON, Player

KINDS = {
    "invitation", "reset", "confirm_visit", "apply_confirm", "role_proposed", "nominated", "recommended",
    "application_received", "returned", "admitted", "enrolled", "assigned", "training_completed", "left",
    "assigned_sheet", "nominated_new",
    "training_failed", "more_practice", "questions", "granted", "refused", "declined", "suspended",
    "reinstated", "withdrawn", "on_hold", "case_on_hold", "resumed", "case_resumed",
    "waived", "activity_submitted", "activity_returned",
}  # fmt: skip


def test_every_kind_that_the_scheme_tells_people_has_its_words() -> None:
    assert KINDS - TEXTS.keys() == set()


def test_every_kind_that_the_certification_table_owes_has_its_words() -> None:
    parts = (application_moves, practice_moves, decision_moves, standing_moves, assignment_moves)
    source = "".join(Path(part.__file__).read_text(encoding="utf-8") for part in parts)
    owed = set(re.findall(r'(?:tell|confirm)_\w+\("(\w+)"\)', source))
    assert {"admitted", "questions", "refused", "retirement_confirmed"} <= owed
    assert owed - TEXTS.keys() == set()


def test_every_word_of_a_message_can_be_translated() -> None:
    found: set[str] = set()
    for path in Path(wording_parts.__file__).parent.glob("wording*.py"):
        with path.open("rb") as source:
            found |= {str(text) for _, _, text, _ in extract(source, {"say": None}, (), {})}
    told = {text for one in (*TEXTS.values(), GENERAL) for text in (one.subject, *one.sentences, one.action)}
    assert told - found == set()


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


def test_a_letter_in_a_language_without_translation_has_its_days_in_english(app: Flask) -> None:
    params = {"trainers": "Ana Trần", "enterprise": "Gỗ Tân Phú", "held_on": "2026-03-23"}
    asked = SimpleNamespace(
        kind="confirm_visit", name="Eka", email="eka@x.example", language="vi", params=params, link="/x",
        way_out=None, items=(),
    )  # fmt: skip
    letter = letter_of(asked)
    assert "Ana Trần recorded a SCORE visit to Gỗ Tân Phú on 23 March 2026." in letter.text
    assert '<html lang="en"' in letter.html


def test_a_refusal_names_the_days_and_months_of_the_edition(recommended: Player, world: World) -> None:
    reasons = [{"requirement": "mean-score", "reason": "Too weak."}]
    recommended.move("refuse", world.maya, DECIDED_ON, reasons=reasons)
    owed = select(Message).where(Message.kind == "refused", Message.recipient_id == world.ana.id)
    letter = db.session.scalars(owed).one()
    days, months = (EDITION.parameter(name).value for name in ("appeal_days", "reapplication_months"))
    assert reading_of(letter.kind, letter.params).sentences[-1] == (
        f"You can appeal within {days} days of this notice, and apply again after {months} months."
    )


def test_a_task_opens_its_own_page(delivered: Player, world: World) -> None:
    """A sheet is opened by its mail; whoever supervises is led to the case."""
    delivered.move("assign_observer", world.olu, REPORT_ON, person=world.tuan.id, activity=delivered.workshop)
    [sheet] = db.session.scalars(
        select(Assessment).where(Assessment.assessor_id == world.tuan.id, Assessment.kind == "observation")
    )
    kinds = ("assigned", "assigned_sheet")
    asked = select(Message).where(
        Message.kind.in_(kinds), Message.recipient_id.in_([world.tuan.id, world.bo.id])
    )
    paths = {
        (one.recipient_id, reading_of(one.kind, one.params).action, reading_of(one.kind, one.params).path)
        for one in db.session.scalars(asked)
    }
    assert paths == {
        (world.tuan.id, "See the task", f"/assessments/{sheet.id}"),
        (world.bo.id, "Open the case", f"/certifications/{delivered.certification}"),
    }


def test_who_takes_an_observation_over_is_led_to_the_new_sheet(delivered: Player, world: World) -> None:
    delivered.move("assign_observer", world.olu, REPORT_ON, person=world.tuan.id, activity=delivered.workshop)
    handed = {"role": "observer", "from": world.tuan.id, "to": world.bo.id, "reason": "Tuấn is ill."}
    delivered.move("reassign", world.olu, REPORT_ON, **handed)
    [sheet] = db.session.scalars(select(Assessment).where(Assessment.assessor_id == world.bo.id))
    told = select(Message).where(Message.kind == "assigned_sheet", Message.recipient_id == world.bo.id)
    [letter] = db.session.scalars(told)
    assert reading_of(letter.kind, letter.params).path == f"/assessments/{sheet.id}"


def test_a_role_that_waits_opens_its_own_confirmation(app: Flask, world: World) -> None:
    with write_tx() as session:
        wish = role_rules.Proposal(
            session.get_one(Person, world.kim.id), RoleName.AUDITOR, None, None, NOW.date()
        )
        grant = roles.propose(session, world.actor(session, world.ada), wish, NOW).id
    letters = db.session.scalars(select(Message).where(Message.kind == "role_proposed"))
    assert {reading_of(one.kind, one.params).path for one in letters} == {f"/roles/{grant}"}
