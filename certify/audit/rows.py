"""Rows as the driver gives them, streamed: what is checked must not pass through anything that mends it."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection

BATCH = 5000  # rows that a PostgreSQL cursor hands over at once


def read(connection: Connection, asked: Any) -> Iterable[tuple[Any, ...]]:
    """The rows of a statement, one at a time, on the snapshot that the connection has begun."""
    compiled = asked.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    raw: Any = connection.connection
    if connection.dialect.name == "sqlite":
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        rows: Iterable[tuple[Any, ...]] = raw.cursor().execute(str(compiled), values)
        return rows
    return _from_server(raw, str(compiled), compiled.params)


def _from_server(raw: Any, statement: str, values: Any) -> Iterator[tuple[Any, ...]]:
    """A named cursor stays on the server, so that a log of any length fits."""
    with raw.cursor(name=f"audit_{abs(hash(statement))}", binary=True) as cursor:
        cursor.itersize = BATCH
        cursor.execute(statement, values)
        yield from cursor
