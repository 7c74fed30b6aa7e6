"""When I am away, and who is told in my place."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from certify import auth
from certify.extensions import clock
from certify.forms.account import Confirmation
from certify.forms.attempt import attempt
from certify.forms.mailbox import AbsenceForm
from certify.models import Absence, Person, db
from certify.models.store import write_tx
from certify.workflows.absences import absences_of, declare, deputies_for, end, stood_in_for, today_of

_ENDED = _("The absence is ended: your deputy gets no more of your messages.")
_ENDED_BEFORE = _("The absence had ended already.")

bp = Blueprint("absences", __name__, url_prefix="/account/absences")


@bp.get("")
@auth.signed_in
def index() -> str:
    """My absences, running and to come, and whose place I hold today."""
    session, person, at = db.session(), _me(), clock().now()
    return render_template(
        "account/absences.html",
        absences=absences_of(session, person, at),
        held=stood_in_for(session, person.id, at),
        can_name=bool(deputies_for(session, person, today_of(person, at))),
        today=today_of(person, at),
    )


@bp.route("/new", methods=["GET", "POST"])
@auth.signed_in
def new() -> Response | tuple[str, int]:
    """Say when I am away, and who stands in."""
    form, person, at = AbsenceForm(), _me(), clock().now()
    form.offer(deputies_for(db.session(), person, today_of(person, at)))
    if form.validate_on_submit():
        person_id = person.id
        with attempt(form) as session:
            declare(
                session,
                session.get_one(Person, person_id),
                at,
                from_on=form.from_on.data,
                until_on=form.until_on.data,
                deputy_id=str(form.deputy.data),
                note=form.note.data,
            )
        if form.status == 200:
            flash(gettext("It is noted, and your deputy is told."), "good")
            return redirect(url_for("absences.index"), 303)
    return render_template("account/absences_new.html", form=form), form.status


@bp.post("/<id>/end")
@auth.signed_in
def over(id: str) -> Response:
    """I am back, or I stay."""
    person_id = _me().id
    told = db.session.get(Absence, id)
    if told is None or told.person_id != person_id:
        abort(404)
    if not Confirmation().validate_on_submit():
        abort(400)
    with write_tx() as session:
        ended = end(session, person_id, id, clock().now())
    flash(_ENDED if ended else _ENDED_BEFORE, "good" if ended else "calm")
    return redirect(url_for("absences.index"), 303)


def _me() -> Person:
    person = auth.current_person()
    assert person is not None  # the marks of these routes let nobody else in
    return person
