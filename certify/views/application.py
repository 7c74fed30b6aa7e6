"""Applying: choose module and country, be nominated, see what is done, check, submit."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.application import (
    consents_shown,
    declare_form,
    declared_unchanged,
    group_countries,
    group_modules,
    shown_digest,
)
from certify.forms.attempt import attempt
from certify.forms.certification import ApplyForm, NominateForm
from certify.forms.choices import chosen, country_choices, module_choices
from certify.forms.stale import lock_unchanged, seen_seq
from certify.models import Certification, db
from certify.queries.application import (
    cv_of,
    declared_in,
    home_among,
    is_served,
    nominating_countries,
    own_organisations,
    papers_of,
    progress_of,
    served_countries,
)
from certify.queries.certifications import cases_of
from certify.queries.earlier_application import earlier_application
from certify.queries.history import events_after
from certify.queries.mine import module_lines
from certify.workflows.application import is_in_draft
from certify.workflows.certification import edition_of, open_certification
from certify.workflows.engine import perform, refusals
from certify.workflows.nomination import nominate

bp = Blueprint("application", __name__)


@bp.route("/apply", methods=["GET", "POST"])
@auth.action("certification.create")
def apply() -> str | Response | tuple[str, int]:
    """Open an application; who has a case, open or old, sees it first, instead of a blank form."""
    auth.require("certification.create")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    cases = cases_of(session, actor.id)
    edition = edition_of(session, cases[0], at) if cases else None
    if request.method == "GET" and cases and "another" not in request.args:
        return render_template("certifications/applied.html", cases=cases, edition=edition)
    person = auth.current_person()
    modules = module_choices(session, at.date())
    form = ApplyForm(
        modules=modules,
        countries=country_choices(),
        module=chosen(request.args.get("module"), modules),
        home=person.country if person else "",
    )
    group_countries(form, served_countries(session, at.date()))
    group_modules(form, module_lines(session, cases, at))
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
    reached = nominating_countries(actor, at.date())
    form = NominateForm(
        modules=module_choices(session, at.date()),
        countries=country_choices(reached),
        organisations=own_organisations(session, actor, at.date()),
        home=home_among(reached, auth.current_person()),
    )
    group_countries(form, served_countries(session, at.date()), reached)
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


@bp.get("/certifications/<id>/application")
@auth.action("certification.edit")
def fill_in(id: str) -> str | Response:
    """The steps of the application, which of them are done, and the way to the next."""
    case = auth.find(Certification, id, "certification.edit")
    if not is_in_draft(case):
        return redirect(url_for("certifications.show", id=id), 303)
    session, at = db.session(), clock().now()
    progress, earlier = progress_of(session, case), earlier_application(session, case)
    return render_template(
        "certifications/application.html",
        case=case,
        progress=progress,
        done=sum(one.status == "done" for one in progress),
        following=next((one.step for one in progress if one.status != "done"), None),
        edition=edition_of(session, case, at),
        served=is_served(session, case.module, case.country, auth.day_of(case)),
        earlier=earlier,
        offered=earlier.missing_in(case) if earlier else {},
    )


@bp.route("/certifications/<id>/application/submit", methods=["GET", "POST"])
@auth.action("certification.edit")
def submit(id: str) -> str | Response | tuple[str, int]:
    """Check every answer, change what is wrong, declare that it is true, submit."""
    case = auth.find(Certification, id, "certification.edit")
    if request.method == "GET" and not is_in_draft(case):
        return redirect(url_for("certifications.show", id=id), 303)
    actor, at = auth.current_actor(), clock().now()
    form = declare_form()
    if form.validate_on_submit():
        with attempt(form) as writing:
            lock_unchanged(writing, case)
            declared_unchanged(writing, case)
            perform(case, "submit", actor, at, **form.facts(), **declared_in(writing, case))
        if form.status == 200:
            flash(gettext("Submitted. The national coordinator is told."), "good")
            return redirect(url_for("certifications.show", id=id), 303)
    session = db.session()
    declared, progress = declared_in(session, case), progress_of(session, case)
    page = render_template(
        "certifications/check.html",
        case=case,
        form=form,
        cv=cv_of(case),
        papers=papers_of(case),
        declared=declared,
        consents=consents_shown(declared),
        shown=shown_digest(declared),
        missing=[one for one in progress if one.status != "done"],
        edition=edition_of(session, case, at),
        served=is_served(session, case.module, case.country, auth.day_of(case)),
        refused=refusals(case, "submit", actor, at) if request.method == "GET" else (),
        changes=events_after(session, case, seen_seq()) if form.refusals else (),
    )
    return page, form.status
