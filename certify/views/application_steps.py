"""The steps of an application: each a short page, saved on its own, gone on with on any device."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.files import FileRefused, Kept, store
from certify.forms import undo
from certify.forms.account import Confirmation
from certify.forms.application import (
    declarations_form,
    declared_unchanged,
    digest_of,
    shown_digest,
    step_form,
    step_unchanged,
)
from certify.forms.attempt import attempt
from certify.forms.base import Form
from certify.forms.files import UploadForm
from certify.models import Certification, StoredFile, db
from certify.queries.application import (
    BY_NAME,
    CV,
    PAPER,
    STEPS,
    Step,
    after,
    before,
    cv_of,
    declared_in,
    employers_in,
    papers_of,
)
from certify.queries.earlier_application import earlier_application
from certify.workflows.application import edit_application, is_in_draft, open_draft, remove_file, take_file
from certify.workflows.certification import edition_of
from certify.workflows.changes import NO_CHANGE
from certify.workflows.drafts import keep_draft

bp = Blueprint("application_steps", __name__)

Answer = str | Response | tuple[str, int]


@bp.route("/certifications/<id>/application/<step>", methods=["GET", "POST"])
@auth.action("certification.edit")
def fill_in(id: str, step: str) -> Answer:
    """One step of fields: saved whenever it is sent, then on to the next one."""
    case = auth.find(Certification, id, "certification.edit")
    asked = BY_NAME.get(step)
    if asked is None or not asked.fields:
        abort(404)
    if _is_closed(case):
        return redirect(url_for("certifications.show", id=id), 303)
    form = step_form(case, asked)
    if form.validate_on_submit():
        with attempt(form) as session:
            step_unchanged(session, case, asked, form)
            edit_application(session, case, auth.current_actor(), clock().now(), form.answers(request.form))
        if form.status == 200:
            return _onwards(case, asked)
    employers = employers_in(db.session(), case.country) if "employer" in asked.fields else ()
    earlier = earlier_application(db.session(), case)
    return _page(
        "certifications/step_fields.html",
        case,
        asked,
        form,
        employers=employers,
        earlier=earlier,
        same=earlier.same_in(case, asked.fields) if earlier else (),
        shown=digest_of(case, asked),
    )


@bp.post("/certifications/<id>/application/take-over")
@auth.action("certification.edit")
def take_over(id: str) -> Response:
    """Fill in what is still empty as an earlier application says it; each answer can be changed."""
    case = auth.find(Certification, id, "certification.edit")
    form, earlier = Confirmation(), earlier_application(db.session(), case)
    if not form.validate_on_submit() or earlier is None:
        abort(400)
    actor, at = auth.current_actor(), clock().now()
    with attempt(form) as session:
        open_draft(session, case, actor, at)  # what another window answers meanwhile is not written over
        edit_application(session, case, actor, at, earlier.missing_in(case))
    if form.status == 200:
        flash(gettext("Taken over. Look at each answer, and change what is no longer true."), "good")
    return redirect(url_for("application.fill_in", id=id), 303)


@bp.route("/certifications/<id>/application/declarations", methods=["GET", "POST"])
@auth.action("certification.edit")
def declarations(id: str) -> Answer:
    """Conflicts of interest, and what the applicant's data may be used for."""
    case = auth.find(Certification, id, "certification.edit")
    if _is_closed(case):
        return redirect(url_for("certifications.show", id=id), 303)
    asked, declared = BY_NAME["declarations"], declared_in(db.session(), case)
    form = declarations_form(declared)
    if form.validate_on_submit():
        with attempt(form) as session:
            declared_unchanged(session, case)
            keep_draft(session, case, "submit", auth.current_actor(), clock().now(), **form.facts())
        if form.status == 200:
            return _onwards(case, asked)
        declared = declared_in(db.session(), case)
    return _page(
        "certifications/step_fields.html", case, asked, form, employers=(), shown=shown_digest(declared)
    )


