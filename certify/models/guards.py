"""The triggers by which the database itself refuses to change the log, for each dialect.

They stop a mistake, a bug and a stranger's SQL, not somebody who may drop them: for that one, the chain and
the MAC. SQLite needs a guard on INSERT too, for INSERT OR REPLACE deletes without asking a trigger.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

PREFIX = "append_only"
_KEYS = {  # what a second row must not share with a first: none of these tables replaces a row
    "event": ("id = NEW.id", "case_id = NEW.case_id AND seq = NEW.seq"),
    "log_leaf": ("number = NEW.number", "event_id = NEW.event_id"),
    "event_secret": ("event_id = NEW.event_id AND path = NEW.path",),
}
TABLES = tuple(_KEYS)
# A personal value goes only when an event of the same case tells of its erasure (workflows/erasure.py).
_ERASED = (
    "EXISTS (SELECT 1 FROM event AS told JOIN event AS meant ON meant.case_id = told.case_id "
    "WHERE meant.id = OLD.event_id AND told.subject_kind = 'event' AND told.subject_id = OLD.event_id "
    "AND told.move = 'erase')"
)


def put_up(connection: Connection) -> None:
    """Let the database refuse; what stands already stays."""
    for statement in _statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def take_down(connection: Connection) -> None:
    """Let changes through again: a downgrade, and tests that do what a thief of the password could."""
    postgresql = connection.dialect.name == "postgresql"
    for table in TABLES:
        for name in standing(connection, table):
            connection.exec_driver_sql(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))


def standing(connection: Connection, table: str) -> list[str]:
    """The names of the guards on a table that are up and awake."""
    asked = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND tgenabled = 'O' "
        f"AND tgname LIKE '{PREFIX}%' ORDER BY tgname"
        if connection.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table "
        f"AND name LIKE '{PREFIX}%' ORDER BY name"
    )
    return list(connection.execute(text(asked), {"table": table}).scalars())


def wanted(dialect: str, table: str) -> list[str]:
    """The names of the guards that belong on a table."""
    last = "truncate" if dialect == "postgresql" else "insert"
    return sorted(f"{PREFIX}_{table}_{act}" for act in ("update", "delete", last))


def _statements(dialect: str) -> Iterator[str]:
    return _postgresql() if dialect == "postgresql" else _sqlite()


def _sqlite() -> Iterator[str]:
    for table, keys in _KEYS.items():
        same = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {key})" for key in keys)
        when = {"update": "", "delete": _unless(table), "insert": f" WHEN {same}"}
        for act, condition in when.items():
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {PREFIX}_{table}_{act} BEFORE {act.upper()} ON {table}"
                f"{condition} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _unless(table: str) -> str:
    return f" WHEN NOT {_ERASED}" if table == "event_secret" else ""


def _postgresql() -> Iterator[str]:
    refuse = "RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only';"
    yield (
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {refuse} END $$"
    )
    yield (
        "CREATE OR REPLACE FUNCTION append_only_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {_ERASED} THEN RETURN OLD; END IF; {refuse} END $$"
    )
    for table in TABLES:
        function = "append_only_unless_erased" if table == "event_secret" else "append_only"
        each = "FOR EACH ROW EXECUTE FUNCTION"
        for act, called in (
            ("update", f"{each} append_only()"),
            ("delete", f"{each} {function}()"),
            ("truncate", "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"),
        ):
            yield (
                f"CREATE OR REPLACE TRIGGER {PREFIX}_{table}_{act} BEFORE {act.upper()} ON {table} {called}"
            )
