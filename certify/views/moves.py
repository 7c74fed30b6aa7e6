"""One page for every move of a certification: what it does, its form, and why it cannot be done now."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import Forbidden as NotAllowed
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.certification import submit_form
from certify.forms.ending import form_base
from certify.forms.moves import MoveForm, form_for
from certify.forms.rows import relaid
from certify.forms.stale import lock_unchanged, seen_seq
from certify.forms.standing_in import absent_of
from certify.models import Certification, db
from certify.presentation.recorded import tell_recorded
from certify.presentation.weights import button_kind
from certify.queries.consequences import consequences_of
from certify.queries.history import events_after
from certify.queries.move_choices import CHOSEN, candidates_for, choices_for
from certify.workflows.absences import acting_for, places_offered
from certify.workflows.certification import WORKFLOW, Dossier
from certify.workflows.engine import NEW, Forbidden, Move, UnknownMove
from certify.workflows.result_sight import perform_as_told, refusals_for_reader, refusals_to

bp = Blueprint("moves", __name__)


@bp.route("/certifications/<id>/moves/<move>", methods=["GET", "POST"])
@auth.action("certification.see")
def make(id: str, move: str) -> Response | tuple[str, int]:
    """Look at a move before making it; make it; or read why not, with everything typed still there."""
    case = auth.find(Certification, id, "certification.see")
    declared = _declared(move)
    actor, at = auth.current_actor(), clock().now()
    try:
        refused = refusals_to(case, move, actor, at)
    except Forbidden as error:
        raise NotAllowed from error
    dossier = Dossier(db.session(), case, at)
    form = _form(case, declared, dossier)
    if not relaid(form) and form.validate_on_submit():
        told = partial(refusals_for_reader, certification=case, actor=actor, on=auth.day_of(case))
        with attempt(form, told=told) as session:
            lock_unchanged(session, case, move)
            actor = acting_for(session, actor, absent_of(form), declared, case, at)
            perform_as_told(case, move, actor, at, **form.facts())
        if form.status == 200:
            tell_recorded(declared.label)
            return redirect(url_for("certifications.show", id=id), 303)
    page = render_template(
        "moves/make.html",
        case=case,
        move=declared,
        form=form,
        refused=refused if request.method == "GET" else (),
        chosen_by=CHOSEN.get(move, ""),
        candidates=candidates_for(db.session(), case, declared, Dossier(db.session(), case, at)),
        changes=events_after(db.session(), case, seen_seq()) if form.refusals else (),
        title=gettext(declared.label),
        kind=button_kind(move),
        consequences=consequences_of(db.session(), case, move, dossier.edition),
        is_mine=case.holder_id == actor.id,
    )
    return page, 422 if relaid(form) else form.status


def _declared(name: str) -> Move:
    """A move that somebody makes on an existing case. Raises UnknownMove."""
    move = WORKFLOW.move(name)
    if NEW in move.sources or not move.who:
        raise UnknownMove(name)
    return move


def _form(case: Certification, move: Move, dossier: Dossier) -> MoveForm:
    if move.name == "submit":
        return submit_form()
    actor, at = auth.current_actor(), clock().now()
    choices = choices_for(db.session(), case, move, actor, dossier, at=at)
    places = places_offered(db.session(), actor, move, case, at)
    return form_for(move, choices=choices, edition=dossier.edition, base=form_base(move, case), places=places)
