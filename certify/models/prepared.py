"""Statements that are made once, compiled once, and run on the driver: what a move reads and writes.

SQLAlchemy's tables and types say what the SQL is and how values go in and come out (models/plans.py). What is
left out is what it does anew at every execution, which takes several times as long as the statement.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable
from sqlalchemy.orm import Session, SessionTransaction

from certify.models.plans import plan_of

Answer = TypeVar("Answer")
_KNOWN = "connection of the transaction"


def connection_of(session: Session) -> Connection:
    """The connection of the session's transaction, which begins when it has not."""
    begun_in, connection = session.info.get(_KNOWN, (None, None))
    transaction = innermost(session)
    if transaction is None or begun_in is not transaction or not transaction.is_active:
        connection = session.connection()
        session.info[_KNOWN] = (innermost(session), connection)
    found: Connection = connection
    return found


def innermost(session: Session) -> SessionTransaction | None:
    """The transaction that the session is in, or the savepoint: what is known of it ends with it."""
    return session.get_nested_transaction() or session.get_transaction()


def read(session: Session, statement: Executable, given: Mapping[str, Any]) -> list[Any]:
    """The rows that a statement finds, or tells of what it wrote; each has the columns' names."""
    connection = connection_of(session)
    plan = plan_of(statement, connection.dialect, given)
    return plan.rows(_run(connection, plan.sql, plan.parameters(given), plan.found))


def write(session: Session, statement: Executable, *given: Mapping[str, Any]) -> int:
    """How many rows a statement changed, run once with each of what is given."""
    connection = connection_of(session)
    plan = plan_of(statement, connection.dialect, given[0])
    bound = [plan.parameters(one) for one in given]
    return _run(connection, plan.sql, bound if len(bound) > 1 else bound[0], _changed)


def say(connection: Connection, sql: str) -> None:
    """Run plain SQL on the driver."""
    _run(connection, sql, () if connection.dialect.positional else {}, _changed)


def _changed(cursor: Any) -> int:
    found: int = cursor.rowcount
    return found


def _run(connection: Connection, sql: str, bound: Any, answer: Callable[[Any], Answer]) -> Answer:
    """What the driver answers; its errors come as SQLAlchemy's, and whoever watches statements is told."""
    many = isinstance(bound, list)
    cursor = _cursor_of(connection)
    try:
        for watcher in connection.dispatch.before_cursor_execute:
            sql, bound = watcher(connection, cursor, sql, bound, None, many)
        (cursor.executemany if many else cursor.execute)(sql, bound)
        return answer(cursor)
    except BaseException as error:
        connection.info.pop("cursor", None)  # whose next statement nobody could trust
        if isinstance(error, Exception) and not isinstance(error, connection.dialect.loaded_dbapi.Error):
            raise
        connection._handle_dbapi_exception(error, sql, bound, cursor, None)


def _cursor_of(connection: Connection) -> Any:
    """One that is kept as long as the driver's connection: making one takes psycopg as long as using it."""
    kept = connection.info
    if "cursor" not in kept:
        kept["cursor"] = connection.connection.cursor()
    return kept["cursor"]
