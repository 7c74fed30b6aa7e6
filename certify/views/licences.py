"""Expert Trainer licences: the list, one licence whole, its nomination and every move of it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.choices import chosen, module_choices
from certify.forms.ending import form_base
from certify.forms.making import made, move_on, shown
from certify.forms.moves import MoveForm, form_for
from certify.forms.stale import lock_unchanged
from certify.models import Certification, ExpertLicence, db
from certify.policy import Actor
from certify.presentation import word
from certify.presentation.listing import listing
from certify.presentation.recorded import tell_recorded
from certify.presentation.weights import STOPPING
from certify.queries import licences
from certify.scheme.words import Act, LicenceState
from certify.workflows.absences import places_offered
from certify.workflows.engine import Move, Offer, offers, refusals
from certify.workflows.licence import MOVES, licence_refusals, nominate
from certify.workflows.licence_dossier import LicenceDossier

bp = Blueprint("licences", __name__)

Answer = Response | tuple[str, int]
DECISIONS = ("grant", "refuse")


@bp.get("/licences")
@auth.action("licence.list")
def index() -> str:
    """The licences that the reader may see, the latest moved first unless they are sorted."""
    auth.require("licence.list")
    session, at = db.session(), clock().now()
    modules = module_choices(session, at.date())
    states = [(state.value, word(state)) for state in LicenceState if state is not LicenceState.NEW]
    filters = licences.Filters(
        state=chosen(request.args.get("state"), states), module=chosen(request.args.get("module"), modules)
    )
    here = listing(licences.SORTING, "licences.index", filters.given)
    page = licences.licence_page(
        session, auth.current_actor(), at, filters, sort=here.sort, cursor=here.cursor
    )
    return render_template(
        "licences/list.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters.given,
        states=states,
        modules=modules,
    )


@bp.get("/licences/<id>")
@auth.action("certification.see")
def show(id: str) -> str:
    """Where a licence stands, what is missing and who acts next."""
    licence = auth.find(ExpertLicence, id, "certification.see")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    dossier = LicenceDossier(session, licence, at)
    is_mine = licence.certification.holder_id == actor.id
    # Results are for the trainer and the offices; an employer or a former screener sees how far it is.
    reads_results = is_mine or auth.may("licence.list", licence)
    return render_template(
        "licences/show.html",
        licence=licence,
        case=licence.certification,
        reads_results=reads_results,
        requirements=list(dossier.asked.values()) if reads_results and licence.decided_at is None else [],
        edition=dossier.edition,
        standing=dossier.standing,
        role=licences.role_of(session, licence),
        offers=[(offer, _weight(licence, offer.move)) for offer in _offered(licence, actor, at)],
        is_mine=is_mine,
    )


@bp.route("/certifications/<id>/licences/new", methods=["GET", "POST"])
@auth.action("licence.nominate")
def new(id: str) -> Answer:
    """Nominate a certified trainer, or read why not."""
    case = auth.find(Certification, id, "certification.see")
    auth.require("licence.nominate", case)
    actor, at = auth.current_actor(), clock().now()
    form = form_for(MOVES["nominate"])
    if form.validate_on_submit():
        with attempt(form) as session:
            case = session.get_one(Certification, id)
            lock_unchanged(session, case)
            nominated = nominate(session, case, actor, at, **form.facts()).id
        if form.status == 200:
            tell_recorded(MOVES["nominate"].label)
            return redirect(url_for("licences.show", id=nominated), 303)
    refused = () if form.is_submitted() else licence_refusals(db.session(), case, actor, at)
    page = render_template("licences/nominate.html", case=case, form=form, refused=refused)
    return page, form.status


@bp.route("/licences/<id>/moves/<move>", methods=["GET", "POST"])
@auth.action("certification.see")
def make(id: str, move: str) -> Answer:
    """Look at a move before making it; make it; or read why not, with everything typed still there."""
    licence = auth.find(ExpertLicence, id, "certification.see")
    declared, actor, at = move_on(licence, move), auth.current_actor(), clock().now()
    refused = refusals(licence, move, actor, at)
    form = _form(licence, declared)
    if made(form, licence, actor, at):
        return redirect(url_for("licences.show", id=id), 303)
    page = render_template(
        "licences/move.html",
        **shown(form, licence),
        licence=licence,
        case=licence.certification,
        refused=refused if request.method == "GET" else (),
        **(_judged(licence, declared) if declared.name in DECISIONS else {}),
    )
    return page, form.status


def _judged(licence: ExpertLicence, move: Move) -> dict[str, Any]:
    """What a decision rests on; read afresh, for a refused command rolled back."""
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    dossier = LicenceDossier(session, licence, at)
    bodies = licences.choices_of(session, licence, move.name, actor, at)["issuer"]
    return {
        "findings": dossier.findings(actor.id, Act.DECIDE),
        "requirements": list(dossier.asked.values()),
        "period": licences.period_if_granted(session, dossier, bodies) if move.name == "grant" else None,
    }


def _form(licence: ExpertLicence, move: Move) -> MoveForm:
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    choices = licences.choices_of(session, licence, move.name, actor, at)
    # One body is no choice.
    unasked = {"issuer"} if len(choices["issuer"]) < 2 else set()
    places = places_offered(session, actor, move, licence, at)
    base = form_base(move, licence)
    return form_for(move, choices=choices, base=base, unasked=unasked, places=places)


def _offered(licence: ExpertLicence, actor: Actor, at: datetime) -> list[Offer]:
    """What goes on from here stands before what only does the last step once more."""
    return sorted(offers(licence, actor, at), key=lambda offer: offer.move.to == licence.state)


def _weight(licence: ExpertLicence, move: Move) -> str:
    is_aside = move.name in STOPPING or move.name == "decline" or move.to == licence.state
    return "outline-secondary" if is_aside else "primary"
