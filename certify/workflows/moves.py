"""What a move is: its declaration, the question that is asked of it, and the ways it can be refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from certify.policy import Actor
from certify.workflows.facts import Fact

NEW = "new"


@dataclass(frozen=True)
class Refusal:
    """One reason why a move cannot happen now: the explained no."""

    requirement: str | None
    reason: str
    who: tuple[str, ...] = ()
    earliest_on: date | None = None


class Refused(Exception):
    """A rule says no; every reason is told. Answered with 409."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("; ".join(refusal.reason for refusal in self.refusals))


class NotVisible(Exception):
    """The actor may not know that the thing exists. Answered with 404."""


class Forbidden(Exception):
    """The actor sees the thing but has not the role for this move. Answered with 403."""


class UnknownMove(Exception):
    """No such move in this workflow. Answered with 404."""


class MoveDidNotHappen(Exception):
    """The machine did not fire although nothing refused: a bug in the move table."""


@dataclass(frozen=True)
class Question:
    """May this actor make this move on this thing at this instant, with these facts?

    `on` is the case's own day. A page asks before any fact is typed: `facts` is then empty, and guards
    about facts stay silent.
    """

    thing: Any
    dossier: Any
    move: "Move"
    actor: Actor
    at: datetime
    on: date
    facts: Mapping[str, Any]
    session: Session | None = None
    before: str = ""  # for effects: the state that the move left
    seq: int = 0  # for effects and messages: the number of the move's event in its case


Guard = Callable[[Question], Iterable[Refusal]]
Effect = Callable[[Question], Mapping[str, Any] | None]
Check = Callable[[Question], Mapping[str, list[str]]]


@dataclass(frozen=True)
class Move:
    """One line of the move table.

    `to` is None when the state does not change, a state, or a tuple of states of which `goes_to`
    names one. `who` are names of policy predicates, any of which suffices; empty: only as a
    consequence of another move. An effect may return facts to be added to the event.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    to: str | tuple[str, ...] | None
    who: tuple[str, ...]
    sentence: str  # past tense, for the history: "{actor} recommended the candidate."
    facts: tuple[Fact, ...] = ()
    checks: tuple[Check, ...] = ()  # what a fact's declaration cannot say; errors by field
    guards: tuple[Guard, ...] = ()
    effect: Effect | None = None
    tells: tuple[Effect, ...] = ()
    goes_to: Callable[[Question], str] | None = None
    confirm: str = ""  # asked before a move that cannot be undone
    note: str = ""  # for the generated page: what the guards mean
    listed: bool = True  # among the moves that programs are told of; the rest has pages of its own

    @property
    def targets(self) -> tuple[str, ...]:
        """Every state that the move may lead to; empty when it changes none."""
        if self.to is None:
            return ()
        return self.to if isinstance(self.to, tuple) else (self.to,)


@dataclass(frozen=True)
class Offer:
    """A move as a page or the API shows it: allowed, or refused with every reason."""

    move: Move
    refusals: tuple[Refusal, ...]

    @property
    def allowed(self) -> bool:
        """Whether nothing refuses it."""
        return not self.refusals


def define(*moves: Move) -> dict[str, Move]:
    """A move table; a name declared twice is a mistake in the table."""
    table = {move.name: move for move in moves}
    if len(table) != len(moves):
        raise ValueError("a move is declared twice")
    return table
