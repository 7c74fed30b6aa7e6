"""The sequencer: no event missed and none doubled, however many number at once and while others write."""

import threading
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import Connection

from certify.models import CaseFile, Event, LogLeaf, db, new_id
from certify.models.store import lock_case, own_tx
from certify.policy.actor import CLOCK
from certify.workflows import leaves
from certify.workflows.leaves import sequence, waiting_cases
from certify.workflows.log import append_event
from tests.conftest import NOW

CASES, WRITERS, SEQUENCERS, EACH = 6, 3, 3, 12


@pytest.fixture
def cases(app: Flask) -> list[str]:
    """Case files without an event."""
    ids = [new_id() for _ in range(CASES)]
    with own_tx() as session:
        session.add_all(CaseFile(id=id, kind="cohort", opened_at=NOW) for id in ids)
    return ids


def write(case_id: str, random: Random) -> None:
    """One event more, whose instant may lie before that of the last."""
    with own_tx() as session:
        lock_case(session, case_id)
        append_event(
            session,
            case_id=case_id,
            actor=CLOCK,
            at=NOW - timedelta(minutes=random.randrange(1000)),
            subject=("cohort", case_id),
            move="edit",
            states=("planned", "planned"),
            facts={},
        )


def number() -> int:
    with own_tx() as session:
        return sequence(session, at_most=2)


def at_once(app: Flask, *tasks: Callable[[], None]) -> list[BaseException]:
    """Run the tasks in threads; what they raised."""
    raised: list[BaseException] = []

    def run(task: Callable[[], None]) -> None:
        with app.app_context():
            try:
                task()
            except Exception as error:
                raised.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def writers_and_sequencers(app: Flask, cases: list[str]) -> list[BaseException]:
    """Everybody at once, then what waits still."""
    writing = threading.Event()

    def writer(seed: int) -> Callable[[], None]:
        random = Random(seed)
        return lambda: [write(random.choice(cases), random) for _ in range(EACH)] and None

    def sequencer() -> None:
        while not writing.is_set():
            number()

    def all_writers() -> None:
        raised.extend(at_once(app, *(writer(seed) for seed in range(WRITERS))))
        writing.set()

    raised: list[BaseException] = []
    raised += at_once(app, all_writers, *[sequencer] * SEQUENCERS)
    while not raised and number():
        pass
    return raised


def test_several_sequencers_beside_writers_number_every_event_once(app: Flask, cases: list[str]) -> None:
    assert writers_and_sequencers(app, cases) == []
    leaves = db.session.execute(select(LogLeaf.number, LogLeaf.event_id).order_by(LogLeaf.number)).all()
    assert [number for number, _ in leaves] == list(range(WRITERS * EACH))
    assert {id for _, id in leaves} == set(db.session.scalars(select(Event.id)))


def test_leaves_never_stand_against_the_order_of_a_chain(app: Flask, cases: list[str]) -> None:
    random = Random(1)
    for _ in range(10):
        write(cases[0], random)
    number()
    asked = select(Event.seq).join(LogLeaf, LogLeaf.event_id == Event.id).order_by(LogLeaf.number)
    assert list(db.session.scalars(asked)) == list(range(1, 11))


def test_numbering_is_no_change_of_a_case(app: Flask, cases: list[str]) -> None:
    write(cases[0], Random(1))
    before = db.session.scalar(select(CaseFile.version).filter_by(id=cases[0]))
    db.session.rollback()
    assert number() == 1
    after = db.session.execute(select(CaseFile.version, CaseFile.sequenced_seq).filter_by(id=cases[0])).one()
    assert tuple(after) == (before, 1)


def test_a_round_looks_at_the_cases_that_wait_and_at_no_other(app: Flask) -> None:
    """Flat whatever the log's length: tests/benchmarks/test_sequencer.py has the figures of both."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads a small table whole, whichever index there is.")
    asked = waiting_cases().limit(200).compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {asked}")).all()
    assert [row.detail for row in plan] == ["SCAN case_file USING INDEX ix_case_file_waiting"]


def test_a_case_that_is_being_written_to_holds_nobody_up_and_is_numbered_next(
    app: Flask, cases: list[str]
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("On SQLite every writer is alone.")
    for case in cases[:2]:
        write(case, Random(1))
    with db.engine.connect() as busy:
        busy.exec_driver_sql("SET TRANSACTION READ WRITE")
        busy.execute(text("SELECT id FROM case_file WHERE id = :id FOR UPDATE"), {"id": cases[0]})
        assert number() == 1
        assert list(db.session.scalars(waiting_cases())) == [cases[0]]
        db.session.rollback()
    assert (number(), number()) == (1, 0)


def test_one_after_the_other_is_what_keeps_numbers_apart(
    app: Flask, cases: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power check: two that begin with different cases at once take the same number without the lock."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("On SQLite every writer is alone.")
    for case in cases[:4]:
        write(case, Random(1))
    meet = threading.Barrier(2)
    planted = "SELECT pg_advisory_xact_lock_shared(:key)"
    monkeypatch.setattr(leaves, "text", lambda asked: text(planted if "advisory" in asked else asked))

    def together(connection: Connection, cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO log_leaf"):
            meet.wait(timeout=10)

    event.listen(db.engine, "before_cursor_execute", together)
    try:
        raised = at_once(app, lambda: number() and None, lambda: number() and None)
    finally:
        event.remove(db.engine, "before_cursor_execute", together)
    assert [type(one).__name__ for one in raised] == ["IntegrityError"]


def test_following_a_log_by_the_last_instant_and_id_misses_events(app: Flask, cases: list[str]) -> None:
    """Power check: why there are leaves at all. Events that come later may stand before."""
    random, seen, last = Random(2), set(), (NOW - timedelta(days=9), "")
    for _ in range(20):
        write(random.choice(cases), random)
        for id, at in db.session.execute(select(Event.id, Event.at).order_by(Event.at, Event.id)):
            if (at, id) > last:
                seen.add(id)
                last = (at, id)
        db.session.rollback()
    assert len(seen) < (db.session.scalar(select(func.count(Event.id))) or 0)
