"""How mail comes to me: how often, at which hours, what is left out; and the way out that a mail offers."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from certify import auth
from certify.auth.ways_out import asked_by, use
from certify.forms.attempt import attempt, same_version
from certify.forms.mailbox import DAILY, SINGLE, MailForm
from certify.models import Preference, db
from certify.models.store import write_tx
from certify.reminders.categories import MANDATORY, OPTIONAL, said_of
from certify.reminders.outbox import database_now
from certify.reminders.refusing import refused_lately
from certify.reminders.wishes import as_wishes
from certify.scheme.places import zone_of
from certify.workflows.wishes import choose

bp = Blueprint("mail_wishes", __name__)

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@bp.route("/account/mail", methods=["GET", "POST"])
@auth.signed_in
def show() -> Answer:
    """What holds for me, as a form."""
    person = auth.current_person()
    assert person is not None  # the mark lets nobody else in
    id, form = person.id, _form(db.session(), person.id)
    if form.validate_on_submit():
        with attempt(form) as session:
            chosen = session.get(Preference, id)
            if chosen is not None:
                same_version(session, chosen, form)
            _choose(session, id, form)
        if form.status == 200:
            flash(gettext("Saved."), "good")
            return redirect(url_for("mail_wishes.show"), 303)
    person = auth.current_person()
    assert person is not None
    return render_template(
        "account/mail.html",
        form=form,
        zone=person.zone or zone_of(person.country),
        mandatory=MANDATORY.values(),
        refused=refused_lately(db.session(), person.email, database_now(db.session())),
    ), form.status


def _form(session: Session, person_id: str) -> MailForm:
    chosen = session.get(Preference, person_id)
    wishes = as_wishes(chosen)
    begins, ends = wishes.quiet or (None, None)
    return MailForm(
        data={
            "version": "" if chosen is None else str(chosen.version),
            "often": DAILY if wishes.is_daily else SINGLE,
            "digest_hour": wishes.digest_hour,
            "quiet_from": begins,
            "quiet_until": ends,
            "wanted": [one.value for one in OPTIONAL if one.value not in wishes.opted_out],
        }
    )


def _choose(session: Session, person_id: str, form: MailForm) -> None:
    choose(
        session,
        person_id,
        is_daily=form.often.data == DAILY,
        digest_hour=int(str(form.digest_hour.data)),
        quiet_from=form.quiet_from.data,
        quiet_until=form.quiet_until.data,
        opted_out={one.value for one in OPTIONAL} - set(form.wanted.data or ()),
    )


@bp.get("/opt-out/<token>")
@auth.public
def ask(token: str) -> Answer:
    """What the link of a mail would leave out; looking changes nothing."""
    category = asked_by(db.session(), token)
    if category is None:
        return render_template("account/opt_out_gone.html"), 410
    return render_template("account/opt_out.html", token=token, category=said_of(category), done=False)


@bp.post("/opt-out/<token>")
@auth.public
def leave_out(token: str) -> Answer:
    """Leave it out: by the button of the page, or by a mail program's one press (RFC 8058).

    Such a program brings no page of ours, so no CSRF token is asked for: the link is the authority.
    """
    with write_tx() as session:
        category = use(session, token)
    if category is None:
        return render_template("account/opt_out_gone.html"), 410
    if request.form.get("List-Unsubscribe") == "One-Click":
        return "", 200, {"Content-Type": "text/plain; charset=utf-8"}
    return redirect(url_for("mail_wishes.left_out", category=category.value), 303)


@bp.get("/opt-out/done/<category>")
@auth.public
def left_out(category: str) -> str:
    """What is not mailed any more; it tells nothing about anybody."""
    known = next((one for one in OPTIONAL if one.value == category), None)
    if known is None:
        abort(404)
    return render_template("account/opt_out.html", token="", category=said_of(known), done=True)
