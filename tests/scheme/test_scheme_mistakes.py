"""A scheme file with a mistake is refused by file, key and rule."""

import json
from pathlib import Path

import pytest

from certify.scheme.catalogue import (
    SchemeMistake,
    canonical,
    from_canonical,
    load_edition,
    shipped,
)
from certify.scheme.vocabulary import REQUIREMENTS
from tests.scheme.mistakes import MISTAKES, TEXT


def mistake(tmp_path: Path, old: str, new: str) -> tuple[str, str, str]:
    """What is said of the shipped file when a first occurrence of `old` is changed to `new`."""
    assert old in TEXT
    path = tmp_path / "changed.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SchemeMistake) as caught:
        load_edition(path)
    return caught.value.file, caught.value.key, caught.value.rule


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_by_file_key_and_rule(tmp_path: Path, name: str) -> None:
    old, new, key, rule = MISTAKES[name]
    assert mistake(tmp_path, old, new) == ("changed.toml", key, rule)


ALL_OVER = {
    "too few items for a place": (
        ('applies = ["visit"]', 'applies = ["classroom"]', 3),
        "checklist",
        "At least 12 items must apply to visit; there are 11.",
    ),
    "a place without a critical item": (
        ("critical = true", "critical = false", -1),
        "checklist",
        "At least one critical item must apply to classroom.",
    ),
    "an item that is not mandatory any more": (
        ("mandatory = true", "mandatory = false", -1),
        "screening[professional-experience]",
        "This item must be there and be mandatory.",
    ),
    "a prefix in small letters": (
        ('tot_attendance_prefix = "TA"', 'tot_attendance_prefix = "ta"', 1),
        "wording.tot_attendance_prefix",
        "'ta' must look like [A-Z]{2}.",
    ),
    "half a per cent": (
        ("satisfaction_percent = { value = 80", "satisfaction_percent = { value = 100.5", 1),
        "parameters.satisfaction_percent.value",
        "This must be a whole number.",
    ),
    "a list that holds an empty text": (
        ('prerequisites = ["WPC", "BAS"]', 'prerequisites = ["WPC", ""]', 1),
        "modules[QUA].prerequisites",
        "This must be a list of texts.",
    ),
    "a screening item twice": (
        ('id = "sme-experience"', 'id = "professional-experience"', 1),
        "screening[professional-experience]",
        "The id 'professional-experience' occurs twice.",
    ),
    "a reminder with capitals": (
        ('id = "application-incomplete"', 'id = "Application"', 1),
        "reminders[Application].id",
        "'Application' must look like [a-z0-9]+(-[a-z0-9]+)*.",
    ),
    "a variant with capitals": (
        ('id = "group-programme"', 'id = "Group"', 1),
        "variants[Group].id",
        "'Group' must look like [a-z0-9]+(-[a-z0-9]+)*.",
    ),
    "a screening item with capitals": (
        ('id = "module-expertise"', 'id = "Module"', 1),
        "screening[Module].id",
        "'Module' must look like [a-z0-9]+(-[a-z0-9]+)*.",
    ),
    "a checklist item with capitals": (
        ('id = "measurement"', 'id = "Measurement"', 1),
        "checklist[Measurement].id",
        "'Measurement' must look like [a-z0-9]+(-[a-z0-9]+)*.",
    ),
    "a country in small letters": (
        ('country = "MM"', 'country = "mm"', 1),
        "overlays[mm].country",
        "'mm' must look like [A-Z]{2}.",
    ),
    "tables that are none": (
        ("[[screening]]", "[[screened]]", -1),
        "screened",
        "This key is unknown.",
    ),
}


@pytest.mark.parametrize("name", ALL_OVER)
def test_a_mistake_that_runs_through_the_file_is_named_too(tmp_path: Path, name: str) -> None:
    (old, new, times), key, rule = ALL_OVER[name]
    path = tmp_path / "changed.toml"
    path.write_text(TEXT.replace(old, new, times), encoding="utf-8")
    with pytest.raises(SchemeMistake) as caught:
        load_edition(path)
    assert (caught.value.key, caught.value.rule) == (key, rule)


def changed(key: str, value: object) -> tuple[str, str]:
    """Where and why the frozen edition is refused with another value at the top."""
    document = {**json.loads(canonical(shipped("score-2026"))), key: value}
    with pytest.raises(SchemeMistake) as caught:
        from_canonical(json.dumps(document))
    assert caught.value.file == "canonical JSON"
    return caught.value.key, caught.value.rule


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("checklist", {}, "This must be a list of tables, each begun by [[checklist]]."),
        ("checklist", ["measurement"], "This must be a list of tables, each begun by [[checklist]]."),
        ("parameters", [], "This must be a table."),
        ("effective_on", "2026-1-1", "This must be a date like 2026-01-31."),
        ("effective_on", 2026, "This must be a date like 2026-01-31."),
        ("title", " spaced", "This must be a text on one line, without spaces around it."),
        ("title", None, "This must be a text on one line, without spaces around it."),
    ],
)
def test_a_value_of_the_wrong_shape_is_told_at_its_key(key: str, value: object, rule: str) -> None:
    assert changed(key, value) == (key, rule)


def test_a_transition_may_end_on_the_day_it_begins_and_a_name_has_forty_characters() -> None:
    document = json.loads(canonical(shipped("score-2026")))
    document |= {"transition_end_on": document["effective_on"], "name": "s" * 40}
    edition = from_canonical(json.dumps(document))
    assert (edition.transition_end_on, edition.name) == (edition.effective_on, "s" * 40)


def test_a_text_that_is_no_edition_is_a_mistake_of_no_key() -> None:
    for text in ("{", "[]"):
        with pytest.raises(SchemeMistake) as caught:
            from_canonical(text)
        assert (caught.value.file, caught.value.key) == ("canonical JSON", "")


def test_a_mistake_reads_as_file_key_and_rule() -> None:
    assert str(SchemeMistake("a.toml", "title", "No.")) == "a.toml: title: No."
    assert str(SchemeMistake("a.toml", "", "No.")) == "a.toml: No."


def test_requirements_out_of_order_are_a_mistake() -> None:
    shuffled = json.loads(canonical(shipped("score-2026")))["requirements"]
    shuffled[0], shuffled[1] = shuffled[1::-1]
    order = ", ".join(REQUIREMENTS)
    assert changed("requirements", shuffled) == ("requirements", f"The order must be: {order}.")
