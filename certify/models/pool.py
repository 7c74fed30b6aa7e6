"""The connections that are kept: to SQLite one that writes and others that read, to PostgreSQL living ones.

Changing `query_only` makes SQLite prepare every statement of a connection anew, which took as long as all
that a move asks. There is one writer at a time (models/turns.py), and so one connection is enough.
"""

from contextvars import ContextVar
from select import POLLIN, poll
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Dialect, QueuePool
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

ASKED_AFTER = 1.0  # seconds
writing: ContextVar[bool] = ContextVar("certify_writing", default=False)


class OneWrites(QueuePool):
    """A pool whose connection for writing waits beside the queue; it is handed to nobody who only reads."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._writer: ConnectionPoolEntry | None = None
        self._beside = Lock()

    def _do_get(self) -> ConnectionPoolEntry:
        return self._take() or super()._do_get() if writing.get() else super()._do_get()

    def _take(self) -> ConnectionPoolEntry | None:
        with self._beside:
            taken, self._writer = self._writer, None
        return taken

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        with self._beside:
            if record.info.get("writes") and self._writer is None:
                self._writer = record
                return
        super()._do_return_conn(record)

    def dispose(self) -> None:
        """Close what is idle, the one that writes too."""
        writer = self._take()
        if writer is not None:
            writer.close()
        super().dispose()


def still_there(dialect: Dialect, driver: Any, record: ConnectionPoolEntry, _handed: object) -> None:
    """Have the pool connect anew when the server is gone: it closed its end, or answers no question.

    A connection that was used a moment ago is asked nothing while its end is open.
    """
    now = monotonic()
    rested = now - record.info.get("used", -ASKED_AFTER) >= ASKED_AFTER
    record.info["used"] = now
    try:
        if rested or _told_something(driver.fileno()):
            dialect.do_ping(driver)
        driver.read_only = None  # as the session was set up, whatever was done with it last
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _told_something(descriptor: int) -> bool:
    """Whether there is something to be read: between statements, that is the end."""
    asked = poll()
    asked.register(descriptor, POLLIN)
    return bool(asked.poll(0))
