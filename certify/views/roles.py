"""Roles: proposals that wait for their second person, roles in force, proposing, confirming, ending."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms import undo
from certify.forms.account import Confirmation
from certify.forms.attempt import attempt, same_version
from certify.forms.choices import chosen, chosen_before, country_choices, in_use_first, module_choices
from certify.forms.people import RoleForm
from certify.models import IssuingBody, Organisation, Person, RoleGrant, db
from certify.presentation import word
from certify.presentation.listing import listing
from certify.queries.choices import MOST, organisations
from certify.queries.people import ROLES, issuer_choices, proposals, roles_page
from certify.scheme.words import RoleName
from certify.workflows import role_rules, roles
from certify.workflows.changes import Change, plainly

bp = Blueprint("roles", __name__, url_prefix="/roles")

Answer = str | Response | tuple[str, int]


@bp.get("")
@auth.action("role.list")
def index() -> str:
    """What waits to be confirmed, then the roles that people have."""
    auth.require("role.list")
    actor, on = auth.current_actor(), auth.day_of(None)
    names, countries = _names(), country_choices()
    filters = {
        "role": chosen(request.args.get("role"), names),
        "country": chosen(request.args.get("country"), countries),
    }
    here = listing(ROLES, "roles.index", filters)
    page = roles_page(db.session(), actor, on, sort=here.sort, cursor=here.cursor, **filters)
    waiting, at = proposals(db.session(), actor, on), clock().now()
    return render_template(
        "roles/list.html",
        proposals=[(one, role_rules.awaited(one, at), role_rules.awaits(one, actor, at)) for one in waiting],
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters,
        roles=names,
        countries=in_use_first(countries),
    )


@bp.route("/new/<person_id>", methods=["GET", "POST"])
@auth.action("role.propose")
def propose(person_id: str) -> Answer:
    """Propose a role for a person."""
    person = auth.find(Person, person_id, "person.see")
    auth.require("role.propose")
    at, find = clock().now(), request.args.get("find", "").strip()[:120]
    offered = organisations(db.session(), find=find, keep=chosen_before("organisation"))
    form = RoleForm(
        roles=_names(),
        modules=module_choices(db.session(), at.date()),
        issuers=issuer_choices(db.session()),
        organisations=offered,
        country=person.country,
        from_on=at.date(),
    )
    if form.validate_on_submit():
        with attempt(form) as session:
            proposal = role_rules.Proposal(
                person=session.get_one(Person, person_id),
                role=form.chosen_role,
                module=form.module.data or None,
                country=form.country.data or None,
                from_on=form.from_on.data,
                until_on=form.until_on.data,
                issuer=session.get(IssuingBody, form.issuer.data),
                organisation=session.get(Organisation, form.organisation.data),
            )
            grant = roles.propose(session, auth.current_actor(), proposal, at)
        if form.status == 200:
            flash(gettext("The role is proposed. A second person has to confirm it."), "good")
            return redirect(url_for("roles.show", id=grant.id), 303)
        person = db.session.get_one(Person, person_id)
    long = len(offered) >= MOST
    page = render_template("roles/propose.html", form=form, person=person, find=find, long=long)
    return page, form.status


@bp.get("/<id>")
@auth.action("role.list")
def show(id: str) -> str:
    """One role or proposal: for what, by whom, and what can be done with it."""
    return _page(auth.find(RoleGrant, id, "role.list"))


def _page(grant: RoleGrant, form: Confirmation | None = None) -> str:
    waiting = grant.confirmed_at is None and grant.ended_at is None
    refusals = role_rules.confirmation_refusals(db.session(), auth.current_actor(), grant, clock().now())
    return render_template(
        "roles/show.html",
        grant=grant,
        form=form,
        on=auth.day_of(grant),
        waiting=waiting,
        awaited=role_rules.awaited(grant, clock().now()) if waiting else (),
        refusals=refusals if waiting else [],
    )


@bp.post("/<id>/confirm")
@auth.action("role.confirm")
def confirm(id: str) -> Answer:
    """The second person's yes."""
    auth.find(RoleGrant, id, "role.confirm")
    form = _confirmed()
    with attempt(form) as session:
        grant = session.get_one(RoleGrant, id, with_for_update={"of": RoleGrant}, populate_existing=True)
        roles.confirm(session, auth.current_actor(), grant, clock().now())
    return _done(id, form, gettext("The role is confirmed and in force from its first day."))


@bp.route("/<id>/end", methods=["GET", "POST"])
@auth.action("role.end")
def end(id: str) -> Answer:
    """Ask, then end a role at once, or put a proposal aside."""
    grant = auth.find(RoleGrant, id, "role.end")
    if request.method == "GET":
        if grant.ended_at is not None:
            return redirect(url_for("roles.show", id=id), 303)
        return render_template("roles/end.html", grant=grant, form=Confirmation(version=grant.version))
    waiting, form = grant.confirmed_at is None, _confirmed()
    with attempt(form) as session:
        grant = session.get_one(RoleGrant, id, with_for_update={"of": RoleGrant}, populate_existing=True)
        same_version(session, grant, form, changed=lambda: roles.done_with(session, grant))
        before = _ending(grant)
        roles.end(session, auth.current_actor(), grant, clock().now())
        change = Change("proposal", id, before, _ending(grant))
    if waiting and form.status == 200:
        page = url_for("roles.show", id=id)
        undo.tell(gettext("The proposal is put aside."), change, by=auth.current_actor().id, page=page)
        return redirect(page, 303)
    return _done(id, form, gettext("The role has ended."))


def _ending(grant: RoleGrant) -> dict[str, Any]:
    return {"ended_at": plainly(grant.ended_at), "ended_by_id": grant.ended_by_id}


def _confirmed() -> Confirmation:
    form = Confirmation()
    if not form.validate_on_submit():
        abort(400)
    return form


def _done(id: str, form: Confirmation, sentence: str) -> Answer:
    if form.status != 200:
        return _page(db.session.get_one(RoleGrant, id), form), form.status
    flash(sentence, "good")
    return redirect(url_for("roles.show", id=id), 303)


def _names() -> list[tuple[str, str]]:
    return [(role.value, word(role)) for role in RoleName]
