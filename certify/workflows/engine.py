"""The engine: a move is declared once; `perform` is the only thing that writes a state.

Traps of `transitions` that this file steps around, each with a test: a false condition returns False
silently, auto transitions bypass guards, `initial` overwrites stored states, `add_model` keeps rows
alive, `queued` crosses threads. Hence: module-level machine without models, a short-lived carrier.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.attributes import flag_modified
from transitions import Machine

from certify.models.record import CaseFile, Event
from certify.models.store import lock_case
from certify.policy import Actor, fits, may
from certify.scheme.sentences import say
from certify.workflows.facts import Fact, InvalidFacts, clean

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

    `on` is the case's own day. A page asks before any fact is typed: `facts` is then empty and
    `asked_early` is true, and guards about facts stay silent.
    """

    thing: Any
    dossier: Any
    move: "Move"
    actor: Actor
    at: datetime
    on: date
    facts: Mapping[str, Any]
    session: Session | None = None
    asked_early: bool = False
    before: str = ""  # for effects: the state that the move left


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


class _Carrier:
    """What the machine moves instead of the row; it lives for one call."""

    def __init__(self, state: str) -> None:
        self.state = state


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
    locks: Callable[[Session, Any], tuple[str, ...]]
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


def define(*moves: Move) -> dict[str, Move]:
    """A move table; a name declared twice is a mistake in the table."""
    table = {move.name: move for move in moves}
    if len(table) != len(moves):
        raise ValueError("a move is declared twice")
    return table


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


def _fire(workflow: Workflow, move: Move, state: str, destination: str | None) -> str:
    carrier = _Carrier(str(state))
    if not workflow.machine.events[move.name].trigger(carrier, destination):
        raise MoveDidNotHappen(f"{workflow.name}: {move.name} from {state} to {destination}")
    return carrier.state


def judge(question: Question) -> tuple[Refusal, ...]:
    """Every reason why the move cannot happen now; rights are asked elsewhere. Pure."""
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
    return tuple(refusal for guard in move.guards for refusal in guard(question))


def _ask(
    session: Session, thing: Any, move: Move, actor: Actor, at: datetime, facts: Mapping[str, Any]
) -> Question:
    workflow = workflow_of(thing)
    return Question(
        thing=thing,
        dossier=workflow.dossier(session, thing, actor, at, facts),
        move=move,
        actor=actor,
        at=at,
        on=workflow.day(thing, at),
        facts=facts,
        session=session,
    )


def check_rights(question: Question) -> None:
    """Raise NotVisible or Forbidden unless the actor may attempt the move."""
    workflow = workflow_of(question.thing)
    if fits(question.actor, question.move.who, question.thing, question.on):
        return
    if str(question.thing.state) != NEW and not may(
        question.actor, workflow.sees, question.thing, question.on
    ):
        raise NotVisible(question.move.name)
    raise Forbidden(question.move.name)


def refusals(
    thing: Any, move_name: str, actor: Actor, at: datetime, *, facts: Mapping[str, Any] | None = None
) -> tuple[Refusal, ...]:
    """What pages and API show: why the move cannot happen now. Raises NotVisible, Forbidden, UnknownMove."""
    move = workflow_of(thing).move(move_name)
    question = _ask(_session_of(thing), thing, move, actor, at, facts or {})
    question = replace(question, asked_early=facts is None)
    check_rights(question)
    return judge(question)


def offers(thing: Any, actor: Actor, at: datetime) -> tuple[Offer, ...]:
    """The moves that leave the present state, or change none, whose *who* the actor fits."""
    session, workflow = _session_of(thing), workflow_of(thing)
    dossier = workflow.dossier(session, thing, actor, at, {})
    on = workflow.day(thing, at)
    made = []
    for move in workflow.moves.values():
        if str(thing.state) not in move.sources or not fits(actor, move.who, thing, on):
            continue
        question = Question(thing, dossier, move, actor, at, on, {}, session, asked_early=True)
        made.append(Offer(move, judge(question)))
    return tuple(made)


def perform(thing: Any, move_name: str, actor: Actor, at: datetime, **facts: Any) -> Event:
    """Make a move: rights, facts, every refusal, the state, its effect, one event, the messages owed.

    Raises NotVisible (404), Forbidden (403), InvalidFacts (422), Refused (409), UnknownMove (404).
    The caller commits; on any exception it rolls back, for the rows in memory are then half-moved.
    """
    session, workflow = _session_of(thing), workflow_of(thing)
    move = workflow.move(move_name)
    session.flush()
    lock_case(session, *workflow.locks(session, thing))
    session.expire_all()
    question = _ask(session, thing, move, actor, at, facts)
    check_rights(question)
    return _make(_settled(question))


