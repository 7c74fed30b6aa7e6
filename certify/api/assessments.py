"""/api/v1/assessments: observations and screening sheets, declared, scored, reconciled."""

from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from certify import auth
from certify.api import lists
from certify.api.assessment_shape import (
    KINDS,
    STATES,
    AssessmentQuery,
    AssessmentShape,
    assessment_as_json,
)
from certify.api.commands import Answer, answer, command
from certify.api.document import Resource, takes
from certify.api.moves import moved
from certify.api.schemas import page_of
from certify.extensions import clock
from certify.models import Assessment, db
from certify.policy import Actor
from certify.queries.programs import AssessmentFilters, assessments_page
from certify.workflows.assessment import WORKFLOW
from certify.workflows.engine import Refused, perform, refusals

bp = Resource("assessments", __name__, description="Observations with their checklist, screening sheets.")


@bp.get("/assessments")
@takes(AssessmentQuery, location="query")
@bp.response(200, page_of(AssessmentShape))
@auth.action("assessment.list")
def index() -> Response:
    """The assessments that the token's person may see, the last assigned first."""
    auth.require("assessment.list")
    lists.only_parameters("kind", "state", "certification", "activity")
    session, actor, at = db.session(), auth.current_actor(), clock().now()
    filters = AssessmentFilters(
        kind=lists.one_of("kind", KINDS),
        state=lists.one_of("state", STATES),
        certification=lists.text("certification", longest=20),
        activity=lists.text("activity", longest=20),
    )
    page = assessments_page(session, actor, at, filters, cursor=lists.cursor(), limit=lists.limit())
    return answer(
        lists.listed(page, lambda one: assessment_as_json(session, one, actor, at, WORKFLOW.day(one, at)))
    )


@bp.get("/assessments/<id>")
@bp.response(200, AssessmentShape)
@auth.action("assessment.see")
def show(id: str) -> Response:
    """One assessment: its items, and its scores once the reader may see them."""
    return answer(_whole(db.session(), auth.find(Assessment, id, "assessment.see")))


@bp.unlisted("/assessments/<id>/moves/<move>", methods=["POST"])
@auth.action("assessment.see")
@command
def make(session: Session, given: dict[str, Any], id: str, move: str) -> Answer:
    """Declare conflicts, hand the scores in, correct or reconcile them, or void the sheet."""
    assessment = auth.find(Assessment, id, "assessment.see")
    return moved(session, assessment, move, given, _whole, by=_perform)


bp.describe_moves("/assessments/<id>/moves", WORKFLOW, AssessmentShape)


def _perform(assessment: Assessment, name: str, actor: Actor, at: datetime, **facts: Any) -> None:
    """Whoever may not know yet where two sheets differ is refused before the agreed scores are read."""
    if name == "reconcile" and (refused := refusals(assessment, name, actor, at)):
        raise Refused(refused)
    perform(assessment, name, actor, at, **facts)


def _whole(session: Session, assessment: Assessment) -> Answer:
    at = clock().now()
    on = WORKFLOW.day(assessment, at)
    body = assessment_as_json(session, assessment, auth.current_actor(), at, on)
    return Answer(body, version=assessment.version)
