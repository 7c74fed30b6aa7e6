"""/api/v1/renewals, and those of a certification: opened, filed, reviewed, granted or refused."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from certify import auth
from certify.api import lists
from certify.api.commands import Answer, answer, command, lock_unchanged, reread
from certify.api.document import PREFIX, Resource, takes
from certify.api.moves import moved, only_known
from certify.api.renewal_shape import RenewalLine, RenewalShape, line_as_json, renewal_as_json
from certify.api.schemas import Empty, PageQuery, page_of
from certify.extensions import clock
from certify.models import Certification, Renewal, db
from certify.queries.renewals import renewals_page
from certify.workflows.renewal import WORKFLOW, open_renewal

bp = Resource("renewals", __name__, description="Renewals of certificates, from the filing to the next one.")


@bp.get("/certifications/<id>/renewals")
@takes(PageQuery, location="query")
@bp.response(200, page_of(RenewalLine))
@auth.action("certification.see")
def index(id: str) -> Response:
    """The renewals of a certification, the first opened first."""
    case = auth.find(Certification, id, "certification.see")
    lists.only_parameters()
    page = renewals_page(db.session(), case, cursor=lists.cursor(), limit=lists.limit())
    return answer(lists.listed(page, line_as_json))


@bp.post("/certifications/<id>/renewals")
@takes(Empty)
@bp.response(201, RenewalShape)
@auth.action("renewal.open")
@command
def open_one(session: Session, given: dict[str, Any], id: str) -> Answer:
    """Open the renewal of one's own certification: from 90 days before to 12 months after its end."""
    case = auth.find(Certification, id, "renewal.open")
    only_known(given, ())
    lock_unchanged(session, case)
    made = open_renewal(session, case, auth.current_actor(), clock().now())
    reread(session)
    return _whole(session, made, status=201, location=f"{PREFIX}/renewals/{made.id}")


@bp.get("/renewals/<id>")
@bp.response(200, RenewalShape)
@auth.action("renewal.see")
def show(id: str) -> Response:
    """One renewal whole: what it takes, and the moves with what refuses them."""
    return answer(_whole(db.session(), auth.find(Renewal, id, "renewal.see")))


@bp.unlisted("/renewals/<id>/moves/<move>", methods=["POST"])
@auth.action("renewal.see")
@command
def make(session: Session, given: dict[str, Any], id: str, move: str) -> Answer:
    """File, review, grant or refuse; 409 tells every reason against it."""
    return moved(session, auth.find(Renewal, id, "renewal.see"), move, given, _whole)


bp.describe_moves("/renewals/<id>/moves", WORKFLOW, RenewalShape)


def _whole(session: Session, renewal: Renewal, **more: Any) -> Answer:
    body = renewal_as_json(session, renewal, auth.current_actor(), clock().now())
    return Answer(body, version=renewal.version, **more)
