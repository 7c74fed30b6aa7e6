"""The other moves of an assessment: declare, void, correct what was handed in, reconcile two observers."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.assessments import ReconcileForm, agreed_texts, reconcile_form, sheet_form
from certify.forms.attempt import attempt
from certify.forms.making import made, move_on, shown
from certify.forms.merging import Clash
from certify.forms.moves import form_for
from certify.forms.stale import changes_since, lock_unchanged
from certify.models import Assessment, db
from certify.models.store import lock_case
from certify.presentation.recorded import tell_recorded
from certify.queries.assessments import enterprise_of
from certify.workflows import engine
from certify.workflows.absences import places_offered
from certify.workflows.assessment import MOVES
from certify.workflows.assessment_draft import save_agreement_draft
from certify.workflows.assessment_rules import AssessmentDossier, owes_own_sheet

bp = Blueprint("assessment_moves", __name__)

Page = str | Response | tuple[str, int]
OF_THEIR_OWN = ("submit", "correct", "reconcile")  # each has a page made for it


@bp.route("/assessments/<id>/moves/<move>", methods=["GET", "POST"])
@auth.action("assessment.see")
def move(id: str, move: str) -> Page:
    """Declare conflicts, or declare the assessment void."""
    assessment = auth.find(Assessment, id, "assessment.see")
    declared = move_on(assessment, move)
    if move in OF_THEIR_OWN:
        raise engine.UnknownMove(move)
    at, actor = clock().now(), auth.current_actor()
    reasons = engine.refusals(assessment, move, actor, at)
    form = form_for(declared, places=places_offered(db.session(), actor, declared, assessment, at))
    if made(form, assessment, actor, at):
        return redirect(url_for("assessments.show", id=id), 303)
    page = render_template(
        "assessments/move.html",
        **shown(form, assessment),
        assessment=assessment,
        edition=AssessmentDossier(db.session(), assessment, at).edition,
        reasons=reasons,
    )
    return page, form.status


@bp.route("/assessments/<id>/correct", methods=["GET", "POST"])
@auth.action("assessment.edit")
def correct(id: str) -> Page:
    """A new version of the scores, with its reason; what was handed in before is kept."""
    assessment = auth.find(Assessment, id, "assessment.edit")
    at, actor = clock().now(), auth.current_actor()
    reasons = engine.refusals(assessment, "correct", actor, at)
    dossier = AssessmentDossier(db.session(), assessment, at)
    form = sheet_form(assessment, dossier.items, dossier.known, correcting=True)
    if form.is_submitted() and form.validate_complete():
        with attempt(form) as session:
            lock_unchanged(session, assessment, "correct")
            engine.perform(assessment, "correct", actor, at, **form.entered(), reason=form.reason.data)
        if form.status == 200:
            tell_recorded(MOVES["correct"].label)
            return redirect(url_for("assessments.show", id=id), 303)
    page = render_template(
        "assessments/correct.html",
        form=form,
        assessment=assessment,
        edition=dossier.edition,
        place=enterprise_of(assessment),
        reasons=reasons,
        changes=changes_since(db.session(), assessment, form),
    )
    return page, form.status


@bp.route("/assessments/<id>/reconcile", methods=["GET", "POST"])
@auth.action("assessment.see")
def reconcile(id: str) -> Page:
    """Both observers side by side, and the score they agreed on for each item they are apart on."""
    assessment = auth.find(Assessment, id, "assessment.see")
    at, actor = clock().now(), auth.current_actor()
    reasons = engine.refusals(assessment, "reconcile", actor, at)
    dossier = AssessmentDossier(db.session(), assessment, at)
    hidden = owes_own_sheet(assessment, actor.id)
    other, apart = (None, ()) if hidden else dossier.to_reconcile or (None, ())
    form = reconcile_form(assessment, [item for item in dossier.items if item.id in apart])
    keeping = request.form.get("do") == "draft"
    if form.is_submitted() and other is None:
        form.refuse(reasons)
    elif form.is_submitted() and (form.validate() if keeping else form.validate_complete()):
        _agree(assessment, form, keeping=keeping)
        if form.status == 200 and keeping:
            flash(gettext("Kept: you can go on from here at any time."), "good")
            return redirect(url_for("assessment_moves.reconcile", id=id), 303)
        if form.status == 200:
            tell_recorded(MOVES["reconcile"].label)
            return redirect(url_for("assessments.show", id=id), 303)
    page = render_template(
        "assessments/reconcile.html",
        form=form,
        assessment=assessment,
        edition=dossier.edition,
        other=other,
        items=dossier.items,
        reasons=reasons,
        place=enterprise_of(assessment),
    )
    return page, form.status


def _agree(assessment: Assessment, form: ReconcileForm, *, keeping: bool) -> None:
    """Keep or record what was agreed on; what another window agreed on otherwise is asked about first."""
    actor, at = auth.current_actor(), clock().now()
    clashes: tuple[Clash, ...] = ()
    with attempt(form) as session:
        lock_case(session, assessment.case_id)
        session.refresh(assessment)
        clashes = form.meet(agreed_texts(assessment)).clashes
        if keeping or clashes:
            save_agreement_draft(assessment, actor, at, form.draft())
        else:
            engine.perform(assessment, "reconcile", actor, at, **form.entered())
    if form.status == 200 and clashes:
        form.kept(agreed_texts(assessment))
        form.insist(clashes)
