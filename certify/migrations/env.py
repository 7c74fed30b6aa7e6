"""Runs the migrations: one transaction, one process at a time, through the one way to write."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import JSON, Connection, text

from certify.models.base import Instant, Word
from certify.models.store import write_mode

# Any number will do, as long as nobody else of this database uses it: "certify" on a telephone's keys.
ADVISORY_LOCK = 2378439


def _render(kind: str, value: Any, autogenerate: Any) -> str | Literal[False]:
    """Plain SQL types in a revision, so that an old revision never depends on today's code."""
    if kind == "type" and isinstance(value, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, Word):
        return "sa.String(40)"
    if kind == "type" and isinstance(value, JSON):
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def _foreign_keys(connection: Connection, setting: str) -> None:
    """Batch mode rebuilds a table by dropping it, which SQLite would cascade; only outside a transaction."""
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute(f"PRAGMA foreign_keys = {setting}")


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Two processes that start at once: the second waits here, then finds nothing left to do.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    context.configure(
        connection=connection,
        target_metadata=current_app.extensions["migrate"].db.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=_render,
    )
    context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"The migration leaves rows without their parents: {broken[:5]}")


def run() -> None:
    """Bring the database to the newest revision, or change nothing."""
    engine = current_app.extensions["migrate"].db.engine
    with write_mode(engine), engine.connect() as connection:
        _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                _migrate(connection)
        finally:
            _foreign_keys(connection, "ON")


if context.is_offline_mode():
    raise RuntimeError("Migrations run against a database; --sql is not offered.")
run()
