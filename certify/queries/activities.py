"""Activities as their pages show them: the ToT events an actor may see, and one activity's history."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import Activity, ActivityPerson, Assessment, Certification, RosterEntry, StoredFile
from certify.policy import Actor, may
from certify.queries.paging import Page, read_page
from certify.queries.sight import reached_by
from certify.queries.sorting import Sorting, by, by_country, by_progress
from certify.scheme.words import ActivityKind, ActivityState, AssessmentState, RoleName
from certify.workflows.activity_rules import waits_for
from certify.workflows.activity_store import fields_of

LOOKING_ROLES = frozenset(
    {RoleName.COORDINATOR, RoleName.MASTER_TRAINER, RoleName.QA_REVIEWER, RoleName.AUDITOR}
)

SORTING = Sorting(
    Activity.id,
    {
        "module": by(Activity.module),
        "day": by(Activity.held_on, latest_first=True),
        "country": by_country(Activity.country),
        "state": by_progress(Activity.state, ActivityState),
    },
    "-day",
)


def tot_event_page(
    session: Session,
    actor: Actor,
    on: date,
    *,
    module: str = "",
    country: str = "",
    sort: str = "",
    cursor: str | None = None,
) -> Page[Activity]:
    """The ToT events that the actor may see, the latest day first unless they are sorted otherwise."""
    asked = select(Activity).where(Activity.kind == ActivityKind.TOT_EVENT, _concerns(actor, on))
    if module:
        asked = asked.where(Activity.module == module)
    if country:
        asked = asked.where(Activity.country == country)
    asked, order = SORTING.applied(asked, sort)
    return read_page(
        session,
        asked.options(
            selectinload(Activity.people).joinedload(ActivityPerson.person),
            selectinload(Activity.roster).joinedload(RosterEntry.certification),
        ),
        order=order,
        cursor=cursor,
        allowed=lambda event: may(actor, "activity.see", event, on),
    )


def _concerns(actor: Actor, on: date) -> ColumnElement[bool]:
    facilitated = select(ActivityPerson.activity_id).where(ActivityPerson.person_id == actor.id)
    attended = (
        select(RosterEntry.activity_id)
        .join(Certification, Certification.id == RosterEntry.certification_id)
        .where(Certification.holder_id == actor.id)
    )
    return or_(
        Activity.created_by_id == actor.id,
        Activity.id.in_(facilitated),
        Activity.id.in_(attended),
        reached_by(actor, LOOKING_ROLES, on, module=Activity.module, country=Activity.country),
    )


def roster_of(session: Session, activity: Activity, actor: Actor, on: date) -> tuple[RosterEntry, ...]:
    """The roster by name; a candidate sees the own line only."""
    entries = session.scalars(
        select(RosterEntry)
        .where(RosterEntry.activity_id == activity.id)
        .options(
            joinedload(RosterEntry.certification).joinedload(Certification.holder),
            joinedload(RosterEntry.certification).selectinload(Certification.waivers),
        )
    )
    seen = [entry for entry in entries if may(actor, "certification.see", entry.certification, on)]
    return tuple(sorted(seen, key=lambda entry: (entry.certification.holder.name, entry.id)))


def kept_files(session: Session, activity: Activity) -> tuple[StoredFile, ...]:
    """The files of an activity that nobody removed, in the order of their upload."""
    return tuple(
        session.scalars(
            select(StoredFile)
            .where(StoredFile.activity_id == activity.id, StoredFile.removed_at.is_(None))
            .order_by(StoredFile.uploaded_at, StoredFile.id)
        )
    )


def observations_of(session: Session, activity: Activity, actor: Actor, on: date) -> tuple[Assessment, ...]:
    """The observations of an activity that the actor may see; void ones are left out."""
    rows = session.scalars(
        select(Assessment)
        .where(Assessment.activity_id == activity.id, Assessment.state != AssessmentState.VOID)
        .order_by(Assessment.created_at, Assessment.id)
        .options(
            joinedload(Assessment.assessor),
            joinedload(Assessment.certification).joinedload(Certification.holder),
            joinedload(Assessment.certification).selectinload(Certification.assessments),
        )
    )
    return tuple(row for row in rows if may(actor, "assessment.see", row, on))


def editing_action(activity: Activity) -> str:
    """The action of the policy that correcting an activity asks for."""
    return "tot_event.edit" if activity.kind is ActivityKind.TOT_EVENT else "activity.edit"


def phase(activity: Activity, on: date, *, day: date | None = None) -> str:
    """The state as people say it: an open activity reads planned or held, by its first day or one of them."""
    if activity.state is not ActivityState.OPEN:
        return str(activity.state)
    return "planned" if (day or activity.held_on) > on else "held"


def told_of(activity: Activity) -> dict[str, Any]:
    """What was entered about an activity, as the macro `facts_of` takes it."""
    enterprises = activity.cohort.enterprises if activity.cohort else ()
    return {
        "fields": fields_of(activity),
        "days": days_of(activity),
        "names": {one.id: one.name for one in enterprises},
        "waits_for": waits_for(activity),
    }


def days_of(activity: Activity) -> tuple[tuple[date, str], ...]:
    """The days of an event or workshop with their hours."""
    return tuple((date.fromisoformat(day["on"]), day["hours"]) for day in activity.facts.get("days", ()))
