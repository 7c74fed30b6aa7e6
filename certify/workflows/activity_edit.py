"""Recording an activity and changing its facts before it is submitted, or when it came back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from certify.models import Activity, CaseFile, Certification, Cohort
from certify.models.store import lock_case
from certify.policy import Actor, fits, may
from certify.scheme.dates import day_in
from certify.scheme.places import is_country, zone_of
from certify.scheme.sentences import say
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState
from certify.workflows import engine
from certify.workflows.activity_clean import clean_fields
from certify.workflows.activity_fields import LOG_KINDS
from certify.workflows.activity_people import case_ids, cohort_certifications, concerned
from certify.workflows.activity_references import reference_errors, roster_certifications
from certify.workflows.activity_rules import STATE_WORDS, attendance_errors, entry_refusals, roster_refusals
from certify.workflows.activity_store import apply, changed_entries, fields_of, new_entry
from certify.workflows.dossier import open_case
from certify.workflows.editions import edition_in_force
from certify.workflows.engine import Forbidden, NotVisible, Refusal, Refused
from certify.workflows.facts import InvalidFacts

EDITABLE = (ActivityState.OPEN, ActivityState.RETURNED)
ENTERED_BY = ("tot_coordinator", "tot_facilitator", "cohort_trainer", "cohort_supervisor", "holder")


@dataclass(frozen=True)
class _Place:
    """Where an activity belongs: its cohort, the certification of a log entry, or a ToT's own case."""

    module: str
    country: str
    cohort: Cohort | None = None
    certification: Certification | None = None

    @property
    def cases(self) -> tuple[str, ...]:
        """The case that it joins; none for a ToT event, which opens its own."""
        owner = self.cohort or self.certification
        return (owner.case_id,) if owner else ()


def create_activity(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    kind: str,
    cohort: Cohort | None = None,
    certification: Certification | None = None,
    module: str | None = None,
    country: str | None = None,
    fields: Mapping[str, Any],
) -> Activity:
    """Record an activity (DESIGN.md, Activity): a ToT event by module and country, a log entry by
    certification, the rest by cohort. Raises InvalidFacts, NotVisible, Forbidden, Refused.
    """
    known = _kind(kind)
    place = _place(known, cohort, certification, module, country)
    activity = _shell(known, place, actor)
    on = day_in(at, zone_of(place.country))
    if known is not ActivityKind.TOT_EVENT:
        _check_rights(actor, activity, on, see=_see(place))
    cleaned = clean_fields(known, fields)
    session.flush()
    lock_case(session, *place.cases, *_concerned_cases(session, place, fields))
    session.expire_all()
    edition = edition_in_force(session, on)
    if place.module not in edition.modules:
        raise InvalidFacts({"module": [say("Choose one of the options.")]})
    _take(session, activity, cleaned, edition, on)
    activity.case_id = place.cases[0] if place.cases else open_case(session, "tot_event", at).id
    engine.create(session, activity, "create", actor, at)
    return activity


def edit_activity(
    session: Session, activity: Activity, actor: Actor, at: datetime, fields: Mapping[str, Any]
) -> None:
    """Change the given fields while it is open or returned, one event each time.

    Raises NotVisible, Forbidden, Refused, InvalidFacts; an edit never removes whoever is training.
    """
    session.flush()
    lock_case(session, *case_ids(session, activity), *_named_cases(session, fields))
    session.expire_all()
    on = day_in(at, zone_of(activity.country))
    _check_rights(actor, activity, on, see="activity.see")
    if activity.state not in EDITABLE:
        raise Refused([not_editable(activity)])
    merged = {**fields_of(activity), **fields}
    if "held_on" not in fields and fields.keys() & {"days", "signed_on"}:
        del merged["held_on"]
    cleaned = clean_fields(activity.kind, merged)
    before = fields_of(activity)
    _take(session, activity, cleaned, edition_in_force(session, on), on)
    _stop(entry_refusals(activity.kind, tuple(concerned(session, activity))))
    flag_modified(activity, "facts")
    session.flush()
    after = fields_of(activity)
    engine.append_event(
        session,
        case_id=activity.case_id,
        actor=actor,
        at=at,
        subject=("activity", activity.id),
        move="edit",
        states=(activity.state.value, activity.state.value),
        facts={name: value for name, value in after.items() if before.get(name) != value},
    )


def may_edit(activity: Activity, actor: Actor, on: date) -> bool:
    """Whether a page offers the actor to change the activity's facts."""
    return activity.state in EDITABLE and fits(actor, ENTERED_BY, activity, on)


