"""A workflow: the move table of one kind of thing, and the machine that its states move in.

Traps of `transitions` that this file and the engine step around, each with a test: a false condition
returns False silently, auto transitions bypass guards, `initial` overwrites stored states, `add_model`
keeps rows alive, `queued` crosses threads. Hence: module-level machine without models, a short-lived carrier.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session
from transitions import Machine

from certify.policy import Actor
from certify.scheme.sentences import say
from certify.workflows.moves import Move, Question, Refusal, UnknownMove


@dataclass
class Workflow:
    """The move table of one kind of thing, with its machine."""

    name: str  # the subject kind in events: certification, activity, assessment, credential
    row: type
    states: tuple[str, ...]
    moves: Mapping[str, Move]
    sees: str  # the policy action that lets an actor know of the thing
    dossier: Callable[[Session, Any, Actor, datetime, Mapping[str, Any]], Any]
    day: Callable[[Any, datetime], date]
    locks: Callable[[Session, Any, str], tuple[str, ...]]  # the case files that a move locks first
    scheme_version: Callable[[Any], str | None]
    state_words: Mapping[str, str] = field(default_factory=dict)
    machine: Machine = field(init=False)

    def __post_init__(self) -> None:
        self.machine = _machine(self.states, self.moves.values())
        _WORKFLOWS[self.row] = self

    def move(self, name: str) -> Move:
        """The declared move. Raises UnknownMove."""
        if name not in self.moves:
            raise UnknownMove(name)
        return self.moves[name]


_WORKFLOWS: dict[type, Workflow] = {}


def workflow_of(thing: object) -> Workflow:
    """The workflow that a row lives by."""
    return _WORKFLOWS[type(thing)]


def workflows() -> tuple[Workflow, ...]:
    """Every workflow that is declared."""
    return tuple(_WORKFLOWS.values())


def _machine(states: Iterable[str], moves: Iterable[Move]) -> Machine:
    transitions: list[dict[str, Any]] = []
    for move in moves:
        sources = [str(source) for source in move.sources]
        if move.to is None:
            transitions.append({"trigger": move.name, "source": sources, "dest": None})
        for target in move.targets:
            transitions.append(
                {
                    "trigger": move.name,
                    "source": sources,
                    "dest": str(target),
                    "conditions": _wants(str(target)),
                }
            )
    return Machine(
        model=None,
        states=[str(state) for state in states],
        transitions=transitions,
        initial=None,
        auto_transitions=False,
        queued=False,
    )


def _wants(target: str) -> Callable[[str | None], bool]:
    return lambda destination: destination == target


def judge(question: Question) -> tuple[Refusal, ...]:
    """Every reason why the move cannot happen now; rights are asked elsewhere. Pure."""
    return wrong_state(question) or tuple(
        refusal for guard in question.move.guards for refusal in guard(question)
    )


def wrong_state(question: Question) -> tuple[Refusal, ...]:
    """A wrong state is told alone, before any field is looked at: the other reasons mean nothing there."""
    workflow, move = workflow_of(question.thing), question.move
    state = str(question.thing.state)
    if state not in move.sources:
        return (
            Refusal(
                None,
                say(
                    "“{move}” is not possible while the state is “{state}”.",
                    move=move.label,
                    state=workflow.state_words.get(state, state),
                ),
            ),
        )
    return ()
