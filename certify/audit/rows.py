"""Rows as the driver gives them, streamed: what is checked must not pass through anything that mends it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from sqlite3 import OperationalError
from typing import Any

from sqlalchemy import Connection

BATCH = 5000  # rows that a PostgreSQL cursor hands over at once
Rows = Iterable[tuple[Any, ...]]


def read(connection: Connection, asked: Any) -> Rows:
    """The rows of a statement, one at a time, on the snapshot that the connection has begun.

    A text of SQLite that is not UTF-8 comes as its bytes, so that it is found and named like any other value.
    """
    if connection.dialect.name == "sqlite":
        return _whatever_lies_there(connection, asked)
    return read_strictly(connection, asked)


def read_strictly(connection: Connection, asked: Any) -> Rows:
    """The same, and quicker; on SQLite it raises `sqlite3.OperationalError` at a text that is not UTF-8."""
    compiled = asked.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    raw: Any = connection.connection
    if connection.dialect.name == "sqlite":
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        rows: Rows = raw.cursor().execute(str(compiled), values)
        return rows
    return _from_server(raw, str(compiled), compiled.params)


def _whatever_lies_there(connection: Connection, asked: Any) -> Iterator[tuple[Any, ...]]:
    """Quickly up to the first text that cannot be decoded, and from there on with a look at each."""
    n = 0
    try:
        for row in read_strictly(connection, asked):
            yield row
            n += 1
        return
    except OperationalError as error:
        if "decode" not in str(error):
            raise
    driver: Any = connection.connection.driver_connection
    usual, driver.text_factory = driver.text_factory, _text_or_bytes
    try:
        yield from islice(read_strictly(connection, asked), n, None)
    finally:
        driver.text_factory = usual


def _text_or_bytes(stored: bytes) -> str | bytes:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


def _from_server(raw: Any, statement: str, values: Any) -> Iterator[tuple[Any, ...]]:
    """A named cursor stays on the server, so that a log of any length fits."""
    with raw.cursor(name=f"audit_{abs(hash(statement))}", binary=True) as cursor:
        cursor.itersize = BATCH
        cursor.execute(statement, values)
        yield from cursor
