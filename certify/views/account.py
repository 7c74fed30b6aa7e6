"""One's own account: profile, password, browsers that are signed in, declared ties."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.auth.passwords import complaints, hash_password
from certify.auth.present import check_present, tell_ended, told_to_wait
from certify.auth.sessions import (
    browser_of,
    carry,
    end_sign_ins,
    just_ended,
    open_sign_in,
    open_sign_ins,
    this_sign_in,
)
from certify.auth.throttle import TooMany
from certify.auth.tokens import end_access
from certify.clock import real_now
from certify.extensions import clock
from certify.forms import undo
from certify.forms.account import ChangePasswordForm, Confirmation, EverywhereForm, ProfileForm, TieForm
from certify.forms.attempt import attempt, same_version
from certify.models import Person, db
from certify.models.store import write_tx
from certify.queries.people import ties_of
from certify.reminders.planning import look_again_for
from certify.scheme.words import TieKind
from certify.workflows import account_holders, ties
from certify.workflows.changes import NO_CHANGE, Change

bp = Blueprint("account", __name__, url_prefix="/account")

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


def _me() -> Person:
    person = auth.current_person()
    assert person is not None  # the marks of these routes let nobody else in
    return person


@bp.route("", methods=["GET", "POST"])
@auth.signed_in
def show() -> Answer:
    """The account's page, with the profile as its form."""
    form = ProfileForm(obj=_me())
    if form.validate_on_submit():
        person_id = _me().id
        with attempt(form) as session:
            person = session.get_one(Person, person_id)
            same_version(session, person, form)
            before = person.name, person.zone
            account_holders.change_name(session, person, form.name.data)
            person.language, person.zone = form.language.data, form.zone.data or None
            if before != (person.name, person.zone):
                look_again_for(session, person_id)
        if form.status == 200:
            flash(gettext("Saved."), "good")
            return redirect(url_for("account.show"), 303)
    person, here = _me(), this_sign_in()
    return render_template(
        "account/show.html",
        form=form,
        everywhere=EverywhereForm(formdata=None),
        person=person,
        browsers=open_sign_ins(db.session(), person, real_now()),
        browser_of=browser_of,
        here=here.sign_in_id if here else None,
        ties=ties_of(db.session(), person),
        rename_in=account_holders.certification_to_rename_in(db.session(), person),
    ), form.status


@bp.route("/password", methods=["GET", "POST"])
@auth.signed_in
def password() -> Answer:
    """A new password; every other browser is signed out, and every token ends."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        person = _me()
        try:
            check_present(form)
        except TooMany as error:
            waiting = told_to_wait(form, error)
            return render_template("account/password.html", form=form), *waiting
        form.add_errors({"password": complaints(form.password.data, person.name, person.email)})
        if form.status == 200:
            ended = _change(person.id, form.password.data)
            flash(gettext("Your password was changed; every other browser was signed out."), "good")
            tell_ended(ended)
            return redirect(url_for("account.show"), 303)
    return render_template("account/password.html", form=form), form.status


def _change(person_id: str, password: str) -> int:
    """Whatever the old password opened ends; this browser is signed in anew (R17). How many tokens ended."""
    password_hash = hash_password(password)
    with write_tx() as session:
        person = session.get_one(Person, person_id)
        account_holders.set_password(session, person, password_hash, clock().now())
        ended = end_access(session, person_id, real_now())
        signed_in = open_sign_in(session, person_id, real_now())
    carry(signed_in)
    return ended


@bp.post("/browsers/<sign_in_id>/end")
@auth.signed_in
def end_browser(sign_in_id: str) -> Response:
    """Sign one browser out."""
    if not Confirmation().validate_on_submit():
        abort(400)
    person_id, at = auth.current_actor().id, real_now()
    with write_tx() as session:
        version = session.get_one(Person, person_id).version
        end_sign_ins(session, person_id, at, only=sign_in_id)
        more = {**just_ended(session, person_id, at), "version": version}
    change = Change("own_sign_ins", person_id, {}, {}, more) if more["rows"] else NO_CHANGE
    undo.tell(gettext("That browser is signed out."), change, by=person_id, page=url_for("account.show"))
    return redirect(url_for("account.show"), 303)


@bp.post("/browsers/end")
@auth.signed_in
def end_browsers() -> Response:
    """Sign out everywhere, here too; and of every program, unless the tick was taken away."""
    form = EverywhereForm()
    if not form.validate_on_submit():
        abort(400)
    person_id, ended = auth.current_actor().id, 0
    with write_tx() as session:
        if form.end_tokens.data:
            ended = end_access(session, person_id, real_now())
        else:
            end_sign_ins(session, person_id, real_now())
    flash(gettext("You are signed out everywhere."), "good")
    tell_ended(ended)
    return redirect(url_for("entrance.sign_in"), 303)


@bp.route("/ties/new", methods=["GET", "POST"])
@auth.action("tie.declare")
def declare_tie() -> Answer:
    """Declare a tie to somebody, so that it is asked before either has a part in the other's case."""
    auth.require("tie.declare")
    form = TieForm()
    if form.validate_on_submit():
        with attempt(form) as session:
            ties.declare(
                session,
                auth.current_actor(),
                clock().now(),
                other_email=form.other_email.data,
                kind=TieKind(str(form.kind.data)),
                from_on=form.from_on.data,
                until_on=form.until_on.data,
                note=form.note.data,
            )
        if form.status == 200:
            flash(gettext("The tie is recorded."), "good")
            return redirect(url_for("account.show"), 303)
    return render_template("account/tie.html", form=form), form.status
