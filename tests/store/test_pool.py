"""The connections that are kept: one writes to SQLite, and those to PostgreSQL are alive."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError

from certify.models import db
from certify.models.store import own_tx, write_tx
from tests.cast import World

ASKED = text("SELECT 1")


@contextmanager
def _settings() -> Iterator[list[str]]:
    """The settings that were changed meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("PRAGMA"):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def postgresql(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("a rule about PostgreSQL")


def test_reading_and_writing_in_turn_changes_no_setting(app: Flask, world: World) -> None:
    with write_tx() as session:
        session.execute(ASKED)
    with _settings() as said:
        for _ in range(3):
            db.session.execute(ASKED)
            with write_tx() as session:
                session.execute(ASKED)
            with own_tx() as beside:
                beside.execute(ASKED)
    db.session.rollback()
    assert said == []


def test_whoever_reads_is_never_handed_the_connection_that_writes(app: Flask, world: World) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a rule about SQLite")
    with write_tx() as session:
        session.execute(ASKED)
    with db.engine.connect() as first, db.engine.connect() as second:
        answers = [one.exec_driver_sql("PRAGMA query_only").scalar() for one in (first, second)]
    assert answers == [1, 1]


@pytest.mark.usefixtures("postgresql")
def test_a_connection_that_the_server_closed_is_replaced_before_it_is_used() -> None:
    with write_tx() as session:
        process = session.execute(text("SELECT pg_backend_pid()")).scalar()
    other = create_engine(db.engine.url)
    with other.connect() as stranger:
        stranger.execute(text("SELECT pg_terminate_backend(:it, 5000)"), {"it": process})
    other.dispose()
    with write_tx() as session:
        assert session.execute(text("SELECT pg_backend_pid()")).scalar() != process


@pytest.mark.usefixtures("postgresql")
def test_a_connection_that_wrote_only_reads_when_it_is_handed_on() -> None:
    with write_tx() as session:
        session.execute(ASKED)
    raw = db.engine.raw_connection()
    try:
        with pytest.raises(Exception, match="read-only"):
            raw.cursor().execute("UPDATE person SET name = ''")
    finally:
        raw.close()
    with pytest.raises(DBAPIError, match="read-only"):
        db.session.execute(text("UPDATE person SET name = ''"))
    db.session.rollback()
