"""Issuing bodies, and what is delegated to them."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.attempt import attempt, same_version
from certify.forms.choices import module_choices
from certify.forms.organisations import BodyForm, DelegationForm, NewBodyForm, SuccessorForm
from certify.forms.people import EndDelegationForm
from certify.models import Delegation, IssuingBody, db
from certify.queries.issuers import all_keys, did_web_of, other_bodies, predecessors
from certify.queries.people import bodies
from certify.workflows import organisations

bp = Blueprint("issuers", __name__, url_prefix="/issuing-bodies")

Answer = str | Response | tuple[str, int]


@bp.get("")
@auth.action("issuer.list")
def index() -> str:
    """Every issuing body."""
    auth.require("issuer.list")
    return render_template("issuers/list.html", bodies=bodies(db.session()), on=auth.day_of(None))


@bp.route("/new", methods=["GET", "POST"])
@auth.action("issuer.manage")
def new() -> Answer:
    """Add an issuing body."""
    auth.require("issuer.manage")
    form = NewBodyForm()
    if form.validate_on_submit():
        with attempt(form) as session:
            body = organisations.open_body(
                session,
                auth.current_actor(),
                clock().now(),
                code=form.code.data,
                legal_name=form.legal_name.data,
                country=form.country.data,
                zone=form.zone.data,
            )
        if form.status == 200:
            return redirect(url_for("issuers.show", id=body.id), 303)
    return render_template("issuers/new.html", form=form), form.status


@bp.get("/<id>")
@auth.action("issuer.see")
def show(id: str) -> str:
    """One issuing body: how it is known, its keys, its delegations, and who came before and after it."""
    body = auth.find(IssuingBody, id, "issuer.see")
    session = db.session()
    return render_template(
        "issuers/show.html",
        body=body,
        on=auth.day_of(None),
        did=did_web_of(session, body),
        keys=all_keys(session, body),
        predecessors=predecessors(session, body),
    )


@bp.route("/<id>/edit", methods=["GET", "POST"])
@auth.action("issuer.manage")
def edit(id: str) -> Answer:
    """Correct a body's name or place."""
    body = auth.find(IssuingBody, id, "issuer.manage")
    form = BodyForm(obj=body)
    if form.validate_on_submit():
        with attempt(form) as session:
            body = session.get_one(IssuingBody, id)
            same_version(session, body, form)
            organisations.amend_body(
                session,
                auth.current_actor(),
                body,
                clock().now(),
                legal_name=form.legal_name.data,
                country=form.country.data,
                zone=form.zone.data,
            )
        if form.status == 200:
            flash(gettext("Saved."), "good")
            return redirect(url_for("issuers.show", id=id), 303)
        body = db.session.get_one(IssuingBody, id)
    return render_template("issuers/edit.html", form=form, body=body), form.status


@bp.route("/<id>/successor", methods=["GET", "POST"])
@auth.action("issuer.manage")
def successor(id: str) -> Answer:
    """Who takes the place of the body, from which day on."""
    body = auth.find(IssuingBody, id, "issuer.manage")
    others = [(other.id, f"{other.legal_name} ({other.code})") for other in other_bodies(db.session(), body)]
    form = SuccessorForm(
        others=others, successor=body.successor_id, from_on=body.succeeded_from_on, version=body.version
    )
    if form.validate_on_submit():
        with attempt(form) as session:
            body = session.get_one(IssuingBody, id)
            same_version(session, body, form, changed=lambda: ())
            organisations.succeed(
                session,
                auth.current_actor(),
                body,
                clock().now(),
                successor_id=form.successor.data or None,
                from_on=form.from_on.data,
            )
        if form.status == 200:
            flash(gettext("Saved."), "good")
            return redirect(url_for("issuers.show", id=id), 303)
        body = db.session.get_one(IssuingBody, id)
    return render_template("issuers/successor.html", form=form, body=body), form.status


@bp.route("/<id>/delegations/new", methods=["GET", "POST"])
@auth.action("issuer.manage")
def delegate(id: str) -> Answer:
    """Delegate modules in a country to the body."""
    body = auth.find(IssuingBody, id, "issuer.manage")
    at = clock().now()
    form = DelegationForm(modules=module_choices(db.session(), at.date()), country=body.country)
    if form.validate_on_submit():
        with attempt(form) as session:
            organisations.delegate(
                session,
                auth.current_actor(),
                session.get_one(IssuingBody, id),
                at,
                country=form.country.data,
                modules=form.modules.data,
                from_on=form.from_on.data,
                until_on=form.until_on.data,
                instrument=form.instrument.data,
                may_recognise=form.may_recognise.data,
            )
        if form.status == 200:
            flash(gettext("The delegation is recorded."), "good")
            return redirect(url_for("issuers.show", id=id), 303)
        body = db.session.get_one(IssuingBody, id)
    return render_template("issuers/delegate.html", form=form, body=body), form.status


@bp.route("/<id>/delegations/<delegation_id>/end", methods=["GET", "POST"])
@auth.action("issuer.manage")
def end_delegation(id: str, delegation_id: str) -> Answer:
    """The last day of a delegation."""
    body = auth.find(IssuingBody, id, "issuer.manage")
    delegation = next((one for one in body.delegations if one.id == delegation_id), None)
    if delegation is None:
        abort(404)
    form = EndDelegationForm(until_on=delegation.until_on, version=delegation.version)
    if form.validate_on_submit():
        with attempt(form) as session:
            delegation = session.get_one(Delegation, delegation_id)
            same_version(session, delegation, form)
            organisations.end_delegation(
                session, auth.current_actor(), delegation, clock().now(), form.until_on.data
            )
        if form.status == 200:
            flash(gettext("Saved."), "good")
            return redirect(url_for("issuers.show", id=id), 303)
        delegation = db.session.get_one(Delegation, delegation_id)
    return render_template("issuers/end_delegation.html", form=form, delegation=delegation), form.status
