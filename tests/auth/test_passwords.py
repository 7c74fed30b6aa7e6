"""Passwords: long enough, not common, equally dear for known and unknown."""

import time

import pytest

from certify.auth.passwords import complaints, hash_password, verify_password

TOO_SHORT = "Use at least 15 characters. A few words in a row are easy to keep."
COMMON = "This password is easy to guess. Choose a few words that belong to nobody else."


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "kopi tubruk pagi hari",
        "我喜欢在早晨喝咖啡并且看书学习",
        "ርግብ በሰማይ ላይ ትበራለች",
    ],
)
def test_a_few_words_are_a_password_in_any_script_without_digits_or_signs(password: str) -> None:
    assert complaints(password, "Ana Souza", "ana@example.org") == []


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password-Password-1!",
        "123456789012345",
        "aaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "qwertyuiopasdfgh",
        "Welcome2026Welcome",
        "letmein-letmein-2024",
        "Ana Souza 20261122",
    ],
)
def test_repeated_counted_and_own_words_are_refused(password: str) -> None:
    assert complaints(password, "Ana Souza", "ana@example.org") == [COMMON]


def test_fifteen_characters_are_the_shortest_and_128_the_longest() -> None:
    words = " ".join(f"heron {number} stands in the reeds" for number in range(6))
    assert complaints(words[:14]) == [TOO_SHORT]
    assert complaints(words[:15]) == []
    assert complaints(words[:128]) == []
    assert complaints(words[:129]) == ["Use at most 128 characters."]


def test_a_hash_is_argon2id_and_fits_its_password_only() -> None:
    stored = hash_password("a quiet river runs slowly")
    assert stored.startswith("$argon2id$")
    assert verify_password(stored, "a quiet river runs slowly")
    assert not verify_password(stored, "a quiet river runs slowlY")


def test_the_same_keys_match_however_the_keyboard_composes_them() -> None:
    stored = hash_password("café près de la gare")
    assert verify_password(stored, "cafe\u0301 pre\u0300s de la gare")


def test_an_unknown_account_never_matches_and_costs_a_hash() -> None:
    verify_password(None, "warm")
    began = time.perf_counter()
    assert not verify_password(None, "nobody has this password")
    unknown = time.perf_counter() - began
    stored = hash_password("a quiet river runs slowly")
    began = time.perf_counter()
    verify_password(stored, "a wrong one for this account")
    known = time.perf_counter() - began
    assert unknown > known / 3
