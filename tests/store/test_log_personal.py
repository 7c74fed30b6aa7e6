"""What the log holds of people: every typed text is sealed as a commitment, and no name slips past."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from certify.models import Event, Person, db
from certify.models.commitments import committed, revealed
from certify.scheme.words import ActivityKind
from certify.workflows.activity_clean import clean_fields
from certify.workflows.activity_fields import FIELDS, Field, FieldKind
from certify.workflows.engine import workflows
from certify.workflows.log import plain
from certify.workflows.personal import KEPT, PERSONAL, typed_path, typed_paths
from tests.databases import Sqlite
from tests.demo import installed


def test_every_typed_fact_of_a_move_is_personal_or_kept_on_purpose() -> None:
    typed = {
        path
        for workflow in workflows()
        for move in workflow.moves.values()
        for fact in move.facts
        if (path := typed_path(fact)) is not None
    }
    assert typed - set(KEPT) <= set(PERSONAL)
    assert set(KEPT) <= typed


def test_every_typed_field_of_an_activity_is_personal() -> None:
    fields = [field for fields in FIELDS.values() for field in fields]
    typed = {path for field in fields for path in typed_paths(field)}
    assert typed - set(PERSONAL) == set()
    assert {"people_met", "people_met/*", "readings/*/value", "report", "before"} <= typed


@pytest.mark.parametrize("kind", FieldKind)
def test_every_kind_of_field_has_a_decision(kind: FieldKind) -> None:
    assert len(list(typed_paths(Field("x", kind, "X")))) == {
        FieldKind.TEXT: 1,
        FieldKind.LONG_TEXT: 1,
        FieldKind.READING: 1,
        FieldKind.PEOPLE_MET: 2,
        FieldKind.READINGS: 3,
    }.get(kind, 0)


def test_a_typed_column_of_rows_and_groups_would_be_found() -> None:
    said = (Field("said", FieldKind.TEXT, "Said"),)
    assert list(typed_paths(Field("x", FieldKind.ROWS, "X", columns=said))) == ["x/*/said"]
    assert list(typed_paths(Field("x", FieldKind.GROUP, "X", columns=said))) == ["x/said"]


ON = {"held_on": "2026-05-04", "enterprise": "e" * 20}
VISIT = {**ON, "purpose": "consultation"}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (ActivityKind.VISIT, {**VISIT, "people_met": ["Petra Typed", "Omar Typed"]}),
        (ActivityKind.VISIT, {**VISIT, "people_met": "Petra Typed", "report": "Typed."}),
        (ActivityKind.BASELINE, {**ON, "readings": [{"kpi": "Typed", "value": "Typed", "unit": "Typed"}]}),
        (ActivityKind.BASELINE, {**ON, "readings": {"Petra Typed": "Omar Typed"}}),
        (ActivityKind.IMPROVEMENT_PROJECT, {**ON, "problem": "Typed", "before": "Typed", "after": "Typed"}),
    ],
)
def test_whatever_form_a_typed_field_takes_its_text_is_committed(
    kind: ActivityKind, given: dict[str, Any]
) -> None:
    told = plain(clean_fields(kind, given))
    kept, _secrets = committed(told, PERSONAL)
    assert "Typed" in json.dumps(told)
    assert "Typed" not in json.dumps(kept)


def test_what_was_committed_reads_as_before_and_erased_texts_keep_their_shape() -> None:
    facts = {
        "reasons": [{"requirement": "toe-start", "reason": "Late."}],
        "conflicts": ["My brother."],
        "before": {"name": "Old name", "size": 40},
        "narrative": "",
        "a/b~c": 1,
    }
    kept, secrets = committed(facts, PERSONAL)
    assert revealed(kept, {one.path: json.loads(one.value) for one in secrets}) == facts
    assert revealed(kept, {}) == {
        **facts,
        "reasons": [{"requirement": "toe-start", "reason": "(erased)"}],
        "conflicts": ["(erased)"],
        "before": {"name": "(erased)", "size": 40},
    }
    assert len({one.salt for one in secrets}) == 3


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = value.values()
    elif isinstance(value, str):
        yield value
        return
    elif not isinstance(value, list):
        return
    for each in value:
        yield from _texts(each)


def test_no_name_and_no_address_stands_in_the_log_of_the_demonstration(
    sqlite_kind: Sqlite, tmp_path: Path
) -> None:
    with installed(sqlite_kind, tmp_path / "demo").app().app_context():
        people = db.session.execute(select(Person.name, Person.email)).all()
        known = {text for person in people for text in person}
        events = db.session.scalars(select(Event)).all()
        told = {text for event in events for text in _texts(event.facts)}
        recorded = {text for event in events for text in _texts(json.loads(event.recorded))}
        assert {text for text in told if any(name in text for name in known)} != set(), "one who confirmed"
        assert {text for text in recorded if any(name in text for name in known)} == set()
        assert {text for text in recorded if " " in text and text not in _said_by_the_scheme(events)} == set()
        db.engine.dispose()


def _said_by_the_scheme(events: Any) -> set[str]:
    """Sentences of requirements in the snapshot of a decision."""
    return {text for event in events for text in _texts(event.facts.get("requirements", []))} | {
        str(event.facts.get("source")) for event in events
    }
