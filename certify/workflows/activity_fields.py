"""The own fields of each kind of activity: declared once; forms, API schema and check come from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from certify.scheme.sentences import say
from certify.scheme.words import ActivityKind, VisitPurpose


class FieldKind(StrEnum):
    """What sort of value a field holds; each maps to one form field and one API type."""

    DAY = "day"  # YYYY-MM-DD
    TEXT = "text"  # one line
    LONG_TEXT = "long_text"
    READING = "reading"  # a text or a number, kept as text
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CHOICE = "choice"
    PERSONS = "persons"  # ids, in order
    ENTERPRISE = "enterprise"  # an id
    ENTERPRISES = "enterprises"
    CERTIFICATION = "certification"
    SCORES = "scores"  # a list of whole numbers within the bounds
    ROWS = "rows"  # a list of objects with the fields in `columns`
    GROUP = "group"  # one object with the fields in `columns`
    READINGS = "readings"  # {name: reading}, or a list of {kpi, value, unit}
    PEOPLE_MET = "people_met"  # a text, a number of people, or a list of names


@dataclass(frozen=True)
class Field:
    """One field; `minimum` and `maximum` bound numbers and each score, inclusive unless `above`."""

    name: str
    kind: FieldKind
    label: str
    hint: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()  # value, label
    columns: tuple["Field", ...] = ()
    minimum: int | None = None
    above: int | None = None
    maximum: int | None = None
    max_length: int = 4000


SEXES = (("f", say("Women")), ("m", say("Men")), ("x", say("Other or not said")))
ROLES = (("manager", say("Managers")), ("worker", say("Workers")))
PURPOSES = (
    (VisitPurpose.CONSULTATION.value, say("Consultation")),
    (VisitPurpose.ENDLINE.value, say("End-line readings")),
    (VisitPurpose.QA.value, say("Quality assurance")),
)

_HELD_ON = Field("held_on", FieldKind.DAY, say("Held on"), required=True)
_FIRST_DAY = Field("held_on", FieldKind.DAY, say("First day"), hint=say("Follows from the days."))
_ENTERPRISE = Field("enterprise", FieldKind.ENTERPRISE, say("Enterprise"), required=True)
_TRAINERS = Field(
    "trainers",
    FieldKind.PERSONS,
    say("Trainers"),
    hint=say("Whoever of the cohort's trainers took part; all of them unless you say otherwise."),
)
_DAYS = Field(
    "days",
    FieldKind.ROWS,
    say("Days"),
    required=True,
    columns=(
        Field("on", FieldKind.DAY, say("Day"), required=True),
        Field("hours", FieldKind.DECIMAL, say("Hours"), required=True, above=0, maximum=24),
    ),
)
_ROSTER = Field(
    "roster",
    FieldKind.ROWS,
    say("Roster"),
    columns=(
        Field("certification", FieldKind.CERTIFICATION, say("Candidate"), required=True),
        Field("hours_present", FieldKind.DECIMAL, say("Hours present"), minimum=0, maximum=1000),
        Field(
            "days_present",
            FieldKind.ROWS,
            say("Hours present by day"),
            hint=say("Where given, the hours present follow from it."),
            columns=(
                Field("on", FieldKind.DAY, say("Day"), required=True),
                Field("hours", FieldKind.DECIMAL, say("Hours"), required=True, minimum=0, maximum=24),
            ),
        ),
        Field("test_percent", FieldKind.DECIMAL, say("Knowledge test, %"), minimum=0, maximum=100),
        Field("micro_teaching", FieldKind.SCORES, say("Micro-teaching, each 1 to 5"), minimum=1, maximum=5),
    ),
)
_ATTENDANCE = Field(
    "attendance",
    FieldKind.ROWS,
    say("Attendance"),
    columns=(
        _ENTERPRISE,
        Field("role", FieldKind.CHOICE, say("Role"), required=True, choices=ROLES),
        Field("sex", FieldKind.CHOICE, say("Sex"), required=True, choices=SEXES),
        Field("n", FieldKind.INTEGER, say("People"), required=True, minimum=0, maximum=1000),
    ),
)
_FEEDBACK = Field(
    "feedback",
    FieldKind.GROUP,
    say("Feedback of the participants"),
    columns=(
        Field("asked", FieldKind.INTEGER, say("Asked"), required=True, minimum=0, maximum=10_000),
        Field("answers", FieldKind.SCORES, say("Answers, each 1 to 5"), minimum=1, maximum=5),
    ),
)

FIELDS: Mapping[ActivityKind, tuple[Field, ...]] = {
    ActivityKind.TOT_EVENT: (
        _DAYS,
        _FIRST_DAY,
        Field(
            "facilitators",
            FieldKind.PERSONS,
            say("Facilitators"),
            hint=say("Expert Trainers; the first one leads and confirms."),
            required=True,
        ),
        _ROSTER,
    ),
    ActivityKind.BASELINE: (
        _HELD_ON,
        _ENTERPRISE,
        Field("manager_interviewed", FieldKind.BOOLEAN, say("A manager was interviewed")),
        Field("worker_interviewed", FieldKind.BOOLEAN, say("A worker was interviewed")),
        Field("readings", FieldKind.READINGS, say("Baseline readings")),
    ),
    ActivityKind.WORKSHOP: (
        _DAYS,
        _FIRST_DAY,
        _TRAINERS,
        Field("enterprises", FieldKind.ENTERPRISES, say("Enterprises"), required=True),
        _ATTENDANCE,
        _FEEDBACK,
    ),
    ActivityKind.VISIT: (
        _HELD_ON,
        _ENTERPRISE,
        _TRAINERS,
        Field("purpose", FieldKind.CHOICE, say("Purpose"), required=True, choices=PURPOSES),
        Field("people_met", FieldKind.PEOPLE_MET, say("People met")),
        Field("report", FieldKind.LONG_TEXT, say("Visit report"), max_length=20_000),
    ),
    ActivityKind.IMPROVEMENT_PROJECT: (
        _HELD_ON,
        _ENTERPRISE,
        Field("problem", FieldKind.LONG_TEXT, say("Problem"), required=True),
        Field("action", FieldKind.LONG_TEXT, say("What was done")),
        Field("before", FieldKind.READING, say("Before")),
        Field("after", FieldKind.READING, say("After")),
        Field("sustained", FieldKind.BOOLEAN, say("The improvement is sustained")),
    ),
    ActivityKind.CYCLE_REPORT: (
        _HELD_ON,
        Field("report", FieldKind.LONG_TEXT, say("Report"), required=True, max_length=20_000),
        Field("lessons", FieldKind.LONG_TEXT, say("Lessons")),
    ),
    ActivityKind.REFRESHER: (
        _HELD_ON,
        Field("hours", FieldKind.DECIMAL, say("Hours"), required=True, above=0, maximum=200),
    ),
    ActivityKind.CODE_OF_CONDUCT: (
        Field("signed_on", FieldKind.DAY, say("Signed on"), required=True),
        Field("held_on", FieldKind.DAY, say("Held on"), hint=say("The day of signing.")),
    ),
}

LOG_KINDS = (ActivityKind.REFRESHER, ActivityKind.CODE_OF_CONDUCT)
WITH_DAYS = (ActivityKind.TOT_EVENT, ActivityKind.WORKSHOP)
