"""Making a move for a program: scope, rights, lock, version and facts, in this order, then the engine."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from certify import auth
from certify.api.commands import Answer, lock_unchanged, reread
from certify.api.document import declared
from certify.auth.tokens import require_scope
from certify.extensions import clock
from certify.scheme.sentences import say
from certify.scheme.words import CertificationState
from certify.workflows.engine import InvalidFacts, Move, Question, check_rights, perform, workflow_of


def make_move(
    session: Session,
    thing: Any,
    name: str,
    given: Mapping[str, Any],
    *,
    by: Callable[..., Any] = perform,
) -> None:
    """Make a move on a thing that the actor sees. `by` is `perform`, or what a workflow has in its place.

    Raises UnknownMove, Forbidden, ScopeTooSmall, Changed, InvalidFacts, Refused.
    """
    workflow = workflow_of(thing)
    move = declared(workflow, name)
    actor, at = auth.current_actor(), clock().now()
    check_rights(Question(thing, None, move, actor, at, workflow.day(thing, at), {}, session))
    require_scope(scope_of(move, thing))
    lock_unchanged(session, thing, *workflow.locks(session, thing, name))
    require_scope(scope_of(move, thing))  # again: by now it may be in a state that only a decider moves on
    only_known(given, (fact.name for fact in move.facts))
    auth.note_move(thing, name)
    by(thing, name, actor, at, **given)


def moved(
    session: Session,
    thing: Any,
    name: str,
    given: Mapping[str, Any],
    whole: Callable[[Session, Any], Answer],
    *,
    by: Callable[..., Any] = perform,
) -> Answer:
    """The same, answered with the whole thing as it stands then."""
    make_move(session, thing, name, given, by=by)
    reread(session)
    return whole(session, thing)


def scope_of(move: Move, thing: Any) -> str:
    """`decide` for a Master Trainer's moves, `write` for the others."""
    asked_of_a_decider = "practice_asker" in move.who and thing.state == CertificationState.RECOMMENDED
    return "decide" if "master_trainer" in move.who or asked_of_a_decider else "write"


def only_known(given: Mapping[str, Any], names: Any) -> None:
    """Refuse a field that is not asked for, before it is handed on by its name. Raises InvalidFacts."""
    unknown = set(given) - set(names)
    if unknown:
        raise InvalidFacts({name: [say("This move takes no such field.")] for name in sorted(unknown)})
