"""Organisations of the programme: service providers, lead buyers, donors."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt, same_version
from certify.forms.choices import chosen, country_choices, in_use_first
from certify.forms.organisations import OrganisationForm
from certify.models import Organisation, db
from certify.presentation import word
from certify.presentation.listing import listing
from certify.queries.people import ORGANISATIONS, organisations_page, staff_of
from certify.scheme.words import OrganisationKind
from certify.workflows import organisations

bp = Blueprint("organisations", __name__, url_prefix="/organisations")

Answer = str | Response | tuple[str, int]


@bp.get("")
@auth.action("organisation.list")
def index() -> str:
    """The organisations, by name."""
    auth.require("organisation.list")
    kinds, countries = _kinds(), country_choices()
    filters: dict[str, Any] = {
        "search": request.args.get("search", "").strip()[:100],
        "kind": chosen(request.args.get("kind"), kinds),
        "country": chosen(request.args.get("country"), countries),
    }
    here = listing(ORGANISATIONS, "organisations.index", filters)
    page = organisations_page(
        db.session(),
        auth.current_actor(),
        auth.day_of(None),
        sort=here.sort,
        cursor=here.cursor,
        **filters,
    )
    return render_template(
        "organisations/list.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters,
        kinds=kinds,
        countries=in_use_first(countries),
    )


@bp.route("/new", methods=["GET", "POST"])
@auth.action("organisation.create")
def new() -> Answer:
    """Add an organisation."""
    auth.require("organisation.create")
    form = OrganisationForm(kinds=_kinds())
    if form.validate_on_submit():
        with attempt(form) as session:
            organisation = organisations.found(session, clock().now(), **_entered(form))
        if form.status == 200:
            return redirect(url_for("organisations.show", id=organisation.id), 303)
    return render_template("organisations/new.html", form=form), form.status


@bp.get("/<id>")
@auth.action("organisation.see")
def show(id: str) -> str:
    """One organisation and who works there."""
    organisation = auth.find(Organisation, id, "organisation.see")
    on = auth.day_of(organisation)
    own = id in auth.current_actor().provides_for(on=on)
    staff = [
        one for one in staff_of(db.session(), organisation, on) if own or auth.may("person.see", one.person)
    ]
    return render_template("organisations/show.html", organisation=organisation, staff=staff)


@bp.route("/<id>/edit", methods=["GET", "POST"])
@auth.action("organisation.edit")
def edit(id: str) -> Answer:
    """Correct what is recorded of an organisation."""
    organisation = auth.find(Organisation, id, "organisation.edit")
    form = OrganisationForm(kinds=_kinds(), obj=organisation)
    if form.validate_on_submit():
        with attempt(form) as session:
            organisation = session.get_one(Organisation, id)
            same_version(session, organisation, form)
            organisations.amend(organisation, **_entered(form))
        if form.status == 200:
            flash(gettext("Saved."), "good")
            return redirect(url_for("organisations.show", id=id), 303)
        organisation = db.session.get_one(Organisation, id)
    return render_template("organisations/edit.html", form=form, organisation=organisation), form.status


def _entered(form: OrganisationForm) -> organisations.Described:
    return {
        "name": form.name.data,
        "kind": OrganisationKind(form.kind.data),
        "country": form.country.data,
        "agreement_from_on": form.agreement_from_on.data,
        "agreement_until_on": form.agreement_until_on.data,
    }


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, word(kind)) for kind in OrganisationKind]
