"""Enterprises: the list, adding one with its contact, its page, correcting it, further contacts."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt, same_version
from certify.forms.choices import chosen, country_choices, in_use_first
from certify.forms.cohorts import ContactForm, EnterpriseForm, NewEnterpriseForm
from certify.models import Enterprise, db
from certify.presentation.listing import listing
from certify.queries.enterprises import SORTING, cohorts_of, enterprise_page
from certify.workflows.enterprises import add_contact, amend, lock, take_on

bp = Blueprint("enterprises", __name__)

Page = str | Response | tuple[str, int]


@bp.get("/enterprises")
@auth.action("enterprise.list")
def index() -> str:
    """The enterprises that the reader may see, by name."""
    auth.require("enterprise.list")
    countries = country_choices()
    filters: dict[str, Any] = {
        "name": request.args.get("name", "")[:120].strip(),
        "country": chosen(request.args.get("country"), countries),
    }
    on, here = clock().now().date(), listing(SORTING, "enterprises.index", filters)
    page = enterprise_page(
        db.session(), auth.current_actor(), on, sort=here.sort, cursor=here.cursor, **filters
    )
    return render_template(
        "enterprises/list.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters,
        countries=in_use_first(countries),
    )


@bp.route("/enterprises/new", methods=["GET", "POST"])
@auth.action("enterprise.create")
def new() -> Page:
    """Add an enterprise with the contact who confirms visits."""
    auth.require("enterprise.create")
    person = auth.current_person()
    form = NewEnterpriseForm(enterprise=None, home=person.country if person else "")
    if form.validate_on_submit():
        with attempt(form) as session:
            made = take_on(
                session, auth.current_actor(), clock().now(), **form.entered(), **form.contact_entered()
            )
        if form.status == 200:
            return redirect(url_for("enterprises.show", id=made.id), 303)
    return render_template("enterprises/new.html", form=form), form.status


@bp.get("/enterprises/<id>")
@auth.action("enterprise.see")
def show(id: str) -> str:
    """What the enterprise is, who confirms its visits, the cohorts it takes part in."""
    return _show(auth.find(Enterprise, id, "enterprise.see"))


@bp.route("/enterprises/<id>/edit", methods=["GET", "POST"])
@auth.action("enterprise.edit")
def edit(id: str) -> Page:
    """Correct what an enterprise is."""
    enterprise = auth.find(Enterprise, id, "enterprise.edit")
    form = EnterpriseForm(enterprise=enterprise)
    if form.validate_on_submit():
        with attempt(form) as session:
            lock(session, enterprise)
            same_version(session, enterprise, form)
            amend(session, enterprise, auth.current_actor(), clock().now(), **form.entered())
        if form.status == 200:
            return redirect(url_for("enterprises.show", id=id), 303)
    return render_template("enterprises/edit.html", form=form, enterprise=enterprise), form.status


@bp.post("/enterprises/<id>/contacts")
@auth.action("enterprise.edit")
def add(id: str) -> Page:
    """One more contact."""
    enterprise = auth.find(Enterprise, id, "enterprise.edit")
    form = ContactForm()
    if form.validate():
        with attempt(form) as session:
            actor, at = auth.current_actor(), clock().now()
            add_contact(session, enterprise, actor, at, **form.contact_entered())
        if form.status == 200:
            return redirect(url_for("enterprises.show", id=id, _anchor="contacts"), 303)
    return _show(enterprise, contact=form), form.status


def _show(enterprise: Enterprise, *, contact: ContactForm | None = None) -> str:
    actor, on = auth.current_actor(), auth.day_of(enterprise)
    changes = auth.may("enterprise.edit", enterprise)
    return render_template(
        "enterprises/show.html",
        enterprise=enterprise,
        contacts=[(one.name, one.email) for one in enterprise.contacts],
        cohorts=cohorts_of(db.session(), enterprise, actor, on),
        contact=contact or (ContactForm() if changes else None),
        form=contact,
    )
