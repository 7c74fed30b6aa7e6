"""A scheme file with a mistake is refused by file, key and rule."""

import json
from pathlib import Path

import pytest

from certify.scheme.catalogue import (
    EDITIONS,
    SchemeMistake,
    canonical,
    from_canonical,
    load_edition,
    shipped,
)

TEXT = (EDITIONS / "score-2026.toml").read_text(encoding="utf-8")


def mistake(tmp_path: Path, old: str, new: str) -> tuple[str, str, str]:
    """What is said of the shipped file when a first occurrence of `old` is changed to `new`."""
    assert old in TEXT
    path = tmp_path / "changed.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SchemeMistake) as caught:
        load_edition(path)
    return caught.value.file, caught.value.key, caught.value.rule


ITEM = TEXT[TEXT.index("[[checklist]]") : TEXT.index("[[checklist]]", TEXT.index("[[checklist]]") + 1)]
SUFFICIENT = next(line for line in TEXT.splitlines(keepends=True) if line.startswith("score_sufficient"))
SELF = next(line for line in TEXT.splitlines(keepends=True) if line.startswith("self = "))

MISTAKES = {
    "an unknown key": ('title = "SCORE', 'titel = ""\ntitle = "SCORE', "titel", "This key is unknown."),
    "a missing key": (
        'title = "SCORE trainer certification, edition 2026"\n',
        "",
        "title",
        "This key is missing.",
    ),
    "a number for a text": ('name = "Lean Manufacturing"', "name = 7", "modules[LEA].name", "must be a text"),
    "an empty text": ('name = "Lean Manufacturing"', 'name = ""', "modules[LEA].name", "must not be empty"),
    "a text of two lines": (
        'name = "Lean Manufacturing"',
        'name = "Lean\\nManufacturing"',
        "modules[LEA].name",
        "on one line",
    ),
    "a text for a flag": (
        "waivable = false",
        'waivable = "no"',
        "requirements[prerequisite].waivable",
        "true or false",
    ),
    "a text for a number": (
        "{ value = 36,",
        '{ value = "36",',
        "parameters.validity_months.value",
        "must be a number",
    ),
    "a truth for a number": (
        "{ value = 36,",
        "{ value = true,",
        "parameters.validity_months.value",
        "be a number",
    ),
    "a fraction of a month": (
        "{ value = 36,",
        "{ value = 36.5,",
        "parameters.validity_months.value",
        "whole number",
    ),
    "no number at all": (
        "{ value = 3.5,",
        "{ value = nan,",
        "parameters.mean_score.value",
        "must be a number",
    ),
    "a negative number": ("{ value = 36,", "{ value = -1,", "parameters.validity_months.value", "negative"),
    "a percentage over 100": (
        "value = 80,",
        "value = 101,",
        "parameters.satisfaction_percent.value",
        "at most 100",
    ),
    "a table where a number stands alone": (
        "classroom_days = { value = 1, evidence",
        "classroom_days = 1 #",
        "modules[CSH].parameters.classroom_days",
        "must be a table",
    ),
    "an instant for a date": (
        "effective_on = 2026-01-01",
        "effective_on = 2026-01-01T00:00:00Z",
        "effective_on",
        "must be a date",
    ),
    "a transition that ends before it begins": (
        "effective_on = 2026-01-01",
        "effective_on = 2026-01-01\ntransition_end_on = 2025-12-31",
        "transition_end_on",
        "cannot end before",
    ),
    "a name with capitals": ('name = "score-2026"', 'name = "Score 2026"', "name", "must look like"),
    "a name too long to store": ('name = "score-2026"', f'name = "{"s" * 41}"', "name", "at most 40"),
    "an unknown role": (
        'who = ["coordinator"]',
        'who = ["boss"]',
        "requirements[screening].who",
        "'boss' is unknown",
    ),
    "nobody who clears": (
        'who = ["coordinator"]',
        "who = []",
        "requirements[screening].who",
        "Somebody must",
    ),
    "an unknown step": (
        'step = "admission"',
        'step = "arrival"',
        "requirements[prerequisite].step",
        "is unknown",
    ),
    "a step out of order": (
        'step = "admission"',
        'step = "decision"',
        "requirements",
        "must follow the path",
    ),
    "an unknown requirement": (
        'id = "tot-test"',
        'id = "tot-exam"',
        "requirements[tot-exam].id",
        "is unknown here",
    ),
    "a requirement twice": ('id = "tot-test"', 'id = "screening"', "requirements[screening]", "occurs twice"),
    "a missing requirement": (
        TEXT[
            TEXT.index('[[requirements]]\nid = "tot-test"') : TEXT.index('[[requirements]]\nid = "tot-micro')
        ],
        "",
        "requirements",
        "These are missing: tot-test.",
    ),
    "an unknown parameter read": (
        'parameters = ["tot_test_percent"]',
        'parameters = ["tot_exam"]',
        "requirements[tot-test].parameters",
        "'tot_exam' is unknown",
    ),
    "an unknown parameter": ("grace_days =", "mercy_days =", "parameters.mercy_days", "This key is unknown."),
    "a missing parameter": (SUFFICIENT, "", "parameters.score_sufficient", "This key is missing."),
    "an unknown parameter changed": (
        "cohort_size_max = { value = 6",
        "cohort_max = { value = 6",
        "modules[HOC].parameters.cohort_max",
        "This parameter is unknown.",
    ),
    "a changed parameter with a unit of its own": (
        "{ value = 6,",
        '{ value = 6, unit = "firms",',
        "modules[HOC].parameters.cohort_size_max.unit",
        "is unknown",
    ),
    "a bad evidence label": (
        'evidence = "S"',
        'evidence = "X"',
        "parameters.validity_months.evidence",
        "'X' is unknown",
    ),
    "a number without a source": (
        'source = "Sister schemes certify for 3 years", ',
        "",
        "parameters.validity_months.source",
        "is missing",
    ),
    "a limit above its upper one": (
        "cohort_size_min = { value = 4",
        "cohort_size_min = { value = 6",
        "parameters.cohort_size_min",
        "6 is more than cohort_size_max, 5, for the edition.",
    ),
    "a variant's limit above its upper one": (
        "cohort_size_max = { value = 15",
        "cohort_size_max = { value = 9",
        "parameters.cohort_size_min",
        "10 is more than cohort_size_max, 9, for group-programme.",
    ),
    "an unknown decider": (
        'value = "master_trainer"',
        'value = "king"',
        "parameters.decision_role.value",
        "'king' is unknown",
    ),
    "a waiver of what cannot be waived": (
        'who = ["coordinator"]\nwaivable = false',
        'who = ["coordinator"]\nwaivable = true\nwaived_by = ["coordinator"]',
        "requirements[screening].waivable",
        "'screening' can never be waived.",
    ),
    "a waiver that nobody may give": (
        'waived_by = ["coordinator"]\n',
        "",
        "requirements[tot-attendance].waived_by",
        "names who may waive",
    ),
    "a bad module code": ('code = "LEA"', 'code = "lean"', "modules[lean].code", "must look like"),
    "a module twice": ('code = "LEA"', 'code = "OSH"', "modules[OSH]", "occurs twice"),
    "an unknown prerequisite": (
        'prerequisites = ["WPC", "BAS"]',
        'prerequisites = ["WPX"]',
        "modules[QUA].prerequisites",
        "'WPX' is unknown",
    ),
    "a circle of prerequisites": (
        'aliases = ["Module 1", "Workplace cooperation"]\nprerequisites = []',
        'aliases = ["Module 1", "Workplace cooperation"]\nprerequisites = ["QUA"]',
        "modules[WPC].prerequisites",
        "go round in a circle: WPC, QUA, WPC.",
    ),
    "one alias for two modules": (
        '"Quality Management"',
        '"Clean Production"',
        "modules[REF].aliases",
        "'Clean Production' already names QUA.",
    ),
    "an alias twice": (
        '"Quality Management"',
        '"Module 2"',
        "modules[QUA].aliases",
        "'Module 2' is listed twice.",
    ),
    "nineteen items": (ITEM, "", "checklist", "There must be 20 items; there are 19."),
    "an item twice": ('id = "measurement"', 'id = "preparation"', "checklist[preparation]", "occurs twice"),
    "an item that applies nowhere": (
        'applies = ["classroom", "visit"]',
        "applies = []",
        "checklist[preparation].applies",
        "applies to",
    ),
    "an item for an unknown place": (
        'applies = ["classroom", "visit"]',
        'applies = ["canteen"]',
        "checklist[preparation].applies",
        "is unknown",
    ),
    "no minimum of experience": (
        'id = "sme-experience"',
        'id = "sme"',
        "screening[sme-experience]",
        "must be there and be mandatory",
    ),
    "a relation missing": (SELF, "", "relations.self", "This key is missing."),
    "a cell of the relations missing": (
        'screen = "block", ',
        "",
        "relations.self.screen",
        "This key is missing.",
    ),
    "an unknown cell": (
        'screen = "block"',
        'screen = "maybe"',
        "relations.self.screen",
        "'maybe' is unknown",
    ),
    "an unknown act": (
        'screen = "block"',
        'sing = "free", screen = "block"',
        "relations.self.sing",
        "is unknown",
    ),
    "an unknown module in a variant": (
        'modules = ["WPC",',
        'modules = ["WPX",',
        "variants[five-modules-in-three-days].modules",
        "'WPX' is unknown",
    ),
    "an unknown anchor": (
        'anchor = "draft_since"',
        'anchor = "new_year"',
        "reminders[application-incomplete].anchor",
        "is unknown",
    ),
    "an unknown end of a reminder": (
        'stops_when = "submitted"',
        'stops_when = "bored"',
        "reminders[application-incomplete].stops_when",
        "unknown",
    ),
    "an unknown recipient": (
        'recipient = "screener"',
        'recipient = "mother"',
        "reminders[screening-due].recipient",
        "'mother' is unknown",
    ),
    "days of a reminder that fall": (
        "offset_days = [7, 21]",
        "offset_days = [21, 7]",
        "reminders[application-incomplete].offset_days",
        "must rise",
    ),
    "days of a reminder as texts": (
        "offset_days = [7, 21]",
        'offset_days = ["7"]',
        "reminders[application-incomplete].offset_days",
        "whole numbers",
    ),
    "one prefix for two papers": (
        'tot_attendance_prefix = "TA"',
        'tot_attendance_prefix = "TC"',
        "wording.tot_attendance_prefix",
        "'TC' is already the prefix of trainer_certification_prefix.",
    ),
    "a word of the credential missing": (
        'tot_attendance_prefix = "TA"\n',
        "",
        "wording.tot_attendance_prefix",
        "This key is missing.",
    ),
    "an unknown country": (
        'country = "MM"',
        'country = "XX"',
        "overlays[XX].country",
        "There is no such country.",
    ),
    "a country twice": ('country = "MM"', 'country = "IN"', "overlays[IN]", "occurs twice"),
    "a module number for an unknown module": (
        'M3 = "LEA"',
        'M3 = "LEX"',
        "overlays[ET].module_numbers.M3",
        "'LEX' is unknown",
    ),
    "a strange module number": (
        'M3 = "LEA"',
        'three = "LEA"',
        "overlays[ET].module_numbers.three",
        "looks like M3",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_by_file_key_and_rule(tmp_path: Path, name: str) -> None:
    old, new, key, rule = MISTAKES[name]
    found = mistake(tmp_path, old, new)
    assert found[:2] == ("changed.toml", key)
    assert rule in found[2]


def test_too_few_items_for_a_place_are_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "changed.toml"
    path.write_text(TEXT.replace('applies = ["visit"]', 'applies = ["classroom"]', 3), encoding="utf-8")
    with pytest.raises(SchemeMistake, match="At least 12 items must apply to visit; there are 11"):
        load_edition(path)


def test_a_place_without_a_critical_item_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "changed.toml"
    path.write_text(TEXT.replace("critical = true", "critical = false"), encoding="utf-8")
    with pytest.raises(SchemeMistake, match="At least one critical item must apply to classroom"):
        load_edition(path)


def test_requirements_out_of_order_are_a_mistake() -> None:
    document = json.loads(canonical(shipped("score-2026")))
    document["requirements"][0], document["requirements"][1] = document["requirements"][1::-1]
    with pytest.raises(SchemeMistake, match="requirements: The order must be: prerequisite, screening"):
        from_canonical(json.dumps(document))
