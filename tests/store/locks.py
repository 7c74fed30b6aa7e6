"""Watching which case files a command locks, in which order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from certify.models.plans import plan_of
from certify.models.store import LOCKING


@contextmanager
def locked_cases() -> Iterator[list[str]]:
    """The ids of the case files that were locked meanwhile, each once, in the order of their locks."""
    found: list[str] = []

    def watch(connection: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        n = statement.count("?") - 1 if connection.dialect.positional else statement.count("%(ids_")
        if n < 0 or statement != plan_of(LOCKING, connection.dialect, {"ids": [""] * n}).sql:
            return
        cursor.execute(statement, parameters)
        found.extend(id for id, *_rest in cursor.fetchall() if id not in found)

    event.listen(Engine, "before_cursor_execute", watch)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", watch)
