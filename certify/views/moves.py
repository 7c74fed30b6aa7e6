"""One page for every move of a certification: what it does, its form, and why it cannot be done now."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.certification import submit_form
from certify.forms.ending import form_base
from certify.forms.making import made, move_on, shown
from certify.forms.moves import MoveForm, form_for
from certify.models import Certification, db
from certify.queries.candidates import CHOSEN, candidates_for
from certify.queries.consequences import consequences_of
from certify.queries.move_choices import choices_for
from certify.workflows.absences import places_offered
from certify.workflows.certification import Dossier
from certify.workflows.engine import Move
from certify.workflows.result_sight import perform_as_told, refusals_for_reader, refusals_to

bp = Blueprint("moves", __name__)


@bp.route("/certifications/<id>/moves/<move>", methods=["GET", "POST"])
@auth.action("certification.see")
def make(id: str, move: str) -> Response | tuple[str, int]:
    """Look at a move before making it; make it; or read why not, with everything typed still there."""
    case = auth.find(Certification, id, "certification.see")
    declared, actor, at = move_on(case, move), auth.current_actor(), clock().now()
    refused = refusals_to(case, move, actor, at)
    dossier = Dossier(db.session(), case, at)
    form = _form(case, declared, dossier)
    told = partial(refusals_for_reader, certification=case, actor=actor, on=auth.day_of(case))
    if made(form, case, actor, at, told=told, by=perform_as_told):
        return redirect(url_for("certifications.show", id=id), 303)
    page = render_template(
        "moves/make.html",
        **shown(form, case),
        case=case,
        refused=refused if request.method == "GET" else (),
        chosen_by=CHOSEN.get(move, ""),
        candidates=candidates_for(db.session(), case, declared, Dossier(db.session(), case, at)),
        consequences=consequences_of(db.session(), case, move, dossier.edition, at),
        is_mine=case.holder_id == actor.id,
    )
    return page, form.status


def _form(case: Certification, move: Move, dossier: Dossier) -> MoveForm:
    if move.name == "submit":
        return submit_form()
    actor, at = auth.current_actor(), clock().now()
    choices = choices_for(db.session(), case, move, actor, dossier, at=at)
    places = places_offered(db.session(), actor, move, case, at)
    return form_for(move, choices=choices, edition=dossier.edition, base=form_base(move, case), places=places)
