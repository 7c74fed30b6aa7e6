"""Assessments: my queue, and the sheet itself: to fill in, with its draft on the server, or as handed in."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.assessments import SheetForm, sheet_form
from certify.forms.attempt import attempt, same_version
from certify.forms.moves import form_for
from certify.models import Assessment, db
from certify.queries import assessments as queries
from certify.scheme.sentences import say
from certify.scheme.words import AssessmentState
from certify.workflows import engine
from certify.workflows.assessment import MOVES, may_see_private_notes, may_see_scores
from certify.workflows.assessment_draft import save_draft
from certify.workflows.assessment_rules import AssessmentDossier
from certify.workflows.engine import Refusal

bp = Blueprint("assessments", __name__)

Page = str | Response | tuple[str, int]


@bp.get("/assessments")
@auth.action("assessment.list")
def index() -> str:
    """What waits to be assessed or reconciled by the reader, and what is done."""
    auth.require("assessment.list")
    at, actor = clock().now(), auth.current_actor()
    done = request.args.get("view") == "done"
    cursor = request.args.get("cursor")
    page = queries.my_assessments(db.session(), actor, at.date(), done=done, cursor=cursor)
    view = "done" if done else None
    return render_template(
        "assessments/list.html",
        page=page,
        next_url=page.next and url_for("assessments.index", view=view, cursor=page.next),
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
    """Keep the draft, or hand the scores in."""
    assessment = auth.find(Assessment, id, "assessment.edit")
    form = _sheet(assessment) or _sheet_of(assessment)
    handing_in = request.form.get("do") == "submit"
    if form.validate_complete() if handing_in else form.validate():
        actor, at, notes = auth.current_actor(), clock().now(), form.private_notes.data
        with attempt(form) as session:
            same_version(session, assessment, form, changed=_changed_elsewhere(form, assessment))
            save_draft(assessment, actor, at, form.entered(), private_notes=notes)
            if handing_in:
                engine.perform(assessment, "submit", actor, at, **form.entered())
        if form.status == 200:
            kept = None if handing_in else "kept"
            return redirect(url_for("assessments.show", id=id, draft=kept), 303)
    return _show(assessment, form)


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
        **context,
    )


def _sheet(assessment: Assessment) -> SheetForm | None:
    """The form, for the assessor while it can be filled in."""
    mine = auth.may("assessment.edit", assessment)
    return _sheet_of(assessment) if mine and assessment.state is AssessmentState.DECLARED else None


def _sheet_of(assessment: Assessment) -> SheetForm:
    dossier = AssessmentDossier(db.session(), assessment, clock().now())
    return sheet_form(assessment, dossier.items, dossier.known)


def _changed_elsewhere(form: SheetForm, assessment: Assessment) -> Any:
    """Which items another window scored differently, asked only when this page turns out to be stale."""

    def changes() -> list[Refusal]:
        saved = (assessment.draft or {}).get("scores", {})
        typed = form.entered()["scores"]
        return [
            Refusal(
                None,
                say(
                    "Another window saved {there} for “{item}”; here it is {here}.",
                    there=saved.get(item.id) or gettext("nothing"),
                    here=typed.get(item.id) or gettext("nothing"),
                    item=item.text,
                ),
            )
            for item in form.items
            if saved.get(item.id) != typed.get(item.id)
        ]

    return changes
