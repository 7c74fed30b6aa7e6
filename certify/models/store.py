"""How the databases are opened and how they are written: one way, `write_tx()`, with checked settings.

SQLite (RELIABILITY.md): WAL, synchronous FULL, foreign keys, recursive triggers; pysqlite opens no
transaction before SELECT, so we begin ourselves: DEFERRED and query-only to read, IMMEDIATE behind a
cross-process file lock to write. PostgreSQL: transactions are read-only unless `write_tx()` opened them.
"""

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine, Executable, bindparam, event, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from certify.faults import Point, reach
from certify.models import prepared
from certify.models.base import db
from certify.models.pool import OneWrites, still_there
from certify.models.pool import writing as _writing
from certify.models.prepared import connection_of, innermost
from certify.models.record import CaseFile, Event
from certify.models.rows import forget
from certify.models.turns import turn
from certify.seal import Seal

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
        return {"connect_args": {"isolation_level": None, "timeout": 10}, "poolclass": OneWrites}
    return {}


def prepare(engine: Engine) -> None:
    """Attach the settings and the transaction style to an engine, once."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql)
        event.listen(engine, "checkout", partial(still_there, engine.dialect))
        event.listen(engine, "begin", _begin_postgresql)


def use_seal(engine: Engine, seal: Seal) -> None:
    """The key that seals what is logged through this engine, and the retired ones."""
    engine.update_execution_options(certify_seal=seal)


def seal_of(session: Session) -> Seal:
    """The seal of the session's database."""
    found: Seal = connection_of(session).get_execution_options()["certify_seal"]
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
    writes = _writing.get()
    if writes is not connection.info.get("writes", False):  # a pool's new connection, or none was idle
        prepared.say(connection, f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.info["writes"] = writes
    prepared.say(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")


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
    driver: Any = connection.connection.driver_connection  # says it with its own BEGIN
    driver.read_only = False if _writing.get() else None


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
    return prepared.read(session, statement, given)


class CaseEnd(NamedTuple):
    """Where the events of a case end."""

    id: str
    last_seq: int
    last_hash: bytes
    version: int


_ENDS = "where the locked cases end"
_END_OF = select(CaseFile.id, CaseFile.last_seq, CaseFile.last_hash, CaseFile.version).where(
    CaseFile.id.in_(bindparam("ids", expanding=True))
)
LOCKING = _END_OF.order_by(CaseFile.kind == "certification", CaseFile.id).with_for_update()


def lock_case(session: Session, *case_ids: str) -> list[CaseEnd]:
    """Lock case files first and read where they end (`SELECT … FOR UPDATE`).

    Cohorts and ToT events before certifications, each in id order: a command that locked the one it is
    about, and then locks the certifications concerned, waits in the same order as every other.
    """
    return _read_ends(session, LOCKING, case_ids)


def end_of(session: Session, case_id: str) -> CaseEnd:
    """Where a case ends, as its lock found it and its events since have moved it on."""
    known = _ends(session)
    return known[case_id] if case_id in known else _read_ends(session, _END_OF, [case_id])[0]


def move_end(session: Session, end: CaseEnd) -> None:
    """Note where a case ends now that events were written to it."""
    _ends(session)[end.id] = end
    forget(session, CaseFile, end.id)


def _read_ends(session: Session, statement: Executable, ids: Sequence[str]) -> list[CaseEnd]:
    session.flush()
    found = [CaseEnd(*row) for row in prepared.read(session, statement, {"ids": ids})]
    for end in found:
        move_end(session, end)
    return found


def _ends(session: Session) -> dict[str, CaseEnd]:
    begun_in, ends = session.info.get(_ENDS, (None, {}))
    if begun_in is None or begun_in is not innermost(session):
        ends = {}
        session.info[_ENDS] = (innermost(session), ends)
    known: dict[str, CaseEnd] = ends
    return known
