"""The clockwork: one round a minute however many schedulers run, and its state for everybody to see."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select, update

from certify.audit.clockwork import clockwork
from certify.models import Message, Person, SchedulerRound, db
from certify.models.store import own_tx, write_tx
from certify.reminders import rounds
from certify.workflows.notices import owe
from tests.cast import World
from tests.client import StrictClient
from tests.conftest import NOW

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60  # seconds on a busy machine


def owed(key: str, at: datetime = NOW) -> None:
    with write_tx() as session:
        owe(session, key=key, kind="admitted", recipient=session.get_one(Person, f"{'ana':0<20}"), at=at)


def taken() -> list[tuple[int, str | None]]:
    db.session.rollback()
    return [(one.sent, one.failed_with) for one in db.session.scalars(select(SchedulerRound))]


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.state).order_by(Message.key)))


def begun(ago: timedelta) -> None:
    """As if the last round had been begun so long ago."""
    with own_tx() as session:
        row = session.scalars(select(SchedulerRound)).one()
        moved = {"slot": row.slot - ago, "begun_at": row.begun_at - ago}
        session.execute(update(SchedulerRound).values(**moved))


def test_of_eight_schedulers_one_takes_the_round(app: Flask, world: World) -> None:
    for number in range(5):
        owed(f"m{number}")
    ready = Barrier(8)

    def scheduler(_number: int) -> rounds.Done | None:
        with app.app_context():
            ready.wait()
            return rounds.take_round(NOW)

    minute = rounds.slot_of(datetime.now(UTC))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(scheduler, range(8)))
    assert sum(answer.sent for answer in answers if answer) == 5
    slots = 1 if rounds.slot_of(datetime.now(UTC)) == minute else 2  # the minute may turn meanwhile
    assert 1 <= len([answer for answer in answers if answer is not None]) <= slots
    assert states() == ["sent"] * 5


def test_a_round_that_fails_is_shown_and_the_next_one_comes(app: Flask, world: World) -> None:
    owed("m")
    ours = app.extensions["certify.settings"]
    app.extensions["certify.settings"] = replace(ours, smtp_url="pigeon://loft")
    told = "ServerDown: CERTIFY_SMTP_URL must begin with smtp://, smtp+starttls:// or smtps://."
    assert rounds.take_round(NOW) == rounds.Done(failed_with=told)
    assert taken() == [(0, told)]
    app.extensions["certify.settings"] = ours
    begun(timedelta(minutes=2))
    assert rounds.take_round(NOW) == rounds.Done(sent=1)
    assert taken() == [(0, told), (1, None)]


def test_rounds_are_forgotten_after_a_week(app: Flask, world: World) -> None:
    rounds.take_round(NOW)
    begun(timedelta(days=7, minutes=2))
    rounds.take_round(NOW)
    assert len(taken()) == 1


def test_the_round_of_an_instant_is_its_minute_in_utc() -> None:
    assert rounds.slot_of(datetime(2026, 3, 29, 1, 59, 59, 999999, tzinfo=UTC)) == datetime(
        2026, 3, 29, 1, 59, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (None, "no round yet"),
        (timedelta(0), "last round N s ago"),
        (timedelta(minutes=6), "last round N s ago, late"),
        (-timedelta(hours=1), "last round -N s ago, late"),
    ],
)
def test_readiness_tells_how_late_the_clockwork_is_and_stays_ready(
    app: Flask, world: World, client: StrictClient, ago: timedelta | None, told: str
) -> None:
    if ago is not None:
        rounds.take_round(NOW)
        begun(ago)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    first, second = answer.text.splitlines()
    assert first == "ready"
    assert re.sub(r"\d+ s", "N s", second) == f"scheduler: {told}"


@pytest.mark.parametrize(
    ("ago", "level", "told"),
    [
        (None, "warn", "no scheduler has run yet"),
        (timedelta(0), "ok", "the scheduler's last round is 0 s old"),
        (timedelta(minutes=6), "warn", "the scheduler's last round is 6 min old"),
    ],
)
def test_the_doctor_tells_whether_it_runs_and_what_was_given_up(
    app: Flask, world: World, ago: timedelta | None, level: str, told: str
) -> None:
    if ago is not None:
        rounds.take_round(NOW)
        begun(ago)
    owed("m")
    with db.engine.connect() as connection:
        runs, mail = clockwork(connection)
    assert (runs.level, re.sub(r"\d+ s old", "0 s old", runs.what), bool(runs.remedy)) == (
        level,
        told,
        level != "ok",
    )
    assert (mail.level, mail.what) == ("ok", "no message was given up, 1 are on their way")
    with own_tx() as session:
        session.execute(update(Message).values(state="failed"))
    with db.engine.connect() as connection:
        _, mail = clockwork(connection)
    assert (mail.level, mail.what) == ("warn", "1 messages were given up")


def test_a_round_by_hand_tells_what_it_would_do_and_what_it_did(app: Flask, world: World) -> None:
    owed("a", datetime(2026, 6, 1, 2, 30, tzinfo=UTC))
    owed("b", NOW + timedelta(days=3))
    run = app.test_cli_runner()
    dry = run.invoke(args=["tick", "--dry-run"])
    assert dry.output.splitlines() == [
        f"2026-06-01 02:30 UTC  {'admitted':<24} ana@example.org", "1 would be sent.",
        "0 would be owed.",
    ]  # fmt: skip
    assert states() == ["owed", "owed"]
    assert run.invoke(args=["tick"]).output.splitlines()[-1] == "1 sent, 0 waiting."
    later = run.invoke(args=["tick", "--yes", "--at", (NOW + timedelta(days=4)).isoformat()])
    assert later.output.splitlines()[-1] == "1 sent, 0 waiting."
    assert states() == ["sent", "sent"]


def test_a_round_at_an_instant_to_come_asks_first_and_a_past_one_does_not(app: Flask, world: World) -> None:
    owed("a", NOW - timedelta(days=1))
    run = app.test_cli_runner()
    ahead = run.invoke(args=["tick", "--at", (NOW + timedelta(days=4)).isoformat()], input="n\n")
    assert (ahead.exit_code, "is still to come" in ahead.output, states()) == (1, True, ["owed"])
    past = run.invoke(args=["tick", "--at", (NOW - timedelta(hours=1)).isoformat()])
    assert (past.exit_code, past.output.splitlines()[-1], states()) == (0, "1 sent, 0 waiting.", ["sent"])


@pytest.mark.parametrize(
    ("typed", "told"), [("soon", "soon is no instant."), ("2026-06-01T10:00", "Give the offset too")]
)
def test_an_instant_that_is_none_is_refused(app: Flask, world: World, typed: str, told: str) -> None:
    done = app.test_cli_runner().invoke(args=["tick", "--at", typed])
    assert (done.exit_code, told in done.output) == (2, True)


@contextmanager
def scheduler_of(app: Flask) -> Iterator[subprocess.Popen[bytes]]:
    """The real process on the test's database."""
    ours = app.extensions["certify.settings"]
    environ = {
        **os.environ, "CERTIFY_MODE": "test", "CERTIFY_INSTANCE": str(ours.instance),
        "DATABASE_URL": ours.database_url, "CERTIFY_CLOCK": ours.clock,
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


SLOW = """
import sys, time
from certify.reminders import scheduler
def beat(stopping):
    print("begun", flush=True)
    while not stopping():
        time.sleep(0.01)
    print("ended", flush=True)
scheduler.run(beat, goes_on=lambda: True)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_first_round_ends_it_and_the_process(how: signal.Signals) -> None:
    program = [sys.executable, "-c", SLOW]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == "begun\n"
            process.send_signal(how)
            process.send_signal(how)
            assert (process.stdout.readline(), process.wait(20)) == ("ended\n", 0)
        finally:
            process.kill()


def test_the_scheduler_sends_what_is_due_and_stops_when_told(app: Flask, world: World) -> None:
    owed("m")
    with scheduler_of(app) as process:
        deadline = time.monotonic() + PATIENCE
        while states() != ["sent"]:
            assert process.poll() is None, "the scheduler has ended"
            assert time.monotonic() < deadline, "nothing was sent"
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert taken() == [(1, None)]
