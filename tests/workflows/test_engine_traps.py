"""Every trap of `transitions` that bit a prototype: shown in the library, and stepped around here."""

import gc
import weakref
from dataclasses import replace

import pytest
from transitions import Machine

from certify import workflows as declared
from certify.scheme.words import CertificationState
from certify.workflows import engine
from certify.workflows.certification import MOVES, WORKFLOW
from certify.workflows.engine import MoveDidNotHappen, UnknownMove, _fire, plain

declared.load()


class Row:
    """Something with a state, as a table's row has."""

    def __init__(self, state: str) -> None:
        self.state = state


def machine(**options: object) -> Machine:
    """A machine as the library's README makes it."""
    return Machine(
        model=None,
        states=["draft", "submitted"],
        transitions=[{"trigger": "submit", "source": "draft", "dest": "submitted", "conditions": refuse}],
        **options,
    )


def refuse() -> bool:
    return False


def test_a_false_condition_is_silent_in_the_library_and_an_error_here() -> None:
    assert machine(initial=None).events["submit"].trigger(Row("draft")) is False
    astray = replace(MOVES["resume_practice"], to=("classroom_delivery",))
    with pytest.raises(MoveDidNotHappen):
        _fire(WORKFLOW, astray, CertificationState.MORE_PRACTICE, "assessment")


def test_auto_transitions_bypass_guards_in_the_library_and_do_not_exist_here() -> None:
    assert "to_submitted" in machine(initial=None).events
    for workflow in engine.workflows():
        assert set(workflow.machine.events) == set(workflow.moves)


def test_adding_a_model_resets_its_state_in_the_library_and_no_row_is_ever_added_here() -> None:
    row = Row("submitted")
    machine(initial="draft").add_model(row)
    assert row.state == "draft"
    for workflow in engine.workflows():
        assert workflow.machine.models == []


def test_the_machine_has_exactly_the_declared_states() -> None:
    assert "initial" in machine().states
    for workflow in engine.workflows():
        assert list(workflow.machine.states) == [str(state) for state in workflow.states]


def test_the_library_keeps_models_alive_and_the_engine_keeps_nothing() -> None:
    kept_by_the_library, made = machine(initial="draft"), Row("draft")
    kept_by_the_library.add_model(made)
    kept = weakref.ref(made)
    del made
    gc.collect()
    assert kept() is not None
    seen: list[weakref.ref[engine._Carrier]] = []
    original = engine._Carrier.__init__

    def remember(self: engine._Carrier, state: str) -> None:
        original(self, state)
        seen.append(weakref.ref(self))

    engine._Carrier.__init__ = remember  # type: ignore[method-assign]
    try:
        _fire(WORKFLOW, MOVES["submit"], "draft", "submitted")
    finally:
        engine._Carrier.__init__ = original  # type: ignore[method-assign]
    gc.collect()
    assert [each() for each in seen] == [None]


def test_no_machine_queues_so_that_no_thread_runs_another_ones_callbacks() -> None:
    assert machine(initial=None, queued=True).has_queue
    assert not any(workflow.machine.has_queue for workflow in engine.workflows())


def test_an_unknown_move_is_named_and_not_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        machine(initial="draft").promote  # noqa: B018
    with pytest.raises(UnknownMove):
        WORKFLOW.move("promote")


def test_words_are_logged_by_their_value() -> None:
    told = plain({"state": CertificationState.DRAFT, "states": [CertificationState.LEFT]})
    assert told == {"state": "draft", "states": ["left"]}
    assert type(told["state"]) is str


def test_machines_are_flat_and_callbacks_few() -> None:
    for workflow in engine.workflows():
        assert all(
            "_" not in state or state in set(map(str, workflow.states)) for state in workflow.machine.states
        )
        assert workflow.machine.before_state_change == []
        assert workflow.machine.after_state_change == []


@pytest.mark.parametrize("move", [move for move in MOVES.values() if move.targets])
def test_every_move_of_the_table_fires_from_each_of_its_states_to_each_of_its_targets(
    move: engine.Move,
) -> None:
    for source in move.sources:
        for target in move.targets:
            assert _fire(WORKFLOW, move, str(source), str(target)) == str(target)
