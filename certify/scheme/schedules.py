"""A schedule of reminders that could never be kept is a mistake of its edition, and said as one."""

from collections.abc import Mapping
from dataclasses import dataclass

from certify.scheme.reading import Table
from certify.scheme.types import Edition, Reminder

LONGEST_ID = 30  # it is part of a message's kind
MONTH = 31  # days, at most


@dataclass(frozen=True)
class Span:
    """What can be told of an anchor: on which days around it, until what, and whom it has.

    Days may be parameters of the edition, in days or months; `stops` are what can follow it.
    """

    stops: frozenset[str]
    before: str | int = 0
    after: str | int = 366
    parties: frozenset[str] = frozenset()  # beside those that every case has


def _span(stops: str, *, before: str | int = 0, after: str | int = 366, parties: str = "") -> Span:
    return Span(frozenset(stops.split()), before, after, frozenset(parties.split()))


SPANS: Mapping[str, Span] = {
    "draft_since": _span("submitted"),
    "screener_assigned": _span("sheet_submitted", parties="screener"),
    "tot_first_day": _span("tot_held", before=366, after=-1),
    "toe_start_deadline": _span("classroom_held", before="toe_start_months"),
    "toe_end_deadline": _span("visits_complete", before="toe_end_months"),
    "visit_submitted": _span("visit_confirmed", parties="enterprise_contact"),
    "last_visit": _span("report_submitted"),
    "observed_event": _span("observation_submitted", parties="observer"),
    "assessment_since": _span("recommended"),
    "recommended_since": _span("decided"),
    "more_practice_by": _span("practice_resumed", before=366),
    "practice_period_end": _span("cycle_delivered", before="practice_months", after=0),
    "code_of_conduct_due": _span("code_of_conduct_signed", before="code_of_conduct_months"),
    "valid_until": _span("renewal_filed", before="validity_months", after="late_renewal_months"),
    "suspension_limit": _span("suspension_ended", before="suspension_months"),
    "renewal_filed_since": _span("renewal_reviewed"),
    "renewal_reviewed_since": _span("renewal_decided"),
}
OF_AN_ANCHOR = frozenset({"screener", "observer", "enterprise_contact"})
ALONE = {"visit_submitted": frozenset({"candidate", "holder"})}  # nobody's case: two trainers may share it


def check_schedule(edition: Edition, top: Table) -> None:
    """Raise SchemeMistake for the first reminder that could not be kept as it is written."""
    for reminder in edition.reminders:
        wrong = _mistake(reminder, edition)
        if wrong is not None:
            key, rule = wrong
            top.wrong(f"reminders[{reminder.id}].{key}", rule)


def _mistake(reminder: Reminder, edition: Edition) -> tuple[str, str] | None:
    span, days = SPANS[reminder.anchor], reminder.offset_days
    if len(reminder.id) > LONGEST_ID:
        return "id", f"The name of a reminder has at most {LONGEST_ID} characters."
    if not days:
        return "offset_days", "A reminder needs at least one day."
    first, last = -_days(span.before, edition), _days(span.after, edition)
    for day in days:
        if not first <= day <= last:
            return "offset_days", f"{day} is not from {first} to {last}, the days around {reminder.anchor}."
    if reminder.stops_when not in span.stops:
        known = ", ".join(sorted(span.stops))
        return "stops_when", f"{reminder.stops_when} cannot follow {reminder.anchor}; this can: {known}."
    return _readers_mistake(reminder, span)


def _readers_mistake(reminder: Reminder, span: Span) -> tuple[str, str] | None:
    for key in ("recipient", "escalates_to"):
        party = getattr(reminder, key)
        missing = party in OF_AN_ANCHOR - span.parties
        if missing or party in ALONE.get(reminder.anchor, frozenset()):
            return key, f"There is no {party} where it counts from {reminder.anchor}."
    same = {"candidate": "holder"}
    recipient = same.get(reminder.recipient, reminder.recipient)
    if recipient == same.get(reminder.escalates_to, reminder.escalates_to):
        return "escalates_to", "Nobody is told upwards of themselves: name another role, or nobody."
    return None


def _days(length: str | int, edition: Edition) -> int:
    """The longest that a parameter in months gives anywhere, in days."""
    if isinstance(length, int):
        return length
    overrides = [
        *(module.parameters for module in edition.modules.values()),
        *(overlay.parameters for overlay in edition.overlays.values()),
        *(variant.parameters for variant in edition.variants.values()),
    ]
    months = [each[length].value for each in (edition.parameters, *overrides) if length in each]
    return max(value for value in months if isinstance(value, int)) * MONTH
