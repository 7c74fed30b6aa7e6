"""How fast the log verifies: ours, the bare hashes over the same bytes, and a loop over ORM objects.

Processor time of this process: a busy machine slows the clock on the wall, and not this one. What PostgreSQL
itself does meanwhile is on another core and not counted.
"""

import hashlib
import hmac
import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time
from typing import Any

import pytest
import rfc8785
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import undefer

from certify.audit import chain, verify
from certify.models import CaseFile, Event, db, new_id
from certify.models.store import write_mode
from certify.seal import FIRST, chained, line_of, seal_with
from tests.place import KEY

pytestmark = pytest.mark.bench
EVENTS, A_CASE, ROUNDS = 100_000, 50, 7
SEAL = seal_with(KEY)
FACTS = rfc8785.dumps(
    {
        "effective_on": "2026-05-04",
        "reasons": [{"reason": {"commitment": "a" * 64}, "requirement": "mean-score"}],
        "issuer": "b" * 20,
    }
).decode()


def _case(opened_at: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A case of events like those of the path, sealed."""
    case_id, subject, previous = new_id(), new_id(), FIRST
    events = []
    for seq in range(1, A_CASE + 1):
        at = opened_at + timedelta(hours=seq)
        row = {
            "id": new_id(), "case_id": case_id, "seq": seq, "at": at, "actor_id": None,
            "on_behalf_of_id": None, "subject_kind": "certification", "subject_id": subject, "move": "waive",
            "from_state": "training", "to_state": "training", "scheme_version": "score-2026", "facts": FACTS,
        }  # fmt: skip
        instant = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        hash = chained(previous, line_of(**{_named(k): v for k, v in {**row, "at": instant}.items()}))
        events.append(
            {**row, "previous": previous, "hash": hash, "mac": SEAL.mac(hash), "key_id": SEAL.current}
        )
        previous = hash
    case = {"id": case_id, "kind": "certification", "opened_at": opened_at, "last_seq": A_CASE}
    return {**case, "last_hash": previous, "version": 1}, events


def _named(column: str) -> str:
    return {"actor_id": "actor", "on_behalf_of_id": "on_behalf_of"}.get(column, column)


def _fill() -> None:
    opened_at = datetime(2020, 1, 1, tzinfo=UTC)
    with write_mode(db.engine), db.engine.begin() as connection:
        for _ in range(EVENTS // A_CASE // 100):
            cases, events = zip(*(_case(opened_at) for _ in range(100)), strict=True)
            connection.execute(insert(CaseFile), list(cases))
            connection.execute(insert(Event), [row for each in events for row in each])


def bare(lines: Iterable[tuple[bytes, bytes, bytes]]) -> int:
    """SHA-256 and HMAC as the standard library gives them, over bytes that lie ready."""
    wrong = 0
    for line, hash, mac in lines:
        wrong += hashlib.sha256(line).digest() != hash or hmac.digest(KEY, hash, "sha256") != mac
    return wrong


def naive(limit: int) -> int:
    """The plain way: each event an object, its canonical JSON made by the library, a fresh HMAC."""
    wrong = 0
    sealing = [undefer(one) for one in (Event.previous, Event.hash, Event.mac)]
    asked = select(Event).order_by(Event.case_id, Event.seq).limit(limit).options(*sealing)
    for one in db.session.scalars(asked):
        body = {
            "actor": one.actor_id, "at": one.at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "case_id": one.case_id, "facts": json.loads(one.recorded), "from": one.from_state, "id": one.id,
            "move": one.move, "on_behalf_of": one.on_behalf_of_id, "scheme_version": one.scheme_version,
            "seq": one.seq, "subject_id": one.subject_id, "subject_kind": one.subject_kind,
            "to": one.to_state,
        }  # fmt: skip
        hash = hashlib.sha256(b"\0" + one.previous + rfc8785.dumps(body)).digest()
        wrong += hash != one.hash or hmac.new(KEY, hash, "sha256").digest() != one.mac
    db.session.rollback()
    return wrong


def _timed(run: Callable[[], int], events: int) -> float:
    begun = process_time()
    assert run() == 0
    return events / (process_time() - begun)


def test_events_a_second(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    _fill()
    with verify.snapshot(db.engine) as connection:
        rows = list(chain.rows_of(connection))
        lines = [(b"\0" + row[6] + chain.line_of_row(row).encode(), row[7], row[8]) for row in rows]
        some = EVENTS // 50

        def checked(from_where: Callable[[], Iterable[chain.Row]]) -> Callable[[], int]:
            return lambda: len(list(chain.findings(from_where(), SEAL)))

        jobs: dict[str, tuple[Callable[[], int], int]] = {
            "bare SHA-256 + HMAC, bytes in memory": (lambda: bare(lines), EVENTS),
            "ours, rows in memory": (checked(lambda: rows), EVENTS),
            "the driver reading the rows": (lambda: len(list(_none(chain.rows_of(connection)))), EVENTS),
            "ours, from the database": (checked(lambda: chain.rows_of(connection)), EVENTS),
            "ORM, rfc8785, hmac.new": (lambda: naive(some), some),
        }
        rates: dict[str, list[float]] = {name: [] for name in jobs}
        for round_ in range(ROUNDS + 1):
            for name, (run, events) in jobs.items():
                rate = _timed(run, events)
                if round_:  # the first one warms up
                    rates[name].append(rate)
    _tell(rates, capsys)


def _none(rows: Iterable[chain.Row]) -> Iterator[chain.Row]:
    for row in rows:
        if row is None:
            yield row


def _tell(rates: dict[str, list[float]], capsys: pytest.CaptureFixture[str]) -> None:
    first, *_ = (median(each) for each in rates.values())
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    with capsys.disabled():
        print(  # noqa: T201 – a benchmark's purpose
            f"\n{EVENTS:,} events, {db.engine.dialect.name}, Python {platform.python_version()}, "
            f"median of {ROUNDS} rounds, load {load}"
        )
        for name, each in rates.items():
            print(f"  {name:<40} {median(each):>11,.0f} events/s  {median(each) / first:5.2f}")  # noqa: T201
