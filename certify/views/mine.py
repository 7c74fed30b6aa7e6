"""My path: one's own cases with what is next, activities, files, messages, and all data to take along."""

import json

from flask import Blueprint, Response, abort, render_template, request

from certify import auth
from certify.extensions import clock
from certify.forms.choices import chosen, module_choices
from certify.models import Person, db
from certify.presentation import reader, word
from certify.presentation.listing import listing
from certify.queries.activities import phase
from certify.queries.ahead_by_role import FOR_DAYS, MOST
from certify.queries.certifications import cases_of
from certify.queries.licences import licences_on
from certify.queries.maintenance import practising_among
from certify.queries.mine import FILES, file_page, module_lines, own_case, parted
from certify.queries.my_activities import SORTING, Filters, activity_page, verdicts_of
from certify.queries.my_data import everything_about
from certify.queries.my_messages import SORTING as MESSAGES
from certify.queries.my_messages import inside, message_page, own_message
from certify.queries.to_come import ahead_for
from certify.reminders.texts import reading_of
from certify.scheme.words import ActivityKind, ActivityState
from certify.workflows.activity import day_of
from certify.workflows.engine import plain
from certify.workflows.standings import standings_in

bp = Blueprint("mine", __name__, url_prefix="/my-path")

KINDS = tuple(kind for kind in ActivityKind)
STATES = tuple(state for state in ActivityState if state is not ActivityState.NEW)


@bp.get("")
@auth.signed_in
@auth.asks("path.see")
def show() -> str:
    """Every case of mine side by side: where it stands, what is next, who holds it up, what it opens."""
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    cases = cases_of(session, actor.id)
    going_on, closed = parted(cases)
    return render_template(
        "mine/show.html",
        own=[own_case(session, case, actor, at) for case in going_on],
        closed=closed,
        standings=standings_in(session, cases, at),
        modules=module_lines(session, cases, at),
        practising=practising_among(session, cases, at),
        licences=licences_on(session, *cases),
        today=reader.today(at),
    )


@bp.get("/activities")
@auth.signed_in
def activities() -> str:
    """What I took part in, whatever cohort it was in; counted, or why not."""
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    modules = module_choices(session, at.date())
    filters = Filters(
        kind=chosen(request.args.get("kind"), [(kind, word(kind)) for kind in KINDS]),
        state=chosen(request.args.get("state"), [(state, word(state)) for state in STATES]),
        module=chosen(request.args.get("module"), modules),
        counts=chosen(request.args.get("counts"), [("yes", ""), ("no", "")]),
    )
    verdicts = verdicts_of(session, cases_of(session, actor.id), at)
    here = listing(SORTING, "mine.activities", filters.given)
    page = activity_page(session, actor, at.date(), filters, verdicts, sort=here.sort, cursor=here.cursor)
    return render_template(
        "mine/activities.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
        verdicts=verdicts,
        filters=filters,
        modules=modules,
        kinds=KINDS,
        states=STATES,
        phases={one.id: phase(one, day_of(one, at)) for one in page.items},
    )


@bp.get("/files")
@auth.signed_in
def files() -> str:
    """My files: of my applications, and of the activities that I took part in."""
    at = clock().now()
    here = listing(FILES, "mine.files", {})
    page = file_page(db.session(), auth.current_actor(), at.date(), sort=here.sort, cursor=here.cursor)
    return render_template(
        "mine/files.html",
        page=page,
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
    )


@bp.get("/messages")
@auth.signed_in
def messages() -> str:
    """What was sent to me, the newest first."""
    here = listing(MESSAGES, "mine.messages", {})
    page = message_page(db.session(), auth.current_actor().id, sort=here.sort, cursor=here.cursor)
    return render_template(
        "mine/messages.html",
        page=page,
        readings={one.id: reading_of(one.kind, one.params) for one in page.items},
        listing=here,
        next_url=here.next_url(page),
        first_url=here.first_url,
    )


@bp.get("/messages/to-come")
@auth.signed_in
def to_come() -> str:
    """What I will be told, unless what it asks for is done before."""
    ahead = ahead_for(db.session(), auth.current_actor(), clock().now())
    return render_template("mine/to_come.html", ahead=ahead, role_days=FOR_DAYS, role_most=MOST)


@bp.get("/messages/<id>")
@auth.signed_in
def message(id: str) -> str:
    """One message, as its mail said it; a link that worked once is in the mail alone."""
    found = own_message(db.session(), auth.current_actor().id, id)
    if found is None:
        abort(404)
    return render_template(
        "mine/message.html",
        message=found,
        reading=reading_of(found.kind, found.params),
        inside=[(one, reading_of(one.kind, one.params)) for one in inside(db.session(), found)],
    )


@bp.get("/data")
@auth.signed_in
def data() -> str:
    """Everything that is kept about me, to read."""
    return render_template("mine/data.html", document=_document(), person=_me())


@bp.get("/data.json")
@auth.signed_in
def data_file() -> Response:
    """The same, to take along."""
    text = json.dumps(plain(_document()), ensure_ascii=False, indent=2)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="certify-my-data.json"'
    return response


def _document() -> dict[str, object]:
    return everything_about(db.session(), _me(), auth.current_actor(), clock().now())


def _me() -> Person:
    person = auth.current_person()
    assert person is not None  # the marks of these routes let nobody else in
    return person
