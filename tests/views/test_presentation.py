"""How values read: every word of the vocabularies, days and instants in the reader's zone, sentences."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, get_babel

from certify import presentation
from certify.presentation.tones import TONES
from certify.presentation.words import WORDS
from certify.scheme import words
from certify.scheme.catalogue import shipped
from certify.scheme.sentences import say
from certify.scheme.words import ConsentLevel, RoleName, Standing, TieKind
from tests.front import front

VOCABULARIES = [each for each in vars(words).values() if isinstance(each, type) and issubclass(each, StrEnum)]
AT = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = front(tmp_path_factory.mktemp("front"))
    with app.test_request_context("/"):
        yield app


@pytest.mark.parametrize("vocabulary", [each for each in VOCABULARIES if each is not StrEnum])
def test_every_word_of_every_vocabulary_is_written(vocabulary: type[StrEnum]) -> None:
    assert set(WORDS[vocabulary]) == set(vocabulary)


def test_every_tone_is_one_of_four() -> None:
    assert {tone for tones in TONES.values() for tone in tones.values()} == {"good", "warn", "bad"}


def test_equal_words_of_two_vocabularies_are_not_mixed_up() -> None:
    assert presentation.word(Standing.NONE) == "Not certified"
    assert presentation.word(ConsentLevel.NONE) == "No use of its data"
    assert presentation.word(TieKind.EMPLOYMENT) == "Employment"
    assert (
        presentation.word("master_trainer") == presentation.word(RoleName.MASTER_TRAINER) == "Master Trainer"
    )
    assert presentation.word("not_a_word") == "not a word"
    assert presentation.word(None) == "–"


def test_a_day_is_never_moved_by_a_zone(web: Flask) -> None:
    get_babel(web).timezone_selector = lambda: "Pacific/Kiritimati"
    assert presentation.day(date(2026, 11, 22)) == "22 Nov 2026"
    assert presentation.day(None) == "–"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "22 Nov 2026, 20:30 UTC"),
        ("Asia/Ho_Chi_Minh", "23 Nov 2026, 03:30 Vietnam Time"),
        ("America/Lima", "22 Nov 2026, 15:30 Peru Time"),
    ],
)
def test_an_instant_is_shown_in_the_readers_zone_with_its_name(web: Flask, zone: str, shown: str) -> None:
    get_babel(web).timezone_selector = lambda: zone
    assert presentation.instant(AT) == shown


def test_countries_have_names_in_the_readers_language() -> None:
    assert (presentation.country("IN"), presentation.country("QQ"), presentation.country(None)) == (
        "India",
        "QQ",
        "–",
    )
    with force_locale("fr"):
        assert presentation.country("ET") == "Éthiopie"


def test_a_module_is_named_with_its_code() -> None:
    edition = shipped("score-2026")
    assert presentation.module("WPC", edition) == "Workplace Cooperation (WPC)"
    assert presentation.module("WPC") == "WPC"


def test_a_sentence_shows_its_values_as_pages_do() -> None:
    sentence = say(
        "{who} may act from {day}, {n} % done.", who=RoleName.PROVIDER, day=date(2026, 12, 1), n=60
    )
    assert presentation.say(sentence) == "Service provider may act from 1 Dec 2026, 60 % done."
    assert presentation.say("100 % plain") == "100 % plain"
    assert presentation.say("") == ""


def test_arabic_pages_run_from_right_to_left() -> None:
    with force_locale("ar"):
        assert (presentation.page_language(), presentation.page_direction()) == ("ar", "rtl")
    assert (presentation.page_language(), presentation.page_direction()) == ("en", "ltr")


def test_a_right_to_left_page_takes_the_mirrored_stylesheet(web: Flask) -> None:
    page: Any
    with force_locale("ar"):
        page = web.jinja_env.get_template("public/home.html")
        from flask import render_template

        assert "bootstrap.rtl.min.css" in render_template(page)


def test_a_period_reads_alike_whichever_end_is_open() -> None:
    first, last = date(2026, 3, 26), date(2026, 4, 3)
    assert [
        presentation.period(first),
        presentation.period(first, last),
        presentation.period(None, last),
        presentation.period(None),
        presentation.period(first, today=date(2026, 1, 1)),
    ] == ["since 26 Mar 2026", "26 Mar 2026 – 3 Apr 2026", "until 3 Apr 2026", "–", "from 26 Mar 2026"]
