"""Assessments: my queue, and the sheet itself: to fill in, with its draft on the server, or as handed in."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from certify import auth
from certify.extensions import clock
from certify.forms.assessments import SheetForm, draft_texts, sheet_form
from certify.forms.attempt import attempt
from certify.forms.merging import Clash, Merged
from certify.forms.moves import form_for
from certify.forms.two_windows import shown_text
from certify.models import Assessment, db
from certify.models.store import lock_case
from certify.presentation.listing import listing
from certify.presentation.recorded import tell_recorded
from certify.queries import assessments as queries
from certify.scheme.words import AssessmentState
from certify.workflows import engine
from certify.workflows.assessment import MOVES, may_see_private_notes, may_see_scores
from certify.workflows.assessment_draft import save_draft
from certify.workflows.assessment_rules import AssessmentDossier

bp = Blueprint("assessments", __name__)

Page = str | AnyResponse | tuple[str, int]


@bp.get("/assessments")
@auth.action("assessment.list")
def index() -> str:
    """What waits to be assessed or reconciled by the reader, and what is done."""
    auth.require("assessment.list")
    at, actor = clock().now(), auth.current_actor()
    done = request.args.get("view") == "done"
    here = listing(queries.sorting(done=done), "assessments.index", {"view": "done" if done else None})
    page = queries.my_assessments(
        db.session(), actor, at.date(), done=done, sort=here.sort, cursor=here.cursor
    )
    return render_template(
        "assessments/list.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        pairs=() if done else queries.to_reconcile(db.session(), actor, at),
        done=done,
        enterprise_of=queries.enterprise_of,
    )


@bp.get("/assessments/<id>")
@auth.action("assessment.see")
def show(id: str) -> Page:
    """Declare, score, or read what was handed in, whichever is next."""
    assessment = auth.find(Assessment, id, "assessment.see")
    return _show(assessment, _sheet(assessment))


@bp.post("/assessments/<id>")
@auth.action("assessment.edit")
def save(id: str) -> Page:
    """Keep the draft, then hand the scores in if that was asked: what is refused is kept all the same."""
    assessment = auth.find(Assessment, id, "assessment.edit")
    form = _sheet_of(assessment)
    handing_in = request.form.get("do") == "submit"
    if form.validate():
        _keep(form, assessment)
        if handing_in and form.status == 200 and form.validate_complete():
            with attempt(form):
                actor, at = auth.current_actor(), clock().now()
                engine.perform(assessment, "submit", actor, at, **form.entered())
        if form.status == 200:
            kept = None if handing_in else "kept"
            if handing_in:
                tell_recorded(MOVES["submit"].label)
            return redirect(url_for("assessments.show", id=id, draft=kept), 303)
    return _show(assessment, form)


@bp.route("/assessments/<id>/draft", methods=["GET", "POST"])
@auth.action("assessment.edit")
def draft(id: str) -> tuple[Response, int]:
    """The draft for the page's own script: keep what was typed, and say what other windows typed."""
    assessment = auth.find(Assessment, id, "assessment.edit")
    form = _sheet_of(assessment)
    merged, sent = None, request.method == "POST"
    if sent and form.validate():
        merged = _keep(form, assessment)
    closed = assessment.state is not AssessmentState.DECLARED
    answer = {
        "csrf_token": generate_csrf(),
        "seen": form.seen.data,
        "texts": form.typed(),
        "clashes": _told(form, merged.clashes if merged else ()),
        "problems": [sentence for _id, sentence in form.problems()],
        "signed": not form.csrf_token.errors,
        "closed": closed,
    }
    return jsonify(answer), 409 if closed and not sent else form.status


@bp.get("/assessments/<id>/print")
@auth.action("assessment.see")
def paper(id: str) -> str:
    """The sheet on paper: blank, or with what the reader may see of it."""
    assessment = auth.find(Assessment, id, "assessment.see")
    on, actor = auth.day_of(assessment), auth.current_actor()
    dossier = AssessmentDossier(db.session(), assessment, clock().now())
    return render_template(
        "assessments/print.html",
        assessment=assessment,
        edition=dossier.edition,
        place=queries.enterprise_of(assessment),
        lines=queries.lines_of(dossier),
        filled=may_see_scores(assessment, actor, on) and assessment.submitted_at is not None,
    )


def _show(assessment: Assessment, form: SheetForm | None) -> Page:
    actor, at, on = auth.current_actor(), clock().now(), auth.day_of(assessment)
    dossier = AssessmentDossier(db.session(), assessment, at)
    seen = may_see_scores(assessment, actor, on)
    offers = engine.offers(assessment, actor, at)
    context: dict[str, Any] = {
        "assessment": assessment,
        "edition": dossier.edition,
        "place": queries.enterprise_of(assessment),
        "offers": [offer for offer in offers if offer.move.name not in ("declare", "submit")],
        "refused": [reason for offer in offers if offer.move.name == "submit" for reason in offer.refusals],
    }
    if form is not None:
        page = render_template("assessments/sheet.html", form=form, **context)
        return page, form.status
    if assessment.state is AssessmentState.ASSIGNED and assessment.assessor_id == actor.id:
        declaring = next((offer for offer in offers if offer.move.name == "declare"), None)
        context |= {"refused": declaring.refusals if declaring else (), "may_declare": declaring is not None}
        return render_template("assessments/declare.html", form=form_for(MOVES["declare"]), **context)
    return render_template(
        "assessments/show.html",
        lines=queries.lines_of(dossier) if seen else (),
        mean=queries.mean_of(dossier) if seen and assessment.submitted_at else None,
        result=queries.result_of(dossier) if seen and assessment.submitted_at else None,
        private_notes=assessment.private_notes if may_see_private_notes(assessment, actor, on) else "",
        sheets=assessment.sheets if seen else (),
        seen=seen,
        is_mine=assessment.assessor_id == actor.id,
        **context,
    )


def _sheet(assessment: Assessment) -> SheetForm | None:
    """The form, for the assessor while it can be filled in."""
    mine = auth.may("assessment.edit", assessment)
    return _sheet_of(assessment) if mine and assessment.state is AssessmentState.DECLARED else None


def _sheet_of(assessment: Assessment) -> SheetForm:
    dossier = AssessmentDossier(db.session(), assessment, clock().now())
    return sheet_form(assessment, dossier.items, dossier.known)


def _keep(form: SheetForm, assessment: Assessment) -> Merged | None:
    """Keep what was typed beside what other windows kept since the page was made; None when refused."""
    merged = None
    actor, at = auth.current_actor(), clock().now()
    with attempt(form) as session:
        lock_case(session, assessment.case_id)
        session.refresh(assessment)
        merged = form.meet(draft_texts(assessment))
        save_draft(assessment, actor, at, form.draft(), private_notes=form.private_notes.data)
    if form.status != 200 or merged is None:
        return None
    form.kept(draft_texts(assessment))
    if merged.clashes:
        form.insist(merged.clashes)
    return merged


def _told(form: SheetForm, clashes: Iterable[Clash]) -> list[dict[str, str]]:
    """Each clash as the script shows it, with both values to choose from."""
    return [
        {
            "name": clash.name,
            "label": form.label_of(clash.name),
            "here": shown_text(clash.here),
            "there": shown_text(clash.there),
            "value": clash.there,
        }
        for clash in clashes
    ]
