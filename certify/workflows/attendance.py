"""Marking everybody present at once, and taking those marks back while they stand as they were made."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from certify.models import Activity
from certify.models.store import lock_case
from certify.policy import Actor
from certify.scheme.sentences import say
from certify.workflows.activity_edit import edit_activity
from certify.workflows.activity_store import fields_of
from certify.workflows.changes import Change
from certify.workflows.engine import Refusal, Refused

OTHERWISE = say("Somebody changed the attendance since, so it was not undone. It stays as it reads now.")


def marks_of_presence(event: Activity, marked: Mapping[str, Sequence[str]]) -> Change:
    """Who was marked present for a whole day, by the day; each named once, for the note is small."""
    people = sorted({id for ids in marked.values() for id in ids})
    days = {on: [people.index(id) for id in ids] for on, ids in marked.items()}
    return Change("presence", event.id, {}, {}, {"people": people, "days": days})


def take_back(session: Session, actor: Actor, at: datetime, event: Activity, change: Change) -> bool:
    """Empty the cells that were marked; False when they are empty already. Raises Refused."""
    lock_case(session, event.case_id)
    session.expire_all()
    fields = fields_of(event)
    rows = {row["certification"]: row for row in fields["roster"]}
    whole = {day["on"]: Decimal(day["hours"]) for day in fields["days"]}
    marked = [(on, id, _hours(rows.get(id, {}), on)) for on, id in _marked(change)]
    if all(hours is None for _on, _id, hours in marked):
        return False
    if any(hours is None or hours != whole.get(on) for on, _id, hours in marked):
        raise Refused([Refusal(None, OTHERWISE)])
    gone = {(on, id) for on, id, _hours in marked}
    edit_activity(session, event, actor, at, {"roster": [_without(row, gone) for row in rows.values()]})
    return True


def _marked(change: Change) -> Iterator[tuple[str, str]]:
    people = change.more["people"]
    return ((on, people[n]) for on, numbers in change.more["days"].items() for n in numbers)


def _hours(row: Mapping[str, Any], on: str) -> Decimal | None:
    return next((Decimal(day["hours"]) for day in row.get("days_present", ()) if day["on"] == on), None)


def _without(row: Mapping[str, Any], gone: set[tuple[str, str]]) -> dict[str, Any]:
    """The row without those days; its sum is that of the others, or unknown."""
    days = [day for day in row.get("days_present", ()) if (day["on"], row["certification"]) not in gone]
    if len(days) == len(row.get("days_present", ())):
        return dict(row)
    rest = {key: value for key, value in row.items() if key not in ("days_present", "hours_present")}
    return {**rest, "days_present": days}
