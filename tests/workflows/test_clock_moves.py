"""What the clock does by itself: holds and their end, and the tasks that it opens; once, whoever asks it."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, text

from certify.models import (
    CaseFile,
    Certification,
    Delegation,
    Event,
    Message,
    Review,
    RoleGrant,
    db,
)
from certify.models.store import own_tx, write_tx
from certify.queries.consequences import consequences_of
from certify.queries.pauses import RESTED_ON_ENDED, held_by_the_clock, resumes_by_itself
from certify.workflows import clock_moves, engine
from certify.workflows.certification import recognise
from certify.workflows.clock_moves import make_due
from certify.workflows.engine import Refused
from tests.cast import WORLD, World
from tests.player import DECIDED_ON, EDITION, Player, at

OTHER_ON = date(2026, 5, 25)  # on which the second case is applied for and admitted
FELL_ON = date(2026, 6, 8)
SOON = timedelta(days=1)


@pytest.fixture
def second(certified: Player) -> Player:
    """Ana's case for Safety & Health at Work, admitted while Workplace Cooperation was valid."""
    played = Player(module="OSH", later=(OTHER_ON - date(2026, 1, 12)).days).apply().admit()
    make_due(at(OTHER_ON))
    return played


def _end(played: Player, move: str, on: date = FELL_ON) -> None:
    played.move(move, WORLD.maya, on, grounds="A complaint of an enterprise.")


def _states(*played: Player) -> list[str]:
    with db.session() as session:
        return [str(session.get_one(Certification, one.certification).state) for one in played]


def _events(played: Player, *moves: str) -> list[tuple[str, str | None]]:
    """Move and actor of these events of the case, and of what is in it."""
    with db.session() as session:
        case = session.get_one(Certification, played.certification).case_id
        rows = session.scalars(
            select(Event).where(Event.case_id == case, Event.move.in_(moves)).order_by(Event.seq)
        )
        return [(row.move, row.actor_id) for row in rows]


def _kinds(*kinds: str) -> list[tuple[str, str]]:
    with db.session() as session:
        rows = session.scalars(select(Message).where(Message.kind.in_(kinds)))
        return sorted((row.kind, row.email.split("@")[0]) for row in rows)


def test_a_case_is_held_while_its_prerequisite_is_suspended_and_no_longer(
    certified: Player, second: Player
) -> None:
    _end(certified, "suspend")
    assert make_due(at(FELL_ON)) == 1
    assert _states(certified, second) == ["suspended", "on_hold"]
    assert make_due(at(FELL_ON + SOON)) == 0
    certified.move("reinstate", WORLD.maya, FELL_ON + 9 * SOON, findings="It was unfounded.")
    assert make_due(at(FELL_ON + 9 * SOON)) == 1
    assert _states(certified, second) == ["certified", "admitted"]
    assert _events(second, "hold", "resume") == [("hold", None), ("resume", None)]
    with db.session() as session:
        pauses = session.get_one(Certification, second.certification).pauses
    assert pauses == [{"from": "2026-06-08", "until": "2026-06-17"}]
    assert _kinds("on_hold", "resumed") == [("on_hold", "ana"), ("resumed", "ana")]


def test_a_case_stays_on_hold_when_what_it_rested_on_ended_meanwhile(
    certified: Player, second: Player
) -> None:
    _end(certified, "suspend")
    make_due(at(FELL_ON))
    _end(certified, "withdraw", FELL_ON + SOON)
    assert make_due(at(FELL_ON + SOON)) == 0
    assert _states(second) == ["on_hold"]
    with db.session() as session:
        case = session.get_one(Certification, second.certification)
        assert (held_by_the_clock(session, case), resumes_by_itself(session, case, at(FELL_ON + SOON))) == (
            True, False
        )  # fmt: skip
        assert consequences_of(session, case, "resume", EDITION, at(FELL_ON + SOON)) == (RESTED_ON_ENDED,)


def test_a_coordinators_hold_is_the_coordinators_to_end(certified: Player, second: Player) -> None:
    second.move("hold", WORLD.olu, FELL_ON, reason="She is ill.")
    _end(certified, "suspend")
    assert make_due(at(FELL_ON)) == 0
    certified.move("reinstate", WORLD.maya, FELL_ON + SOON, findings="It was unfounded.")
    assert make_due(at(FELL_ON + SOON)) == 0
    assert _states(second) == ["on_hold"]


