"""Where a person is signed in, for the administrator: which browsers, since when; ending one or all."""

from operator import attrgetter

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certify import auth
from certify.auth.sessions import browser_of, end_sign_ins, just_ended, open_sign_ins, this_sign_in
from certify.clock import real_now
from certify.forms import undo
from certify.forms.account import Confirmation
from certify.models import Person, SignIn, db
from certify.models.store import write_tx
from certify.presentation.listing import listing
from certify.queries.sorting import Sorting, by
from certify.workflows.changes import NO_CHANGE, Change

bp = Blueprint("sign_ins", __name__, url_prefix="/people/<id>/sign-ins")

SORTING = Sorting(
    SignIn.id,
    {"since": by(SignIn.created_at, latest_first=True), "seen": by(SignIn.seen_at, latest_first=True)},
    "-since",
)


@bp.get("")
@auth.action("person.edit")
def show(id: str) -> str:
    """The browsers that are signed in now, the latest first."""
    person, here = auth.find(Person, id, "person.edit"), this_sign_in()
    sorted_by = listing(SORTING, "sign_ins.show", {"id": id})
    return render_template(
        "people/sign_ins.html",
        person=person,
        listing=sorted_by,
        browsers=_sorted(open_sign_ins(db.session(), person, real_now()), sorted_by.sort),
        browser_of=browser_of,
        here=here.sign_in_id if here else None,
    )


def _sorted(browsers: list[SignIn], sort: str) -> list[SignIn]:
    """There are few, and all of them are shown."""
    read = attrgetter({"since": "created_at", "seen": "seen_at"}[sort.removeprefix("-")])
    return sorted(browsers, key=read, reverse=sort.startswith("-"))


@bp.post("/<sign_in_id>/end")
@auth.action("person.edit")
def end(id: str, sign_in_id: str) -> Response:
    """Sign one browser out."""
    auth.find(Person, id, "person.edit")
    return _end(id, only=sign_in_id)


@bp.post("/end")
@auth.action("person.edit")
def end_all(id: str) -> Response:
    """Sign every browser out; the administrator's own page stays where it is."""
    auth.find(Person, id, "person.edit")
    return _end(id, only=None)


def _end(id: str, *, only: str | None) -> Response:
    if not Confirmation().validate_on_submit():
        abort(400)
    here, at = this_sign_in(), real_now()
    with write_tx() as session:
        version = session.get_one(Person, id).version
        end_sign_ins(session, id, at, only=only, but=here.sign_in_id if here else None)
        change = Change("sign_ins", id, {}, {}, {**just_ended(session, id, at), "version": version})
    told = gettext("That browser is signed out.") if only else gettext("Signed out everywhere.")
    page = url_for("sign_ins.show", id=id)
    undo.tell(told, change if change.more["rows"] else NO_CHANGE, by=auth.current_actor().id, page=page)
    return redirect(page, 303)
