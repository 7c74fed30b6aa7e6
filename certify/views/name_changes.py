"""A trainer's request for another name, and the coordinator's answer."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt, same_version
from certify.forms.maintenance import AnswerForm, NameForm
from certify.models import Certification, NameChange, db
from certify.presentation.recorded import tell_recorded
from certify.queries.name_changes import requests_of, waiting
from certify.workflows import engine, name_change

bp = Blueprint("name_changes", __name__)


@bp.route("/certifications/<id>/name-change", methods=["GET", "POST"])
@auth.action("certification.see")
@auth.asks("name_change.ask")
def ask(id: str) -> ResponseReturnValue:
    """Ask to be known by another name."""
    case = auth.find(Certification, id, "certification.see")
    auth.require("name_change.ask", case)
    form = NameForm()
    if form.validate_on_submit():
        asked = {"name": form.name.data, "reason": form.reason.data}
        with attempt(form) as session:
            name_change.ask(session, case, auth.current_actor(), clock().now(), **asked)
        if form.status == 200:
            tell_recorded(name_change.MOVES["ask"].label)
            return redirect(url_for("name_changes.ask", id=id), 303)
    page = render_template(
        "maintenance/name.html", case=case, form=form, requests=requests_of(db.session(), case.holder_id)
    )
    return page, form.status


@bp.get("/name-changes")
@auth.action("name_change.list")
def index() -> str:
    """The requests that wait for an answer where the reader coordinates."""
    auth.require("name_change.list")
    actor, at = auth.current_actor(), clock().now()
    return render_template("maintenance/names.html", requests=waiting(db.session(), actor, at.date()))


@bp.route("/name-changes/<id>", methods=["GET", "POST"])
@auth.action("name_change.see")
@auth.asks("name_change.answer")
def show(id: str) -> ResponseReturnValue:
    """One request; the coordinator accepts it, or declines it with a reason."""
    asked = auth.find(NameChange, id, "name_change.see")
    form = AnswerForm(data={"version": asked.version})
    if request.method == "POST":
        auth.require("name_change.answer", asked)
    move = "decline" if request.form.get("do") == "decline" else "accept"
    if form.validate_on_submit() and _has_reason(form, move):
        facts = {"reason": form.reason.data} if move == "decline" else {}
        with attempt(form) as session:
            same_version(session, asked, form, changed=tuple)
            engine.perform(asked, move, auth.current_actor(), clock().now(), **facts)
        if form.status == 200:
            tell_recorded(name_change.MOVES[move].label)
            return redirect(url_for("name_changes.show", id=id), 303)
    page = render_template(
        "maintenance/name_change.html",
        request_=asked,
        form=form,
        may_answer=auth.may("name_change.answer", asked) and asked.state == "asked",
        refused=_refused(asked) if request.method == "GET" else (),
    )
    return page, form.status


def _has_reason(form: AnswerForm, move: str) -> bool:
    if move == "decline" and not form.reason.data:
        form.add_errors({"reason": [gettext("Say why: the trainer reads it.")]})
    return not form.errors


def _refused(asked: NameChange) -> tuple[engine.Refusal, ...]:
    """Why this coordinator cannot answer now."""
    offered = engine.offers(asked, auth.current_actor(), clock().now())
    return next((one.refusals for one in offered if one.move.name == "accept"), ())
