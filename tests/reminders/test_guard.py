"""A clock that jumps stops what cannot be taken back, and an outage does not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from certify.audit.clockwork import clockwork
from certify.clock import Clock, real_now
from certify.models import Message, Person, SchedulerRound, db
from certify.models.store import own_tx
from certify.reminders import rounds
from certify.reminders.guard import STEADY_AFTER, Held, Watch, held_by, seconds_passed
from certify.reminders.planning import replan
from certify.workflows.notices import owe
from tests.cast import WORLD, World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.player import Player, at
from tests.reminders.test_sweep import DUE_AT, REPORT_ON

MINUTE = timedelta(minutes=1)
YEAR = timedelta(days=365)


def earlier() -> None:
    """As if a minute had passed since every round."""
    with own_tx() as session:
        for row in session.scalars(select(SchedulerRound).order_by(SchedulerRound.slot)):
            moved = {"slot": row.slot - MINUTE, "begun_at": row.begun_at - MINUTE}
            session.execute(update(SchedulerRound).where(SchedulerRound.slot == row.slot).values(**moved))


def held(n: int = 1) -> list[str | None]:
    """Why the last rounds were held, the last one first."""
    db.session.rollback()
    asked = select(SchedulerRound.held_by).order_by(SchedulerRound.slot.desc()).limit(n)
    return list(db.session.scalars(asked))


def test_time_that_goes_back_holds_the_clock_for_ten_steady_rounds(app: Flask, world: World) -> None:
    rounds.take_round(NOW)
    earlier()
    rounds.take_round(NOW - YEAR)
    for n in range(STEADY_AFTER + 1):
        earlier()
        rounds.take_round(NOW - YEAR + n * MINUTE)
    assert held(STEADY_AFTER + 3) == [None, *[Held.WAITING] * STEADY_AFTER, Held.BACK, None]


def test_hosts_that_take_turns_may_differ_by_a_minute(app: Flask, world: World) -> None:
    rounds.take_round(NOW)
    earlier()
    rounds.take_round(NOW - MINUTE)
    assert held() == [None]


def test_processes_that_count_on_from_one_instant_may_be_hours_apart(app: Flask, world: World) -> None:
    """In a demo: the one that was begun later is behind, and so is one that was begun anew."""
    app.extensions["certify.clock"] = Clock(NOW.isoformat())
    first, second = Watch(), Watch()
    rounds.take_round(NOW + timedelta(hours=5), watch=first)
    earlier()
    rounds.take_round(NOW + MINUTE, watch=second)
    earlier()
    rounds.by_hand(NOW, NOW)
    earlier()
    rounds.take_round(NOW + timedelta(hours=5, minutes=3), watch=Watch())
    earlier()
    rounds.take_round(NOW, watch=Watch())
    assert held(5) == [None] * 5


@pytest.mark.parametrize("setting", [(NOW - YEAR).isoformat(), ""])
def test_another_setting_of_the_clock_that_lies_before_is_a_jump(
    app: Flask, world: World, setting: str
) -> None:
    app.extensions["certify.clock"] = Clock(NOW.isoformat())
    rounds.take_round(NOW)
    earlier()
    app.extensions["certify.clock"] = Clock(setting)
    rounds.take_round(NOW - YEAR)
    assert held() == [Held.BACK]


def test_a_process_whose_set_clock_jumps_holds_it_all_the_same(app: Flask, world: World) -> None:
    app.extensions["certify.clock"] = Clock(NOW.isoformat())
    watch = Watch()
    rounds.take_round(NOW, watch=watch)
    earlier()
    rounds.take_round(NOW - timedelta(hours=2), watch=watch)
    assert held() == [Held.APART]


def test_an_outage_is_no_jump(app: Flask, world: World) -> None:
    rounds.take_round(NOW)
    earlier()
    rounds.take_round(NOW + YEAR, watch=Watch())
    assert held() == [None]


def test_a_process_that_sees_time_jump_holds_the_clock(app: Flask, world: World) -> None:
    watch = Watch()
    rounds.take_round(NOW, watch=watch)
    earlier()
    rounds.take_round(NOW + timedelta(hours=2), watch=watch)
    assert held() == [Held.APART]


@pytest.mark.parametrize(
    ("passed", "seconds", "jumped"),
    [
        (timedelta(hours=1, minutes=59), 3600, False),
        (timedelta(hours=2, minutes=1), 3600, True),
        (timedelta(minutes=59), 7200, True),
        (-timedelta(hours=2), 60, True),
        (timedelta(days=30), 30 * 86400, False),  # the process was stopped, or the machine slept
        (timedelta(0), 7200, False),  # a clock that stands still, as in a demo
    ],
)
def test_what_passed_by_the_clock_is_compared_with_what_passed(
    passed: timedelta, seconds: int, jumped: bool
) -> None:
    watch = Watch()
    assert not watch.look(NOW, 500.0)
    assert watch.look(NOW + passed, 500.0 + seconds) is jumped


def test_while_it_is_held_nothing_is_owed_and_what_was_owed_goes(visited: Player) -> None:
    watch = Watch()
    rounds.take_round(at(REPORT_ON), watch=watch)
    earlier()
    with own_tx() as session:
        ana = session.get_one(Person, WORLD.ana.id)
        owe(session, key="m", kind="admitted", recipient=ana, at=at(REPORT_ON))
    assert rounds.take_round(DUE_AT + YEAR, watch=watch) == rounds.Done(sent=1)
    assert held() == [Held.APART]
    assert db.session.scalars(select(Message).where(Message.origin == "clock")).all() == []


def test_an_operators_word_lets_it_go_on(app: Flask, world: World) -> None:
    rounds.take_round(NOW)
    earlier()
    rounds.take_round(NOW - YEAR)
    earlier()
    rounds.by_hand(NOW - YEAR, NOW - YEAR)
    earlier()
    rounds.take_round(NOW - YEAR + MINUTE)
    assert held(4) == [None, None, Held.BACK, None]


def test_a_hosts_clock_that_is_not_the_databases_acts_on_nothing(app: Flask, world: World) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one machine, one clock")
    ours = app.extensions["certify.settings"]
    app.extensions["certify.settings"] = replace(ours, clock="")
    with own_tx() as session:
        shifted = "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
        session.connection().exec_driver_sql(
            shifted + "$$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$"
        )
        session.connection().exec_driver_sql(
            f'ALTER DATABASE "{db.engine.url.database}" SET search_path = public, pg_catalog'
        )
    db.engine.dispose()
    rounds.take_round(NOW)
    assert held() == [Held.HOST]


def test_readiness_and_the_doctor_tell_that_the_clock_is_held(
    app: Flask, world: World, client: StrictClient
) -> None:
    rounds.take_round(NOW)
    earlier()
    rounds.take_round(NOW - YEAR)
    assert client.get("/readyz").text.splitlines()[1].endswith("held: the clock jumped (back)")
    with db.engine.connect() as connection:
        said = list(clockwork(connection))
    assert [(one.level, one.what) for one in said][1] == ("warn", "the clock makes no move: it jumped (back)")


def test_a_month_without_a_scheduler_is_caught_up_in_one_round(visited: Player) -> None:
    replan(at(REPORT_ON))
    done = rounds.by_hand(at(REPORT_ON) + timedelta(days=35), NOW)
    assert done.owed == 2  # of the recommendation's three days, one word to Bo and one upwards
    assert done.failed_with is None


def test_hosts_whose_clocks_both_are_near_the_databases_hold_nothing(app: Flask, world: World) -> None:
    for n in range(4):
        rounds.take_round(NOW + n * MINUTE + (n % 2) * 4 * MINUTE)
        earlier()
    assert held(4) == [None] * 4


def test_a_jump_seen_by_who_was_too_late_for_the_round_holds_those_after_it(app: Flask, world: World) -> None:
    ours, watch = rounds.slot_of(real_now()), Watch()
    watch.look(NOW, seconds_passed())
    with own_tx() as session:
        row = {"taken_by": "another", "begun_at": ours, "domain_at": NOW}
        session.add_all(SchedulerRound(slot=ours + n * MINUTE, **row) for n in range(2))
    assert rounds.take_round(NOW + YEAR, watch=watch) is None
    with own_tx() as session:
        assert held_by(session, NOW + YEAR, jumped=False, host_counts=False) is Held.WAITING


def test_an_operators_word_counts_before_the_scheduler_looked(app: Flask, world: World) -> None:
    watch = Watch()
    rounds.take_round(NOW, watch=watch)
    earlier()
    rounds.by_hand(NOW + YEAR, NOW + YEAR)
    earlier()
    rounds.take_round(NOW + YEAR + MINUTE, watch=watch)
    assert held() == [None]
    earlier()
    rounds.take_round(NOW + 2 * YEAR, watch=watch)
    assert held() == [Held.APART]
