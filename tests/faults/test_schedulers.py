"""R8: three schedulers on one database, killed at any moment: each letter goes, doubles only by a kill."""

import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from certify.clock import real_now
from certify.config import Settings
from certify.models import Message, Person, SchedulerRound, db
from certify.models.store import own_tx, write_tx
from certify.reminders.delivery import TIMEOUT_SECONDS
from certify.reminders.outbox import BACK_OFF, LEASE
from certify.workflows.notices import owe
from tests.cast import WORLD
from tests.conftest import NOW
from tests.faults.conftest import Cases
from tests.faults.tree import Mother

SEED = 20260602
SCHEDULERS = 3
STUCK = 60  # seconds in which no letter went
ONE_LETTER = timedelta(seconds=TIMEOUT_SECONDS + 1)


class Sink:
    """What the mail server got, by Message-ID."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.got[message_from_bytes(envelope.content)["Message-ID"]] += 1
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(sink: Sink, port: int) -> Iterator[None]:
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield
    finally:
        server.stop()


class Schedulers:
    """Three of them; one that is killed is replaced."""

    def __init__(self, bear: Callable[[], int]) -> None:
        self.bear, self.kills = bear, 0
        self.alive = [bear() for _ in range(SCHEDULERS)]

    def kill(self, chance: random.Random) -> None:
        """kill -9 of one."""
        one = chance.randrange(SCHEDULERS)
        self._end(self.alive[one])
        self.alive[one] = self.bear()
        self.kills += 1

    def end(self) -> None:
        """All of them."""
        for each in self.alive:
            self._end(each)

    def _end(self, group: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


@contextmanager
def at_work(forking: Mother, settings: Settings, port: int, bug: str = "") -> Iterator[Schedulers]:
    smtp = f"smtp://127.0.0.1:{port}"
    found = Schedulers(lambda: forking.bear("schedule", settings, smtp=smtp, bug=bug))
    try:
        yield found
    finally:
        found.end()


def owe_some(first: int, n: int) -> None:
    with write_tx() as session:
        ana = session.get_one(Person, WORLD.ana.id)
        for number in range(first, first + n):
            owe(session, key=f"r8:{number}", kind="admitted", recipient=ana, at=NOW)


def unsent() -> int:
    db.session.rollback()
    asked = select(func.count()).select_from(Message).where(Message.state != "sent")
    return db.session.scalar(asked) or 0


def let_time_pass() -> None:
    """As if the longest wait after a failure were over, and the lease of who was killed.

    Whoever lives holds a claim as long as one letter takes; an older one is a killed one's.
    """
    passed = max(LEASE, *BACK_OFF) + timedelta(seconds=1)
    dead = real_now() - ONE_LETTER
    with own_tx() as session:
        for row in session.scalars(select(Message).where(Message.state != "sent")):
            if row.claimed_at is not None and (row.state == "owed" or row.claimed_at < dead):
                row.claimed_at -= passed


def all_gone() -> None:
    left, moved = unsent(), time.monotonic()
    while left:
        time.sleep(0.3)
        let_time_pass()
        before, left = left, unsent()
        moved = time.monotonic() if left < before else moved
        assert time.monotonic() < moved + STUCK, f"{left} letters never went"


def ids(settings: Settings) -> set[str]:
    db.session.rollback()
    return {
        f"<{id}@localhost>" for id in db.session.scalars(select(Message.id).where(Message.key.like("r8:%")))
    }


def test_three_schedulers_that_are_killed_send_every_letter(
    forking: Mother, cases: Cases, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("long")
    letters, kills = (5_000, 100) if long else (120, 9)
    _, settings, _ = cases
    sink, port, chance = Sink(), free_port(), random.Random(SEED)
    owe_some(0, letters // 4)
    with at_work(forking, settings, port) as schedulers:
        time.sleep(0.5)  # nobody listens: what is owed is tried and kept
        with listening(sink, port):
            let_time_pass()
            for n in range(kills):
                owe_some(letters // 4 + n * (letters * 3 // 4 // kills), letters * 3 // 4 // kills)
                time.sleep(chance.uniform(0.02, 0.4))
                schedulers.kill(chance)
            killed = schedulers.kills
            let_time_pass()
            all_gone()
    doubled = sum(sink.got.values()) - len(sink.got)
    slots = db.session.scalar(select(func.count()).select_from(SchedulerRound))
    sys.stdout.write(f"\n{len(sink.got)} letters, {killed} kills, {slots} rounds: {doubled} sent twice\n")
    assert set(sink.got) == ids(settings)
    assert doubled <= killed
    states = Counter(db.session.scalars(select(Message.state).where(Message.key.like("r8:%"))))
    assert states == {"sent": len(sink.got)}


def test_schedulers_that_claim_nothing_are_found(forking: Mother, cases: Cases) -> None:
    """The power of the count: three that read, send and mark send most letters several times."""
    _, settings, _ = cases
    sink, port = Sink(), free_port()
    owe_some(0, 60)
    with listening(sink, port), at_work(forking, settings, port, bug="no claims"):
        all_gone()
        time.sleep(0.3)
    assert sum(sink.got.values()) - len(sink.got) > 5
