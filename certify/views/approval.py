"""The two pages of judgement: the Expert Trainer's recommendation and the Master Trainer's approval."""

from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.certification import DECIDE, RECOMMEND, chosen_move, judging_form
from certify.forms.rows import relaid
from certify.forms.stale import lock_unchanged, seen_seq
from certify.forms.standing_in import absent_of
from certify.models import Certification, db
from certify.policy import fits
from certify.presentation.recorded import recorded
from certify.queries.bundle import lines_of, parts_in, satisfaction_of, scores_table
from certify.queries.deciding import Deciding, validity_of
from certify.queries.history import events_after, history_of
from certify.queries.journey import next_of, path_of
from certify.queries.move_choices import choices_for
from certify.queries.threats import mitigations_of
from certify.scheme.words import Act
from certify.workflows.absences import acting_for, places_offered
from certify.workflows.certification import MOVES, Dossier, counted_of, requirements_of
from certify.workflows.certification_guards import issued_on
from certify.workflows.engine import Move, Question
from certify.workflows.result_sight import (
    ReadersDossier,
    for_reader,
    offers_to,
    perform_as_told,
    refusals_for_reader,
)

bp = Blueprint("approval", __name__)


@bp.route("/certifications/<id>/recommendation", methods=["GET", "POST"])
@auth.action("certification.see")
def recommendation(id: str) -> Response | tuple[str, int]:
    """Evidence and scores side by side; recommend, or ask for more practice."""
    return _judge(id, RECOMMEND, "recommend", "moves/recommendation.html")


@bp.route("/certifications/<id>/approval", methods=["GET", "POST"])
@auth.action("certification.see")
def show(id: str) -> Response | tuple[str, int]:
    """The evidence bundle on one page, the impartiality result, and one form for the decision."""
    return _judge(id, DECIDE, "grant", "moves/approval.html")


def _judge(id: str, asked: Move, foremost: str, template: str) -> Response | tuple[str, int]:
    case = auth.find(Certification, id, "certification.see")
    actor, at = auth.current_actor(), clock().now()
    judges = fits(actor, MOVES[foremost].who, case, auth.day_of(case))
    reads = request.method in ("GET", "HEAD") and fits(actor, ("auditor",), case, auth.day_of(case))
    if not judges and not reads:
        raise Forbidden
    dossier = Dossier(db.session(), case, at)
    form = judging_form(
        asked,
        places_offered(db.session(), actor, MOVES[foremost], case, at) if judges else (),
        choices=_choices(case, asked, dossier),
        edition=dossier.edition,
        data={"effective_on": _issued_on(case, asked, dossier)},
    )
    if relaid(form):
        return render_template(template, form=form, judges=judges, **_bundle(case, asked)), 422
    if form.validate_on_submit():
        move, facts = chosen_move(form.facts())
        told = partial(refusals_for_reader, certification=case, actor=actor, on=dossier.on)
        with attempt(form, told=told) as session:
            lock_unchanged(session, case, foremost)
            actor = acting_for(session, actor, absent_of(form), MOVES[move], case, at)
            perform_as_told(case, move, actor, at, **facts)
        if form.status == 200:
            return redirect(_after(case, move, asked), 303)
    return render_template(template, form=form, judges=judges, **_bundle(case, asked)), form.status


def _after(case: Certification, move: str, asked: Move) -> str:
    """Tell what was recorded; a Master Trainer also learns which file is next, or goes there at once."""
    label = gettext(MOVES[move].label)
    told = recorded(label)
    here = url_for("certifications.show", id=case.id)
    if asked is not DECIDE:
        flash(told, "good")
        return here
    following = Deciding(db.session(), auth.current_actor(), clock().now()).after(case)
    if "then_next" in request.form:
        flash(gettext("%(move)s: recorded for %(name)s.", move=label, name=case.holder.name), "good")
        if following is None:
            return url_for("decisions.index")
        # A browser keeps the form's own anchor otherwise, and opens the next file at its decision.
        return url_for("approval.show", id=following.id, _anchor="main")
    if following is not None:
        link = Markup('<a href="{}">{}</a>').format(
            url_for("approval.show", id=following.id),
            gettext("Next file: %(name)s", name=following.holder.name),
        )
        flash(Markup("{} {}").format(told, link), "good")
    else:
        flash(told, "good")
    return here


def _choices(case: Certification, asked: Move, dossier: Dossier) -> dict[str, Any]:
    return choices_for(db.session(), case, asked, auth.current_actor(), dossier, at=clock().now())


def _issued_on(case: Certification, asked: Move, dossier: Dossier) -> date:
    actor, at = auth.current_actor(), clock().now()
    return issued_on(Question(case, dossier, asked, actor, at, dossier.on, {}, db.session()))


def _bundle(case: Certification, asked: Move) -> dict[str, Any]:
    """Everything that is to be seen before judging; read afresh, for a refused command rolled back."""
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    dossier = ReadersDossier(session, case, at, actor)
    lines = lines_of(session, counted_of(session, case, at), actor, dossier.on)
    months, until = validity_of(dossier, case, _issued_on(case, asked, dossier))
    act = Act.DECIDE if asked is DECIDE else Act.RECOMMEND
    return {
        "case": case,
        "edition": dossier.edition,
        "path": path_of(session, case),
        "next": next_of(dossier, case, at),
        "requirements": for_reader(requirements_of(session, case, at), case, actor, dossier.on),
        "lines": lines,
        "satisfaction": satisfaction_of(lines, dossier.edition),
        "scores": scores_table(case, dossier.edition, actor, dossier.on),
        "parts": parts_in(case, actor, dossier.on),
        "findings": dossier.findings(actor.id, act),
        "mitigations": mitigations_of(dossier, case),
        "offers": {offer.move.name: offer for offer in offers_to(case, actor, at)},
        "glance": Deciding(session, actor, at).glance(case, dossier) if asked is DECIDE else None,
        "history": history_of(session, case, limit=8),
        "valid_until": until,
        "months": months,
        "today": dossier.on,
        "changes": events_after(session, case, seen_seq()) if request.method == "POST" else (),
    }
