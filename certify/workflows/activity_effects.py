"""What the moves of an activity do besides changing its state."""

from typing import Any

from certify.models import Activity
from certify.scheme.words import ActivityKind, Relation
from certify.workflows import involvement
from certify.workflows.activity_store import fields_of
from certify.workflows.engine import Question


def entered(question: Question) -> dict[str, Any]:
    return {"kind": question.thing.kind, **fields_of(question.thing)}


def submitted(question: Question) -> dict[str, Any]:
    activity: Activity = question.thing
    activity.submitted_by_id = question.actor.id or None
    activity.submitted_at = question.at
    activity.reason = None
    if activity.kind is ActivityKind.TOT_EVENT:
        _record_facilitators(question)
    return {"kind": activity.kind, "held_on": activity.held_on}


def _record_facilitators(question: Question) -> None:
    """From now on they are known to have trained everybody on the roster."""
    assert question.session is not None
    for certification in question.dossier.concerned:
        for one in question.thing.people:
            involvement.record(
                question.session,
                one.person_id,
                certification,
                Relation.FACILITATED,
                question.thing.id,
                question.at,
            )


def confirmed(question: Question) -> dict[str, Any]:
    activity: Activity = question.thing
    activity.confirmed_by_id = question.actor.id or None
    activity.confirmed_by_name = question.actor.name
    activity.confirmed_at = question.at
    activity.reason = question.facts.get("reason")
    return {"confirmed_by": question.actor.name}


def kept_reason(question: Question) -> None:
    question.thing.reason = question.facts["reason"]


def returned(question: Question) -> dict[str, Any] | None:
    """Who answers a mailed link has no account to be named by."""
    kept_reason(question)
    return None if question.actor.id else {"returned_by": question.actor.name}
