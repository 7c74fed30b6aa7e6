"""A letter goes only while what it is owed for stands, in whose hands it may be; and nothing is lost."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from time import sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, insert, select, text, update

from certify.clock import real_now
from certify.models import Base, CaseFile, Certification, DuePoint, Message, Person, db, new_id
from certify.models.store import own_tx
from certify.reminders import planning
from certify.reminders.digests import gather
from certify.reminders.outbox import deliver_owed, send_again
from certify.reminders.planning import look_again_for, replan
from certify.reminders.sweep import sweep
from certify.workflows.notices import owe
from tests.cast import WORLD, World
from tests.player import DECIDED_ON, REPORT_ON, Player, at
from tests.reminders.sink import Sink, owe_to
from tests.reminders.test_sweep import DUE_AT

NEXT_DAY = at(date(2026, 4, 28))
POINT = Base.metadata.tables[DuePoint.__tablename__]


def state() -> str:
    db.session.rollback()
    return db.session.scalars(select(Message.state).where(Message.origin == "clock")).one()


def due_letter() -> None:
    """Bo's reminder of the recommendation, ready to go."""
    replan(at(REPORT_ON))
    sweep(DUE_AT)
    gather(NEXT_DAY)


def write(statement: Any) -> None:
    with own_tx() as session:
        session.execute(statement, execution_options={"synchronize_session": False})


def test_a_letter_whose_point_was_taken_back_meanwhile_does_not_go(visited: Player, sink: Sink) -> None:
    due_letter()
    write(delete(DuePoint).where(DuePoint.settled_at.is_not(None)))  # as by a plan made at the same time
    assert (deliver_owed(NEXT_DAY), sink.got, state()) == (0, [], "superseded")


def test_a_task_that_is_done_while_its_letter_is_in_other_hands_stops_it(visited: Player, sink: Sink) -> None:
    due_letter()
    killed = {"state": "sending", "claimed_at": real_now() - timedelta(hours=1), "attempts": 1}
    write(update(Message).where(Message.origin == "clock").values(**killed))
    visited.recommend()
    replan(NEXT_DAY)
    assert state() == "sending"
    deliver_owed(NEXT_DAY)
    assert state() == "superseded"


def test_who_has_no_account_in_use_any_more_gets_no_reminder(visited: Player, sink: Sink) -> None:
    due_letter()
    write(update(Person).where(Person.id == WORLD.bo.id).values(disabled_at=NEXT_DAY))
    assert (deliver_owed(NEXT_DAY), sink.got, state()) == (0, [], "superseded")


def test_what_was_taken_back_is_not_in_a_digest_that_goes_again(visited: Player, sink: Sink) -> None:
    due_letter()
    write(update(Message).where(Message.origin == "clock").values(state="owed", released_at=None))
    with own_tx() as session:
        bo = session.get_one(Person, WORLD.bo.id)
        for n in range(3):
            owe(session, key=f"n{n}", kind="nudge_step", origin="nudge", recipient=bo, at=NEXT_DAY,
                params={"holder": "Ana", "module": "WPC", "by": "Olu", "since_on": "2026-04-01",
                        "line": "", "certification": visited.certification})  # fmt: skip
    gather(NEXT_DAY)
    digest = db.session.scalars(select(Message.id).where(Message.origin == "digest")).one()
    db.session.rollback()
    write(update(Message).where(Message.id == digest).values(state="bounced"))
    visited.recommend()
    replan(NEXT_DAY)
    with own_tx() as session:
        assert send_again(session, digest)
    deliver_owed(NEXT_DAY)
    assert [one["Subject"] for _, one in sink.got if "messages" in one["Subject"]] == ["3 messages for you"]


def test_a_plan_made_of_what_was_before_is_not_taken_for_the_one_asked_for_since(certified: Player) -> None:
    replan(at(DECIDED_ON))
    with own_tx() as session:
        look_again_for(session, WORLD.ana.id)
    [stale], [(_, points)] = planning._read(at(DECIDED_ON), True, "", 20)
    with own_tx() as session:
        look_again_for(session, WORLD.ana.id)
        assert not planning._write(session, stale, points)
    assert replan(at(DECIDED_ON)) == 1