def test_a_coordinator_who_resumes_it_all_the_same_has_the_last_word(
    certified: Player, second: Player
) -> None:
    _end(certified, "suspend")
    make_due(at(FELL_ON))
    second.move("resume", WORLD.olu, FELL_ON + SOON, reason="The ToT is paid for.")
    assert make_due(at(FELL_ON + SOON)) == 0
    assert _states(second) == ["admitted"]
    _end(Player(module="QUA", certification=_recognised("QUA")), "suspend", FELL_ON + 2 * SOON)
    assert make_due(at(FELL_ON + 2 * SOON)) == 0  # a module that this one does not rest on
    certified.move("reinstate", WORLD.maya, FELL_ON + 2 * SOON, findings="It was unfounded.")
    _end(certified, "suspend", FELL_ON + 3 * SOON)
    assert make_due(at(FELL_ON + 3 * SOON)) == 1  # another suspension, another hold
    assert _states(second) == ["on_hold"]


def test_a_case_admitted_after_the_suspension_of_another_module_goes_on(certified: Player) -> None:
    other = Player(holder=WORLD.kim, later=120).apply().admit()
    _end(certified, "suspend")
    assert make_due(at(FELL_ON)) == 0
    assert _states(other) == ["admitted"]


def test_a_case_that_cannot_be_held_does_not_keep_the_clock_from_the_next_one(
    certified: Player, second: Player, caplog: pytest.LogCaptureFixture
) -> None:
    third = Player(module="QUA", later=second.later).apply().admit()
    broken, other = sorted((second, third), key=lambda one: one.certification)  # it is looked at first
    with own_tx() as session:
        session.get_one(Certification, broken.certification).pauses = 5  # type: ignore[assignment]
    _end(certified, "suspend")
    assert make_due(at(FELL_ON)) == 1
    assert _states(broken, other) == ["admitted", "on_hold"]
    assert "could not make hold" in caplog.text
    with own_tx() as session:
        session.get_one(Certification, broken.certification).pauses = []
    assert make_due(at(FELL_ON + SOON)) == 1
    assert _states(broken, other) == ["on_hold", "on_hold"]


def test_schedulers_at_once_make_each_move_once(
    certified: Player, second: Player, app: Flask, world: World
) -> None:
    _end(certified, "suspend")
    together, made = Barrier(4), []

    def round_() -> None:
        with app.app_context():
            together.wait()
            made.append(make_due(at(FELL_ON)))
            db.session.remove()

    rounds = [Thread(target=round_) for _ in range(4)]
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()
    assert sum(made) == 1
    assert _events(second, "hold") == [("hold", None)]


def test_a_round_looks_only_at_what_changed_or_is_due(certified: Player, second: Player) -> None:
    with db.session() as session:
        assert clock_moves._waiting(at(OTHER_ON), 9) == []
        case = session.get_one(Certification, certified.certification).case_id
        assert session.get_one(CaseFile, case).look_at == datetime.fromisoformat("2029-08-02T17:00:00Z")
    second.move("leave", WORLD.ana, OTHER_ON, reason="No time.")
    assert [one.seen for one in clock_moves._waiting(at(OTHER_ON), 9)] == [12]
    make_due(at(OTHER_ON))
    assert clock_moves._waiting(at(OTHER_ON), 9) == []


def test_a_round_reads_two_indexes_and_goes_through_no_table(certified: Player) -> None:
    with db.session() as session:
        explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
        if explain == "EXPLAIN":
            session.execute(text("SET LOCAL enable_seqscan = off"))  # a table of three rows is read whole
        for asked, index in zip(
            clock_moves.waiting(at(OTHER_ON), 9), ("ix_case_file_look", "ix_case_file_changed"), strict=True
        ):
            sql = asked.compile(db.engine, compile_kwargs={"literal_binds": True})
            plan = " ".join(str(row) for row in session.execute(text(f"{explain} {sql}")))
            assert index in plan


def test_a_case_that_cannot_be_looked_at_keeps_no_other_waiting(
    certified: Player, second: Player, caplog: pytest.LogCaptureFixture
) -> None:
    _end(certified, "suspend")
    broken = Player(holder=WORLD.kim, later=120).apply().admit()
    with write_tx() as session:
        thing = session.get_one(Certification, broken.certification)
        thing.module, case = "ZZZ", thing.case_id
    assert make_due(at(FELL_ON)) == 1
    assert caplog.messages == [f"the clock could not look at case {case}"]
    with db.session() as session:
        assert session.get_one(CaseFile, case).look_at == at(FELL_ON) + clock_moves.TRIED_AGAIN


