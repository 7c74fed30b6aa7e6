"""The page of a move: what it shows of the move, and the move itself, made under the lock once it is sent."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext

from certify.forms.attempt import attempt
from certify.forms.moves import MoveForm
from certify.forms.rows import relaid
from certify.forms.stale import changes_since, lock_unchanged
from certify.forms.standing_in import absent_of
from certify.models import db
from certify.policy import Actor
from certify.presentation.recorded import tell_recorded
from certify.presentation.weights import button_kind
from certify.workflows.absences import acting_for
from certify.workflows.engine import NEW, Move, Refusal, UnknownMove, perform, workflow_of


def move_on(thing: Any, name: str) -> Move:
    """A move that somebody makes on a thing that is there. Raises UnknownMove."""
    move = workflow_of(thing).move(name)
    if NEW in move.sources or not move.who:
        raise UnknownMove(name)
    return move


def made(
    form: MoveForm,
    thing: Any,
    actor: Actor,
    at: datetime,
    *,
    told: Callable[[Iterable[Refusal]], Iterable[Refusal]] = tuple,
    by: Callable[..., object] = perform,
) -> bool:
    """Make the form's move, if it was sent and filled in rightly; otherwise its page is shown (again).

    `told` makes of the rules' refusals what the reader may know; `by` takes what `perform` does.
    """
    if relaid(form) or not form.validate_on_submit():
        return False
    move = form.move
    with attempt(form, told=told) as session:
        lock_unchanged(session, thing, move.name)
        actor = acting_for(session, actor, absent_of(form), move, thing, at)
        by(thing, move.name, actor, at, **form.facts())
    if form.status == 200:
        tell_recorded(move.label)
    return form.status == 200


def shown(form: MoveForm, thing: Any) -> dict[str, Any]:
    """What every such page shows: the form with its move, and what changed while the page was open."""
    return {
        "form": form,
        "move": form.move,
        "title": gettext(form.move.label),
        "kind": button_kind(form.move.name),
        "changes": changes_since(db.session(), thing, form),
    }
