"""Undoing what was just done: one address for every plain change, judged as the change itself was."""

from flask import Blueprint, abort, flash, redirect, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.undo import Note, UndoForm
from certify.models import db
from certify.workflows.undoing import UNDOINGS

bp = Blueprint("undo", __name__)


@bp.post("/undo")
@auth.signed_in
@auth.asks(*(each.action for each in UNDOINGS.values()))
def undo() -> Response | tuple[str, int]:
    """Put a change back; late it is told what changed since, and pressed twice it does no more."""
    form = UndoForm()
    note = form.read(auth.current_actor().id)
    if note is None:
        abort(400)
    if form.validate() and (told := _undone(form, note)):
        flash(told, "good")
        return redirect(note.page, 303)
    return render_template("undo/late.html", form=form, page=note.page), form.status


def _undone(form: UndoForm, note: Note) -> str:
    """What to say of it; nothing where a rule refused, which the form then holds."""
    undoing = UNDOINGS[note.change.act]
    thing = db.session.get(undoing.row, note.change.thing)
    if thing is None:
        abort(404)
    auth.require(undoing.action, undoing.judged(thing))
    with attempt(form) as session:
        note.check_time()
        thing = session.get_one(undoing.row, note.change.thing)
        put_back = undoing.back(session, auth.current_actor(), clock().now(), thing, note.change)
    if form.status != 200:
        return ""
    return str(gettext("Undone.") if put_back else gettext("This was undone already."))
