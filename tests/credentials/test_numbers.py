"""Credential numbers: readable, unguessable, and a slip of the finger never finds another certificate."""

from itertools import pairwise

import pytest

from certify.credentials.numbers import (
    ALPHABET,
    PREFIXES,
    RANDOM_CHARACTERS,
    check_character,
    new_number,
    normalise,
)
from certify.scheme.catalogue import shipped
from certify.scheme.words import CredentialType

SAMPLES = [new_number(prefix) for prefix in PREFIXES.values() for _ in range(20)]


def compact(number: str) -> str:
    return number.replace("-", "")


def test_a_number_reads_in_groups_of_four_with_prefix_and_check() -> None:
    assert [len(part) for part in new_number("TC").split("-")] == [2, 4, 4, 4, 1]
    assert new_number("TC").startswith("TC-")


def test_sixty_bits_are_random_and_no_character_looks_like_another() -> None:
    assert len(ALPHABET) ** RANDOM_CHARACTERS == 2**60
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)
    assert len({new_number("TC") for _ in range(2000)}) == 2000


def test_every_credential_type_has_its_own_prefix() -> None:
    assert set(PREFIXES) == set(CredentialType)
    assert len(set(PREFIXES.values())) == len(CredentialType)
    assert all(set(prefix) <= set(ALPHABET) for prefix in PREFIXES.values())
    wording = shipped("score-2026").wording
    assert {kind: wording[f"{kind}_prefix"] for kind in CredentialType} == PREFIXES


@pytest.mark.parametrize("number", SAMPLES, ids=range(len(SAMPLES)))
def test_every_single_wrong_character_is_caught(number: str) -> None:
    written = compact(number)
    wrong = [
        written[:place] + other + written[place + 1 :]
        for place in range(len(written))
        for other in ALPHABET
        if other != written[place]
    ]
    assert len(wrong) == 15 * 31
    assert [text for text in wrong if normalise(text) is not None] == []


@pytest.mark.parametrize("number", SAMPLES, ids=range(len(SAMPLES)))
def test_every_swap_of_two_neighbours_is_caught(number: str) -> None:
    written = compact(number)
    swapped = [
        written[:place] + b + a + written[place + 2 :]
        for place, (a, b) in enumerate(pairwise(written))
        if a != b
    ]
    assert [text for text in swapped if normalise(text) is not None] == []


def test_every_pair_of_neighbours_swapped_changes_the_check_wherever_it_stands() -> None:
    """Exhaustive: the check is linear, so what a pair does in a field of zeros it does everywhere."""
    for place in range(RANDOM_CHARACTERS + 1):
        for a in ALPHABET:
            for b in ALPHABET:
                body = ["0"] * (2 + RANDOM_CHARACTERS)
                body[place], body[place + 1] = a, b
                swapped = [*body]
                swapped[place], swapped[place + 1] = b, a
                same = check_character("".join(body)) == check_character("".join(swapped))
                assert same == (a == b)


def test_the_check_character_swapped_with_its_neighbour_is_caught_for_every_pair() -> None:
    for before in ALPHABET:
        for last in ALPHABET:
            body = "TC" + "0" * (RANDOM_CHARACTERS - 2) + before + last
            check = check_character(body)
            assert (check_character(body[:-1] + check) == last) == (check == last)


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        compact,
        lambda number: f"  {number} ",
        lambda number: number.replace("-", " "),
        lambda number: number.replace("-", "–"),
        lambda number: number.replace("0", "O").replace("1", "l"),
        lambda number: number.replace("0", "o").replace("1", "I"),
        lambda number: "".join(chr(ord(c) + 0xFEE0) for c in number),  # full width, as typed in Chinese
        lambda number: number.replace("V", "U"),
        lambda number: number.replace("-", "_"),
        lambda number: f"«{number}».",
        lambda number: number.translate(str.maketrans("ABCEHKMPTXY", "АВСЕНКМРТХУ")),
        lambda number: number.translate(str.maketrans("0123456789", "०१२३४५६७८९")),
        lambda number: f"https://certify.example.org/verify/{number}",
        lambda number: f"certify.example.org/verify/{number.lower()}?on=2026-06-30",
    ],
)
def test_a_number_is_recognised_however_it_is_typed(typed: object) -> None:
    for number in SAMPLES:
        assert normalise(typed(number)) == number  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TC",
        "hello",
        "TC-0000-0000-0000",
        "XX-0000-0000-0000-0",
        "TC-UUUU-0000-0000-0",
        "T" * 5000,
        "٣" * 15,
    ],
)
def test_what_cannot_be_a_number_is_none(text: str) -> None:
    assert normalise(text) is None


@pytest.mark.parametrize("front", ["No. ", "no ", "№ ", "№", "No.: ", "Nº ", "Nr. ", "#", "“No. "])
def test_what_stands_in_front_of_a_number_is_forgiven(front: str) -> None:
    for number in SAMPLES:
        assert normalise(front + number) == number


def test_letters_within_a_number_are_no_title() -> None:
    number = "SP-K2Q1-KDMB-A1NR-E"
    assert normalise(number.replace("-", " ")) == number


def test_a_missing_prefix_is_found_where_one_alone_fits() -> None:
    for number in SAMPLES:
        fitting = [p for p in PREFIXES.values() if check_character(p + compact(number)[2:-1]) == number[-1]]
        assert normalise(number[3:]) == (number if len(fitting) == 1 else None)
