"""The engine on every table of moves: machines as declared, rights before facts, facts before reasons."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from transitions import MachineError

from certify import workflows as declared
from certify.models import Certification, Event, Message, db
from certify.models.store import write_tx
from certify.policy.actor import CLOCK
from certify.scheme.words import CertificationState
from certify.workflows import engine
from certify.workflows.certification import MOVES, STATE_WORDS, WORKFLOW
from certify.workflows.engine import (
    Forbidden,
    Move,
    MoveDidNotHappen,
    NotVisible,
    Refusal,
    UnknownMove,
    Workflow,
)
from tests.cast import World
from tests.conftest import NOW
from tests.player import DECIDED_ON, REPORT_ON, Player, at
from tests.workflows.keeping import errors, events, refusals

declared.load()
DAY = timedelta(days=1)


def standing(name: str) -> Workflow:
    return next(one for one in engine.workflows() if one.name == name)


@contextmanager
def put_together(workflow: Workflow, **change: Any) -> Iterator[Workflow]:
    """A workflow as when it is declared, perhaps otherwise; the one that stood comes back afterwards."""
    try:
        yield replace(workflow, **change)
    finally:
        workflow.__post_init__()


@pytest.mark.parametrize("name", [one.name for one in engine.workflows()])
def test_a_machine_has_the_moves_of_its_table_and_no_others(name: str) -> None:
    before = standing(name).machine
    with put_together(standing(name)) as made:
        assert engine.workflow_of(made.row()) is made
        assert made.machine is not before
        assert list(made.machine.states) == [str(one) for one in made.states]
        assert set(made.machine.events) == set(made.moves)
        assert (made.machine.models, made.machine.has_queue, made.machine.initial) == ([], False, None)
        for move in made.moves.values():
            assert reached(made, move) == {
                (str(source), str(target))
                for source in move.sources
                for target in (move.targets or (source,))
            }, move.name


def reached(made: Workflow, move: Move) -> set[tuple[str, str]]:
    """From which states the machine comes to which, whatever destination is named."""
    found = set()
    for source, target in product(made.states, [*made.states, "nowhere", None]):
        carrier = SimpleNamespace(state=str(source))
        with suppress(MachineError):
            if made.machine.events[move.name].trigger(carrier, target and str(target)):
                found.add((str(source), carrier.state))
    return found


def test_a_state_without_a_word_is_told_as_it_is(submitted: Player, world: World) -> None:
    assert set(STATE_WORDS) == set(CertificationState) - {CertificationState.NEW}
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        for words, state in ((STATE_WORDS, "application submitted"), ({}, "submitted")):
            said = f"“Resume” is not possible while the state is “{state}”."
            with put_together(WORKFLOW, state_words=words):
                told = refusals(engine.perform, case, "resume", _by(world, "olu"), NOW)
            assert told == (Refusal(None, said),)


def test_a_move_to_where_its_table_does_not_lead_is_a_mistake_that_is_told(
    admitted: Player, world: World
) -> None:
    astray = replace(MOVES["hold"], goes_to=lambda _question: "nowhere")
    with write_tx() as session:
        case = session.get_one(Certification, admitted.certification)
        with put_together(WORKFLOW, moves={**MOVES, "hold": astray}):
            said = r"^certification: hold from admitted to nowhere$"
            with pytest.raises(MoveDidNotHappen, match=said):
                engine.perform(case, "hold", _by(world, "olu"), NOW, reason="Leave.")
        session.rollback()


def test_rights_come_first_then_the_state_then_facts_then_reasons(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)

        def perform(key: str, move: str, **facts: Any) -> Any:
            member = next(one for one in world.members if one.key == key)
            return engine.perform(case, move, world.actor(session, member), NOW, **facts)

        for ask in (perform, lambda key, move: engine.refusals(case, move, _by(world, key), NOW)):
            with pytest.raises(NotVisible, match=r"^admit$"):
                ask("kim", "admit")
            with pytest.raises(Forbidden, match=r"^admit$"):
                ask("ana", "admit")
            with pytest.raises(UnknownMove, match=r"^fly$"):
                ask("ana", "fly")
        state = (Refusal(None, "“Resume” is not possible while the state is “application submitted”."),)
        assert refusals(perform, "olu", "resume") == state
        assert errors(perform, "olu", "return_application") == {"to_complete": ["Fill in: What to complete."]}
        assert errors(perform, "olu", "admit", more=1) == {"more": ["This move takes no such field."]}
        reasons = refusals(perform, "olu", "admit")
        assert [one.requirement for one in reasons][:1] == ["screening"]
        assert engine.refusals(case, "admit", _by(world, "olu"), NOW, facts={}) == reasons
        with pytest.raises(RuntimeError, match=r"^the row belongs to no session$"):
            engine.perform(Certification(), "admit", _by(world, "olu"), NOW)


def _by(world: World, key: str) -> Any:
    return world.actor(db.session(), next(one for one in world.members if one.key == key))


def test_what_is_offered_is_what_leaves_the_state_and_fits(submitted: Player, world: World) -> None:
    case = db.session.get_one(Certification, submitted.certification)

    def offered(key: str) -> dict[str, tuple[bool, int]]:
        return {
            one.move.name: (one.allowed, len(one.refusals))
            for one in engine.offers(case, _by(world, key), NOW)
        }

    assert offered("kim") == {}
    found = offered("olu")
    assert (found["return_application"], found["assign_screener"]) == ((True, 0), (True, 0))
    assert found["admit"][0] is False
    for offer in engine.offers(case, _by(world, "olu"), NOW):
        assert engine.refusals(case, offer.move.name, _by(world, "olu"), NOW) == offer.refusals


def test_a_move_writes_state_instant_version_and_one_event(admitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, admitted.certification)
        olu, version = world.actor(session, world.olu), case.version
        told = engine.perform(case, "hold", olu, at(REPORT_ON), reason="Leave.")
        assert (str(case.state), case.state_since, case.version) == ("on_hold", at(REPORT_ON), version + 1)
        assert (told.move, told.from_state, told.to_state, told.scheme_version) == (
            "hold", "admitted", "on_hold", "score-2026",
        )  # fmt: skip
        assert (told.subject_kind, told.subject_id, told.actor_id) == ("certification", case.id, olu.id)
        row = session.scalars(select(Event).where(Event.id == told.id)).one()
        assert (row.scheme_version, row.seq) == ("score-2026", told.seq)
        row = session.scalars(select(Message).where(Message.kind == "on_hold")).one()
        assert row.key == f"on_hold:{case.case_id}:{told.seq}:{world.ana.id}"
        back = engine.perform(case, "resume", CLOCK, at(REPORT_ON + DAY), reason="The time is over.")
        assert (back.actor_id, str(case.state), case.state_since) == (None, "admitted", at(REPORT_ON + DAY))
        asked = {"person": world.bo.id}
        same = engine.perform(case, "assign_supervisor", olu, at(DECIDED_ON), **asked)
        assert (same.from_state, same.to_state) == ("admitted", "admitted")
        assert case.state_since == at(REPORT_ON + DAY)
        assert case.version == version + 3
        assert [one[-1] for one in events(session, "assign_supervisor")] == [{**asked, "cohorts": []}]


def test_what_was_read_before_the_lock_is_not_trusted(admitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, admitted.certification)
        olu = world.actor(session, world.olu)
        assert case.holder.name == "Ana Trần"
        session.connection().exec_driver_sql("UPDATE certification SET state = 'assessment'")
        session.connection().exec_driver_sql("UPDATE person SET name = 'Nobody'")
        assert (str(case.state), case.holder.name) == ("admitted", "Ana Trần")
        said = "“Enrol in a ToT” is not possible while the state is “assessment”."
        assert [one.reason for one in refusals(engine.perform, case, "enrol", olu, NOW)] == [said]
        assert case.holder.name == "Nobody"
