"""The moves of an activity: submit, confirm, return, void; each has a page that says what it needs."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.making import made, move_on, shown
from certify.forms.moves import form_for
from certify.models import Activity, db
from certify.queries.activities import told_of
from certify.workflows import engine
from certify.workflows.absences import places_offered
from certify.workflows.activity_rules import speaks_for_the_enterprise

bp = Blueprint("activity_moves", __name__)


@bp.route("/activities/<id>/moves/<move>", methods=["GET", "POST"])
@auth.action("activity.see")
def move(id: str, move: str) -> str | Response | tuple[str, int]:
    """Ask for the move's facts, or say why it cannot be made now; then make it."""
    activity = auth.find(Activity, id, "activity.see")
    declared = move_on(activity, move)
    at, actor = clock().now(), auth.current_actor()
    reasons = engine.refusals(activity, move, actor, at)
    places = places_offered(db.session(), actor, declared, activity, at)
    form = form_for(declared, unasked=_unasked(activity, move), places=places)
    if made(form, activity, actor, at):
        return redirect(url_for("activities.show", id=id), 303)
    page = render_template(
        "activities/move.html",
        **shown(form, activity),
        activity=activity,
        reasons=reasons,
        **told_of(activity),
    )
    return page, form.status


def _unasked(activity: Activity, move: str) -> tuple[str, ...]:
    """Nobody is asked why they confirm what is theirs to confirm."""
    asked = move != "confirm" or speaks_for_the_enterprise(activity, auth.current_actor())
    return () if asked else ("reason",)
