"""/api/v1/certifications: applying, the list, one whole, its draft, its moves, its events and evidence."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from certify import auth
from certify.api import lists
from certify.api.certification_shape import (
    OPENING,
    STATES,
    CertificationLine,
    CertificationQuery,
    CertificationShape,
    EventShape,
    EvidenceShape,
    FileShape,
    certification_as_json,
    event_as_json,
    evidence_as_json,
    line_as_json,
)
from certify.api.commands import Answer, answer, command, lock_unchanged, reread, upload_command
from certify.api.document import PREFIX, Resource, takes
from certify.api.moves import make_move, only_known
from certify.api.schemas import PageQuery, body_of, page_of
from certify.api.uploads import FileBody, received
from certify.auth.tokens import require_scope
from certify.extensions import clock
from certify.models import Certification, db
from certify.queries.certifications import Filters, certification_page
from certify.queries.entries import entries_of
from certify.queries.interface import events_page, evidence_page, read_lines, standings_of
from certify.workflows.application import FIELDS, add_file, edit_application
from certify.workflows.certification import MOVES, WORKFLOW, counted_of, open_certification, recognise
from certify.workflows.engine import Refused
from certify.workflows.facts import clean
from certify.workflows.nomination import nominate_person
from certify.workflows.result_sight import perform_as_told, refusals_for_reader

bp = Resource("certifications", __name__, description="Person × module, from application to certificate.")
RECOGNITION = MOVES["recognise"].facts


@bp.get("/certifications")
@takes(CertificationQuery, location="query")
@bp.response(200, page_of(CertificationLine))
@auth.action("certification.list")
def index() -> Response:
    """The certifications that the token's person may see, the latest moved first."""
    auth.require("certification.list")
    lists.only_parameters("state", "module", "country", "name")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    filters = Filters(
        name=lists.text("name", longest=120).strip(),
        state=lists.one_of("state", STATES),
        module=lists.text("module", longest=10),
        country=lists.text("country", longest=2),
    )
    page = certification_page(session, actor, at, filters, cursor=lists.cursor(), limit=lists.limit())
    read_lines(session, page.items)
    standings = standings_of(session, page.items, at)
    return answer(lists.listed(page, lambda case: line_as_json(case, standings, at)))


@bp.post("/certifications")
@takes(body_of("opening", OPENING))
@bp.response(201, CertificationShape)
@auth.action("certification.create")
@command
def open_one(session: Session, given: dict[str, Any]) -> Answer:
    """Apply for a module; with a person, nominate them for one."""
    facts = clean(OPENING, given)
    actor, at = auth.current_actor(), clock().now()
    person = facts.pop("person", actor.id)
    auth.require("certification.create" if person == actor.id else "certification.nominate")
    if person == actor.id:
        case = open_certification(session, actor, at, **facts)
    else:
        case = nominate_person(session, actor, at, person_id=person, **facts)
    return _opened(session, case)


@bp.post("/certifications/recognise")
@takes(body_of("recognise", RECOGNITION))
@bp.response(201, CertificationShape)
@auth.action("certification.recognise")
@command
def recognise_one(session: Session, given: dict[str, Any]) -> Answer:
    """Recognise the certificate of another body: certified on it, the evidence is not held."""
    auth.require("certification.recognise")
    require_scope("decide")
    only_known(given, (fact.name for fact in RECOGNITION))
    return _opened(session, recognise(session, auth.current_actor(), clock().now(), **given))


@bp.get("/certifications/<id>")
@bp.response(200, CertificationShape)
@auth.action("certification.see")
def show(id: str) -> Response:
    """One certification whole: requirements with their evidence, and the moves with what refuses them."""
    return answer(_whole(db.session(), auth.find(Certification, id, "certification.see")))


@bp.patch("/certifications/<id>")
@takes(body_of("application", FIELDS))
@bp.response(200, CertificationShape)
@auth.action("certification.edit")
@command
def fill_in(session: Session, given: dict[str, Any], id: str) -> Answer:
    """Fill in the application while it is a draft; fields that are left out stay, null empties one."""
    case = auth.find(Certification, id, "certification.edit")
    lock_unchanged(session, case, fields=FIELDS, given=given)
    edit_application(session, case, auth.current_actor(), clock().now(), given)
    return _changed(session, case)


@bp.post("/certifications/<id>/files")
@takes(FileBody, location="files")
@bp.response(201, FileShape)
@auth.action("certification.edit")
@upload_command
def add(id: str) -> Any:
    """Add a file to the application: the CV, of which the newest stands, or another paper."""
    auth.find(Certification, id, "certification.edit")
    kept = received()

    def act(session: Session) -> Answer:
        case = auth.find(Certification, id, "certification.edit")
        lock_unchanged(session, case)
        file = add_file(session, case, kept, auth.current_actor(), clock().now())
        session.flush()
        return Answer(
            {
                "id": file.id,
                "kind": file.kind,
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
            },
            status=201,
        )

    return act


@bp.unlisted("/certifications/<id>/moves/<move>", methods=["POST"])
@auth.action("certification.see")
@command
def make(session: Session, given: dict[str, Any], id: str, move: str) -> Answer:
    """Make one of the moves; 409 tells every reason against it, as far as the reader may know it."""
    case = auth.find(Certification, id, "certification.see")
    try:
        make_move(session, case, move, given, by=perform_as_told)
    except Refused as refused:
        refused.refusals = refusals_for_reader(
            refused.refusals, case, auth.current_actor(), auth.day_of(case)
        )
        raise
    return _changed(session, case)


bp.describe_moves("/certifications/<id>/moves", WORKFLOW, CertificationShape)


@bp.get("/certifications/<id>/events")
@takes(PageQuery, location="query")
@bp.response(200, page_of(EventShape))
@auth.action("case.history")
def events(id: str) -> Response:
    """What happened in the case, the first first, each with its sentence."""
    case = auth.find(Certification, id, "certification.see")
    auth.require("case.history", case)
    lists.only_parameters()
    session = db.session()
    page = events_page(session, case, cursor=lists.cursor(), limit=lists.limit())
    told = {entry.seq: entry.sentence for entry in entries_of(session, page.items)}
    return answer(lists.listed(page, lambda event: event_as_json(event, told[event.seq])))


@bp.get("/certifications/<id>/evidence")
@takes(PageQuery, location="query")
@bp.response(200, page_of(EvidenceShape))
@auth.action("certification.see")
def evidence(id: str) -> Response:
    """The activities in which the holder took part, each with whether it counts and why not."""
    case = auth.find(Certification, id, "certification.see")
    lists.only_parameters()
    session = db.session()
    counted = {one.activity: one for one in counted_of(session, case, clock().now())}
    page = evidence_page(session, counted, cursor=lists.cursor(), limit=lists.limit())
    return answer(lists.listed(page, lambda activity: evidence_as_json(activity, counted[activity.id])))


def _whole(session: Session, case: Certification, **more: Any) -> Answer:
    body = certification_as_json(session, case, auth.current_actor(), clock().now())
    return Answer(body, version=case.version, **more)


def _changed(session: Session, case: Certification, **more: Any) -> Answer:
    reread(session)
    return _whole(session, case, **more)


def _opened(session: Session, case: Certification) -> Answer:
    return _changed(session, case, status=201, location=f"{PREFIX}/certifications/{case.id}")
