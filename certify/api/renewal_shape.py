"""A renewal as programs read it: its requirements, its moves, and what came of it."""

from datetime import datetime
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from certify.api.certification_shape import MoveShape, RequirementShape, moves_as_json, requirement_as_json
from certify.api.schemas import Shape, day, instant
from certify.models import Renewal
from certify.policy import Actor
from certify.scheme.rules.renewing import FILABLE
from certify.scheme.words import RenewalState
from certify.workflows.engine import offers
from certify.workflows.renewal import requirements_of

STATES = [state.value for state in RenewalState if state is not RenewalState.NEW]


class ReasonShape(Shape):
    """One reason of the decision."""

    requirement = fields.String()
    reason = fields.String()


class RenewalLine(Shape):
    """One renewal of one certificate."""

    id = fields.String()
    version = fields.Integer()
    certification = fields.String()
    credential = fields.String(metadata={"description": "the number of the certificate that is renewed"})
    ends_on = fields.Date(metadata={"description": "the last day of that certificate"})
    state = fields.String(validate=validate.OneOf(STATES))
    route = fields.String(
        allow_none=True,
        validate=validate.OneOf([route.value for route in FILABLE]),
        metadata={"description": "by the day of the filing; null before it"},
    )
    scheme_version = fields.String(
        allow_none=True, metadata={"description": "in force when it was filed; null before it"}
    )
    opened_at = fields.DateTime()
    filed_at = fields.DateTime(allow_none=True)
    reviewed_at = fields.DateTime(allow_none=True)
    outcome = fields.String(allow_none=True, metadata={"description": "of the review"})
    decided_at = fields.DateTime(
        allow_none=True, metadata={"description": "null, too, for what ended with its certification"}
    )
    reasons = fields.List(fields.Nested(ReasonShape))
    successor = fields.String(allow_none=True, metadata={"description": "the number of the new certificate"})
    valid_from = fields.Date(allow_none=True, metadata={"description": "of the new certificate"})
    valid_until = fields.Date(allow_none=True)


class RenewalShape(RenewalLine):
    """The same, with what it takes and the moves that the reader's roles could make now."""

    requirements = fields.List(fields.Nested(RequirementShape))
    moves = fields.List(fields.Nested(MoveShape))


def renewal_as_json(session: Session, renewal: Renewal, actor: Actor, at: datetime) -> dict[str, Any]:
    """The whole renewal, as this reader may know it."""
    return {
        **line_as_json(renewal),
        "requirements": [requirement_as_json(one) for one in requirements_of(session, renewal, at)],
        "moves": moves_as_json(offers(renewal, actor, at)),
    }


def line_as_json(renewal: Renewal) -> dict[str, Any]:
    """The renewal without what has to be judged."""
    return {
        "id": renewal.id,
        "version": renewal.version,
        "certification": renewal.certification_id,
        "credential": renewal.credential.number,
        "ends_on": day(renewal.credential.valid_until),
        "state": renewal.state.value,
        "route": renewal.route,
        "scheme_version": renewal.scheme_version,
        "opened_at": instant(renewal.opened_at),
        "filed_at": _instant(renewal.filed_at),
        "reviewed_at": _instant(renewal.reviewed_at),
        "outcome": renewal.outcome,
        "decided_at": _instant(renewal.decided_at if renewal.decided_by_id else None),
        "reasons": list(renewal.reasons),
        "successor": renewal.successor.number if renewal.successor else None,
        "valid_from": day(renewal.valid_from),
        "valid_until": day(renewal.valid_until),
    }


def _instant(at: datetime | None) -> str | None:
    return instant(at) if at is not None else None
