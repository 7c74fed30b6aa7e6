"""Putting cleaned fields on an activity's row and rows beside it, and reading them back."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from certify.models import Activity, ActivityPerson, Certification, RosterEntry
from certify.scheme.words import ActivityKind, VisitPurpose

_BESIDE = ("held_on", "enterprise", "purpose", "trainers", "facilitators", "roster")


def apply(activity: Activity, cleaned: dict[str, Any], roster: dict[str, Certification]) -> None:
    """Write the fields; `roster` holds the certifications that the roster names, by id."""
    activity.held_on = cleaned["held_on"]
    activity.last_on = max((row["on"] for row in cleaned.get("days", ())), default=cleaned["held_on"])
    activity.enterprise_id = cleaned.get("enterprise")
    activity.purpose = VisitPurpose(cleaned["purpose"]) if "purpose" in cleaned else None
    activity.facts = {name: _storable(value) for name, value in cleaned.items() if name not in _BESIDE}
    _apply_people(activity, cleaned.get("facilitators") or cleaned.get("trainers") or [])
    if activity.kind is ActivityKind.TOT_EVENT:
        _apply_roster(activity, cleaned.get("roster", []), roster)


def fields_of(activity: Activity) -> dict[str, Any]:
    """The kind's fields as programs and forms give them: days and decimals as text."""
    fields: dict[str, Any] = {"held_on": activity.held_on.isoformat(), **activity.facts}
    people = [one.person_id for one in sorted(activity.people, key=lambda one: one.position)]
    if activity.kind is ActivityKind.TOT_EVENT:
        fields |= {"facilitators": people, "roster": [_roster_row(entry) for entry in activity.roster]}
    if activity.kind in (ActivityKind.WORKSHOP, ActivityKind.VISIT):
        fields["trainers"] = people
    if activity.enterprise_id is not None:
        fields["enterprise"] = activity.enterprise_id
    if activity.purpose is not None:
        fields["purpose"] = activity.purpose.value
    return fields


def changed_entries(activity: Activity, rows: list[dict[str, Any]]) -> list[str]:
    """The certifications whose roster entry is new or says something else than before."""
    before = {entry.certification_id: _roster_row(entry) for entry in activity.roster}
    return [row["certification"] for row in rows if before.get(row["certification"]) != _plain_row(row)]


def _apply_people(activity: Activity, ids: list[str]) -> None:
    present = {one.person_id: one for one in activity.people}
    activity.people = [present.get(id) or ActivityPerson(person_id=id) for id in ids]
    for position, one in enumerate(activity.people):
        one.position = position


def _apply_roster(
    activity: Activity, rows: list[dict[str, Any]], certifications: dict[str, Certification]
) -> None:
    present = {entry.certification_id: entry for entry in activity.roster}
    entries = []
    for row in rows:
        entry = present.get(row["certification"]) or new_entry(certifications[row["certification"]])
        entry.hours_present = row.get("hours_present")
        entry.days_present = _storable(row.get("days_present", []))
        entry.test_percent = row.get("test_percent")
        entry.micro_teaching = row.get("micro_teaching", [])
        entries.append(entry)
    activity.roster = entries


def new_entry(certification: Certification) -> RosterEntry:
    """An empty roster entry; the relation is set quietly, so that nothing is flushed before its time."""
    entry = RosterEntry(certification_id=certification.id, days_present=[], micro_teaching=[])
    set_committed_value(entry, "certification", certification)
    return entry


def _roster_row(entry: RosterEntry) -> dict[str, Any]:
    row: dict[str, Any] = {"certification": entry.certification_id}
    if entry.hours_present is not None:
        row["hours_present"] = _text(entry.hours_present)
    if entry.days_present:
        row["days_present"] = [dict(day) for day in entry.days_present]
    if entry.test_percent is not None:
        row["test_percent"] = _text(entry.test_percent)
    if entry.micro_teaching:
        row["micro_teaching"] = list(entry.micro_teaching)
    return row


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _storable(value) for name, value in row.items()}


def _storable(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _storable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return value


def _text(number: Decimal) -> str:
    """8.00 and 8 read the same, whatever the column's scale."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
