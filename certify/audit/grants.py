"""What the application's own role may do on PostgreSQL: everything it does, and to the log only add."""

from sqlalchemy import Connection, text

from certify.models import Base
from certify.models.guards import TABLES

_ERASABLE = "event_secret"  # a trigger lets go only what the log tells of


def give(connection: Connection, role: str) -> None:
    """Grant a role what the application needs; for the owner of the tables to run. Raises ValueError."""
    if connection.scalar(text("SELECT current_user")) == role:
        raise ValueError(f"{role} owns the tables and may do anything; name a role of the application's own.")
    quoted = connection.dialect.identifier_preparer.quote_identifier
    to = quoted(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {to}"))
    connection.execute(text(f"GRANT SELECT ON alembic_version TO {to}"))
    for table in sorted(Base.metadata.tables):
        connection.execute(text(f"REVOKE ALL ON {quoted(table)} FROM {to}"))
        connection.execute(text(f"GRANT {', '.join(_rights(table))} ON {quoted(table)} TO {to}"))


def _rights(table: str) -> tuple[str, ...]:
    if table not in TABLES:
        return ("SELECT", "INSERT", "UPDATE", "DELETE")
    return ("SELECT", "INSERT", "DELETE") if table == _ERASABLE else ("SELECT", "INSERT")


def excess(connection: Connection) -> list[str]:
    """What the connected role may do to the log's tables and should not, each as "DELETE on event"."""
    asked = text("SELECT has_table_privilege(CAST(:table AS text), CAST(:right AS text))")
    return [
        f"{right} on {table}"
        for table in TABLES
        for right in ("UPDATE", "DELETE", "TRUNCATE")
        if right not in _rights(table) and connection.scalar(asked, {"table": table, "right": right})
    ]
