"""For the administrator: does the clockwork run, what falls due, and which mail did not get through."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.account import Confirmation
from certify.models import db
from certify.models.store import write_tx
from certify.presentation.listing import listing
from certify.queries.lateness import WHY_HELD, held_since
from certify.queries.mail import MOST, SORTING, ahead, is_given_up, last_rounds, lately, stuck_page, waiting
from certify.reminders.guard import STEADY_AFTER
from certify.reminders.outbox import send_again
from certify.reminders.rounds import beat_of
from certify.reminders.texts import reading_of

bp = Blueprint("mail", __name__, url_prefix="/mail")


@bp.get("")
@auth.action("mail.manage")
def index() -> str:
    """The last round, what waits, and each message that did not go, with the mail server's own words."""
    auth.require("mail.manage")
    here, at = listing(SORTING, "mail.index", {}), clock().now()
    page = stuck_page(db.session(), sort=here.sort, cursor=here.cursor)
    return render_template(
        "office/mail.html",
        beat=beat_of(db.session()),
        waiting=waiting(db.session()),
        lately=lately(db.session(), at),
        ahead=ahead(db.session(), at),
        rounds=last_rounds(db.session()),
        held=WHY_HELD,
        held_since=held_since(db.session()),
        steady_after=STEADY_AFTER,
        most=MOST,
        page=page,
        is_given_up=is_given_up,
        subject_of=lambda one: reading_of(one.kind, one.params).subject,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
    )


@bp.post("/<id>/send-again")
@auth.action("mail.manage")
def again(id: str) -> Response:
    """Let a message that was given up be tried anew, with the next round."""
    auth.require("mail.manage")
    if not Confirmation().validate_on_submit():
        abort(400)
    with write_tx() as session:
        found = send_again(session, id)
    if found is None:
        abort(404)
    if found:
        flash(gettext("It is tried again with the next round."), "good")
    else:
        flash(gettext("It is not given up: nothing was changed."), "warn")
    return redirect(url_for("mail.index"), 303)
