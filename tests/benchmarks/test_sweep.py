"""A sweep of due points beside the same work as two plain statements, in few and in many certifications.

What is compared: everything that is due becomes messages and is settled. Plain: one INSERT … SELECT … ON
CONFLICT DO NOTHING and one UPDATE in one transaction, on the driver. Ours: `sweep`, in chunks of a commit
each, with what it asks besides (overtaken, disabled, superseded, roles). Also what it costs to plan a case.
"""

import os
import platform
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import psutil
import pytest
from flask import Flask
from sqlalchemy import text

from certify.models import db
from certify.models.store import write_mode
from certify.reminders.planning import replan
from certify.reminders.sweep import sweep
from tests.benchmarks import filling
from tests.benchmarks.rounds import alternate, tell
from tests.player import Player

pytestmark = pytest.mark.bench
SIZES = tuple(map(int, os.environ.get("CERTIFY_BENCH_SIZES", "100000,1000000").split(",")))
DUE, PLANNED = 20_000, 300
AT = datetime(2026, 6, 1, 3, tzinfo=UTC)
AHEAD = AT + timedelta(days=30)
PARAMS = '{"module": "WPC", "holder": "Somebody", "about_on": "2026-06-01", "due_on": "2026-06-01"}'
# Each certification has a point that lies ahead; of some, one is due.
_POINTS = """
INSERT INTO due_point (id, case_id, certification_id, reminder, kind, thing_id, n, "on", due_at, recipient_id,
  escalates, params, message_key)
SELECT :of || substr(certification.id, 2), case_id, certification.id, 'renewal-window', 'renewal-window',
  '', 0, :day, :due_at, holder_id, :no, :params,
  :of || ' renewal-window ' || holder_id || ' ' || certification.id
FROM certification LIMIT :n
"""
_MADE = """
INSERT INTO message (id, key, kind, recipient_id, name, email, language, case_id, params, origin, state,
  attempts, created_at, due_at, point_id)
SELECT p.id, p.message_key, p.kind, person.id, person.name, person.email, person.language, p.case_id,
  p.params, 'clock', 'owed', 0, :at, p.due_at, p.id
FROM due_point p JOIN person ON person.id = p.recipient_id
WHERE p.settled_at IS NULL AND p.due_at <= :at
ON CONFLICT (key) DO NOTHING
"""
_SETTLED = (
    "UPDATE due_point SET settled_at = :at, outcome = 'owed' WHERE settled_at IS NULL AND due_at <= :at"
)
_PUT_BACK = (
    "DELETE FROM message WHERE point_id IS NOT NULL",
    "UPDATE due_point SET settled_at = NULL, outcome = NULL WHERE settled_at IS NOT NULL",
)


def _say(*statements: str, **given: object) -> None:
    with write_mode(db.engine), db.engine.begin() as connection:
        for each in statements:
            connection.execute(text(each), given)


def _instant(at: datetime) -> object:
    """As the driver takes it in plain SQL."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    return f"{at:%Y-%m-%d %H:%M:%S.%f}" if is_sqlite else at


def _fill(n: int) -> None:
    filling.cases(n)
    _say("UPDATE case_file SET planned_seq = last_seq")
    for of, at, count in (("a", AHEAD, n), ("d", AT, DUE)):
        _say(_POINTS, of=of, day="2026-06-01" if db.engine.dialect.name == "sqlite" else AT.date(),
             due_at=_instant(at), no=False, n=count, params=PARAMS)  # fmt: skip
    filling._settle()


def _plain() -> None:
    _say(_MADE, _SETTLED, at=_instant(AT))


def _ours() -> None:
    assert sweep(AT) == DUE


def _put_back() -> None:
    _say(*_PUT_BACK)


def _planned_again() -> float:
    """Seconds for each of some certified cases whose plan is made anew."""
    _say(
        "UPDATE case_file SET planned_seq = -1 WHERE id IN "
        f"(SELECT case_id FROM certification WHERE state = 'certified' LIMIT {PLANNED})"
    )
    begun = perf_counter()
    assert replan(AT) <= PLANNED
    return (perf_counter() - begun) / PLANNED


@pytest.mark.parametrize("size", SIZES)
def test_a_sweep(app: Flask, world: object, size: int, capsys: pytest.CaptureFixture[str]) -> None:
    _fill(size)
    jobs = {"plain: one INSERT … SELECT, one UPDATE": _plain, "ours, 5,000 a commit": _ours}
    found = alternate(jobs, times=1, before=dict.fromkeys(jobs, _put_back))
    name, version = db.engine.dialect.name, db.engine.dialect.server_version_info  # type: ignore[attr-defined]
    title = f"{DUE} due of {size} certifications, {name} {version}, {platform.machine()}"
    tell(title, found, capsys, against=next(iter(jobs)), per=dict.fromkeys(jobs, DUE))
    _put_back()
    process = psutil.Process()
    before = process.memory_info().rss
    _ours()
    grown = (process.memory_info().rss - before) / 1e6
    with capsys.disabled():
        print(f"  memory: {before / 1e6:.0f} MB before one more sweep, {grown:+.1f} MB after it")  # noqa: T201
        print(f"  a case planned anew, of {PLANNED} in a round: {1e3 * _planned_again():.2f} ms")  # noqa: T201


def test_planning_a_full_case(app: Flask, certified: Player, capsys: pytest.CaptureFixture[str]) -> None:
    """One that went the whole path: its evidence, its upkeep and its seventeen points."""
    replan(AT)
    taken = []
    for _ in range(50):
        _say("UPDATE case_file SET planned_seq = -1 WHERE kind = 'certification'")
        begun = perf_counter()
        assert replan(AT) == 1
        taken.append(perf_counter() - begun)
    with capsys.disabled():
        print(f"\n{db.engine.dialect.name}: a full case planned alone {1e3 * median(taken):.2f} ms")  # noqa: T201
