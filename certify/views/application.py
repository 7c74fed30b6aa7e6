"""Applying: choose module and country, be nominated, fill in, check, submit."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.files import FileRefused, attach, store
from certify.forms.attempt import attempt
from certify.forms.certification import (
    ApplicationForm,
    ApplyForm,
    NominateForm,
    application_form,
    submit_form,
)
from certify.forms.choices import country_choices, module_choices
from certify.forms.stale import lock_unchanged, seen_seq
from certify.models import Certification, db
from certify.queries.application import cv_of, employers_in, own_organisations
from certify.queries.certifications import CLOSED, cases_of
from certify.queries.history import events_after
from certify.scheme.words import CertificationState
from certify.workflows.application import FIELDS, edit_application
from certify.workflows.certification import edition_of, open_certification
from certify.workflows.engine import perform, refusals
from certify.workflows.nomination import nominate

bp = Blueprint("application", __name__)


@bp.route("/apply", methods=["GET", "POST"])
@auth.action("certification.create")
def apply() -> str | Response | tuple[str, int]:
    """Open an application; who has one sees it first, instead of a blank form."""
    auth.require("certification.create")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    cases = cases_of(session, actor.id)
    if (
        request.method == "GET"
        and "another" not in request.args
        and any(c.state not in CLOSED for c in cases)
    ):
        return render_template("certifications/applied.html", cases=cases)
    person = auth.current_person()
    form = ApplyForm(
        modules=module_choices(session, at.date()),
        countries=country_choices(),
        home=person.country if person else "",
    )
    if form.validate_on_submit():
        with attempt(form) as writing:
            case = open_certification(writing, actor, at, module=form.module.data, country=form.country.data)
        if form.status == 200:
            return redirect(url_for("application.fill_in", id=case.id), 303)
    return render_template("certifications/apply.html", form=form, cases=cases), form.status


@bp.route("/nominate", methods=["GET", "POST"])
@auth.action("certification.nominate")
def nomination() -> Response | tuple[str, int]:
    """A service provider nominates a person, who has to confirm it."""
    auth.require("certification.nominate")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    person = auth.current_person()
    form = NominateForm(
        modules=module_choices(session, at.date()),
        countries=country_choices(),
        organisations=own_organisations(session, actor, at.date()),
        home=person.country if person else "",
    )
    if form.validate_on_submit():
        with attempt(form) as writing:
            nominate(
                writing,
                actor,
                at,
                module=form.module.data,
                country=form.country.data,
                email=str(form.email.data),
                name=str(form.name.data),
                organisation_id=form.organisation.data,
            )
        if form.status == 200:
            flash(
                gettext("The person is asked to confirm by mail: %(email)s.", email=form.email.data), "good"
            )
            return redirect(url_for("desk.show"), 303)
    return render_template("certifications/nominate.html", form=form), form.status


@bp.route("/certifications/<id>/application", methods=["GET", "POST"])
@auth.action("certification.edit")
def fill_in(id: str) -> Response | tuple[str, int]:
    """Fill in the application, as often as needed until it is submitted."""
    case = auth.find(Certification, id, "certification.edit")
    if request.method == "GET" and case.state is not CertificationState.DRAFT:
        return redirect(url_for("certifications.show", id=id), 303)
    form = application_form(case)
    if form.validate_on_submit() and _save(case, form):
        return redirect(url_for("application.submit", id=id), 303)
    return _application_page(case, form), form.status


@bp.post("/certifications/<id>/files")
@auth.action("certification.edit")
def upload(id: str) -> Response | tuple[str, int]:
    """Keep a CV, and the answers that were sent with it; a newer CV takes the place of the earlier."""
    case = auth.find(Certification, id, "certification.edit")
    form = application_form(case)
    if form.validate() and form.uploaded() is None:
        form.add_errors({"file": [gettext("Choose a file.")]})
    if form.status == 200 and _save(case, form):
        return redirect(url_for("application.fill_in", id=id), 303)
    return _application_page(case, form), form.status


def _save(case: Certification, form: ApplicationForm) -> bool:
    """Write the answers and the CV, both or neither; a file that is refused is told beside its field."""
    actor, at, given = auth.current_actor(), clock().now(), form.uploaded()
    try:
        kept = store(given, "cv") if given is not None else None
    except FileRefused as refused:
        form.add_errors({"file": [refused.sentence]})
        return False
    with attempt(form) as session:
        lock_unchanged(session, case, form=form)
        edit_application(session, case, actor, at, form.answers(request.form))
        if kept is not None:
            earlier = cv_of(case)
            attach(session, kept, at, person_id=actor.id, certification=case)
            if earlier is not None:
                earlier.removed_at = at
    return form.status == 200


@bp.route("/certifications/<id>/application/submit", methods=["GET", "POST"])
@auth.action("certification.edit")
def submit(id: str) -> Response | tuple[str, int]:
    """Check the answers, declare, consent, and submit."""
    case = auth.find(Certification, id, "certification.edit")
    actor, at = auth.current_actor(), clock().now()
    form = submit_form()
    if form.validate_on_submit():
        with attempt(form) as session:
            lock_unchanged(session, case)
            perform(case, "submit", actor, at, **form.facts())
        if form.status == 200:
            flash(gettext("Submitted. The national coordinator is told."), "good")
            return redirect(url_for("certifications.show", id=id), 303)
    page = render_template(
        "certifications/check.html",
        case=case,
        form=form,
        cv=cv_of(case),
        fields=FIELDS,
        edition=edition_of(db.session(), case, at),
        refused=refusals(case, "submit", actor, at) if request.method == "GET" else (),
        changes=events_after(db.session(), case, seen_seq()) if form.refusals else (),
    )
    return page, form.status


def _application_page(case: Certification, form: ApplicationForm) -> str:
    return render_template(
        "certifications/application.html",
        case=case,
        form=form,
        cv=cv_of(case),
        employers=employers_in(db.session(), case.country),
        edition=edition_of(db.session(), case, clock().now()),
        changes=events_after(db.session(), case, seen_seq()) if form.refusals else (),
    )
