"""The one way to write: nothing is lost between threads, nothing is written outside it."""

import threading
from collections.abc import Callable
from contextlib import nullcontext

import pytest
import sqlalchemy
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from certify.models import ThrottleCount, db
from certify.models.store import lock_case, own_tx, write_mode, write_tx
from tests.cast import World

THREADS, EACH = 8, 100


def _increment(session: Session) -> None:
    row = session.get_one(ThrottleCount, ("counter", 0))
    row.tries += 1


def _race(work: Callable[[], None]) -> int:
    """Eight threads, a hundred increments each; how many failed."""
    failed: list[Exception] = []

    def run() -> None:
        for _ in range(EACH):
            try:
                work()
            except OperationalError as error:
                failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(failed)


def _count(app: Flask) -> int:
    with app.app_context():
        return db.session.get_one(ThrottleCount, ("counter", 0)).tries


@pytest.fixture
def counter(app: Flask) -> Flask:
    with write_tx() as session:
        session.add(ThrottleCount(key="counter", window_start=0, tries=0))
    return app


@pytest.fixture
def sqlite_only(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a rule about SQLite")


@pytest.mark.usefixtures("sqlite_only")
def test_no_increment_is_lost_between_threads(counter: Flask) -> None:
    def work() -> None:
        with counter.app_context(), write_tx() as session:
            _increment(session)

    assert (_race(work), _count(counter)) == (0, THREADS * EACH)


@pytest.mark.usefixtures("sqlite_only")
def test_a_plain_begin_would_lose_increments(counter: Flask, settings: object) -> None:
    """The power check: the same race without our way of beginning a transaction."""
    engine = sqlalchemy.create_engine(db.engine.url, connect_args={"timeout": 10})

    def work() -> None:
        with Session(engine) as session:
            _increment(session)
            session.commit()

    failed = _race(work)
    engine.dispose()
    assert _count(counter) < THREADS * EACH or failed > 0


def test_own_transactions_of_threads_lose_nothing(counter: Flask) -> None:
    def work() -> None:
        with counter.app_context(), own_tx() as session:
            session.execute(sqlalchemy.update(ThrottleCount).values(tries=ThrottleCount.tries + 1))

    assert (_race(work), _count(counter)) == (0, THREADS * EACH)


def test_a_reading_transaction_refuses_to_write(counter: Flask) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        db.session.execute(sqlalchemy.update(ThrottleCount).values(tries=7))
    db.session.rollback()
    assert _count(counter) == 0


def test_reading_is_read_only_again_after_a_write(counter: Flask) -> None:
    with write_tx() as session:
        _increment(session)
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        db.session.execute(sqlalchemy.update(ThrottleCount).values(tries=7))
    db.session.rollback()


def test_write_tx_inside_write_tx_is_refused(counter: Flask) -> None:
    with pytest.raises(RuntimeError, match="one transaction"), write_tx(), write_tx():
        pass


def test_own_tx_inside_write_tx_is_refused(counter: Flask) -> None:
    with pytest.raises(RuntimeError, match="one transaction"), write_tx(), own_tx():
        pass


def test_an_exception_rolls_everything_back(counter: Flask) -> None:
    def work() -> None:
        with write_tx() as session:
            _increment(session)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert _count(counter) == 0


def test_writing_is_possible_again_after_a_failure(counter: Flask) -> None:
    with pytest.raises(ZeroDivisionError), write_tx():
        raise ZeroDivisionError
    with write_tx() as session:
        _increment(session)
    assert _count(counter) == 1


@pytest.mark.usefixtures("sqlite_only")
def test_sqlite_answers_to_its_settings(app: Flask) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 10000,
        "query_only": 1,
    }
    with db.engine.connect() as connection:
        answers = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    assert answers == wanted


def test_postgresql_reads_committed_and_read_only(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("a rule about PostgreSQL")
    with db.engine.connect() as connection:
        answers = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("transaction_isolation", "transaction_read_only", "synchronous_commit")
        }
    assert answers == {
        "transaction_isolation": "read committed",
        "transaction_read_only": "on",
        "synchronous_commit": "on",
    }


def test_locked_cases_come_in_the_order_of_their_ids(app: Flask, world: World) -> None:
    from certify.clock import real_now
    from certify.models import CaseFile

    with write_tx() as session:
        session.add_all(CaseFile(id=id, kind="certification", opened_at=real_now()) for id in "cab")
    with write_tx() as session:
        assert [case.id for case in lock_case(session, "c", "a", "b")] == ["a", "b", "c"]


def test_write_mode_is_left_when_its_block_ends(app: Flask) -> None:
    with write_mode(db.engine):
        pass
    with write_mode(db.engine):
        pass
    with nullcontext(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
