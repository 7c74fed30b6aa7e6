"""The engine: a move is declared once; `perform` is the only thing that writes a state."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.attributes import flag_modified

from certify.models.rows import afresh, write_row
from certify.models.store import lock_case
from certify.policy import Actor, fits, may
from certify.workflows.facts import InvalidFacts, clean
from certify.workflows.in_place import tell_the_absent
from certify.workflows.log import NewEvent, append_event, next_event, plain, write_event
from certify.workflows.moves import (
    NEW,
    Check,
    Effect,
    Forbidden,
    Guard,
    Move,
    MoveDidNotHappen,
    NotVisible,
    Offer,
    Question,
    Refusal,
    Refused,
    UnknownMove,
    define,
)
from certify.workflows.workflow import Workflow, judge, workflow_of, workflows, wrong_state


class _Carrier:
    """What the machine moves instead of the row; it lives for one call."""

    def __init__(self, state: str) -> None:
        self.state = state


def _fire(workflow: Workflow, move: Move, state: str, destination: str | None) -> str:
    carrier = _Carrier(str(state))
    if not workflow.machine.events[move.name].trigger(carrier, destination):
        raise MoveDidNotHappen(f"{workflow.name}: {move.name} from {state} to {destination}")
    return carrier.state


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
        question = Question(thing, dossier, move, actor, at, on, {}, session)
        made.append(Offer(move, judge(question)))
    return tuple(made)


def perform(thing: Any, move_name: str, actor: Actor, at: datetime, **facts: Any) -> NewEvent:
    """Make a move: rights, facts, every refusal, the state, its effect, one event, the messages owed.

    Raises NotVisible (404), Forbidden (403), InvalidFacts (422), Refused (409), UnknownMove (404).
    The caller commits; on any exception it rolls back, for the rows in memory are then half-moved.
    """
    session, workflow = _session_of(thing), workflow_of(thing)
    move = workflow.move(move_name)
    session.flush()
    id, cases = thing.id, workflow.locks(session, thing, move_name)
    session.expire_all()  # what was read before the lock is not trusted
    lock_case(session, *cases)
    afresh(session, workflow.row, id)
    question = _ask(session, thing, move, actor, at, facts)
    check_rights(question)
    event = _make(_settled(question))
    tell_the_absent(session, thing, event, move.label)
    return event


def create(
    session: Session, thing: Any, move_name: str, actor: Actor, at: datetime, **facts: Any
) -> NewEvent:
    """Make a creating move on a transient row, which joins the session only when nothing refuses."""
    workflow = workflow_of(thing)
    move = workflow.move(move_name)
    question = _ask(session, thing, move, actor, at, facts)
    check_rights(question)
    question = _settled(question)
    session.add(thing)
    return _make(question)


def follow(
    session: Session, thing: Any, move_name: str, actor: Actor, at: datetime, **facts: Any
) -> NewEvent:
    """Make a move that follows from another one in the same transaction; rights were judged there."""
    workflow = workflow_of(thing)
    move = workflow.move(move_name)
    question = _settled(_ask(session, thing, move, actor, at, facts))
    session.add(thing)
    return _make(question)


def _settled(question: Question) -> Question:
    """The question with its facts checked and nothing refused. Raises InvalidFacts, Refused."""
    refused = wrong_state(question)
    if refused:
        raise Refused(refused)
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


def _make(question: Question) -> NewEvent:
    session, thing, move = question.session, question.thing, question.move
    assert session is not None
    workflow = workflow_of(thing)
    before = str(thing.state)
    question = replace(question, before=before)
    after = _fire(workflow, move, before, _destination(question))
    if after != before:
        thing.state = after
        thing.state_since = question.at
    else:
        flag_modified(thing, "state_since")
    if not inspect(thing).has_identity:
        session.flush()  # a new row gets its id
    event = next_event(
        session,
        case_id=thing.case_id,
        actor=question.actor,
        at=question.at,
        subject=(workflow.name, thing.id),
        move=move.name,
        states=(before, after),
    )
    question = replace(question, seq=event.seq)
    added = move.effect(question) if move.effect else None
    write_row(session, thing)
    write_event(session, event, {**question.facts, **(added or {})}, workflow.scheme_version(thing))
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


__all__ = [
    "NEW",
    "Check",
    "Effect",
    "Forbidden",
    "Guard",
    "InvalidFacts",
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
    "workflow_of",
    "workflows",
    "wrong_state",
]
