"""Lists that only programs read: every activity, every assessment, the people of a service provider."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, union
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import (
    Activity,
    ActivityPerson,
    Affiliation,
    Assessment,
    Certification,
    Cohort,
    CohortTrainer,
    Person,
    PersonKey,
    RoleGrant,
    RosterEntry,
)
from certify.policy import Actor, may
from certify.queries.activities import LOOKING_ROLES
from certify.queries.finding import by_name, owners_page
from certify.queries.paging import PAGE, Order, Page, read_page
from certify.queries.people import PEOPLE, REGISTRARS
from certify.queries.sight import reached_by, scopes_of
from certify.scheme.words import AssessmentState, RoleName
from certify.workflows.activity import day_of
from certify.workflows.activity_people import GRANTED_STATES
from certify.workflows.engine import workflow_of
from certify.workflows.grants import in_force


@dataclass(frozen=True)
class ActivityFilters:
    """What the list of activities is narrowed by; empty means any."""

    kind: str = ""
    state: str = ""
    cohort: str = ""
    module: str = ""
    country: str = ""


def activities_page(
    session: Session,
    actor: Actor,
    at: datetime,
    filters: ActivityFilters,
    *,
    cursor: str | None,
    limit: int = PAGE,
) -> Page[Activity]:
    """The activities that the actor may see, the latest day first."""
    asked = select(Activity).options(
        joinedload(Activity.cohort).selectinload(Cohort.trainers),
        joinedload(Activity.certification),
        selectinload(Activity.roster).joinedload(RosterEntry.certification),
        selectinload(Activity.assessments),
    )
    wanted = {
        Activity.kind: filters.kind,
        Activity.state: filters.state,
        Activity.cohort_id: filters.cohort,
        Activity.module: filters.module,
        Activity.country: filters.country,
    }
    days = _around(at)
    reached = scopes_of(actor, LOOKING_ROLES, days, module=Activity.module, country=Activity.country)
    return read_page(
        session,
        _narrowed(asked, wanted),
        order=Order(Activity.held_on, Activity.id, descending=True),
        cursor=cursor,
        allowed=lambda one: may(actor, "activity.see", one, day_of(one, at)),
        limit=limit,
        arms=(Activity.id.in_(_own_activities(actor, days)), *reached),
    )


def _narrowed(asked: Select[Any], wanted: Mapping[Any, str]) -> Select[Any]:
    """The same query for the rows whose columns hold what is wanted of them; empty: anything."""
    return asked.where(*(column == value for column, value in wanted.items() if value))


def _own_activities(actor: Actor, days: Iterable[date]) -> Select[Any]:
    """The activities that the actor has a part in, whatever their roles reach beside."""
    provided = {one for on in days for one in actor.provides_for(on=on)}
    cases = select(Certification.id).where(Certification.holder_id == actor.id)
    trained = select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == actor.id)
    cohorts = select(Cohort.id).where(
        or_(
            Cohort.supervisor_id == actor.id,
            Cohort.created_by_id == actor.id,
            Cohort.organisation_id.in_(provided),
            Cohort.id.in_(trained),
        )
    )
    mine = select(Activity.id)
    observed = select(Assessment.activity_id).where(
        Assessment.assessor_id == actor.id,
        Assessment.activity_id.is_not(None),
        Assessment.state != AssessmentState.VOID,
    )
    arms = [
        select(ActivityPerson.activity_id).where(ActivityPerson.person_id == actor.id),
        select(RosterEntry.activity_id).where(RosterEntry.certification_id.in_(cases)),
        mine.where(Activity.cohort_id.in_(cohorts)),
        mine.where(Activity.certification_id.in_(cases)),
        mine.where(Activity.created_by_id == actor.id),
        mine.where(Activity.enterprise_id.in_(actor.contact_of)),
        observed,
    ]
    return select(union(*arms).subquery().c[0])


@dataclass(frozen=True)
class AssessmentFilters:
    """What the list of assessments is narrowed by; empty means any."""

    kind: str = ""
    state: str = ""
    certification: str = ""
    activity: str = ""


def assessments_page(
    session: Session,
    actor: Actor,
    at: datetime,
    filters: AssessmentFilters,
    *,
    cursor: str | None,
    limit: int = PAGE,
) -> Page[Assessment]:
    """The assessments that the actor may see, the last assigned first."""
    asked = (
        select(Assessment)
        .join(Assessment.certification)
        .options(joinedload(Assessment.certification).selectinload(Certification.assessments))
    )
    wanted = {
        Assessment.kind: filters.kind,
        Assessment.state: filters.state,
        Assessment.certification_id: filters.certification,
        Assessment.activity_id: filters.activity,
    }
    reached = scopes_of(
        actor, LOOKING_ROLES, _around(at), module=Certification.module, country=Certification.country
    )
    return read_page(
        session,
        _narrowed(asked, wanted),
        order=Order(Assessment.created_at, Assessment.id, descending=True),
        cursor=cursor,
        allowed=lambda one: may(actor, "assessment.see", one, workflow_of(one).day(one, at)),
        limit=limit,
        arms=(_own_assessment(actor), *reached),
    )


def _own_assessment(actor: Actor) -> ColumnElement[bool]:
    """Own sheets, those of own cases and of supervised ones, and a fellow observer's of the same event."""
    other = select(Assessment.activity_id).where(
        Assessment.assessor_id == actor.id, Assessment.activity_id.is_not(None)
    )
    cases = select(Certification.id).where(
        or_(Certification.holder_id == actor.id, Certification.supervisor_id == actor.id)
    )
    return or_(
        Assessment.assessor_id == actor.id,
        Assessment.certification_id.in_(cases),
        Assessment.activity_id.in_(other),
    )


