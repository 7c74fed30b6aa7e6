"""Tokens for programs, under one's own account: which there are, a new one told once, ending one."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from certify import auth
from certify.auth.marks import is_sessionless
from certify.auth.present import PRESENT, check_present, told_to_wait
from certify.auth.throttle import TooMany, forget_tries
from certify.auth.tokens import open_token, revoke_token, token_of, tokens_of
from certify.clock import real_now
from certify.forms.account import Confirmation
from certify.forms.attempt import attempt
from certify.forms.tokens import SHORT, TokenForm
from certify.models import ApiToken, db
from certify.models.store import write_tx

bp = Blueprint("tokens", __name__, url_prefix="/account/tokens")
NEW = "new_token"

Answer = Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.get("")
@auth.signed_in
def index() -> str:
    """The tokens in force, or run out but not revoked; right after one was made, the token itself."""
    rows = tokens_of(db.session(), auth.current_actor().id)
    made = session.get(NEW)
    return render_template("account/tokens.html", tokens=rows, made=made, now=real_now(), reach=SHORT)


@bp.after_app_request
def forget_new(response: Response) -> Response:
    """A new token lies in the cookie of whoever made it, until the next page, whichever that is."""
    shown = request.method == "GET" and response.status_code == 200 and response.mimetype == "text/html"
    if shown and not is_sessionless(request.path):
        session.pop(NEW, None)
    return response


@bp.route("/new", methods=["GET", "POST"])
@auth.signed_in
def new() -> Answer:
    """Make a token, which opens the account as its password does: so the password is asked for."""
    form = TokenForm()
    if form.validate_on_submit():
        try:
            check_present(form)
        except TooMany as error:
            waiting = told_to_wait(form, error)
            return render_template("account/tokens_new.html", form=form), *waiting
        if form.status == 200:
            with attempt(form) as writing:
                forget_tries(writing, PRESENT, auth.current_actor().id)
                token = _opened(writing, form)
            if form.status == 200:
                session[NEW] = token
                return redirect(url_for("tokens.index"), 303)
    return render_template("account/tokens_new.html", form=form), form.status


def _opened(writing: Session, form: TokenForm) -> str:
    return open_token(
        writing,
        auth.current_actor().id,
        real_now(),
        name=str(form.name.data),
        scopes=[str(form.scope.data)],
        days=int(str(form.days.data)),
    )


@bp.get("/<id>/revoke")
@auth.signed_in
def ask(id: str) -> str:
    """Ask before a token ends."""
    return render_template("account/tokens_revoke.html", token=_own(id), form=Confirmation())


@bp.post("/<id>/revoke")
@auth.signed_in
def revoke(id: str) -> Response:
    """End a token from the next request on."""
    name = _own(id).name
    if not Confirmation().validate_on_submit():
        abort(400)
    with write_tx() as writing:
        revoke_token(writing, id, real_now(), person_id=auth.current_actor().id)
    flash(gettext("The token “%(name)s” is revoked.", name=name), "good")
    return redirect(url_for("tokens.index"), 303)


def _own(id: str) -> ApiToken:
    token = token_of(db.session(), auth.current_actor().id, id)
    if token is None:
        abort(404)
    return token
