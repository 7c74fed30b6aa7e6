"""R8: three schedulers on one database, killed at any moment: each letter goes, doubles only by a kill."""

import random
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from certify.config import Settings
from certify.models import Message, Person, SchedulerRound, db
from certify.models.store import write_tx
from certify.reminders.outbox import BACK_OFF, LEASE
from certify.workflows.notices import owe
from tests.cast import WORLD
from tests.conftest import NOW
from tests.faults.conftest import Cases
from tests.faults.post import Sink, at_work, let_time_pass, listening
from tests.faults.tree import Mother
from tests.reminders.sink import free_port

SEED = 20260602
STUCK = 60  # seconds in which no letter went
LONGEST_WAIT = max(LEASE, *BACK_OFF)


def owe_some(first: int, n: int) -> None:
    with write_tx() as session:
        ana = session.get_one(Person, WORLD.ana.id)
        for number in range(first, first + n):
            owe(session, key=f"r8:{number}", kind="admitted", recipient=ana, at=NOW)


def unsent() -> int:
    db.session.rollback()
    asked = select(func.count()).select_from(Message).where(Message.state != "sent")
    return db.session.scalar(asked) or 0


def all_gone() -> None:
    left, moved = unsent(), time.monotonic()
    while left:
        time.sleep(0.3)
        let_time_pass(LONGEST_WAIT)
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
            let_time_pass(LONGEST_WAIT)
            for n in range(kills):
                owe_some(letters // 4 + n * (letters * 3 // 4 // kills), letters * 3 // 4 // kills)
                time.sleep(chance.uniform(0.02, 0.4))
                schedulers.kill(chance)
            killed = schedulers.kills
            let_time_pass(LONGEST_WAIT)
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