@bp.route("/certifications/<id>/application/files", methods=["GET", "POST"])
@auth.action("certification.edit")
def files(id: str) -> Answer:
    """The CV, of which the newest stands, and any other papers; each is kept as soon as it is sent."""
    case = auth.find(Certification, id, "certification.edit")
    if _is_closed(case):
        return redirect(url_for("certifications.show", id=id), 303)
    asked = BY_NAME["files"]
    kind = PAPER if request.form.get("kind") == PAPER else CV
    forms = {each: _upload(each, sent=False) for each in (CV, PAPER)}
    if request.method == "POST":
        forms[kind] = _upload(kind, sent=True)
        if forms[kind].validate() and _take(case, forms[kind], kind):
            return _onwards(case, asked) if kind == CV else redirect(request.path, 303)
    return _page(
        "certifications/step_files.html",
        case,
        asked,
        forms[kind],
        cv=cv_of(case),
        papers=papers_of(case),
        forms=forms,
    )


@bp.post("/certifications/<id>/application/files/<file_id>/remove")
@auth.action("certification.edit")
def remove(id: str, file_id: str) -> Response:
    """Take a file away again, while the application is a draft."""
    case = auth.find(Certification, id, "certification.edit")
    form = Confirmation()
    if not form.validate_on_submit():
        abort(400)
    actor, page = auth.current_actor(), url_for("application_steps.files", id=id)
    with attempt(form) as session:
        file = session.get(StoredFile, file_id)
        if file is None:
            abort(404)
        change = remove_file(session, case, file, actor, clock().now())
    if form.status == 200:
        told = gettext("“%(file)s” was removed.", file=file.name)
        undo.tell(told, change, by=actor.id, page=page)
    else:
        flash(form.refusals[0].reason, "bad")
    return redirect(page, 303)


def _upload(kind: str, *, sent: bool) -> UploadForm:
    """The form of one sort of file, whose errors name it as the page does."""
    form = UploadForm(prefix=kind) if sent else UploadForm(formdata=None, prefix=kind)
    form.file.label.text = gettext("Your CV") if kind == CV else gettext("Another paper")
    return form


def _take(case: Certification, form: UploadForm, kind: str) -> bool:
    """Keep the file that was sent; without one the CV that stands is kept. False: the page says why."""
    given = form.uploaded()
    if given is None:
        if kind == PAPER or cv_of(case) is None:
            form.add_errors({"file": [gettext("Choose a file.")]})
        return form.status == 200
    try:
        kept = store(given, kind)
    except FileRefused as refused:
        form.add_errors({"file": [refused.sentence]})
        return False
    _attach(case, form, kept)
    return form.status == 200


def _attach(case: Certification, form: Form, kept: Kept) -> None:
    actor = auth.current_actor()
    with attempt(form) as session:
        change = take_file(session, case, kept, actor, clock().now())
    if form.status == 200 and change != NO_CHANGE:
        page = url_for("application_steps.files", id=case.id)
        undo.tell(gettext("The new CV stands instead of the earlier one."), change, by=actor.id, page=page)


def _is_closed(case: Certification) -> bool:
    """Asked for after it was submitted: the case is shown. What is sent is refused with its reason."""
    return request.method == "GET" and not is_in_draft(case)


def _onwards(case: Certification, step: Step) -> Response:
    """To the next step; back to where a change was asked for; or to the list, to go on another day."""
    following = after(step)
    if "later" in request.form:
        flash(gettext("Saved. You can go on whenever you like, also on another device."), "good")
        return redirect(url_for("application.fill_in", id=case.id), 303)
    if request.args.get("back") == "check" or following is None:
        return redirect(url_for("application.submit", id=case.id), 303)
    return redirect(_address(case, following), 303)


def _address(case: Certification, step: Step | None) -> str:
    if step is None:
        return url_for("application.fill_in", id=case.id)
    if step.fields:
        return url_for("application_steps.fill_in", id=case.id, step=step.name)
    return url_for(f"application_steps.{step.name}", id=case.id)


def _page(name: str, case: Certification, step: Step, form: Form, **shown: object) -> tuple[str, int]:
    session, at = db.session(), clock().now()
    checking = request.args.get("back") == "check"
    back = url_for("application.submit", id=case.id) if checking else _address(case, before(step))
    return render_template(
        name,
        case=case,
        step=step,
        number=STEPS.index(step) + 1,
        steps=len(STEPS),
        form=form,
        back=back,
        query={"back": "check"} if checking else {},
        edition=edition_of(session, case, at),
        **shown,
    ), form.status
