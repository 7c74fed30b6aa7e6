"""R3: sixteen write at once, in four processes; every move is made, and nobody is told to try again.

How long a move took is printed and kept in docs/reliability.md; a slow machine fails nothing here.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from certify.models import Event, db
from tests.faults.checking import findings
from tests.faults.conftest import Cases
from tests.faults.tree import Mother

PROCESSES, THREADS = 4, 4
STUCK = 600  # seconds


@pytest.fixture
def moves(request: pytest.FixtureRequest) -> int:
    """How many each of the sixteen makes."""
    return 200 if request.config.getoption("long") else 3


def crowd(forking: Mother, cases: Cases, folder: Path, moves: int, bug: str = "") -> dict[str, list[Any]]:
    """What all of them noted, put together."""
    _, settings, ids = cases
    told = [folder / f"writer{n}.json" for n in range(PROCESSES)]
    for path in told:
        forking.bear("write", settings, cases=ids, threads=THREADS, moves=moves, bug=bug, told=str(path))
    until = time.monotonic() + STUCK
    while not all(path.exists() for path in told):
        assert time.monotonic() < until, forking.log.read_text(encoding="utf-8")
        time.sleep(0.01)
    read = [json.loads(path.read_text(encoding="utf-8")) for path in told]
    return {name: [one for each in read for one in each[name]] for name in ("taken", "errors")}


def made() -> int:
    """How many moves the log has."""
    db.session.rollback()
    asked = select(func.count()).select_from(Event).where(Event.move.in_(("hold", "resume")))
    return db.session.scalar(asked) or 0


def tell(taken: list[float]) -> None:
    taken = sorted(taken)
    at = {name: taken[int(len(taken) * part)] * 1000 for name, part in (("p50", 0.5), ("p99", 0.99))}
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    sys.stdout.write(
        f"\n{db.engine.dialect.name}: {len(taken)} moves, p50 {at['p50']:.0f} ms, p99 {at['p99']:.0f} ms, "
        f"max {taken[-1] * 1000:.0f} ms, load {load}\n"
    )


@pytest.mark.usefixtures("tree_of")
def test_sixteen_writers_make_every_move(forking: Mother, cases: Cases, tmp_path: Path, moves: int) -> None:
    noted = crowd(forking, cases, tmp_path, moves)
    tell(noted["taken"])
    assert noted["errors"] == []
    assert made() == PROCESSES * THREADS * moves
    assert findings(cases[1]) == []


@pytest.mark.usefixtures("tree_of")
def test_transactions_that_begin_by_themselves_fail(
    forking: Mother, cases: Cases, tmp_path: Path, moves: int
) -> None:
    """Power check: the same crowd without the lock of the file, BEGIN IMMEDIATE, and the lock of the case."""
    each = min(moves, 20)  # a move that fails takes its time, too
    noted = crowd(forking, cases, tmp_path, each, bug="plain")
    wanted = PROCESSES * THREADS * each
    sys.stdout.write(f"\n{db.engine.dialect.name}: {len(noted['errors'])} of {wanted} moves failed\n")
    assert noted["errors"]
    assert made() == wanted - len(noted["errors"])
