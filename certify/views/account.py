"""One's own account: profile, password, browsers that are signed in, declared ties."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.auth.passwords import complaints, hash_password, verify_password
from certify.auth.sessions import browser_of, end_sign_ins, open_sign_ins, this_sign_in
from certify.auth.throttle import TooMany, count_try
from certify.clock import real_now
from certify.extensions import clock
from certify.forms.account import ChangePasswordForm, Confirmation, ProfileForm, TieForm
from certify.forms.attempt import attempt
from certify.models import Person, db
from certify.models.store import write_tx
from certify.queries.people import ties_of
from certify.scheme.words import TieKind
from certify.workflows import accounts, ties

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
            accounts.change_name(session, person, form.name.data)
            person.language = form.language.data
            person.zone = form.zone.data or None
        if form.status == 200:
            flash(gettext("Saved."), "good")
            return redirect(url_for("account.show"), 303)
    person, here = _me(), this_sign_in()
    return render_template(
        "account/show.html",
        form=form,
        person=person,
        browsers=open_sign_ins(db.session(), person, real_now()),
        browser_of=browser_of,
        here=here.sign_in_id if here else None,
        ties=ties_of(db.session(), person),
    ), form.status


@bp.route("/password", methods=["GET", "POST"])
@auth.signed_in
def password() -> Answer:
    """A new password; every other browser is signed out."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        person = _me()
        try:
            count_try("password", person.id)
        except TooMany as error:
            minutes = -(-error.retry_after // 60)
            form.form_errors = [gettext("Too many tries. Wait %(n)s minutes, then try again.", n=minutes)]
            page = render_template("account/password.html", form=form)
            return page, 429, {"Retry-After": str(error.retry_after)}
        if not verify_password(person.password_hash, form.present.data):
            form.add_errors({"present": [gettext("This is not your present password.")]})
        form.add_errors({"password": complaints(form.password.data, person.name, person.email)})
        if form.status == 200:
            _change(person.id, form.password.data)
            flash(gettext("Your password was changed; every other browser was signed out."), "good")
            return redirect(url_for("account.show"), 303)
    return render_template("account/password.html", form=form), form.status


def _change(person_id: str, password: str) -> None:
    password_hash, here = hash_password(password), this_sign_in()
    with write_tx() as session:
        person = session.get_one(Person, person_id)
        accounts.set_password(session, person, password_hash, clock().now())
        end_sign_ins(session, person_id, real_now(), but=here.sign_in_id if here else None)


@bp.post("/browsers/<sign_in_id>/end")
@auth.signed_in
def end_browser(sign_in_id: str) -> Response:
    """Sign one browser out."""
    if not Confirmation().validate_on_submit():
        abort(400)
    person_id = auth.current_actor().id
    with write_tx() as session:
        end_sign_ins(session, person_id, real_now(), only=sign_in_id)
    flash(gettext("That browser is signed out."), "good")
    return redirect(url_for("account.show"), 303)


@bp.post("/browsers/end")
@auth.signed_in
def end_browsers() -> Response:
    """Sign out everywhere, here too."""
    if not Confirmation().validate_on_submit():
        abort(400)
    person_id = auth.current_actor().id
    with write_tx() as session:
        end_sign_ins(session, person_id, real_now())
    flash(gettext("You are signed out everywhere."), "good")
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
