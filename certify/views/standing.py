"""Why a certification stands as it does: each question that is asked of its certificates, on any day."""

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from certify import auth
from certify.extensions import clock
from certify.models import Certification, db
from certify.presentation import say
from certify.presentation.verdicts import meaning, verdict_tone
from certify.queries.reasoned import reasoned
from certify.queries.verification import BadDay, asked_day
from certify.workflows.editions import edition_named

bp = Blueprint("standing", __name__)


@bp.get("/certifications/<id>/standing")
@auth.action("certification.see")
def show(id: str) -> ResponseReturnValue:
    """The reasoning line by line, about now or the day that `?on=` asks about."""
    case = auth.find(Certification, id, "certification.see")
    typed, problem, on = request.args.get("on", "")[:20], "", None
    try:
        on = asked_day(typed)
    except BadDay as error:
        problem = say(error.args[0])
    found = [] if problem else reasoned(db.session(), case, clock().now(), on)
    edition = edition_named(db.session(), case.scheme_version) if case.scheme_version else None
    page = render_template(
        "certifications/standing.html",
        case=case,
        found=[(each, meaning(each.answer, edition), verdict_tone(each.answer)) for each in found],
        on=on,
        typed=typed,
        problem=problem,
        edition=edition,
        is_mine=case.holder_id == auth.current_actor().id,
    )
    return make_response(page, 422 if problem else 200)
