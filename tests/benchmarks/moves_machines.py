"""The same guarded move, forth and back, on the state machines that others offer; each with one condition."""

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from transitions import Machine

from certify.workflows.engine import Move
from tests.benchmarks import moves_django
from tests.benchmarks.moves_peers import BUSY, HELD, MACHINE

Turn = Callable[[], object]


class Bare:
    """What the shared machine of `transitions` moves."""

    state = BUSY


def shared_transitions() -> tuple[Turn, Turn]:
    """One machine for all rows, without models: what our engine stands on."""
    row = Bare()
    return lambda: MACHINE.events["hold"].trigger(row), lambda: MACHINE.events["resume"].trigger(row)


def viewflow() -> tuple[Turn, Turn]:
    """viewflow.fsm, a state on a plain object."""
    moves_django.set_up()
    from viewflow import fsm

    class Case:
        state = fsm.State((BUSY, HELD), default=BUSY)

        @state.transition(source=BUSY, target=HELD, conditions=[lambda case: True])
        def hold(self) -> None:
            pass

        @state.transition(source=HELD, target=BUSY, conditions=[lambda case: True])
        def resume(self) -> None:
            pass

    case = Case()
    return case.hold, case.resume


def django_fsm() -> tuple[Turn, Turn]:
    """django-fsm-2, a field of a model; nothing is saved."""
    moves_django.set_up()
    from tests.benchmarks.moves_django_models import Case

    case = Case()
    return case.hold, case.resume


def python_statemachine() -> tuple[Turn, Turn]:
    """python-statemachine, one machine a row, as its manual says."""
    from statemachine import State, StateMachine

    class Case(StateMachine):
        busy = State(initial=True)
        held = State()
        hold = busy.to(held, cond="allowed")
        resume = held.to(busy, cond="allowed")

        def allowed(self) -> bool:
            return True

    case = Case()
    return case.hold, case.resume


def spiff() -> Turn:
    """SpiffWorkflow: a task done and the exclusive choice after it; the workflow begins anew each time."""
    from SpiffWorkflow.operators import Attrib, Equal
    from SpiffWorkflow.specs.ExclusiveChoice import ExclusiveChoice
    from SpiffWorkflow.specs.Simple import Simple
    from SpiffWorkflow.specs.StartTask import StartTask
    from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
    from SpiffWorkflow.util.task import TaskState
    from SpiffWorkflow.workflow import Workflow

    spec = WorkflowSpec(name="case")
    spec.start = spec.start or StartTask(spec)
    asked, choice = Simple(spec, "asked", manual=True), ExclusiveChoice(spec, "choice")
    spec.start.connect(asked)
    asked.connect(choice)
    choice.connect(Simple(spec, "stay", manual=True))
    choice.connect_if(Equal(Attrib("allowed"), True), Simple(spec, "held", manual=True))

    def move() -> Any:
        workflow = Workflow(spec)
        workflow.run_all(halt_on_manual=True)
        task = workflow.get_next_task(state=TaskState.READY)
        task.data["allowed"] = True
        task.run()
        workflow.run_all(halt_on_manual=True)
        return workflow

    return move


def may_triggers(states: Iterable[str], moves: Iterable[Move], state: str) -> Callable[[], list[str]]:
    """`may_*` of a model for every move of a table: the library's way to list what is possible."""
    moves = tuple(moves)
    row = SimpleNamespace()
    Machine(
        model=row,
        states=[str(each) for each in states],
        transitions=[
            {
                "trigger": move.name,
                "source": [str(each) for each in move.sources],
                "dest": str(move.targets[0]) if move.targets else None,
            }
            for move in moves
        ],
        initial=state,
        auto_transitions=False,
    )
    return lambda: [move.name for move in moves if getattr(row, f"may_{move.name}")()]


def django_fsm_available() -> Callable[[], list[Any]]:
    """The transitions of django-fsm-2 that a row's state and conditions allow."""
    moves_django.set_up()
    from tests.benchmarks.moves_django_models import Case

    case = Case()
    return lambda: list(case.get_available_state_transitions())  # type: ignore[attr-defined]
