"""/api/v1/activities: what happened, recorded, corrected, submitted, confirmed, with its files."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from certify import auth, files
from certify.api import lists
from certify.api.activity_shape import (
    CORRECTION,
    KINDS,
    RECORD,
    STATES,
    WHOLE,
    ActivityLine,
    ActivityQuery,
    activity_as_json,
    activity_line,
    field_of,
    files_as_json,
    place_of,
    plain_fields,
)
from certify.api.certification_shape import FileShape
from certify.api.commands import Answer, answer, command, lock_unchanged, reread, upload_command
from certify.api.document import PREFIX, Resource, takes
from certify.api.moves import make_move
from certify.api.schemas import page_of
from certify.api.uploads import FileOnly, received
from certify.extensions import clock
from certify.models import Activity, Certification, Cohort, db
from certify.queries.programs import ActivityFilters, activities_page, own_granted, tot_place
from certify.scheme.sentences import say
from certify.scheme.words import ActivityKind
from certify.workflows.activity import WORKFLOW, day_of
from certify.workflows.activity_edit import create_activity, edit_activity
from certify.workflows.activity_people import case_ids
from certify.workflows.facts import InvalidFacts

bp = Resource("activities", __name__, description="What happened: ToT events, and all that a cohort does.")
PLACES = ("cohort", "certification", "module", "country")


@bp.get("/activities")
@takes(ActivityQuery, location="query")
@bp.response(200, page_of(ActivityLine))
@auth.action("activity.list")
def index() -> Response:
    """The activities that the token's person may see, the latest day first."""
    auth.require("activity.list")
    lists.only_parameters("kind", "state", "cohort", "module", "country")
    at = clock().now()
    filters = ActivityFilters(
        kind=lists.one_of("kind", KINDS),
        state=lists.one_of("state", STATES),
        cohort=lists.text("cohort", longest=20),
        module=lists.text("module", longest=10),
        country=lists.text("country", longest=2),
    )
    page = activities_page(
        db.session(), auth.current_actor(), at, filters, cursor=lists.cursor(), limit=lists.limit()
    )
    return answer(lists.listed(page, lambda activity: activity_line(activity, day_of(activity, at))))


@bp.post("/activities")
@takes(RECORD)
@bp.response(201, WHOLE)
@auth.action("activity.create")
@auth.asks("tot_event.create")
@command
def record(session: Session, given: dict[str, Any]) -> Answer:
    """Record what happened or is planned; what is out of order is kept, and says why it does not count."""
    kind = _kind(given.pop("kind", None))
    places = {name: given.pop(name) for name in PLACES if name in given}
    strange = {name for name, value in places.items() if value is not None and name not in place_of(kind)}
    if strange:
        raise InvalidFacts({name: [say("There is no such field here.")] for name in strange})
    where = _where(session, kind, places, given)
    actor, at = auth.current_actor(), clock().now()
    activity = create_activity(session, actor, at, kind=kind, fields=given, **where)
    return _changed(session, activity, status=201, location=f"{PREFIX}/activities/{activity.id}")


@bp.get("/activities/<id>")
@bp.response(200, WHOLE)
@auth.action("activity.see")
def show(id: str) -> Response:
    """One activity whole: its fields, whether it counts, and the moves with what refuses them."""
    return answer(_whole(db.session(), auth.find(Activity, id, "activity.see")))


@bp.patch("/activities/<id>")
@takes(CORRECTION)
@bp.response(200, WHOLE)
@auth.action("activity.see")
@auth.asks("activity.edit", "tot_event.edit")
@command
def correct(session: Session, given: dict[str, Any], id: str) -> Answer:
    """Change the kind's fields before submission or when it was returned; what is left out stays."""
    activity = auth.find(Activity, id, "activity.see")
    is_event = activity.kind is ActivityKind.TOT_EVENT
    auth.require("tot_event.edit" if is_event else "activity.edit", activity)
    told = plain_fields(activity.kind)
    lock_unchanged(session, activity, *case_ids(session, activity), fields=told, given=given, read=field_of)
    edit_activity(session, activity, auth.current_actor(), clock().now(), given)
    return _changed(session, activity)


@bp.post("/activities/<id>/files")
@takes(FileOnly, location="files")
@bp.response(201, FileShape)
@auth.action("file.upload")
@upload_command
def add(id: str) -> Any:
    """Add a file: a report, a picture of the workshop, a signed list."""
    auth.find(Activity, id, "file.upload")
    kept = received("evidence")

    def act(session: Session) -> Answer:
        activity = auth.find(Activity, id, "file.upload")
        lock_unchanged(session, activity)
        person_id = auth.current_actor().id
        file = files.attach(session, kept, clock().now(), person_id=person_id, activity=activity)
        session.flush()
        return Answer(files_as_json([file])[0], status=201)

    return act


@bp.unlisted("/activities/<id>/moves/<move>", methods=["POST"])
@auth.action("activity.see")
@command
def make(session: Session, given: dict[str, Any], id: str, move: str) -> Answer:
    """Submit, confirm, return or void; 409 tells every reason against it."""
    activity = auth.find(Activity, id, "activity.see")
    make_move(session, activity, move, given)
    return _changed(session, activity)


bp.describe_moves("/activities/<id>/moves", WORKFLOW, WHOLE)


def _kind(word: Any) -> ActivityKind:
    if word not in KINDS:
        raise InvalidFacts({"kind": [say("Choose one of the options.")]})
    return ActivityKind(word)


def _where(
    session: Session, kind: ActivityKind, places: dict[str, Any], given: dict[str, Any]
) -> dict[str, Any]:
    """Where it belongs, as `create_activity` takes it. 404 for what is not the actor's to see."""
    if kind is ActivityKind.TOT_EVENT:
        auth.require("tot_event.create")
        return _place_of_event(session, places, given)
    (name,) = place_of(kind)
    id, row = places.get(name), Cohort if name == "cohort" else Certification
    if id is None and row is Certification:
        id = own_granted(session, auth.current_actor().id)
    if not isinstance(id, str):
        raise InvalidFacts({name: [say("Choose one of the entries.")]})
    return {name: auth.find(row, id, "activity.create")}


def _place_of_event(session: Session, places: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Module and country as given, or those that its people have in common."""
    told = {name: places[name] for name in ("module", "country") if places.get(name) is not None}
    wrong = [name for name, each in told.items() if not isinstance(each, str)]
    if wrong:
        raise InvalidFacts({name: [say("Choose one of the options.")] for name in wrong})
    if len(told) == 2:
        return told
    common = tot_place(session, given.get("roster"), given.get("facilitators"), auth.day_of(None))
    return {**common, **told}


def _whole(session: Session, activity: Activity, **more: Any) -> Answer:
    at = clock().now()
    body = activity_as_json(session, activity, auth.current_actor(), at, day_of(activity, at))
    return Answer(body, version=activity.version, **more)


def _changed(session: Session, activity: Activity, **more: Any) -> Answer:
    reread(session)
    return _whole(session, activity, **more)