def test_a_point_that_cannot_be_told_to_its_role_keeps_no_other_waiting(visited: Player) -> None:
    replan(at(REPORT_ON))
    write(update(DuePoint).where(DuePoint.n == 1).values(recipient_id=None, recipient_role="coordinator"))
    role = {"recipient_role": "nobody", "due_at": DUE_AT}
    write(update(DuePoint).where(DuePoint.escalates).values(**role))
    assert sweep(at(date(2026, 5, 20))) == 1
    left = db.session.scalars(select(DuePoint.recipient_role).where(DuePoint.settled_at.is_(None)))
    assert list(left) == ["nobody"]


def _beside(do: Any, *given: object) -> None:
    thread = Thread(target=do, args=given)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


def test_a_point_planned_while_its_chunk_is_swept_is_told_by_the_next_one(
    app: Flask, visited: Player
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    replan(at(REPORT_ON))
    with own_tx() as session:
        known = session.execute(select(POINT).where(POINT.c.n == 0)).mappings().one()
    planned: list[str] = []
    late = {**known, "id": new_id(), "message_key": "planned meanwhile"}

    def plan() -> None:
        with app.app_context():
            write(insert(DuePoint).values(**late))

    def once(_c: Any, _k: Any, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO message") and not planned:
            planned.append(late["id"])
            _beside(plan)

    event.listen(db.engine, "after_cursor_execute", once)
    assert sweep(DUE_AT) + sweep(DUE_AT) == 2


def test_planning_a_case_anew_holds_up_no_message_about_it(app: Flask, visited: Player) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    case = db.session.get_one(Certification, visited.certification).case_id
    db.session.rollback()

    def tell() -> None:
        with app.app_context(), own_tx() as session:
            session.execute(text("SET LOCAL lock_timeout = '3s'"))
            owe(session, key="told", kind="admitted", at=DUE_AT, email="x@example.org", case_id=case)

    with own_tx() as session:
        planning._anew(session, select(CaseFile.id).where(CaseFile.id == case))
        _beside(tell)
    assert db.session.scalars(select(Message.id).where(Message.key == "told")).one()


def test_cases_are_locked_to_be_planned_anew_as_commands_lock_them(app: Flask, world: World) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    certification, cohort = "0" * 20, "f" * 20
    kinds = {certification: "certification", cohort: "cohort"}
    with own_tx() as session:
        session.add_all(CaseFile(id=id, kind=kind, opened_at=DUE_AT) for id, kind in kinds.items())

    def plan() -> None:
        with app.app_context(), own_tx() as session:
            planning._anew(session, select(CaseFile.id).where(CaseFile.id.in_(kinds)))

    planner = Thread(target=plan)
    with own_tx() as session:
        locked = "SELECT id FROM case_file WHERE id = :id FOR UPDATE"
        session.execute(text(locked), {"id": cohort})
        planner.start()
        sleep(0.3)  # it waits for the cohort now, and has nothing of what a command locks after it
        session.execute(text(f"{locked} NOWAIT"), {"id": certification})
    planner.join(20)
    assert not planner.is_alive()


def test_while_nobody_is_sure_of_the_time_no_letter_is_given_up_for_it(world: World, sink: Sink) -> None:
    owe_to("soon", NEXT_DAY, not_after=DUE_AT + timedelta(days=2))
    far = NEXT_DAY + timedelta(days=365)
    assert deliver_owed(far, is_sure=False) == 1
    owe_to("late", NEXT_DAY, not_after=DUE_AT + timedelta(days=2))
    assert deliver_owed(far) == 0


def test_a_letter_that_cannot_be_written_is_put_back_with_its_reason(
    app: Flask, world: World, sink: Sink
) -> None:
    owe_to("a", NEXT_DAY)
    ours = app.extensions["certify.settings"]
    app.extensions["certify.settings"] = replace(ours, base_url=None)
    assert deliver_owed(NEXT_DAY) == 0
    found = db.session.scalars(select(Message)).one()
    assert (found.state, found.attempts, found.last_error and found.last_error[:9]) == (
        "owed",
        1,
        "TypeError",
    )
