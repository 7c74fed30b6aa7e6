"""Stored states against the replay of the events, in the database: nothing is held in memory."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, func, inspect, select, type_coerce

from certify.audit.findings import Finding
from certify.audit.rows import read
from certify.models import Event
from certify.workflows.engine import NEW, Workflow, workflows

_WORKFLOW = "Only the application writes states; what the log says is what happened."


def findings(connection: Connection, case_id: str | None = None) -> Iterator[Finding]:
    """Things whose stored state their events do not explain, and events that do not follow each other."""
    for workflow in workflows():
        yield from _breaks(connection, workflow, case_id)
        yield from _differences(connection, workflow, case_id)


def _breaks(connection: Connection, workflow: Workflow, case_id: str | None) -> Iterator[Finding]:
    before = func.coalesce(
        func.lag(Event.to_state).over(partition_by=Event.subject_id, order_by=Event.seq), NEW
    )
    lived = (
        select(Event.id, Event.from_state, before.label("before")).where(*_of(workflow, case_id)).subquery()
    )
    asked = select(lived).where(lived.c.from_state != lived.c.before)
    for id, left, was in read(connection, asked):
        yield Finding("event", id, f"it leaves {left}, the {workflow.name} was {was}")


def _differences(connection: Connection, workflow: Workflow, case_id: str | None) -> Iterator[Finding]:
    table: Any = inspect(workflow.row).local_table
    place = func.row_number().over(partition_by=Event.subject_id, order_by=Event.seq.desc())
    lived = (
        select(Event.subject_id, Event.case_id, Event.to_state, place.label("place"))
        .where(*_of(workflow, case_id))
        .subquery()
    )
    last = select(lived).where(lived.c.place == 1).subquery()
    state = type_coerce(table.c.state, String)
    stored = select(table.c.id, state.label("state"))
    if case_id is not None:
        stored = stored.where(table.c.case_id == case_id)
    rows = stored.subquery()
    both = (
        select(rows.c.id, rows.c.state, last.c.subject_id, last.c.to_state)
        .select_from(rows)
        .outerjoin(last, last.c.subject_id == rows.c.id)
        .where(last.c.to_state.is_(None) | (last.c.to_state != rows.c.state))
    )
    for id, found, _subject, led_to in read(connection, both):
        yield Finding(workflow.name, id, f"stored {found}, replayed {led_to}", _WORKFLOW)
    gone = (
        select(last.c.subject_id, last.c.to_state)
        .select_from(last)
        .outerjoin(rows, rows.c.id == last.c.subject_id)
        .where(rows.c.id.is_(None))
    )
    for id, led_to in read(connection, gone):
        yield Finding(workflow.name, id, f"stored None, replayed {led_to}", _WORKFLOW)


def _of(workflow: Workflow, case_id: str | None) -> list[ColumnElement[bool]]:
    wanted = [Event.subject_kind == workflow.name]
    return wanted if case_id is None else [*wanted, Event.case_id == case_id]
