"""The replay knows every workflow: no state of a case is moved without `audit verify` seeing it."""

import ast
from pathlib import Path

import certify.workflows
from certify.models import Base
from certify.workflows import load
from certify.workflows.engine import workflows

WITHOUT_EVENTS = {"message"}  # sent or not: that is no state of a case


def _declared() -> set[str]:
    """The names of all workflows that some module declares."""
    return {
        str(given.value.value)
        for path in Path(certify.workflows.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Workflow", "engine.Workflow")
        for given in node.keywords
        if given.arg == "name" and isinstance(given.value, ast.Constant)
    }


def test_every_workflow_that_is_declared_is_known_to_the_replay() -> None:
    load()
    assert {one.name for one in workflows()} == _declared()


def test_everything_with_a_state_in_a_case_is_moved_by_a_workflow() -> None:
    load()
    moved = {one.row.__tablename__ for one in workflows()}
    stateful = {
        table.name for table in Base.metadata.tables.values() if {"state", "case_id"} <= set(table.c.keys())
    }
    assert stateful - moved == WITHOUT_EVENTS
