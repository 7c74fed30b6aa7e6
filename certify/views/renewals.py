"""Renewal: countdown and filing for the trainer, the review for QA, the decision for a Master Trainer."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.base import Form
from certify.forms.making import made, move_on, shown
from certify.forms.moves import MoveForm
from certify.forms.renewals import renewal_form
from certify.forms.stale import lock_unchanged
from certify.models import Certification, Renewal, db
from certify.presentation.recorded import tell_recorded
from certify.presentation.weights import button_kind
from certify.queries.candidates import CHOSEN, candidates_for
from certify.queries.move_choices import choices_for
from certify.queries.renewals import proofs_of, renewal_standing, renewals_of, standing_of
from certify.scheme.evidence import RequirementResult
from certify.scheme.standing import standing
from certify.scheme.words import Act
from certify.workflows.absences import places_offered
from certify.workflows.dossier import certified_record
from certify.workflows.engine import Move, offers, refusals
from certify.workflows.renewal import MOVES, against_opening, open_renewal
from certify.workflows.renewal_dossier import RenewalDossier

bp = Blueprint("renewals", __name__)

Page = Response | tuple[str, int]
ACTS = {"review": Act.QA, "grant": Act.DECIDE, "refuse": Act.DECIDE}


@bp.route("/certifications/<id>/renewal", methods=["GET", "POST"])
@auth.action("certification.see")
@auth.asks("renewal.open")
def of_case(id: str) -> Page:
    """How far the renewal of a certification is; its holder opens it here."""
    case = auth.find(Certification, id, "certification.see")
    actor, at, form = auth.current_actor(), clock().now(), Form()
    if request.method == "POST":
        auth.require("renewal.open", case)
    if form.validate_on_submit():
        with attempt(form) as session:
            lock_unchanged(session, case)
            opened = open_renewal(session, case, actor, at).id
        if form.status == 200:
            tell_recorded(MOVES["open"].label)
            return redirect(url_for("renewals.show", id=opened), 303)
    stands = renewal_standing(db.session(), case, at)
    page = render_template(
        "renewals/case.html",
        case=case,
        form=form,
        stands=stands,
        standing=standing(certified_record(db.session(), case), at),
        edition=stands.dossier.edition if stands else None,
        evidence=_evidence(stands.requirements if stands else (), case),
        earlier=[one for one in renewals_of(db.session(), case) if one.decided_at is not None],
        refused=against_opening(db.session(), stands.renewal, actor, at)
        if stands and not stands.is_open
        else (),
        is_mine=case.holder_id == actor.id,
    )
    return page, form.status


@bp.get("/renewals/<id>")
@auth.action("renewal.see")
def show(id: str) -> str:
    """One renewal: its days, what it takes, what was said, and what can be done now."""
    renewal = auth.find(Renewal, id, "renewal.see")
    actor, at = auth.current_actor(), clock().now()
    return render_template(
        "renewals/show.html",
        **_seen(renewal),
        offers=[
            (one, _address(renewal, one.move), button_kind(one.move.name))
            for one in offers(renewal, actor, at)
        ],
    )


@bp.route("/renewals/<id>/moves/<move>", methods=["GET", "POST"])
@auth.action("renewal.see")
def make(id: str, move: str) -> Page:
    """Look at a move with everything it rests on before making it; or read why not."""
    renewal = auth.find(Renewal, id, "renewal.see")
    declared, actor, at = move_on(renewal, move), auth.current_actor(), clock().now()
    refused = refusals(renewal, move, actor, at)
    form = _form(renewal, declared)
    if made(form, renewal, actor, at):
        return redirect(url_for("renewals.show", id=id), 303)
    dossier = RenewalDossier(db.session(), renewal, at)
    page = render_template(
        "renewals/make.html",
        **_seen(renewal),
        **shown(form, renewal),
        refused=refused if request.method == "GET" else (),
        findings=dossier.findings(actor.id, ACTS[move]) if move in ACTS else None,
        chosen_by=CHOSEN.get(move, ""),
        candidates=candidates_for(db.session(), renewal.certification, declared, dossier),
    )
    return page, form.status


def _form(renewal: Renewal, move: Move) -> MoveForm:
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    dossier = RenewalDossier(session, renewal, at)
    choices: dict[str, Any] = choices_for(session, renewal.certification, move, actor, dossier, at=at)
    return renewal_form(move, dossier, choices, places_offered(session, actor, move, renewal, at))


def _seen(renewal: Renewal) -> dict[str, Any]:
    """What every page of a renewal shows; read afresh, for a refused command rolled back."""
    session, at = db.session(), clock().now()
    stands = standing_of(session, renewal, at)
    return {
        "renewal": renewal,
        "case": renewal.certification,
        "stands": stands,
        "edition": stands.dossier.edition,
        "evidence": _evidence(stands.requirements, renewal.certification),
        "is_mine": renewal.certification.holder_id == auth.current_actor().id,
    }


def _evidence(requirements: Iterable[RequirementResult], case: Certification) -> dict[str, tuple[str, str]]:
    """What each piece of evidence is called, and where it is read, if the reader may."""
    found = proofs_of(db.session(), requirements, auth.current_actor(), auth.day_of(case))
    return {
        id: (one.label, url_for("activities.show" if one.is_activity else "assessments.show", id=id))
        for id, one in found.items()
    }


def _address(renewal: Renewal, move: Move) -> str:
    return url_for("renewals.make", id=renewal.id, move=move.name)
