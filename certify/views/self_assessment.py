"""The self-assessment: filled in over days if need be, and sent before any observer's score is seen."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden as NotAllowed
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt
from certify.forms.merging import Clash
from certify.forms.self_assessment import kept_texts, self_assessment_form
from certify.forms.stale import lock_unchanged, seen_seq
from certify.models import Certification, db
from certify.models.store import lock_case
from certify.queries.history import events_after
from certify.workflows.certification import MOVES, edition_of
from certify.workflows.drafts import draft_of, drop_draft, keep_draft
from certify.workflows.engine import Forbidden, perform
from certify.workflows.result_sight import refusals_to

bp = Blueprint("self_assessment", __name__)

MOVE = "submit_for_assessment"


@bp.route("/certifications/<id>/self-assessment", methods=["GET", "POST"])
@auth.action("certification.edit")
def fill_in(id: str) -> Response | tuple[str, int]:
    """One item of the checklist a row; kept as it is, or sent with the file for assessment."""
    case = auth.find(Certification, id, "certification.edit")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    try:
        refused = refusals_to(case, MOVE, actor, at)
    except Forbidden as error:
        raise NotAllowed from error
    keeping = "keep" in request.form
    draft = draft_of(session, case, MOVE, actor.id)
    kept = draft.facts if draft is not None else {}
    form = self_assessment_form(edition_of(session, case, at), kept, whole=not keeping)
    can_keep = case.state in MOVES[MOVE].sources
    if request.method == "POST" and not can_keep:
        form.refuse(refused)
    elif form.validate_on_submit():
        clashes: tuple[Clash, ...] = ()
        with attempt(form) as writing:
            lock_case(writing, case.case_id)
            clashes = form.meet(_kept(writing, case)).clashes
            if keeping or clashes:
                keep_draft(writing, case, MOVE, actor, at, **form.facts())
            else:
                lock_unchanged(writing, case, MOVE)
                perform(case, MOVE, actor, at, **form.facts())
                drop_draft(writing, case, MOVE, actor.id)
        if form.status == 200 and not clashes:
            return _onwards(id, keeping)
        if form.status == 200:
            form.kept(_kept(session, case))
            form.insist(clashes)
    page = render_template(
        "certifications/self_assessment.html",
        case=case,
        form=form,
        draft=draft,
        edition=edition_of(session, case, at),
        refused=refused if request.method == "GET" else (),
        can_keep=can_keep,
        changes=events_after(session, case, seen_seq()) if form.refusals else (),
    )
    return page, form.status


def _kept(session: Session, case: Certification) -> dict[str, str]:
    draft = draft_of(session, case, MOVE, auth.current_actor().id)
    return kept_texts(draft.facts if draft is not None else {})


def _onwards(id: str, keeping: bool) -> Response:
    if keeping:
        flash(gettext("Kept. You can go on whenever you like, also on another device."), "good")
        return redirect(url_for("self_assessment.fill_in", id=id), 303)
    flash(gettext("Submitted for assessment. Your supervising Expert Trainer is told."), "good")
    return redirect(url_for("certifications.show", id=id), 303)
