"""The moves of an activity: submit, confirm, return, void; each has a page that says what it needs."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.moves import form_for
from certify.forms.stale import changes_since, lock_unchanged
from certify.forms.standing_in import absent_of
from certify.models import Activity, db
from certify.presentation.recorded import tell_recorded
from certify.queries.activities import told_of
from certify.workflows import engine
from certify.workflows.absences import acting_for, places_offered
from certify.workflows.activity_rules import speaks_for_the_enterprise

bp = Blueprint("activity_moves", __name__)


@bp.route("/activities/<id>/moves/<move>", methods=["GET", "POST"])
@auth.action("activity.see")
def move(id: str, move: str) -> str | Response | tuple[str, int]:
    """Ask for the move's facts, or say why it cannot be made now; then make it."""
    activity = auth.find(Activity, id, "activity.see")
    declared = engine.workflow_of(activity).move(move)
    at, actor = clock().now(), auth.current_actor()
    reasons = engine.refusals(activity, move, actor, at)
    places = places_offered(db.session(), actor, declared, activity, at)
    form = form_for(declared, unasked=_unasked(activity, move), places=places)
    if form.validate_on_submit():
        with attempt(form) as session:
            lock_unchanged(session, activity, move)
            actor = acting_for(session, actor, absent_of(form), declared, activity, at)
            engine.perform(activity, move, actor, at, **form.facts())
        if form.status == 200:
            tell_recorded(declared.label)
            return redirect(url_for("activities.show", id=id), 303)
    page = render_template(
        "activities/move.html",
        form=form,
        activity=activity,
        move=declared,
        reasons=reasons,
        changes=changes_since(db.session(), activity, form),
        **told_of(activity),
    )
    return page, form.status


def _unasked(activity: Activity, move: str) -> tuple[str, ...]:
    """Nobody is asked why they confirm what is theirs to confirm."""
    asked = move != "confirm" or speaks_for_the_enterprise(activity, auth.current_actor())
    return () if asked else ("reason",)
