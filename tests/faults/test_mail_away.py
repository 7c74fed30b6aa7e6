"""R7: a day without a mail server, and senders that are killed meanwhile: every letter goes, and once."""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from certify.config import Settings
from certify.faults import Point
from certify.models import Certification, Message, Person, db
from certify.models.store import write_tx
from certify.reminders.outbox import deliver_owed
from certify.reminders.rounds import by_hand
from certify.workflows.conduct import sign
from certify.workflows.notices import owe
from tests.cast import WORLD, Member
from tests.conftest import NOW
from tests.faults.conftest import Cases
from tests.faults.post import Schedulers, Sink, at_work, hanging, let_time_pass, listening
from tests.faults.tree import Mother
from tests.player import Player, at
from tests.reminders.sink import free_port, point_at

SEED = 20261122
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
STUCK = 60  # seconds in which no letter went
# The tries of one letter while nobody takes it, in minutes since the first: RELIABILITY.md, Outbox.
TRIES = (0, 1, 6, 21, *(21 + 60 * n for n in range(1, 24)))


def _owe(
    n: int,
    to: Member = WORLD.ana,
    *,
    key: str = "r7",
    over: timedelta = DAY,
    not_after: datetime | None = None,
) -> None:
    """So many letters, one after the other, over a time from now on."""
    with write_tx() as session:
        person = session.get_one(Person, to.id)
        for each in range(n):
            due = NOW + over * each / n
            owe(session, key=f"{key}:{each}", kind="admitted", recipient=person, at=due, not_after=not_after)


def _turn(settings: Settings, to: datetime) -> None:
    Path(settings.clock.removeprefix("file:")).write_text(to.isoformat(), encoding="utf-8")


def _states(key: str = "r7") -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Message.state).where(Message.key.like(f"{key}:%"))))


def _ids() -> set[str]:
    db.session.rollback()
    found = db.session.scalars(select(Message.id).where(Message.key.like("r7:%")))
    return {f"<{id}@localhost>" for id in found}


def _tries() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.sum(Message.attempts)).where(Message.key.like("r7:%"))) or 0


def _wait_until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + STUCK
    while not happened():
        assert time.monotonic() < until, "nobody sends any more"
        time.sleep(0.02)


