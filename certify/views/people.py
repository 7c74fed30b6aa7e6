"""People: finding them, inviting them, correcting what is recorded, closing an account."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.auth.sessions import end_sign_ins, just_ended, open_sign_ins
from certify.clock import real_now
from certify.credentials.paper_shelves import forget
from certify.extensions import clock, settings
from certify.forms import undo
from certify.forms.account import Confirmation
from certify.forms.attempt import attempt, same_version
from certify.forms.choices import chosen, chosen_before, country_choices, in_use_first
from certify.forms.people import InviteForm, PersonForm
from certify.models import Organisation, Person, db
from certify.presentation import word
from certify.presentation.listing import listing
from certify.queries.choices import MOST, organisations
from certify.queries.people import PEOPLE, certifications_of, people_page, tasks_left_by
from certify.reminders.outbox import database_now
from certify.reminders.refusing import refused_lately
from certify.scheme.words import RoleName
from certify.workflows import account_holders, accounts
from certify.workflows.changes import NO_CHANGE, Change, changed, plainly

bp = Blueprint("people", __name__, url_prefix="/people")

Answer = str | Response | tuple[str, int]


@bp.get("")
@auth.action("person.list")
def index() -> str:
    """The people whom the reader may see, by name."""
    auth.require("person.list")
    roles, countries = [(role.value, word(role)) for role in RoleName], country_choices()
    filters = {
        "search": request.args.get("search", "").strip()[:100],
        "role": chosen(request.args.get("role"), roles),
        "country": chosen(request.args.get("country"), countries),
    }
    here = listing(PEOPLE, "people.index", filters)
    page = people_page(
        db.session(),
        auth.current_actor(),
        auth.day_of(None),
        sort=here.sort,
        cursor=here.cursor,
        **filters,
    )
    return render_template(
        "people/list.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        filters=filters,
        roles=roles,
        countries=in_use_first(countries),
    )


@bp.route("/invite", methods=["GET", "POST"])
@auth.action("person.invite")
def invite() -> Answer:
    """Open an account for somebody and send the invitation."""
    auth.require("person.invite")
    actor = auth.current_actor()
    own = accounts.staffed_by(actor, auth.day_of(None))
    find = request.args.get("find", "").strip()[:120]
    offered = organisations(db.session(), within=own, find=find, keep=chosen_before("organisation"))
    form = InviteForm(organisations=offered, must_work=own is not None)
    if form.validate_on_submit():
        with attempt(form) as session:
            person = accounts.invite(
                session,
                actor,
                clock().now(),
                name=form.name.data,
                email=form.email.data,
                country=form.country.data,
                organisation=session.get(Organisation, form.organisation.data),
            )
        if form.status == 200:
            flash(gettext("The invitation to %(email)s is on its way.", email=person.email), "good")
            target = url_for("people.show", id=person.id) if auth.may("person.see", person) else "/desk"
            return redirect(target, 303)
    page = render_template("people/invite.html", form=form, find=find, long=len(offered) >= MOST)
    return page, form.status


@bp.get("/<id>")
@auth.action("person.see")
def show(id: str) -> str:
    """One person: account, roles, where they work, certifications."""
    return _page(auth.find(Person, id, "person.see"))


def _page(person: Person, form: Confirmation | None = None) -> str:
    actor, on = auth.current_actor(), auth.day_of(None)
    return render_template(
        "people/show.html",
        person=person,
        form=form,
        on=on,
        certifications=certifications_of(db.session(), actor, person, on),
        refused=refused_lately(db.session(), person.email, database_now(db.session())),
        browsers=len(open_sign_ins(db.session(), person, real_now())) if auth.may("person.edit") else 0,
    )


@bp.route("/<id>/edit", methods=["GET", "POST"])
@auth.action("person.edit")
def edit(id: str) -> Answer:
    """Correct what is recorded of a person."""
    person = auth.find(Person, id, "person.edit")
    form = PersonForm(obj=person)
    if form.validate_on_submit():
        with attempt(form) as session:
            person = session.get_one(Person, id)
            same_version(session, person, form)
            renamed = account_holders.correct(
                session,
                auth.current_actor(),
                person,
                clock().now(),
                name=form.name.data,
                country=form.country.data,
                sex=form.sex.data,
            )
        if form.status == 200:
            for number in renamed:
                forget(settings().instance / "files", number)
            flash(gettext("Saved."), "good")
            return redirect(url_for("people.show", id=id), 303)
        person = db.session.get_one(Person, id)
    return render_template("people/edit.html", form=form, person=person), form.status


@bp.post("/<id>/invite-again")
@auth.action("person.edit")
def invite_again(id: str) -> Answer:
    """Send another invitation."""
    person = auth.find(Person, id, "person.edit")
    form = _confirmed()
    with attempt(form) as session:
        accounts.invite_again(session, session.get_one(Person, id), clock().now())
    return _done(person, form, gettext("Another invitation is on its way."))


@bp.route("/<id>/disable", methods=["GET", "POST"])
@auth.action("person.edit")
def disable(id: str) -> Answer:
    """Ask, then close the account: signed out and without rights from the next request on."""
    person = auth.find(Person, id, "person.edit")
    form = Confirmation(version=person.version)
    if form.validate_on_submit():
        with attempt(form) as session:
            one, ended_at = session.get_one(Person, id), real_now()
            same_version(session, one, form)
            before = plainly(one.disabled_at)
            account_holders.disable(auth.current_actor(), one, clock().now())
            end_sign_ins(session, id, ended_at)
            was, now = changed({"disabled_at": before}, {"disabled_at": plainly(one.disabled_at)})
            change = Change("account", id, was, now, just_ended(session, id, ended_at))
        if form.status == 200:
            return _undoable(id, gettext("The account is disabled."), change if now else NO_CHANGE)
        person = db.session.get_one(Person, id)
    return render_template(
        "people/disable.html",
        form=form,
        person=person,
        on=auth.day_of(None),
        browsers=len(open_sign_ins(db.session(), person, real_now())),
        tasks=tasks_left_by(db.session(), person),
    ), form.status


@bp.post("/<id>/enable")
@auth.action("person.edit")
def enable(id: str) -> Answer:
    """Open the account again."""
    person = auth.find(Person, id, "person.edit")
    form = _confirmed()
    with attempt(form) as session:
        one = session.get_one(Person, id)
        before = {"disabled_at": plainly(one.disabled_at)}
        account_holders.enable(one)
    if form.status != 200 or before["disabled_at"] is None:
        return _done(person, form, gettext("The account is open again."))
    change = Change("account", id, before, {"disabled_at": None}, {"rows": []})
    return _undoable(id, gettext("The account is open again."), change)


def _confirmed() -> Confirmation:
    form = Confirmation()
    if not form.validate_on_submit():
        abort(400)
    return form


def _undoable(id: str, told: str, change: Change) -> Response:
    """Back to the person, with the notice that can undo what was done."""
    page = url_for("people.show", id=id)
    undo.tell(told, change, by=auth.current_actor().id, page=page)
    return redirect(page, 303)


def _done(person: Person, form: Confirmation, sentence: str) -> Answer:
    if form.status != 200:
        return _page(person, form), form.status
    flash(sentence, "good")
    return redirect(url_for("people.show", id=person.id), 303)