def create(session: Session, thing: Any, move_name: str, actor: Actor, at: datetime, **facts: Any) -> Event:
    """Make a creating move on a transient row, which joins the session only when nothing refuses."""
    workflow = workflow_of(thing)
    move = workflow.move(move_name)
    question = _ask(session, thing, move, actor, at, facts)
    check_rights(question)
    question = _settled(question)
    session.add(thing)
    return _make(question)


def follow(session: Session, thing: Any, move_name: str, actor: Actor, at: datetime, **facts: Any) -> Event:
    """Make a move that follows from another one in the same transaction; rights were judged there."""
    workflow = workflow_of(thing)
    move = workflow.move(move_name)
    question = _settled(_ask(session, thing, move, actor, at, facts))
    session.add(thing)
    return _make(question)


def _settled(question: Question) -> Question:
    """The question with its facts checked and nothing refused. Raises InvalidFacts, Refused."""
    question = replace(question, facts=clean(question.move.facts, question.facts))
    errors: dict[str, list[str]] = {}
    for check in question.move.checks:
        for name, sentences in check(question).items():
            errors.setdefault(name, []).extend(sentences)
    if errors:
        raise InvalidFacts(errors)
    refused = judge(question)
    if refused:
        raise Refused(refused)
    return question


def next_event(
    session: Session,
    *,
    case_id: str,
    actor: Actor,
    at: datetime,
    subject: tuple[str, str],
    move: str,
    states: tuple[str, str],
) -> Event:
    """The next line of a case's log, numbered but not yet written: its facts are filled in first."""
    case = session.get_one(CaseFile, case_id)
    case.last_seq += 1
    kind, subject_id = subject
    before, after = states
    return Event(
        case_id=case.id,
        seq=case.last_seq,
        at=at,
        actor_id=actor.id or None,
        subject_kind=kind,
        subject_id=subject_id,
        move=move,
        from_state=before,
        to_state=after,
        facts={},
    )


def append_event(
    session: Session,
    *,
    case_id: str,
    actor: Actor,
    at: datetime,
    subject: tuple[str, str],
    move: str,
    states: tuple[str, str],
    facts: Mapping[str, Any],
    scheme_version: str | None = None,
) -> Event:
    """Record a change of a thing that is no move (a cohort, an edit); the caller holds the case's lock."""
    event = next_event(
        session, case_id=case_id, actor=actor, at=at, subject=subject, move=move, states=states
    )
    event.facts = plain(facts)
    event.scheme_version = scheme_version
    session.add(event)
    session.flush()
    return event


def _make(question: Question) -> Event:
    session, thing, move = question.session, question.thing, question.move
    assert session is not None
    workflow = workflow_of(thing)
    before = str(thing.state)
    question = replace(question, before=before)
    destination = _destination(question)
    after = _fire(workflow, move, before, destination)
    if after != before:
        thing.state = after
        thing.state_since = question.at
    else:
        flag_modified(thing, "state_since")
    session.flush()
    event = next_event(
        session,
        case_id=thing.case_id,
        actor=question.actor,
        at=question.at,
        subject=(workflow.name, thing.id),
        move=move.name,
        states=(before, after),
    )
    added = move.effect(question) if move.effect else None
    event.facts = plain({**question.facts, **(added or {})})
    event.scheme_version = workflow.scheme_version(thing)
    session.add(event)
    for tell in move.tells:
        tell(question)
    session.flush()
    return event


def _destination(question: Question) -> str | None:
    move = question.move
    if move.goes_to is not None:
        return str(move.goes_to(question))
    return str(move.to) if move.to is not None else None


def _session_of(thing: Any) -> Session:
    session = object_session(thing)
    if session is None:
        raise RuntimeError("the row belongs to no session")
    return session


def plain(value: Any) -> Any:
    """A value as JSON holds it: days and words as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value


def replay(events: Iterable[Event]) -> dict[tuple[str, str], str]:
    """The states that the events lead to, by subject kind and id; the last move of each wins."""
    states: dict[tuple[str, str], str] = {}
    for event in sorted(events, key=lambda e: (e.case_id, e.seq)):
        key = (event.subject_kind, event.subject_id)
        if states.get(key, NEW) != event.from_state:
            raise ValueError(f"event {event.id} leaves {event.from_state}, the thing was {states.get(key)}")
        states[key] = event.to_state
    return states


__all__ = [
    "NEW",
    "Fact",
    "Forbidden",
    "InvalidFacts",
    "Iterator",
    "Move",
    "MoveDidNotHappen",
    "NotVisible",
    "Offer",
    "Question",
    "Refusal",
    "Refused",
    "UnknownMove",
    "Workflow",
    "append_event",
    "check_rights",
    "create",
    "define",
    "follow",
    "judge",
    "offers",
    "perform",
    "plain",
    "refusals",
    "replay",
    "workflow_of",
    "workflows",
]
