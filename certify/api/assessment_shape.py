"""An assessment as programs read it: its items always, its scores as soon as the reader may see them."""

from datetime import date, datetime
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from certify.api.schemas import PageQuery, Shape
from certify.models import Assessment
from certify.policy import Actor
from certify.presentation import say
from certify.scheme.types import Edition
from certify.scheme.words import AssessmentKind, AssessmentState
from certify.workflows.assessment import may_see_scores
from certify.workflows.dossier import edition_of

KINDS = [kind.value for kind in AssessmentKind]
STATES = [state.value for state in AssessmentState if state is not AssessmentState.NEW]
_HIDDEN = {"description": "null while the reader may not see the scores"}


class ItemShape(Shape):
    """One item of the sheet; a mandatory one of a screening sheet is critical."""

    id = fields.String()
    text = fields.String()
    critical = fields.Boolean()
    applies = fields.List(fields.String(), metadata={"description": "classroom, visit; none: everywhere"})


def _by_item(values: Any, **told: Any) -> Any:
    return fields.Dict(keys=fields.String(), values=values, allow_none=True, metadata={**_HIDDEN, **told})


class AssessmentShape(Shape):
    """An observation with its checklist, or a screening sheet."""

    id = fields.String()
    version = fields.Integer()
    kind = fields.String(validate=validate.OneOf(KINDS))
    certification = fields.String()
    activity = fields.String(allow_none=True)
    assessor = fields.String(metadata={"description": "the person's id"})
    state = fields.String(validate=validate.OneOf(STATES))
    items = fields.List(fields.Nested(ItemShape))
    scores = _by_item(fields.Integer(allow_none=True), title="as they were handed in")
    comments = _by_item(fields.String())
    reasons = _by_item(fields.String(), title="why an item does not apply")
    agreed = _by_item(fields.Integer(allow_none=True), title="what the two observers agreed on")


class AssessmentQuery(PageQuery):
    """What the list is narrowed by."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(STATES))
    certification = fields.String(validate=validate.Length(max=20))
    activity = fields.String(validate=validate.Length(max=20))


def assessment_as_json(
    session: Session, assessment: Assessment, actor: Actor, at: datetime, on: date
) -> dict[str, Any]:
    """The assessment as this reader may know it; private notes are on the assessor's page alone."""
    seen = may_see_scores(assessment, actor, on)
    return {
        "id": assessment.id,
        "version": assessment.version,
        "kind": assessment.kind.value,
        "certification": assessment.certification_id,
        "activity": assessment.activity_id,
        "assessor": assessment.assessor_id,
        "state": assessment.state.value,
        "items": _items(edition_of(session, assessment.certification, at), assessment.kind),
        "scores": dict(assessment.scores) if seen else None,
        "comments": dict(assessment.comments) if seen else None,
        "reasons": dict(assessment.not_applicable) if seen else None,
        "agreed": assessment.agreed_scores if seen else None,
    }


def _items(edition: Edition, kind: AssessmentKind) -> list[dict[str, Any]]:
    if kind is AssessmentKind.SCREENING:
        return [
            {"id": one.id, "text": say(one.text), "critical": one.mandatory, "applies": []}
            for one in edition.screening
        ]
    return [
        {"id": one.id, "text": say(one.text), "critical": one.critical, "applies": list(one.applies)}
        for one in edition.checklist
    ]
