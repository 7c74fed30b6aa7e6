"""What a round of the sequencer costs in a short log and in a long one, beside the search for missing leaves.

Time on the wall, for PostgreSQL works on another core: look at the ratios, and at the load.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from certify.models import CaseFile, Event, LogLeaf, db, new_id
from certify.models.store import own_tx, write_mode
from certify.workflows.leaves import sequence

pytestmark = pytest.mark.bench
LENGTHS, A_CASE, WAITING, ROUNDS = (10_000, 100_000), 50, 40, 9
AT = datetime(2020, 1, 1, tzinfo=UTC)


def _add(cases: int, a_case: int, *, numbered_from: int | None) -> None:
    """Cases of events, with their leaves or waiting for them; no one verifies these."""
    files: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for _ in range(cases):
        case, done = new_id(), a_case if numbered_from is not None else 0
        files.append(
            {"id": case, "kind": "certification", "opened_at": AT, "last_seq": a_case, "version": 1}
            | {"last_hash": b"h" * 32, "sequenced_seq": done}
        )
        events += (
            {"id": new_id(), "case_id": case, "seq": seq, "at": AT + timedelta(hours=seq), "move": "waive"}
            | {"subject_kind": "certification", "subject_id": case, "from_state": "x", "to_state": "x"}
            | {"facts": "{}", "key_id": "k", **dict.fromkeys(("previous", "hash", "mac"), b"h" * 32)}
            for seq in range(1, a_case + 1)
        )
    with write_mode(db.engine), db.engine.begin() as connection:
        connection.execute(insert(CaseFile), files)
        connection.execute(insert(Event), events)
        if numbered_from is not None:
            leaves = [
                {"number": number, "event_id": row["id"], "hash": row["hash"]}
                for number, row in enumerate(events, numbered_from)
            ]
            connection.execute(insert(LogLeaf), leaves)


def _lengthen(to: int) -> None:
    with db.engine.connect() as connection:
        there = connection.scalar(select(func.count()).select_from(LogLeaf)) or 0
    for begun in range(there, to, 5_000):
        _add(min(5_000, to - begun) // A_CASE, A_CASE, numbered_from=begun)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")


def searching(session: Session) -> int:
    """As it was: every event of the log is looked up among the leaves; found, and not numbered."""
    missing = select(Event.id).where(~select(LogLeaf.number).where(LogLeaf.event_id == Event.id).exists())
    return len(session.execute(missing).all())


def _timed(run: Callable[[Session], int]) -> float:
    begun = perf_counter()
    with own_tx() as session:
        assert run(session) == WAITING
    return (perf_counter() - begun) * 1000


def test_a_round_of_the_sequencer(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    times: dict[str, dict[int, float]] = {"ours": {}, "searching the log": {}, "nothing waits": {}}
    for length in LENGTHS:
        _lengthen(length)
        taken: dict[str, list[float]] = {name: [] for name in times}
        for round_ in range(ROUNDS + 1):
            _add(WAITING // 4, 4, numbered_from=None)
            measured = {"searching the log": _timed(searching), "ours": _timed(sequence)}
            begun = perf_counter()
            with own_tx() as session:
                assert sequence(session) == 0
            measured["nothing waits"] = (perf_counter() - begun) * 1000
            for name, one in measured.items() if round_ else ():
                taken[name].append(one)
        for name, each in taken.items():
            times[name][length] = median(each)
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    with capsys.disabled():
        print(f"\n{WAITING} events wait, {db.engine.dialect.name}, median of {ROUNDS}, load {load}")  # noqa: T201
        for name, by_length in times.items():
            short, long = (by_length[length] for length in LENGTHS)
            print(f"  {name:<20} {short:8.2f} ms  {long:8.2f} ms  × {long / short:.2f}")  # noqa: T201
