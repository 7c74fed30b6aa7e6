"""One number looked up by the shortest way: connections that stay with it, and one statement of the driver.

The pool's way to a connection and back takes longer than the answer, and so would every transaction: one
statement sees one state of the database by itself.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from certify.credentials.verdict import CredentialRecord
from certify.queries.register import record_of, statement_of

KEPT = 16  # as many as there are threads that ask at once, and hardly more
_NAME = "certify_lookups"  # among an engine's options


class Lookups:
    """What is asked of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._asked = statement_of(engine.dialect)
        self._idle: list[_Line] = []  # taking one and giving it back are each one step for all threads

    def ask(self, number: str, *, asker: str, since: int) -> tuple[CredentialRecord | None, int]:
        """What is known of a number, and the tries that were counted for the asker since then.

        Raises what the driver raises; the next question is asked on a connection that is new.
        """
        line = self._take()
        try:
            rows = line.read(number, asker, since)
        except BaseException:
            line.close()
            raise
        self._give_back(line)
        tries: int = rows[0][-1]
        if rows[0][0] is None:
            return None, tries
        return record_of(self._engine, [self._asked.read(row) for row in rows]), tries

    def close(self) -> None:
        """Let go of the connections that are idle."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> "_Line":
        try:
            return self._idle.pop()
        except IndexError:
            return _Line(self._engine, self._asked.sql)

    def _give_back(self, line: "_Line") -> None:
        if len(self._idle) < KEPT:
            self._idle.append(line)
        else:
            line.close()


class _Line:
    """A connection out of the engine's pool for good, with the settings that the pool gave it."""

    def __init__(self, engine: Engine, sql: str) -> None:
        pooled = engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.detach()
        if engine.dialect.name == "postgresql":
            driver.autocommit = True  # spares the round trips of BEGIN and ROLLBACK
        self._driver, self._sql = driver, sql
        self._execute: Callable[..., Any] = driver.cursor().execute

    def read(self, number: str, asker: str, since: int) -> list[Any]:
        found: list[Any] = self._execute(
            self._sql, {"number": number, "asker": asker, "since": since}
        ).fetchall()
        return found

    def close(self) -> None:
        self._driver.close()


def lookups(engine: Engine) -> Lookups:
    """Those of an engine; they let go of their connections when it does."""
    found: Lookups | None = engine.get_execution_options().get(_NAME)
    if found is None:
        found = Lookups(engine)
        engine.update_execution_options(**{_NAME: found})
        event.listen(engine, "engine_disposed", _closing(found))
    return found


def _closing(found: Lookups) -> Callable[[Engine], None]:
    return lambda _engine: found.close()
