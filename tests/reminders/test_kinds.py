"""Every kind of message that the code owes has its words, its category, and one thing to do."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from certify.reminders.categories import CATEGORIES
from certify.reminders.texts import Item, letter_of
from certify.reminders.wording import GENERAL, TEXTS
from certify.reminders.wording_reminders import REMINDERS, kind_of, unseen
from certify.scheme.catalogue import EDITIONS, load_edition
from certify.scheme.types import Reminder
from certify.workflows.credential import CORRECTION, KEY, NAME
from certify.workflows.notices import DIGEST
from tests.html import parse
from tests.reminders.owed import owed

# Where the running program alone knows the kind, which then comes of one of the tables below, or is copied.
TABLES = {
    "certify.reminders.absences: message.kind",  # the same, to a deputy
    "certify.reminders.sweep_roles: kind",
    "certify.workflows.credential_notices: kind",
    "certify.workflows.nudging: one.kind",  # of an Addressee, which are read too
    "certify.workflows.telling: kind",  # of a table of people, whose kinds are read too
}
REISSUED = {f"reissued_{why}" for why in (NAME, CORRECTION, KEY)}
# Said of the reminders that an edition brings of its own, for which no words are written.
OF_OTHERS = {kind_of("its own"), kind_of("its own", escalates=True), unseen("its own")}


@dataclass(frozen=True)
class Asked:
    """A message of a kind of which nothing else is known."""

    kind: str
    name: str = "Ana Trần"
    email: str = "ana@example.org"
    language: str = "en"
    params: Mapping[str, Any] = field(default_factory=dict)
    link: str | None = None
    way_out: str | None = None
    items: Sequence[Item] = ()


def _schedule() -> list[Reminder]:
    """The reminders of every edition that ships."""
    return [one for path in EDITIONS.glob("*.toml") for one in load_edition(path).reminders]


def _of_the_clock() -> set[str]:
    """What the schedule of every edition makes the clock say."""
    told = _schedule()
    upwards = {kind_of(one.id, escalates=True) for one in told if one.escalates_to}
    past = {kind_of(one.id, past=True) for one in told if max(one.offset_days) > 0}
    return {kind_of(one.id) for one in told} | past | upwards | {unseen(one.id) for one in told}


def _all() -> set[str]:
    return owed()[0] | REISSUED | {DIGEST} | _of_the_clock()


def test_no_place_owes_a_kind_that_nobody_can_tell() -> None:
    assert owed()[1] == TABLES


def test_every_kind_that_is_owed_has_its_words() -> None:
    assert _all() - TEXTS.keys() == set()


def test_every_kind_that_has_words_is_owed_somewhere() -> None:
    assert TEXTS.keys() - _all() == OF_OTHERS - _of_the_clock()


def test_every_kind_that_is_sorted_has_words() -> None:
    assert CATEGORIES.keys() - TEXTS.keys() == set()


def test_every_kind_that_is_owed_is_mandatory_or_can_be_done_without() -> None:
    assert _all() - CATEGORIES.keys() == set()


def test_every_reminder_of_the_edition_has_words_of_its_own() -> None:
    assert {one.id for one in _schedule()} - REMINDERS.keys() == set()


def test_every_letter_is_text_and_html_with_one_thing_to_do(app: Flask) -> None:
    for kind, wording in {**TEXTS, "something_new": GENERAL}.items():
        letter = letter_of(Asked(kind))
        parse(letter.html)
        links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', letter.html)
        assert [said for _to, said in links] == [wording.action, "http://localhost"], kind
        to = links[0][0]
        assert to.startswith("http://localhost/"), kind
        assert f"{wording.action}:\n{to}\n" in letter.text, kind
        assert letter.subject.strip(), kind
