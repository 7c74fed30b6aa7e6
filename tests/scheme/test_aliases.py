"""A module is found by its code, its name, an earlier name, or the number that a country gives it."""

from dataclasses import replace

import pytest

from certify.scheme.aliases import module_called, modules_like, numbers_of
from certify.scheme.catalogue import shipped
from certify.scheme.sentences import say

EDITION = shipped("score-2026")
EVERYWHERE = ("CN", "CO", "GH", "ID", "IN", "MM", "VN")


def found(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(module.code, tuple(sorted(countries))) for module, countries in modules_like(EDITION, text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("wpc", "WPC"),
        (" Lean  Manufacturing", "LEA"),
        ("module 1", "WPC"),
        ("Clean Production", "REF"),
        ("Clean", None),
        ("M1", None),
        ("", None),
    ],
)
def test_one_module_is_called_so(text: str, code: str | None) -> None:
    called = module_called(EDITION, text)
    assert (called and called.code) == code


def test_a_name_of_two_modules_calls_none() -> None:
    twice = replace(EDITION.modules["LEA"], aliases=("Workplace Cooperation",))
    edition = replace(EDITION, modules={**EDITION.modules, "LEA": twice})
    assert module_called(edition, "workplace cooperation") is None


def test_any_word_of_a_name_finds_the_module_and_no_middle_of_a_word() -> None:
    assert found("manufact") == [("LEA", ())]
    assert found("anufact") == []
    assert found("") == [(code, ()) for code in EDITION.modules]


def test_a_number_is_answered_with_the_countries_that_use_it() -> None:
    assert found("M3") == [("REF", EVERYWHERE), ("LEA", ("ET",))]
    assert [code for code, countries in found("module 3") if countries] == ["REF", "LEA"]
    assert numbers_of(EDITION, "LEA") == {"M3": ("ET",)}
    assert numbers_of(EDITION, "WPC") == {"M1": ("IN", "ID", "CN", "ET", "VN", "GH", "CO", "MM")}
    assert list(numbers_of(EDITION, "OSH")) == ["M4", "M5"]
    assert numbers_of(EDITION, "CSH") == {}


def test_a_sentence_keeps_what_it_was_made_of() -> None:
    sentence = say("{n} of {all} visits", n=1, all=3)
    assert (sentence, sentence.template, sentence.values) == (
        "1 of 3 visits",
        "{n} of {all} visits",
        {"n": 1, "all": 3},
    )