def test_a_long_suspension_is_a_task_and_never_a_withdrawal(certified: Player) -> None:
    _end(certified, "suspend", DECIDED_ON)
    make_due(at(DECIDED_ON))
    assert make_due(at(date(2026, 11, 3))) == 0
    assert make_due(at(date(2026, 11, 4))) == 1
    assert make_due(at(date(2026, 11, 4))) == 0
    assert _states(certified) == ["suspended"]
    assert _kinds("review_opened") == [("review_opened", who) for who in ("maya", "mika", "olu")]
    assert make_due(at(date(2026, 12, 4))) == 1
    assert _kinds("review_escalated") == [("review_escalated", who) for who in ("olu", "sol")]
    with write_tx() as session:
        review = session.scalars(select(Review)).one()
        maya = WORLD.actor(session, WORLD.maya, date(2026, 12, 7))
        engine.perform(review, "close", maya, at(date(2026, 12, 7)), reason="It stays as it is.")
    make_due(at(date(2026, 12, 7)))
    assert make_due(at(date(2027, 6, 6))) == 0
    assert make_due(at(date(2027, 6, 7))) == 1  # left suspended, it is asked about again
    assert _events(certified, "open", "escalate", "close", "withdraw") == [
        ("open", None), ("escalate", None), ("close", WORLD.maya.id), ("open", None)
    ]  # fmt: skip


def test_who_is_tied_to_the_holder_neither_hears_of_a_review_nor_closes_it(certified: Player) -> None:
    with write_tx() as session:
        session.get_one(RoleGrant, "grantbo0000000000000").role = "master_trainer"  # her supervisor
        session.get_one(RoleGrant, "grantbo0000000000000").issuer_id = WORLD.issuer
    _end(certified, "suspend", DECIDED_ON)
    make_due(at(DECIDED_ON))
    on = date(2026, 11, 4)
    make_due(at(on))
    assert _kinds("review_opened") == [("review_opened", who) for who in ("maya", "mika", "olu")]
    with write_tx() as session:
        review = session.scalars(select(Review)).one()
        with pytest.raises(Refused) as refused:
            engine.perform(review, "close", WORLD.actor(session, WORLD.bo, on), at(on), reason="Fine.")
    assert {one.requirement for one in refused.value.refusals} == {"independence"}


def _recognised(module: str, until: date = date(2031, 1, 1)) -> str:
    """Ana has another module, from another body."""
    with write_tx() as session:
        case = recognise(
            session, WORLD.actor(session, WORLD.maya, OTHER_ON), at(OTHER_ON), person=WORLD.ana.id,
            module=module, country="VN", source="SCORE Global", number="G-7", valid_from=DECIDED_ON,
            valid_until=until, grounds="The register agrees.",
        )  # fmt: skip
        return case.id


def _reviews() -> list[tuple[str, str, str]]:
    with db.session() as session:
        rows = session.scalars(select(Review).order_by(Review.opened_at))
        return [(row.certification.module, str(row.ground), row.fallen.module) for row in rows if row.fallen]


@pytest.mark.parametrize("move", ["withdraw", "retire"])
def test_a_module_whose_prerequisite_fell_is_looked_at_once_and_stays_certified(
    certified: Player, move: str, caplog: pytest.LogCaptureFixture
) -> None:
    quality = _recognised("QUA")
    make_due(at(OTHER_ON))
    if move == "withdraw":
        _end(certified, move)
    else:
        certified.move(move, WORLD.ana, FELL_ON)
    assert make_due(at(FELL_ON)) == 1
    assert make_due(at(FELL_ON)) == 0
    assert _reviews() == [("QUA", "prerequisite_fell", "WPC")]
    with write_tx() as session:
        assert str(session.get_one(Certification, quality).state) == "certified"
        review = session.scalars(select(Review)).one()
        maya = WORLD.actor(session, WORLD.maya, FELL_ON)
        engine.perform(review, "close", maya, at(FELL_ON), reason="She trains both modules well.")
    assert make_due(at(FELL_ON)) == 0  # what was looked at is not asked about again
    assert caplog.messages == []
    assert _kinds("review_closed") == [("review_closed", "ana")]


def test_a_prerequisite_that_runs_out_counts_as_fallen_after_its_grace(certified: Player) -> None:
    _recognised("QUA")
    make_due(at(OTHER_ON))
    assert make_due(at(date(2029, 8, 2))) == 0  # expired on 4 May, in grace
    assert make_due(at(date(2029, 8, 3))) == 1
    assert _reviews() == [("QUA", "prerequisite_fell", "WPC")]


def test_another_prerequisite_that_stands_keeps_a_module_up(certified: Player) -> None:
    with write_tx() as session:
        session.get_one(Delegation, WORLD.delegation).modules = ["WPC", "QUA", "BAS"]
    _recognised("BAS")
    _recognised("QUA")
    _end(certified, "withdraw")
    assert make_due(at(FELL_ON)) == 0
    assert _reviews() == []


def test_a_module_that_ran_out_itself_is_not_looked_at(certified: Player) -> None:
    _recognised("QUA", until=date(2026, 6, 1))
    make_due(at(OTHER_ON))
    _end(certified, "withdraw", date(2026, 9, 7))
    assert make_due(at(date(2026, 9, 7))) == 0
