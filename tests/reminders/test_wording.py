"""Every message that a workflow owes has words of its own, and every word fills in."""

import string
from pathlib import Path

import pytest

from certify.reminders.wording import GENERAL, TEXTS, Wording
from certify.workflows import certification_moves

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
