"""The entrance: signing in and out, a lost password, taking up an account, asking for one."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from flask_login import logout_user
from werkzeug.wrappers import Response

from certify import auth
from certify.auth import links
from certify.auth.door import enter
from certify.auth.passwords import complaints, hash_password
from certify.auth.present import tell_ended, told_to_wait
from certify.auth.sessions import end_sign_ins, this_sign_in
from certify.auth.throttle import TooMany, count_try
from certify.auth.tokens import end_access
from certify.clock import real_now
from certify.extensions import clock
from certify.forms.account import (
    Confirmation,
    ForgotForm,
    NewPasswordForm,
    RegisterForm,
    SignInForm,
    TakeUpForm,
)
from certify.forms.base import Form
from certify.models import Person, db
from certify.models.store import write_tx
from certify.workflows import account_holders, accounts

bp = Blueprint("entrance", __name__)

FROM_ONE_ADDRESS = 30  # a training centre shares one address; a script does not stop at this many
MAILS = 5

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.route("/sign-in", methods=["GET", "POST"])
@auth.public
def sign_in() -> Answer:
    """Address and password; then on to the page that was asked for."""
    form = SignInForm(next=request.args.get("next"))
    if form.validate_on_submit():
        try:
            if enter(form.email.data, form.password.data):
                return redirect(auth.safe_next(form.next.data) or "/desk", 303)
        except TooMany as error:
            return _wait("account/sign_in.html", form, error)
        form.form_errors = [gettext("This address and this password do not belong together.")]
    unsaved = request.method == "GET" and "unsaved" in request.args
    return render_template("account/sign_in.html", form=form, unsaved=unsaved), form.status


@bp.post("/sign-out")
@auth.public
def sign_out() -> Response:
    """End this browser's session; the cookie is worth nothing from now on."""
    if not Confirmation().validate_on_submit():
        abort(400)
    signed_in = this_sign_in()
    if signed_in is not None:
        with write_tx() as session:
            end_sign_ins(session, signed_in.person_id, real_now(), only=signed_in.sign_in_id)
    logout_user()
    return redirect("/", 303)


@bp.route("/forgot", methods=["GET", "POST"])
@auth.public
def forgot() -> Answer:
    """A mail with a link for a new password; the answer does not say whether the address is known."""
    form = ForgotForm()
    if form.validate_on_submit():
        try:
            _count_mail("forgot", form.email.data)
        except TooMany as error:
            return _wait("account/forgot.html", form, error)
        with write_tx() as session:
            accounts.ask_new_password(session, form.email.data, clock().now())
        return redirect(url_for("entrance.mailed"), 303)
    return render_template("account/forgot.html", form=form), form.status


@bp.route("/register", methods=["GET", "POST"])
@auth.public
def register() -> Answer:
    """An account for somebody who wants to apply; it is taken up by a mailed link."""
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            _count_mail("register", form.email.data)
        except TooMany as error:
            return _wait("account/register.html", form, error)
        with write_tx() as session:
            accounts.apply(
                session,
                clock().now(),
                name=form.name.data,
                email=form.email.data,
                country=form.country.data,
                language=str(get_locale() or "en"),
            )
        return redirect(url_for("entrance.mailed"), 303)
    return render_template("account/register.html", form=form), form.status


@bp.get("/mail-sent")
@auth.public
def mailed() -> str:
    """The same answer to everybody: look into your mail."""
    return render_template("account/mailed.html")


@bp.route("/reset/<token>", methods=["GET", "POST"])
@auth.public
def reset(token: str) -> Answer:
    """A new password, by a link that works once."""
    return _new_password(NewPasswordForm(), token, "reset", "account/reset.html")


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@auth.public
def invitation(token: str) -> Answer:
    """Taking up an account that was opened for somebody, with the privacy note."""
    link = links.peek(db.session(), token, "invitation")
    person = db.session.get(Person, link.subject) if link else None
    form = TakeUpForm(name=person.name if person else "")
    return _new_password(form, token, "invitation", "account/invitation.html")


def _new_password(form: NewPasswordForm, token: str, purpose: str, page: str) -> Answer:
    link = links.peek(db.session(), token, purpose)
    person = db.session.get(Person, link.subject) if link else None
    if person is None or person.disabled_at is not None:
        return render_template("account/link_spent.html"), 410
    if form.validate_on_submit() and _is_good(form, person):
        ended = _take_password(form, token, purpose)
        if ended is None:
            return render_template("account/link_spent.html"), 410
        flash(gettext("Your password is set. Sign in with it."), "good")
        tell_ended(ended)
        return redirect(url_for("entrance.sign_in"), 303)
    return render_template(page, form=form, person=person), form.status


def _take_password(form: NewPasswordForm, token: str, purpose: str) -> int | None:
    """Use the link up, store the password, end every session and token; None if the link went just before.

    Otherwise how many tokens ended.
    """
    password_hash = hash_password(form.password.data)
    with write_tx() as session:
        link = links.consume(session, token, purpose)
        if link is None:
            return None
        person = session.get_one(Person, link.subject)
        if isinstance(form, TakeUpForm):
            account_holders.change_name(session, person, form.name.data)
        account_holders.set_password(session, person, password_hash, clock().now())
        return end_access(session, person.id, real_now())


def _is_good(form: NewPasswordForm, person: Person) -> bool:
    form.add_errors({"password": complaints(form.password.data, person.name, person.email)})
    return form.status == 200


def _count_mail(what: str, email: str) -> None:
    count_try(f"{what}-from", request.remote_addr or "", limit=FROM_ONE_ADDRESS)
    count_try(what, email, limit=MAILS)


def _wait(page: str, form: Form, error: TooMany) -> Answer:
    status, headers = told_to_wait(form, error)
    return render_template(page, form=form), status, headers