def enrol_on_roster(session: Session, activity: Activity, certification: Certification) -> None:
    """Put a candidate on a ToT's roster, as the consequence of the move `enrol`. Raises Refused."""
    if activity.kind is not ActivityKind.TOT_EVENT or activity.module != certification.module:
        raise Refused([Refusal(None, say("Choose a ToT event of this module."), ("coordinator",))])
    if activity.state is ActivityState.VOID:
        raise Refused([Refusal(None, say("This ToT event is void."), ("coordinator",))])
    if all(entry.certification_id != certification.id for entry in activity.roster):
        activity.roster.append(new_entry(certification))
        session.flush()


def _kind(kind: str) -> ActivityKind:
    try:
        return ActivityKind(kind)
    except ValueError as error:
        raise InvalidFacts({"kind": [say("Choose one of the options.")]}) from error


def _place(
    kind: ActivityKind,
    cohort: Cohort | None,
    certification: Certification | None,
    module: str | None,
    country: str | None,
) -> _Place:
    if kind is ActivityKind.TOT_EVENT:
        if not module:
            raise InvalidFacts({"module": [say("Choose one of the options.")]})
        if not country or not is_country(country):
            raise InvalidFacts({"country": [say("Choose one of the options.")]})
        return _Place(module, country)
    if kind in LOG_KINDS:
        if certification is None:
            raise InvalidFacts({"certification": [say("Choose one of the entries.")]})
        return _Place(certification.module, certification.country, certification=certification)
    if cohort is None:
        raise InvalidFacts({"cohort": [say("Choose one of the entries.")]})
    return _Place(cohort.module, cohort.country, cohort=cohort)


def _shell(kind: ActivityKind, place: _Place, actor: Actor) -> Activity:
    """The row without its fields; relations are set quietly, for it joins the session last."""
    activity = Activity(
        kind=kind,
        state=ActivityState.NEW,
        module=place.module,
        country=place.country,
        cohort_id=place.cohort.id if place.cohort else None,
        certification_id=place.certification.id if place.certification else None,
        created_by_id=actor.id,
        people=[],
        roster=[],
    )
    set_committed_value(activity, "cohort", place.cohort)
    set_committed_value(activity, "certification", place.certification)
    return activity


def _take(session: Session, activity: Activity, cleaned: dict[str, Any], edition: Edition, on: date) -> None:
    """Check what the fields point at and put them on the row. Raises InvalidFacts, Refused."""
    roster = roster_certifications(session, cleaned)
    errors = reference_errors(session, activity, cleaned, roster, edition)
    errors = errors or attendance_errors(cleaned, on)
    if errors:
        raise InvalidFacts(errors)
    changed = changed_entries(activity, cleaned.get("roster", []))
    _stop(roster_refusals(tuple(roster[id] for id in changed)))
    apply(activity, cleaned, roster)


def _stop(refusals: Iterable[Refusal]) -> None:
    reasons = tuple(refusals)
    if reasons:
        raise Refused(reasons)


def not_editable(activity: Activity) -> Refusal:
    """Why the facts cannot be changed in this state, and who can open them again."""
    return Refusal(
        None,
        say(
            "The facts cannot be changed while the state is “{state}”.",
            state=STATE_WORDS[activity.state.value],
        ),
    )


def _check_rights(actor: Actor, activity: Activity, on: date, *, see: str) -> None:
    if fits(actor, ENTERED_BY, activity, on):
        return
    seen = activity.cohort or activity.certification if activity.state is ActivityState.NEW else activity
    if not may(actor, see, seen, on):
        raise NotVisible("edit")
    raise Forbidden("edit")


def _see(place: _Place) -> str:
    return "cohort.see" if place.cohort else "certification.see"


def _concerned_cases(session: Session, place: _Place, fields: Mapping[str, Any]) -> list[str]:
    if place.cohort is not None:
        return [one.case_id for one in cohort_certifications(session, place.cohort)]
    return _named_cases(session, fields)


def _named_cases(session: Session, fields: Mapping[str, Any]) -> list[str]:
    """The case files of the certifications that a typed roster names, whatever else is wrong with it."""
    rows = fields.get("roster")
    if not isinstance(rows, list):
        return []
    ids = [row.get("certification") for row in rows if isinstance(row, Mapping)]
    named = select(CaseFile.id).join(Certification, Certification.case_id == CaseFile.id)
    return list(session.scalars(named.where(Certification.id.in_([i for i in ids if isinstance(i, str)]))))