def _day_passes(settings: Settings, schedulers: Schedulers, step: timedelta, tries: int) -> None:
    """A day, step by step: in each the schedulers try, and one of them is killed."""
    chance = random.Random(SEED)
    for n in range(1, DAY // step + 1):
        _turn(settings, NOW + n * step)
        let_time_pass(step)
        enough = _tries() + tries
        _wait_until(lambda enough=enough: _tries() >= enough)
        time.sleep(chance.uniform(0, 0.05))
        schedulers.kill(chance)


def _all_go(key: str = "r7") -> None:
    """Until nothing is left that could go; time passes meanwhile, for what failed waits its time."""
    left, moved = 1, time.monotonic()
    while left:
        time.sleep(0.2)
        let_time_pass(HOUR)
        before, left = left, _states(key)["owed"] + _states(key)["sending"]
        moved = time.monotonic() if left < before else moved
        assert time.monotonic() < moved + STUCK, f"{left} letters never went"


def test_a_day_without_a_mail_server_loses_no_letter_and_doubles_none(
    forking: Mother, cases: Cases, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("long")
    letters, step, tries = (5_000, HOUR, 60) if long else (60, 6 * HOUR, 3)
    _, settings, _ = cases
    sink, port = Sink(), free_port()
    _owe(letters)
    with at_work(forking, settings, port) as schedulers:
        _day_passes(settings, schedulers, step, tries)
        tried, away, states = _tries(), schedulers.kills, _states()
        assert (states["sent"], states.total()) == (0, letters)
        with listening(sink, port):
            chance = random.Random(SEED)
            for _ in range(20 if long else 2):
                time.sleep(chance.uniform(0.02, 0.1))
                schedulers.kill(chance)
            schedulers.end()
    kills = schedulers.kills - away + len(schedulers.alive)
    let_time_pass(HOUR, nobody_lives=True)
    with listening(sink, port), at_work(forking, settings, port):
        _all_go()
    sys.stdout.write(f"\n{tried} tries and {away} kills in the day; {kills} after it: {sink.doubled} twice\n")
    assert set(sink.got) == _ids()
    assert sink.doubled <= kills
    assert _states() == {"sent": letters}


def test_a_letter_that_nobody_takes_is_tried_after_1_5_15_60_minutes_then_hourly(cases: Cases) -> None:
    point_at(cases[0], free_port())
    _owe(1)
    tried: list[int] = []
    for before, minute in pairwise((0, *range(22), *range(41, 24 * 60, 20))):
        let_time_pass((minute - before) * MINUTE, nobody_lives=True)
        known = _tries()
        deliver_owed(NOW + minute * MINUTE)
        tried += [minute] * (_tries() - known)
    assert tuple(tried) == TRIES
    assert _states() == {"owed": 1}


def test_what_is_too_late_when_the_server_is_back_is_superseded_and_never_sent(cases: Cases) -> None:
    port, sink = free_port(), Sink()
    point_at(cases[0], port)
    _owe(2, over=timedelta(0), not_after=NOW + DAY)
    _owe(1, WORLD.kim, key="r7:later", over=timedelta(0), not_after=NOW + DAY + MINUTE)
    assert deliver_owed(NOW) == 0
    let_time_pass(DAY, nobody_lives=True)
    with listening(sink, port):
        assert deliver_owed(NOW + DAY) == 1
    assert _states() == {"superseded": 2, "sent": 1}
    assert len(sink.got) == 1


def test_one_recipient_whom_the_server_refuses_holds_nobody_up(cases: Cases) -> None:
    port, sink = free_port(), Sink(WORLD.kim.email)
    point_at(cases[0], port)
    _owe(3, WORLD.kim, key="r7:kim", over=timedelta(0))
    _owe(5, key="r7:ana", over=MINUTE)
    assert deliver_owed(NOW) == 0
    let_time_pass(DAY, nobody_lives=True)
    with listening(sink, port):
        assert deliver_owed(NOW + DAY) == 5
    assert (_states("r7:kim"), _states("r7:ana")) == ({"bounced": 3}, {"sent": 5})
    assert sink.turned_away == 1  # who is refused for good is not tried once more with every letter


def _code_of_conduct() -> list[str]:
    """What became of each word of the clock about Ana's code of conduct, which is due on 4 May 2027."""
    db.session.rollback()
    asked = select(Message.state).where(Message.kind == "code-of-conduct-due").order_by(Message.due_at)
    return list(db.session.scalars(asked))


def _round(day: date, hour: int = 1) -> None:
    """One round, by default at eight in the morning in Hanoi."""
    by_hand(at(day, hour), at(day, hour))


def test_a_reminder_that_is_overtaken_while_the_server_is_away_is_never_sent(
    certified: Player, app: Flask
) -> None:
    """Said thirty days before, and seven days before: after a long outage only the last one goes."""
    port, sink = free_port(), Sink()
    point_at(app, port)
    _round(date(2027, 4, 4))
    assert _code_of_conduct() == ["owed"]
    _round(date(2027, 4, 27))
    assert _code_of_conduct() == ["superseded", "owed"]
    let_time_pass(DAY, nobody_lives=True)
    with listening(sink, port):
        _round(date(2027, 4, 28))
    assert _code_of_conduct() == ["superseded", "sent"]


def test_a_reminder_whose_task_is_done_while_the_server_is_away_is_never_sent(
    certified: Player, app: Flask
) -> None:
    port, sink, day = free_port(), Sink(), date(2027, 4, 4)
    point_at(app, port)
    _round(day)
    assert _code_of_conduct() == ["owed"]
    with write_tx() as session:
        case = session.get_one(Certification, certified.certification)
        sign(session, case, WORLD.actor(session, WORLD.ana, day), at(day, 3))
    let_time_pass(DAY, nobody_lives=True)
    with listening(sink, port):
        _round(day + DAY)
    assert _code_of_conduct() == ["superseded"]


def _lost(forking: Mother, settings: Settings, bug: str = "") -> tuple[int, int]:
    """How many of some letters never come, and come twice, when senders are killed while the server hangs."""
    sink, port, chance = Sink(), free_port(), random.Random(SEED)
    _owe(12)
    _turn(settings, NOW + DAY)
    with hanging(port), at_work(forking, settings, port, bug) as schedulers:
        for killed in range(4):
            _wait_until(lambda killed=killed: 12 - _states()["owed"] > killed)  # one more is being sent
            schedulers.kill(chance)
    let_time_pass(HOUR, nobody_lives=True)
    with listening(sink, port), at_work(forking, settings, port, bug):
        _all_go()
    return len(_ids() - set(sink.got)), sink.doubled


def test_a_sender_that_is_killed_while_the_server_hangs_loses_nothing(forking: Mother, cases: Cases) -> None:
    assert _lost(forking, cases[1]) == (0, 0)


def test_a_sender_that_is_killed_with_a_letter_in_its_hand_loses_and_doubles_nothing(
    forking: Mother, cases: Cases
) -> None:
    """Of three, the second one was taken and not handed to the server yet."""
    app, settings, _ids = cases
    sink, port, struck = Sink(), free_port(), forking.strikes()
    _owe(3, over=timedelta(0))
    with listening(sink, port):
        smtp = f"smtp://127.0.0.1:{port}"
        forking.bear("schedule", settings, smtp=smtp, bug="", fault=f"{Point.SMTP}:2:kill")
        _wait_until(lambda: forking.strikes() > struck)
        assert (_states(), len(sink.got)) == ({"sent": 1, "sending": 1, "owed": 1}, 1)
        let_time_pass(HOUR, nobody_lives=True)
        point_at(app, port)
        assert deliver_owed(NOW) == 2
    assert (_states(), len(sink.got), sink.doubled) == ({"sent": 3}, 3, 0)


def test_marking_before_sending_is_found_to_lose_letters(forking: Mother, cases: Cases) -> None:
    """The power of the count: who marks first has lost what was marked when the kill came."""
    lost, _doubled = _lost(forking, cases[1], "marked first")
    assert lost > 0
