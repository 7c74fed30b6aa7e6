"""Merging what two windows typed: input by input, and only the same one typed twice is a conflict."""

from hypothesis import given
from hypothesis import strategies as st

from certify.forms.merging import Clash, marks_of, merge

NAMES = ("score-plan", "comment-plan", "private_notes")
texts = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("", "1", "4", "a\nb")))


def test_an_input_that_only_one_window_changed_is_kept() -> None:
    seen = marks_of({"score-plan": "3"})
    merged = merge(seen, stored={"score-plan": "3", "private_notes": "there"}, typed={"score-plan": "5"})
    assert merged.texts == {"score-plan": "5", "private_notes": "there"}
    other = merge(seen, stored={"score-plan": "4"}, typed={"score-plan": "3"})
    assert (other.texts, other.taken, other.clashes) == ({"score-plan": "4"}, {"score-plan": "4"}, ())


def test_the_same_input_changed_in_both_keeps_what_is_stored_and_tells_both() -> None:
    merged = merge(marks_of({"score-plan": "3"}), stored={"score-plan": "2"}, typed={"score-plan": "5"})
    assert merged.texts == {"score-plan": "2"}
    assert merged.clashes == (Clash("score-plan", here="5", there="2"),)


def test_an_emptied_input_is_a_change_too() -> None:
    merged = merge(
        marks_of({"comment-plan": "old"}), stored={"comment-plan": "old"}, typed={"comment-plan": ""}
    )
    assert merged.texts == {"comment-plan": ""}


def test_line_ends_of_browsers_are_no_change() -> None:
    stored = {"comment-plan": "a\nb"}
    assert merge(marks_of(stored), stored=stored, typed={"comment-plan": "a\r\nb\r\n"}).texts == stored


def test_marks_that_nobody_made_are_read_as_nothing_seen() -> None:
    merged = merge("= x a=b=c %", stored={"score-plan": "2"}, typed={"score-plan": "5"})
    assert [clash.name for clash in merged.clashes] == ["score-plan"]


@given(texts, texts, texts)
def test_nothing_typed_anywhere_is_lost(
    shown: dict[str, str], stored: dict[str, str], typed: dict[str, str]
) -> None:
    """Each input ends as typed here, as stored there, or as a conflict that names both."""
    merged = merge(marks_of(shown), stored=stored, typed=typed)
    clashing = {clash.name for clash in merged.clashes}
    for name, text in typed.items():
        was = shown.get(name, "")
        if text != was and name not in clashing:
            assert merged.texts.get(name, "") == text or stored.get(name, "") == text
        if stored.get(name, "") != was:
            kept = merged.texts.get(name, "")
            assert kept == stored.get(name, "")
