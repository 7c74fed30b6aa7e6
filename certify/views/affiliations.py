"""Where a person works: recording it, and its last day."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.forms import undo
from certify.forms.attempt import attempt, same_version
from certify.forms.choices import chosen_before
from certify.forms.people import AffiliationForm, LastDayForm
from certify.models import Affiliation, Organisation, Person, db
from certify.queries.choices import MOST, organisations
from certify.workflows import ties

bp = Blueprint("affiliations", __name__, url_prefix="/people/<id>/affiliations")

Answer = str | Response | tuple[str, int]


@bp.route("/new", methods=["GET", "POST"])
@auth.action("person.edit")
def new(id: str) -> Answer:
    """Record where the person works."""
    person = auth.find(Person, id, "person.edit")
    find = request.args.get("find", "").strip()[:120]
    offered = organisations(db.session(), find=find, keep=chosen_before("organisation"))
    form = AffiliationForm(organisations=offered)
    if form.validate_on_submit():
        with attempt(form) as session:
            ties.join(
                session,
                session.get_one(Person, id),
                session.get_one(Organisation, form.organisation.data),
                position=form.position.data,
                from_on=form.from_on.data,
                until_on=form.until_on.data,
            )
        if form.status == 200:
            flash(gettext("Saved."), "good")
            return redirect(url_for("people.show", id=id), 303)
        person = db.session.get_one(Person, id)
    page = render_template(
        "people/affiliation.html", form=form, person=person, find=find, long=len(offered) >= MOST
    )
    return page, form.status


@bp.route("/<affiliation_id>/end", methods=["GET", "POST"])
@auth.action("person.edit")
def end(id: str, affiliation_id: str) -> Answer:
    """The last day at an organisation."""
    person = auth.find(Person, id, "person.edit")
    affiliation = next((one for one in person.affiliations if one.id == affiliation_id), None)
    if affiliation is None:
        abort(404)
    form = LastDayForm(obj=affiliation)
    if form.validate_on_submit():
        with attempt(form) as session:
            one = session.get_one(Affiliation, affiliation_id)
            ties.lock(session, one)
            same_version(session, one, form)
            change = ties.leave(session, one, form.until_on.data)
        if form.status == 200:
            page = url_for("people.show", id=id)
            undo.tell(gettext("Saved."), change, by=auth.current_actor().id, page=page)
            return redirect(page, 303)
        affiliation = db.session.get_one(Affiliation, affiliation_id)
    return render_template("people/end_affiliation.html", form=form, affiliation=affiliation), form.status
