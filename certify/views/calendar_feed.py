"""My calendar address: made, shown once, ended; and the feed itself, which no sign-in opens."""

from hashlib import sha256

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from certify import auth
from certify.auth.calendar_secrets import close_feed, feed_of, open_feed, reader_of
from certify.auth.guesses import count_misses, refuse_guessing
from certify.auth.throttle import TooMany
from certify.clock import real_now
from certify.extensions import clock
from certify.forms.account import Confirmation
from certify.models import db
from certify.models.store import write_tx
from certify.presentation.address import site_address
from certify.presentation.ical import calendar_of
from certify.queries.feed import feed_days
from certify.reminders.texts import spoken
from certify.scheme.places import zone_of

bp = Blueprint("calendar_feed", __name__)
NEW = "new_calendar_address"


@bp.get("/account/calendar")
@auth.signed_in
def show() -> str:
    """Whether there is an address; right after it was made, the address itself, this once."""
    secret = session.pop(NEW, None)
    address = site_address() + url_for("calendar_feed.feed", secret=secret) if secret else None
    return render_template(
        "account/calendar.html", feed=feed_of(db.session(), auth.current_actor().id), made=address
    )


@bp.post("/account/calendar/new")
@auth.signed_in
def make() -> ResponseReturnValue:
    """A new address; the one before stops working."""
    if not Confirmation().validate_on_submit():
        abort(400)
    with write_tx() as writing:
        secret = open_feed(writing, auth.current_actor().id, real_now())
    session[NEW] = secret
    return redirect(url_for("calendar_feed.show"), 303)


@bp.post("/account/calendar/end")
@auth.signed_in
def end() -> ResponseReturnValue:
    """No address works any more."""
    if not Confirmation().validate_on_submit():
        abort(400)
    with write_tx() as writing:
        close_feed(writing, auth.current_actor().id, real_now())
    session.pop(NEW, None)
    flash(gettext("The address does not work any more."), "good")
    return redirect(url_for("calendar_feed.show"), 303)


@bp.get("/calendar/feed/<secret>.ics")
@auth.public
def feed(secret: str) -> ResponseReturnValue:
    """The days of whoever has the secret; guessing is held up as with numbers."""
    try:
        refuse_guessing(request.remote_addr)
    except TooMany as error:
        held_up = {"Retry-After": str(error.retry_after), "Content-Type": "text/plain; charset=utf-8"}
        return gettext("Too many tries."), 429, held_up
    reading = db.session()
    opened = reader_of(reading, secret)
    if opened is None:
        count_misses(request.remote_addr)
        abort(404)
    found, person = opened
    with force_locale(spoken(person.language)):
        days = feed_days(reading, person, clock().now(), found.created_at)
        name = gettext("Certify, %(name)s", name=person.name)
    return _answer(calendar_of(days, name=name, zone=person.zone or zone_of(person.country)))


def _answer(calendar: bytes) -> Response:
    response = make_response(calendar)
    response.mimetype = "text/calendar"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Disposition"] = 'inline; filename="certify.ics"'
    response.set_etag(sha256(calendar).hexdigest()[:32])
    response.make_conditional(request)
    return response
