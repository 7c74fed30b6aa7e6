"""An activity as programs send and read it: what every kind has, and each kind's own fields."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from certify.api import activity_fields
from certify.api.certification_shape import CitedShape, FileShape, MoveShape, moves_as_json
from certify.api.schemas import ID, Body, PageQuery, Shape, day, instant
from certify.models import Activity, StoredFile
from certify.policy import Actor, may
from certify.presentation import say
from certify.queries.activities import kept_files, phase, roster_of
from certify.queries.cohorts import verdicts_on
from certify.scheme.words import ActivityKind, ActivityState
from certify.workflows.activity_fields import FIELDS, LOG_KINDS, Field, FieldKind
from certify.workflows.activity_store import fields_of
from certify.workflows.engine import offers

KINDS = [kind.value for kind in ActivityKind]
STATES = [state.value for state in ActivityState if state is not ActivityState.NEW]
PHASES = ["planned", "held", *(state for state in STATES if state != ActivityState.OPEN)]
_PLAIN = (
    FieldKind.DAY, FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.READING, FieldKind.BOOLEAN,
    FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.CHOICE,
)  # fmt: skip
OWN = {kind: tuple(field for field in FIELDS[kind] if field.name != "held_on") for kind in ActivityKind}


class ActivityLine(Shape):
    """What every activity has."""

    id = fields.String()
    version = fields.Integer()
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(STATES))
    phase = fields.String(
        validate=validate.OneOf(PHASES), metadata={"description": "the state; an open one is planned or held"}
    )
    module = fields.String()
    country = fields.String()
    cohort = fields.String(allow_none=True)
    certification = fields.String(allow_none=True, metadata={"description": "of an entry in a log"})
    held_on = fields.Date()


class ActivityShape(ActivityLine):
    """The same with what it counts for, its files, and what may be done."""

    counted = fields.Boolean(
        metadata={"description": "for everybody whose certification the reader sees and it is evidence for"}
    )
    reasons = fields.List(fields.Nested(CitedShape), metadata={"description": "why it does not count"})
    reason = fields.String(
        allow_none=True,
        metadata={
            "description": "why it was returned, declared void, or confirmed in the enterprise's place"
        },
    )
    submitted_at = fields.DateTime(allow_none=True)
    confirmed_at = fields.DateTime(allow_none=True)
    confirmed_by = fields.String(allow_none=True, metadata={"description": "the name"})
    files = fields.List(fields.Nested(FileShape))
    moves = fields.List(fields.Nested(MoveShape))


class ActivityQuery(PageQuery):
    """What the list is narrowed by."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(STATES))
    cohort = fields.String(validate=validate.Length(max=20))
    module = fields.String(validate=validate.Length(max=10))
    country = fields.String(validate=validate.Length(max=2))


def place_of(kind: ActivityKind) -> tuple[str, ...]:
    """The fields that say where an activity belongs."""
    if kind is ActivityKind.TOT_EVENT:
        return ("module", "country")
    return ("certification",) if kind in LOG_KINDS else ("cohort",)


def _place(kind: ActivityKind) -> dict[str, fields.Field[Any]]:
    if kind is ActivityKind.TOT_EVENT:
        told = {"description": "as its roster's or its facilitators' unless it is given"}
        return {name: fields.String(allow_none=True, metadata=told) for name in place_of(kind)}
    if kind in LOG_KINDS:
        told = {"description": "the own one that was granted, unless it is given"}
        return {"certification": fields.String(validate=ID, allow_none=True, metadata=told)}
    return {"cohort": fields.String(validate=ID, required=True)}


def _of_kind(kind: ActivityKind, way: str, base: type[Schema], own: dict[str, Any]) -> type[Schema]:
    named = "".join(part.title() for part in kind.value.split("_"))
    word = fields.String(required=True, validate=validate.OneOf([kind.value]))
    return type(f"{named}{way}", (base,), {"__doc__": kind.value.replace("_", " "), "kind": word, **own})


def _patch(kind: ActivityKind) -> type[Schema]:
    named = "".join(part.title() for part in kind.value.split("_"))
    own = activity_fields.sent(FIELDS[kind], partial=True)
    return type(f"{named}Patch", (Body,), {"__doc__": "Fields that are left out stay.", **own})


# Told kind by kind; a body that fits none of them is refused by the fields' own checks.
WHOLE: Any = {
    "oneOf": [
        _of_kind(kind, "Shape", ActivityShape, activity_fields.read(OWN[kind])) for kind in ActivityKind
    ]
}
RECORD: Any = {
    "oneOf": [
        _of_kind(kind, "Body", Body, {**_place(kind), **activity_fields.sent(FIELDS[kind])})
        for kind in ActivityKind
    ]
}
CORRECTION: Any = {"anyOf": [_patch(kind) for kind in ActivityKind]}


def activity_line(activity: Activity, on: date) -> dict[str, Any]:
    """What every activity has."""
    return {
        "id": activity.id,
        "version": activity.version,
        "kind": activity.kind.value,
        "state": activity.state.value,
        "phase": phase(activity, on),
        "module": activity.module,
        "country": activity.country,
        "cohort": activity.cohort_id,
        "certification": activity.certification_id,
        "held_on": day(activity.held_on),
    }


def activity_as_json(
    session: Session, activity: Activity, actor: Actor, at: datetime, on: date
) -> dict[str, Any]:
    """The whole activity, as this reader may know it: of a roster, a candidate sees the own line only."""
    verdicts = verdicts_on(session, activity, actor, at, on)
    told = list(dict.fromkeys((one.requirement, one.reason) for each in verdicts for one in each.reasons))
    return {
        **activity_line(activity, on),
        **activity_fields.as_json(OWN[activity.kind], _held(session, activity, actor, on)),
        "counted": bool(verdicts) and all(one.counted for one in verdicts),
        "reasons": [{"requirement": id, "reason": say(reason)} for id, reason in told],
        "reason": activity.reason,
        "submitted_at": instant(activity.submitted_at) if activity.submitted_at else None,
        "confirmed_at": instant(activity.confirmed_at) if activity.confirmed_at else None,
        "confirmed_by": activity.confirmed_by_name,
        "files": files_as_json(
            one for one in kept_files(session, activity) if may(actor, "file.see", one, on)
        ),
        "moves": moves_as_json(offers(activity, actor, at)),
    }


def plain_fields(kind: ActivityKind) -> tuple[Field, ...]:
    """The kind's fields that can be told in a sentence: no rows, no lists."""
    return tuple(field for field in FIELDS[kind] if field.kind in _PLAIN)


def field_of(activity: Activity, name: str) -> Any:
    """One field as it reads now."""
    return activity_fields.as_json(FIELDS[activity.kind], fields_of(activity))[name]


def _held(session: Session, activity: Activity, actor: Actor, on: date) -> dict[str, Any]:
    held = fields_of(activity)
    if activity.kind is ActivityKind.TOT_EVENT:
        seen = {entry.certification_id for entry in roster_of(session, activity, actor, on)}
        held["roster"] = [row for row in held["roster"] if row["certification"] in seen]
    return held


def files_as_json(files: Iterable[StoredFile]) -> list[dict[str, Any]]:
    """Files that were taken."""
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "name": one.name,
            "media_type": one.media_type,
            "size": one.size,
        }
        for one in files
    ]
