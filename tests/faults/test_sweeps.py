"""R9: what is due is owed once, whoever sweeps, whoever is killed, and whatever a host's clock shows."""

import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from certify.config import Settings
from certify.models import Base, Certification, DuePoint, Message, db, new_id
from certify.models.store import own_tx
from tests.cast import WORLD
from tests.conftest import NOW
from tests.faults.conftest import Cases
from tests.faults.post import Sink, listening
from tests.faults.test_schedulers import all_gone, owe_some
from tests.faults.tree import Mother
from tests.reminders.sink import free_port

SEED = 20261123
SWEEPERS = 8
STUCK = 60  # seconds in which nothing was settled
DUE = Base.metadata.tables[DuePoint.__tablename__]


def due(certification: str, n: int, *, roles: int = 0, at: datetime = NOW) -> None:
    """So many points of one case: to Ana by name, and some to the coordinator, who is Olu."""
    with own_tx() as session:
        case_id = session.get_one(Certification, certification).case_id
        rows: list[dict[str, Any]] = [
            {
                "id": new_id(),
                "case_id": case_id,
                "certification_id": certification,
                "reminder": "toe-start-due",
                "kind": "toe-start-due",
                "on": at.date(),
                "due_at": at - timedelta(minutes=number % 50),
                "recipient_id": None if number < roles else WORLD.ana.id,
                "recipient_role": "coordinator" if number < roles else None,
                "params": {"certification": certification, "module": "WPC"},
                "message_key": f"r9:{at:%H}:{number}",
            }
            for number in range(n)
        ]
        session.execute(insert(DUE), rows)


def count(asked: Any) -> int:
    db.session.rollback()
    return db.session.scalar(asked) or 0


def left() -> int:
    return count(select(func.count()).select_from(DuePoint).where(DuePoint.settled_at.is_(None)))


def made() -> int:
    return count(select(func.count()).select_from(Message).where(Message.kind == "toe-start-due"))


def kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def swept(forking: Mother, settings: Settings, *, kills: int = 0, bug: str = "") -> int:
    """Eight sweep until nothing is left; so many are killed meanwhile. How many were."""
    chance, killed = random.Random(SEED), 0

    def bear() -> int:
        return forking.bear("sweep", settings, at=NOW.isoformat(), bug=bug)

    alive = [bear() for _ in range(SWEEPERS)]
    try:
        moved, open_before = time.monotonic(), left()
        while (now_open := left()) > 0:
            if killed < kills:
                one = chance.randrange(SWEEPERS)
                kill(alive[one])
                alive[one], killed = bear(), killed + 1
            time.sleep(0.005)
            moved = time.monotonic() if now_open < open_before else moved
            open_before = now_open
            assert time.monotonic() < moved + STUCK, f"{now_open} points were never settled"
        return killed
    finally:
        for each in alive:
            kill(each)


def test_eight_sweepers_of_whom_some_are_killed_owe_each_message_once(
    forking: Mother, cases: Cases, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("long")
    _, settings, (case, *_) = cases
    n, roles, kills = (1_000, 50, 60) if long else (400, 10, 8)
    due(case, n, roles=roles)
    killed = swept(forking, settings, kills=kills)
    sys.stdout.write(f"\n{n} points, {SWEEPERS} sweepers, {killed} kills: {made()} messages\n")
    db.session.rollback()
    keys = Counter(db.session.scalars(select(Message.point_id).where(Message.point_id.is_not(None))))
    assert (made(), set(keys.values())) == (n, {1})
    told = Counter(db.session.scalars(select(Message.email).where(Message.kind == "toe-start-due")))
    assert told == {"ana@example.org": n - roles, "olu@example.org": roles}


def test_sweepers_without_the_key_are_found(forking: Mother, cases: Cases) -> None:
    """The power of the count: eight that read and then write make many messages of one point."""
    _, settings, (case, *_) = cases
    due(case, 120)
    swept(forking, settings, bug="no key")
    sys.stdout.write(f"\nwithout the key: {made()} messages of 120 points\n")
    assert made() > 120 + 5


def test_a_job_with_another_name_loses_nothing(forking: Mother, cases: Cases) -> None:
    """What is due is a row, and no job that a scheduler has stored under the name of a function."""
    _, settings, (case, *_) = cases
    later = NOW + timedelta(hours=2)
    due(case, 60)
    due(case, 60, at=later)
    for called, at, so_far in (("beat", NOW, 60), ("renamed", later, 120)):
        group = forking.bear("beat", settings, at=at.isoformat(), called=called)
        try:
            until = time.monotonic() + STUCK
            while made() < so_far:
                assert time.monotonic() < until, f"only {made()} messages were made"
                time.sleep(0.02)
        finally:
            kill(group)
        assert made() == so_far
    assert left() == 0


class Slow(Sink):
    """A mail server that takes its time, so that two may be at one letter."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        time.sleep(0.01)
        return await super().handle_DATA(server, session, envelope)


def sent_with_one_host(forking: Mother, settings: Settings, bug: str, n: int) -> Sink:
    """Three schedulers, the clock of one's host an hour ahead."""
    sink, port = Slow(), free_port()
    owe_some(0, n)
    with listening(sink, port):
        bugs = ("", "", bug)
        alive = [forking.bear("schedule", settings, smtp=f"smtp://127.0.0.1:{port}", bug=one) for one in bugs]
        try:
            all_gone()
            time.sleep(0.2)
        finally:
            for each in alive:
                kill(each)
    return sink


@pytest.mark.parametrize(("bug", "doubles"), [("hour ahead", False), ("host's leases", True)])
def test_a_host_an_hour_ahead_sends_nothing_twice(
    forking: Mother, cases: Cases, bug: str, doubles: bool
) -> None:
    """Leases run on the database's clock; the power check has them run on the host's."""
    _, settings, _ = cases
    if settings.database_url.startswith("sqlite"):
        pytest.skip("one machine, one clock")
    sink = sent_with_one_host(forking, settings, bug, 40)
    sys.stdout.write(f"\n{bug}: {sink.doubled} of 40 letters twice\n")
    assert (len(sink.got), sink.doubled > 0) == (40, doubles)
