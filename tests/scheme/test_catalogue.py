"""What is no scheme file is refused with a sentence; a good one survives freezing exactly."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from certify.scheme.catalogue import (
    EDITIONS,
    SchemeMistake,
    canonical,
    from_canonical,
    load_edition,
    sha256,
    shipped,
)

TEXT = (EDITIONS / "score-2026.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"name = ", "The file is not TOML: "),
        (b"a = 1\na = 2", "The file is not TOML: "),
        (b"\xff\xfe", "The file is not text in UTF-8."),
        (b"", "name: This key is missing."),
        (b"modules = " + b"[" * 5000, "The file is not TOML: "),
    ],
)
def test_a_file_that_is_no_scheme_is_a_sentence(tmp_path: Path, content: bytes, rule: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(SchemeMistake) as caught:
        load_edition(path)
    assert str(caught.value).startswith(f"broken.toml: {rule}")


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SchemeMistake, match=r"none\.toml: The file cannot be read: No such file"):
        load_edition(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "canonical JSON: This is not JSON: Expecting value: line 1 column 1 (char 0)."),
        ("{", "canonical JSON: This is not JSON: Expecting property name enclosed in double quotes: line 1"),
        ("[]", "canonical JSON: This must be an object."),
        ("null", "canonical JSON: This must be an object."),
        ("{}", "canonical JSON: name: This key is missing."),
    ],
)
def test_a_canonical_text_that_is_no_edition_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SchemeMistake) as caught:
        from_canonical(text)
    assert str(caught.value).startswith(sentence)


def test_every_value_of_every_wrong_type_is_refused_with_a_sentence() -> None:
    """No shape of input ends in another error: each value of the edition is replaced by each type."""
    document = json.loads(canonical(shipped("score-2026")))
    refused = 0
    for holder, key in list(_places(document)):
        kept = holder[key]
        for other in (None, 1.5, "�", [], {}, [None], {"a": {}}, True):
            holder[key] = other
            try:
                from_canonical(json.dumps(document))
            except SchemeMistake:
                refused += 1
        holder[key] = kept
    assert refused > 700


def _places(document: dict) -> list:
    """One place of each kind: every top key, and the first entry of every list and table, deep down."""
    found = []
    waiting = [(document, key) for key in document]
    while waiting:
        holder, key = waiting.pop()
        found.append((holder, key))
        inside = holder[key]
        if isinstance(inside, list) and inside:
            waiting.append((inside, 0))
        if isinstance(inside, dict):
            waiting.extend((inside, each) for each in (inside if len(inside) < 9 else list(inside)[:2]))
    return found


def test_freezing_and_reading_back_changes_nothing() -> None:
    edition = shipped("score-2026")
    text = canonical(edition)
    assert from_canonical(text) == edition
    assert canonical(from_canonical(text)) == text
    assert list(from_canonical(text).modules) == list(edition.modules)


def test_the_frozen_form_has_one_spelling() -> None:
    text = canonical(shipped("score-2026"))
    assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text
    assert ("–" in text, "\\u" in text) == (True, False)
    assert re.fullmatch(r"[0-9a-f]{64}", sha256(text))


def test_a_transition_end_is_frozen_too(tmp_path: Path) -> None:
    path = tmp_path / "next.toml"
    path.write_text(
        TEXT.replace(
            "effective_on = 2026-01-01", "effective_on = 2026-01-01\ntransition_end_on = 2026-12-31"
        ),
        encoding="utf-8",
    )
    edition = load_edition(path)
    assert from_canonical(canonical(edition)) == edition
    assert edition.transition_end_on == tomllib.loads("on = 2026-12-31")["on"]
