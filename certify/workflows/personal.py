"""Which facts of events are personal: names and free texts, sealed as commitments that can be erased."""

from collections.abc import Iterator, Mapping

from certify.workflows.activity_fields import Field, FieldKind
from certify.workflows.facts import Fact, FactKind

# What people type and sign with, by its path in the facts of any event (models/commitments.py).
PERSONAL = (
    # told with a move
    "conflicts/*",
    "employer",
    "findings",
    "grounds",
    "narrative",
    "outcome",
    "other_email",
    "questions",
    "reason",
    "reasons/*/reason",
    "statement",
    "to_complete",
    "to_repeat",
    "what",
    # scoring
    "comments/*",
    "not_applicable/*",
    "notes/*",
    # added by effects: who confirmed without an account, relations that need a second observer, and
    # what was said of the evidence at a decision
    "confirmed_by",
    "returned_by",
    # the account from which a command was run, which often is a person's
    "operator",
    "counted/*/reasons/*/reason",
    "mitigate/*",
    "requirements/*/reasons/*",
    # of issuing bodies: an agreement may name who signed it
    "instrument",
    "legal_name",
    # the reports of activities; an enterprise or a cohort may carry a person's name
    "action",
    "after",
    "after/name",
    "before",
    "before/name",
    "lessons",
    "name",
    "people_met",
    "people_met/*",
    "problem",
    "readings/*/kpi",
    "readings/*/unit",
    "readings/*/value",
    "report",
)
# Typed, and yet not about the person: what consent was given for, and which certificate was recognised,
# stay in the register after an erasure.
KEPT = ("consents/*", "number", "source")

_TYPED = {
    FactKind.TEXT: "",
    FactKind.LONG_TEXT: "",
    FactKind.TEXTS: "/*",
    FactKind.TEXT_BY_ITEM: "/*",
    FactKind.REASONS: "/*/reason",
}


def typed_path(fact: Fact) -> str | None:
    """Where a declared fact holds free text; None when it holds none."""
    return fact.name + _TYPED[fact.kind] if fact.kind in _TYPED else None


# Where a field of an activity holds free text, for every kind: a new kind has to be decided here.
_TYPED_IN_FIELDS: Mapping[FieldKind, tuple[str, ...]] = {
    FieldKind.TEXT: ("",),
    FieldKind.LONG_TEXT: ("",),
    FieldKind.READING: ("",),
    FieldKind.PEOPLE_MET: ("", "/*"),
    FieldKind.READINGS: ("/*/kpi", "/*/unit", "/*/value"),
    FieldKind.DAY: (),
    FieldKind.BOOLEAN: (),
    FieldKind.INTEGER: (),
    FieldKind.DECIMAL: (),
    FieldKind.CHOICE: (),
    FieldKind.PERSONS: (),
    FieldKind.ENTERPRISE: (),
    FieldKind.ENTERPRISES: (),
    FieldKind.CERTIFICATION: (),
    FieldKind.SCORES: (),
    FieldKind.ROWS: (),
    FieldKind.GROUP: (),
}


def typed_paths(field: Field) -> Iterator[str]:
    """Where a field of an activity, and the columns in it, hold free text."""
    yield from (field.name + end for end in _TYPED_IN_FIELDS[field.kind])
    within = f"{field.name}/*/" if field.kind is FieldKind.ROWS else f"{field.name}/"
    for column in field.columns:
        yield from (within + path for path in typed_paths(column))
