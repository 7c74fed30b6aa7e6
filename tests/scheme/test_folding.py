"""Names are searched without case, accents and punctuation, in any script, by the beginning of any word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certify.scheme.folding import LONGEST_KEY, MOST_WORDS, fold, rotations


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Trần Văn-Đức", "tran van duc"),
        ("  O’Brien   Łukasz ", "obrien lukasz"),
        ("Işıl İNCE", "isil ince"),
        ("Strauß", "strauss"),
        ("نُورَة", "نورة"),
        ("ဒေါ်ခင်မာ", "ဒေါ်ခင်မာ"),
        ("王小明", "王 小 明"),
        ("%_ -", ""),
    ],
)
def test_a_name_is_folded_to_plain_words(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_a_name_is_found_from_each_of_its_words() -> None:
    assert rotations("tran van duc") == ("tran van duc", "van duc tran", "duc tran van")
    assert rotations("ha ha") == ("ha ha",)
    assert rotations("") == ("",)


@given(st.text(max_size=300))
def test_folding_once_is_enough_and_keys_fit_their_column(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    keys = rotations(folded)
    assert 1 <= len(keys) <= MOST_WORDS
    assert all(len(key) <= LONGEST_KEY for key in keys)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_wildcard_never_survives(first: str, second: str) -> None:
    assert not set("%_\\") & set(fold(first + "%_\\" + second))
