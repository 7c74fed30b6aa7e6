"""What has to hold between the fields of an activity, once each is in order by itself."""

from decimal import Decimal
from typing import Any

from certify.scheme.sentences import say
from certify.scheme.words import ActivityKind
from certify.workflows.activity_fields import WITH_DAYS


def inconsistencies(kind: ActivityKind, cleaned: dict[str, Any]) -> dict[str, list[str]]:
    """What holds between fields; fills in `held_on` where it follows from others."""
    first = cleaned.get("signed_on")
    if kind in WITH_DAYS:
        days = [row["on"] for row in cleaned["days"]]
        if len(set(days)) != len(days):
            return {"days": [say("A day is given twice.")]}
        cleaned["days"].sort(key=lambda row: row["on"])
        first = min(days)
    if first is not None and cleaned.setdefault("held_on", first) != first:
        return {"held_on": [say("The first day is {day}.", day=first)]}
    return _of_days(cleaned) or _of_people(cleaned)


def _of_days(cleaned: dict[str, Any]) -> dict[str, list[str]]:
    """Nobody is present longer than a day lasts; the hours present are the sum of the days, where known."""
    lasts = {row["on"]: row["hours"] for row in cleaned.get("days", ())}
    for row in cleaned.get("roster", ()):
        present = row.get("days_present", ())
        if not present:
            continue
        given = [day["on"] for day in present]
        if len(set(given)) != len(given):
            return {"roster": [say("A day is given twice.")]}
        for day in present:
            if day["on"] not in lasts:
                return {"roster": [say("{day} is no day of this event, but has attendance.", day=day["on"])]}
            if day["hours"] > lasts[day["on"]]:
                return {"roster": [say("{day} had {n} hours.", day=day["on"], n=lasts[day["on"]])]}
        present.sort(key=lambda day: day["on"])
        row["hours_present"] = sum((day["hours"] for day in present), Decimal(0))
    return {}


def _of_people(cleaned: dict[str, Any]) -> dict[str, list[str]]:
    roster = [row["certification"] for row in cleaned.get("roster", ())]
    if len(set(roster)) != len(roster):
        return {"roster": [say("A candidate is on the roster twice.")]}
    strangers = {row["enterprise"] for row in cleaned.get("attendance", ())} - set(
        cleaned.get("enterprises", ())
    )
    if strangers:
        return {"attendance": [say("Attendance is given for an enterprise that was not at the workshop.")]}
    feedback = cleaned.get("feedback", {})
    if len(feedback.get("answers", ())) > feedback.get("asked", 0):
        return {"feedback": [say("There are more answers than people were asked.")]}
    return {}