def readers_people_page(
    session: Session, actor: Actor, on: date, *, search: str = "", cursor: str | None, limit: int = PAGE
) -> Page[Person]:
    """The people whom the actor may read of, by name: a service provider's coordinator, the own staff."""
    reached = reached_by(actor, REGISTRARS, on, module=None, country=PersonKey.country)
    asked = by_name(PersonKey, search).where(or_(reached, PersonKey.owner_id.in_(_staff(actor, on))))
    whole = joinedload(PersonKey.owner)
    asked, order = PEOPLE.applied(asked.options(whole.selectinload(Person.affiliations)), "")
    return owners_page(
        session,
        asked,
        order=order,
        cursor=cursor,
        allowed=lambda person: may(actor, "person.read", person, on),
        limit=limit,
    )


def _staff(actor: Actor, on: date) -> Select[Any]:
    return select(Affiliation.person_id).where(
        Affiliation.organisation_id.in_(actor.provides_for(on=on)),
        Affiliation.from_on <= on,
        or_(Affiliation.until_on.is_(None), Affiliation.until_on >= on),
    )


def own_granted(session: Session, person_id: str) -> str | None:
    """The person's one certification that was granted; None where there are none or several."""
    found = session.scalars(
        select(Certification.id)
        .where(Certification.holder_id == person_id, Certification.state.in_(sorted(GRANTED_STATES)))
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def tot_place(session: Session, roster: Any, facilitators: Any, on: date) -> dict[str, str]:
    """Module and country of a ToT event, as far as those on its roster, or who lead it, agree on them."""
    rows = roster if isinstance(roster, list) else []
    cases = _ids(row.get("certification") for row in rows if isinstance(row, dict))
    leaders = _ids(facilitators if isinstance(facilitators, list) else [])
    trained = select(Certification.id, Certification.module, Certification.country).where(
        Certification.id.in_(cases)
    )
    leading = select(RoleGrant.person_id, RoleGrant.module, RoleGrant.country).where(
        RoleGrant.person_id.in_(leaders), RoleGrant.role == RoleName.EXPERT_TRAINER, in_force(on)
    )
    told: list[Any] = [*session.execute(trained)] or [*session.execute(leading)]
    agreed = {"module": _in_common(told, 1), "country": _in_common(told, 2)}
    return {name: found.pop() for name, found in agreed.items() if len(found) == 1}


def _in_common(rows: Iterable[Any], column: int) -> set[str]:
    """What is the same for everybody; a status for all modules or countries fits every one."""
    each: dict[str, set[str | None]] = {}
    for row in rows:
        each.setdefault(row[0], set()).add(row[column])
    bound = [{one for one in found if one is not None} for found in each.values() if None not in found]
    return set.intersection(*bound) if bound else set()


def _ids(values: Iterable[Any]) -> list[str]:
    return [one for one in values if isinstance(one, str)][:100]


def _around(at: datetime) -> tuple[date, ...]:
    """A day earlier and later are let in too, for the thing's own day may differ from ours by one."""
    on = at.date()
    return (on - timedelta(days=1), on, on + timedelta(days=1))
