"""R12 on SQLite: a text that is not UTF-8 is found and named like any other change, and stops nothing.

SQLite keeps any bytes as a text, and the driver raises at them. PostgreSQL takes no such text.
"""

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from certify.models import Base, Event, db
from certify.models.guards import take_down
from certify.models.store import write_mode
from tests.databases import Sqlite
from tests.faults.test_tampering import Thief, key_of, played
from tests.player import Player

__all__ = ["played"]

NO_UTF_8 = "CAST(x'C328' AS TEXT)"
COLUMNS = {
    "event": "case_id at actor_id subject_kind subject_id move from_state to_state facts scheme_version "
    "key_id",
    "event_secret": "path value",
    "log_leaf": "event_id",
    "certification": "state case_id scheme_version",
    "stored_file": "sha256",
    "message": "case_id",
}


@pytest.fixture
def database_kind(sqlite_kind: Sqlite) -> Sqlite:
    return sqlite_kind


def test_a_text_that_is_not_utf_8_is_found_and_stops_nothing(played: Thief) -> None:
    for table, columns in COLUMNS.items():
        one = Base.metadata.tables[table]
        row = played.rows(one)[0]
        id = str(row.get("id") or row["event_id"])
        for column in columns.split():
            with played.change(update(one).where(key_of(row, one)).values({column: text(NO_UTF_8)})):
                found = [finding for finding in played.found() if id in finding.row.split()]
                assert found != [], f"{table} {column}"
                assert [finding for finding in found if not finding.remedy] == []


def test_the_commands_go_on_at_a_text_that_is_not_utf_8(trained: Player, app: Flask) -> None:
    with write_mode(db.engine), db.engine.begin() as connection:
        take_down(connection)
        broken = connection.scalar(select(Event.id).where(Event.move == "submit"))
        for column in ("facts", "key_id", "at"):
            connection.exec_driver_sql(f"UPDATE event SET {column} = {NO_UTF_8} WHERE id = '{broken}'")
    run = app.test_cli_runner()
    for args in (["audit", "verify"], ["audit", "verify", "--json"], ["doctor"]):
        said = run.invoke(args=args)
        assert (said.exit_code, type(said.exception)) == (1, SystemExit), said.output
        assert broken in said.output or "flask audit verify" in said.output
