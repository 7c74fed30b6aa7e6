"""Mistakes in a scheme file: what is changed to what, and where and why the file is then refused."""

from collections.abc import Collection

from certify.scheme.catalogue import EDITIONS
from certify.scheme.vocabulary import ANCHORS, PARAMETERS, PARTIES, REQUIREMENTS, ROLES, STEPS, STOPS
from tests.scheme.mistakes_of_schedules import MISTAKES as OF_SCHEDULES

TEXT = (EDITIONS / "score-2026.toml").read_text(encoding="utf-8")
ITEM = TEXT[TEXT.index("[[checklist]]") : TEXT.index("[[checklist]]", TEXT.index("[[checklist]]") + 1)]
SUFFICIENT = next(line for line in TEXT.splitlines(keepends=True) if line.startswith("score_sufficient"))
SELF = next(line for line in TEXT.splitlines(keepends=True) if line.startswith("self = "))


def unknown(name: str, known: Collection[str]) -> str:
    """What is said of a name that is not one of these."""
    return f"{name!r} is unknown here; known: {', '.join(sorted(known))}."


MISTAKES = {
    "an unknown key": ('title = "SCORE', 'titel = ""\ntitle = "SCORE', "titel", "This key is unknown."),
    "a missing key": (
        'title = "SCORE trainer certification, edition 2026"\n',
        "",
        "title",
        "This key is missing.",
    ),
    "a number for a text": (
        'name = "Lean Manufacturing"',
        "name = 7",
        "modules[LEA].name",
        "This must be a text on one line, without spaces around it.",
    ),
    "an empty text": (
        'name = "Lean Manufacturing"',
        'name = ""',
        "modules[LEA].name",
        "This must not be empty.",
    ),
    "a text of two lines": (
        'name = "Lean Manufacturing"',
        'name = "Lean\\nManufacturing"',
        "modules[LEA].name",
        "This must be a text on one line, without spaces around it.",
    ),
    "a text for a flag": (
        "waivable = false",
        'waivable = "no"',
        "requirements[prerequisite].waivable",
        "This must be true or false.",
    ),
    "a text for a number": (
        "{ value = 36,",
        '{ value = "36",',
        "parameters.validity_months.value",
        "This must be a number.",
    ),
    "a truth for a number": (
        "{ value = 36,",
        "{ value = true,",
        "parameters.validity_months.value",
        "This must be a number.",
    ),
    "a fraction of a month": (
        "{ value = 36,",
        "{ value = 36.5,",
        "parameters.validity_months.value",
        "This must be a whole number.",
    ),
    "no number at all": (
        "{ value = 3.5,",
        "{ value = nan,",
        "parameters.mean_score.value",
        "This must be a number.",
    ),
    "a negative number": (
        "{ value = 36,",
        "{ value = -1,",
        "parameters.validity_months.value",
        "This must not be negative.",
    ),
    "a percentage over 100": (
        "value = 80,",
        "value = 101,",
        "parameters.satisfaction_percent.value",
        "A percentage is at most 100.",
    ),
    "a table where a number stands alone": (
        "classroom_days = { value = 1, evidence",
        "classroom_days = 1 #",
        "modules[CSH].parameters.classroom_days",
        "This must be a table.",
    ),
    "an instant for a date": (
        "effective_on = 2026-01-01",
        "effective_on = 2026-01-01T00:00:00Z",
        "effective_on",
        "This must be a date like 2026-01-31.",
    ),
    "a transition that ends before it begins": (
        "effective_on = 2026-01-01",
        "effective_on = 2026-01-01\ntransition_end_on = 2025-12-31",
        "transition_end_on",
        "The transition cannot end before the edition takes effect.",
    ),
    "a name with capitals": (
        'name = "score-2026"',
        'name = "Score 2026"',
        "name",
        "'Score 2026' must look like [a-z0-9]+(-[a-z0-9]+)*.",
    ),
    "a name too long to store": (
        'name = "score-2026"',
        f'name = "{"s" * 41}"',
        "name",
        "A name has at most 40 characters.",
    ),
    "an unknown role": (
        'who = ["coordinator"]',
        'who = ["boss"]',
        "requirements[screening].who",
        unknown("boss", PARTIES),
    ),
    "nobody who clears": (
        'who = ["coordinator"]',
        "who = []",
        "requirements[screening].who",
        "Somebody must be able to clear a requirement.",
    ),
    "an unknown step": (
        'step = "admission"',
        'step = "arrival"',
        "requirements[prerequisite].step",
        unknown("arrival", STEPS),
    ),
    "a step out of order": (
        'step = "admission"',
        'step = "decision"',
        "requirements",
        "The steps must follow the path: admission, tot, toe, assessment, decision.",
    ),
    "an unknown requirement": (
        'id = "tot-test"',
        'id = "tot-exam"',
        "requirements[tot-exam].id",
        unknown("tot-exam", REQUIREMENTS),
    ),
    "a requirement twice": (
        'id = "tot-test"',
        'id = "screening"',
        "requirements[screening]",
        "The id 'screening' occurs twice.",
    ),
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
        unknown("tot_exam", PARAMETERS),
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
        "This key is unknown.",
    ),
    "a bad evidence label": (
        'evidence = "S"',
        'evidence = "X"',
        "parameters.validity_months.evidence",
        "'X' is unknown here; known: C, P, S.",
    ),
    "a number without a source": (
        'source = "Sister schemes certify for 3 years", ',
        "",
        "parameters.validity_months.source",
        "This key is missing.",
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
        unknown("king", ROLES),
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
        "A waivable requirement names who may waive it, any other nobody.",
    ),
    "a bad module code": (
        'code = "LEA"',
        'code = "lean"',
        "modules[lean].code",
        "'lean' must look like [A-Z]{3}.",
    ),
    "a module twice": ('code = "LEA"', 'code = "OSH"', "modules[OSH]", "The code 'OSH' occurs twice."),
    "an unknown prerequisite": (
        'prerequisites = ["WPC", "BAS"]',
        'prerequisites = ["WPX"]',
        "modules[QUA].prerequisites",
        "'WPX' is unknown here; known: BAS, BCP, CSH, GEN, HOC, LEA, OSH, QUA, RBU, REF, WFM, WPC.",
    ),
    "a circle of prerequisites": (
        'aliases = ["Module 1", "Workplace cooperation"]\nprerequisites = []',
        'aliases = ["Module 1", "Workplace cooperation"]\nprerequisites = ["QUA"]',
        "modules[WPC].prerequisites",
        "The prerequisites go round in a circle: WPC, QUA, WPC.",
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
    "an item twice": (
        'id = "measurement"',
        'id = "preparation"',
        "checklist[preparation]",
        "The id 'preparation' occurs twice.",
    ),
    "an item that applies nowhere": (
        'applies = ["classroom", "visit"]',
        "applies = []",
        "checklist[preparation].applies",
        "An item applies to classroom, visit or both.",
    ),
    "an item for an unknown place": (
        'applies = ["classroom", "visit"]',
        'applies = ["canteen"]',
        "checklist[preparation].applies",
        "'canteen' is unknown here; known: classroom, visit.",
    ),
    "no minimum of experience": (
        'id = "sme-experience"',
        'id = "sme"',
        "screening[sme-experience]",
        "This item must be there and be mandatory.",
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
        "'maybe' is unknown here; known: block, free, mitigate.",
    ),
    "an unknown act": (
        'screen = "block"',
        'sing = "free", screen = "block"',
        "relations.self.sing",
        "This key is unknown.",
    ),
    "an unknown module in a variant": (
        'modules = ["WPC",',
        'modules = ["WPX",',
        "variants[five-modules-in-three-days].modules",
        "'WPX' is unknown here; known: BAS, BCP, CSH, GEN, HOC, LEA, OSH, QUA, RBU, REF, WFM, WPC.",
    ),
    "an unknown anchor": (
        'anchor = "draft_since"',
        'anchor = "new_year"',
        "reminders[application-incomplete].anchor",
        unknown("new_year", ANCHORS),
    ),
    "an unknown end of a reminder": (
        'stops_when = "submitted"',
        'stops_when = "bored"',
        "reminders[application-incomplete].stops_when",
        unknown("bored", STOPS),
    ),
    "an unknown recipient": (
        'recipient = "screener"',
        'recipient = "mother"',
        "reminders[screening-due].recipient",
        unknown("mother", PARTIES),
    ),
    "days of a reminder that fall": (
        "offset_days = [7, 21]",
        "offset_days = [21, 7]",
        "reminders[application-incomplete].offset_days",
        "The numbers must rise.",
    ),
    "days of a reminder as texts": (
        "offset_days = [7, 21]",
        'offset_days = ["7"]',
        "reminders[application-incomplete].offset_days",
        "This must be a list of whole numbers.",
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
    "a country twice": ('country = "MM"', 'country = "IN"', "overlays[IN]", "The country 'IN' occurs twice."),
    "a module number for an unknown module": (
        'M3 = "LEA"',
        'M3 = "LEX"',
        "overlays[ET].module_numbers.M3",
        "'LEX' is unknown here; known: BAS, BCP, CSH, GEN, HOC, LEA, OSH, QUA, RBU, REF, WFM, WPC.",
    ),
    "a strange module number": (
        'M3 = "LEA"',
        'three = "LEA"',
        "overlays[ET].module_numbers.three",
        "A module number looks like M3.",
    ),
    **OF_SCHEDULES,
}
