"""How the databases are opened and how they are written: one way, `write_tx()`, with checked settings.

SQLite (RELIABILITY.md): WAL, synchronous FULL, foreign keys, recursive triggers; pysqlite opens no
transaction before SELECT, so we begin ourselves: DEFERRED and query-only to read, IMMEDIATE behind a
cross-process file lock to write. PostgreSQL: transactions are read-only unless `write_tx()` opened them.
"""

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import Engine, Executable, bindparam, event, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from certify.faults import Point, reach
from certify.models.base import db
from certify.models.record import CaseFile, Event
from certify.models.turns import turn
from certify.seal import Seal

_writing: ContextVar[bool] = ContextVar("certify_writing", default=False)
_open = threading.local()
Value = TypeVar("Value")

SQLITE_SETTINGS = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "recursive_triggers": ("ON", 1),
    "busy_timeout": ("10000", 10000),
    "query_only": ("ON", 1),
}


class SettingRefused(Exception):
    """The database did not take a setting that the record depends on."""


def engine_options(url: str) -> dict[str, Any]:
    """Options for `create_engine`, by the kind of database."""
    if url.startswith("sqlite"):
        return {"connect_args": {"isolation_level": None, "timeout": 10}}
    return {"pool_pre_ping": True}


def prepare(engine: Engine) -> None:
    """Attach the settings and the transaction style to an engine, once."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql)
        event.listen(engine, "begin", _begin_postgresql)


def use_seal(engine: Engine, seal: Seal) -> None:
    """The key that seals what is logged through this engine, and the retired ones."""
    engine.update_execution_options(certify_seal=seal)


def seal_of(session: Session) -> Seal:
    """The seal of the session's database."""
    found: Seal = session.connection().get_execution_options()["certify_seal"]
    return found


def log_has_begun(engine: Engine) -> bool:
    """Whether there is an event in the database; a database without tables has none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(Event.__tablename__):
            return False
        return connection.scalar(select(Event.id).limit(1)) is not None


def _set_up_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for name, (wanted, answer) in SQLITE_SETTINGS.items():
        cursor.execute(f"PRAGMA {name} = {wanted}")
        got = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        if got != answer:
            raise SettingRefused(f"SQLite answered {got!r} to PRAGMA {name} = {wanted}.")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if _writing.get():
        connection.info["wrote"] = True
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    if connection.info.pop("wrote", False):
        connection.exec_driver_sql("PRAGMA query_only = ON")
    connection.exec_driver_sql("BEGIN")


def _set_up_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY")
        for name in ("fsync", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            got = cursor.fetchone()[0]
            if got == "off" and name == "synchronous_commit":
                raise SettingRefused("PostgreSQL runs with synchronous_commit = off.")
    connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    if _writing.get():
        connection.exec_driver_sql("SET TRANSACTION READ WRITE")


@contextmanager
def write_mode(engine: Engine) -> Iterator[None]:
    """Let transactions begun inside write, holding the file lock on SQLite; for migrations too."""
    if getattr(_open, "depth", 0):
        raise RuntimeError("write_tx() inside write_tx(): a command is one transaction")
    database = engine.url.database
    lock = turn(f"{database}.lock", timeout=30) if engine.dialect.name == "sqlite" else nullcontext()
    with lock:
        _open.depth = 1
        token = _writing.set(True)
        try:
            yield
        finally:
            _writing.reset(token)
            _open.depth = 0


@contextmanager
def write_tx() -> Iterator[Session]:
    """The one way to write with the request's session: fresh snapshot, one commit, or nothing at all."""
    session: Session = db.session()
    session.rollback()
    with write_mode(db.engine):
        try:
            yield session
            reach(Point.COMMIT)
            session.commit()
            reach(Point.COMMITTED)
        except BaseException:
            session.rollback()
            raise


@contextmanager
def own_tx() -> Iterator[Session]:
    """A short transaction of its own, beside the request's: throttle counters, session touches, links."""
    with write_mode(db.engine), Session(db.engine, expire_on_commit=False) as session, session.begin():
        yield session
        reach(Point.COMMIT)


def once(session: Session, key: Hashable, read: Callable[[], Value]) -> Value:
    """What `read` answers, asked once a transaction: for values that no command changes half-way."""
    asked_in, known = session.info.get("once", (None, {}))
    if asked_in is None or asked_in is not session.get_transaction():
        known = {}
    if key not in known:
        known[key] = read()
        session.info["once"] = (session.get_transaction(), known)
    found: Value = known[key]
    return found


def once_while_reading(session: Session, key: Hashable, read: Callable[[], Value]) -> Value:
    """The same for values that a command does change: inside `write_tx()` they are read every time."""
    return read() if _writing.get() else once(session, key, read)


def rows_of(session: Session, statement: Executable, **given: Any) -> Sequence[Any]:
    """Plain rows of a statement that is made once, past the identity map; what waits is written first."""
    session.flush()
    return session.connection().execute(statement, given).all()


_LOCKING = (
    select(CaseFile)
    .where(CaseFile.id.in_(bindparam("ids", expanding=True)))
    .order_by(CaseFile.kind == "certification", CaseFile.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def lock_case(session: Session, *case_ids: str) -> list[CaseFile]:
    """Lock case files first and read them afresh (`SELECT … FOR UPDATE`).

    Cohorts and ToT events before certifications, each in id order: a command that locked the one it is
    about, and then locks the certifications concerned, waits in the same order as every other.
    """
    return list(session.scalars(_LOCKING, {"ids": case_ids}))
