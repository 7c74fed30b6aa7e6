"""The certifications that an actor may see, found by state, module, country and name, page by page."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, union
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import (
    Activity,
    ActivityPerson,
    Affiliation,
    Assessment,
    Certification,
    Person,
    PersonKey,
    RosterEntry,
)
from certify.policy import Actor, may
from certify.queries.finding import found_by_name, found_ids
from certify.queries.paging import PAGE, Narrowed, Page, read_page
from certify.queries.sight import scopes_of
from certify.queries.sorting import Sorting, by, by_country, by_name_of, by_progress
from certify.scheme.words import ActivityState, AssessmentState, CertificationState, RoleName
from certify.workflows.dossier import day_of

LOOKING_ROLES = frozenset(
    {RoleName.COORDINATOR, RoleName.MASTER_TRAINER, RoleName.QA_REVIEWER, RoleName.AUDITOR}
)

SORTING = Sorting(
    Certification.id,
    {
        "name": by_name_of(PersonKey, Certification.holder_id),
        "module": by(Certification.module),
        "country": by_country(Certification.country),
        "state": by_progress(Certification.state, CertificationState),
        "since": by(Certification.state_since, latest_first=True),
    },
    "-since",
)


def sorting(filters: "Filters") -> Sorting:
    """How the list can be sorted; whoever looks for a name finds the cases by name."""
    if not filters.name.strip():
        return SORTING
    named = found_by_name(PersonKey, Certification.holder_id, filters.name)
    return replace(SORTING, columns={**SORTING.columns, "name": named}, default="name")


@dataclass(frozen=True)
class Filters(Narrowed):
    """What a list of cases is narrowed by; they stay in the address. Empty means any."""

    name: str = ""
    state: str = ""
    module: str = ""
    country: str = ""


def certification_page(
    session: Session,
    actor: Actor,
    at: datetime,
    filters: Filters,
    *,
    sort: str = "",
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Certification]:
    """The cases that the actor may see, the latest moved first unless they are sorted otherwise."""
    asked, order = sorting(filters).applied(_narrowed(select(Certification), filters), sort)
    arms = _arms(actor, at.date())
    if order.name.removeprefix("-") == "name":
        # Told so that SQLite reads the names in their order, and asks of each whether it may be shown.
        asked, arms = asked.where(case((or_(*arms), 1), else_=0) == 1), ()
    elif filters.name:
        asked = asked.where(Certification.holder_id.in_(found_ids(PersonKey, filters.name)))
    return read_page(
        session,
        with_readers(asked),
        order=order,
        arms=arms,
        cursor=cursor,
        allowed=lambda one: may(actor, "certification.see", one, day_of(one, at)),
        limit=limit,
    )


def countries_seen(session: Session, actor: Actor, at: datetime) -> frozenset[str]:
    """The countries of the cases that concern the actor, to choose from."""
    asked = select(Certification.country).where(concerns(actor, at.date())).distinct()
    return frozenset(session.scalars(asked))


def with_readers(asked: Select[Any]) -> Select[Any]:
    """The same query, with everything that the policy and a line of the list read in few queries."""
    return asked.options(
        joinedload(Certification.holder).selectinload(Person.affiliations),
        selectinload(Certification.assessments),
        selectinload(Certification.roster_entries)
        .joinedload(RosterEntry.activity)
        .selectinload(Activity.people),
    )


def concerns(actor: Actor, on: date) -> ColumnElement[bool]:
    """About what the actor may see; the policy, on the case's own day, has the last word.

    A day earlier and later are let in too, for the case's day may differ from ours by one.
    """
    return or_(*_arms(actor, on))


def _arms(actor: Actor, on: date) -> tuple[ColumnElement[bool], ...]:
    """The actor's own cases, and what each of their grants reaches."""
    around = _around(on)
    reached = scopes_of(
        actor, LOOKING_ROLES, around, module=Certification.module, country=Certification.country
    )
    return (Certification.id.in_(_own(actor, around)), *reached)


def _around(on: date) -> tuple[date, ...]:
    return (on - timedelta(days=1), on, on + timedelta(days=1))


def own_ids(actor: Actor, on: date) -> Select[Any]:
    """The ids of the cases that the actor has a part in, whatever their roles reach beside."""
    return _own(actor, _around(on))


def _own(actor: Actor, around: tuple[date, ...]) -> Select[Any]:
    """The ids of the cases that the actor has a part in; each arm reads an index."""
    mine = select(Certification.id)
    arms = [
        mine.where(Certification.holder_id == actor.id),
        mine.where(Certification.supervisor_id == actor.id),
        select(Assessment.certification_id).where(
            Assessment.assessor_id == actor.id, Assessment.state != AssessmentState.VOID
        ),
        select(RosterEntry.certification_id)
        .join(Activity)
        .join(ActivityPerson)
        .where(ActivityPerson.person_id == actor.id, Activity.state != ActivityState.VOID),
    ]
    providers = frozenset[str]().union(*(actor.provides_for(on=day) for day in around))
    if providers:
        arms += _of_providers(providers, around)
    found = union(*arms).subquery()
    return select(found.c.id)


def _of_providers(organisations: Iterable[str], around: tuple[date, ...]) -> list[Select[Any]]:
    ours = sorted(organisations)
    # An unconfirmed nomination is not seen: it would tell whom an address belongs to.
    theirs = select(Certification.id).where(
        or_(
            Certification.state != CertificationState.DRAFT,
            Certification.nominated_by_id.is_(None),
            Certification.nomination_confirmed_at.is_not(None),
        )
    )
    return [
        theirs.where(Certification.nominating_organisation_id.in_(ours)),
        theirs.join(Affiliation, Affiliation.person_id == Certification.holder_id).where(
            Affiliation.organisation_id.in_(ours),
            Affiliation.from_on <= around[-1],
            or_(Affiliation.until_on.is_(None), Affiliation.until_on >= around[0]),
        ),
    ]


def _narrowed(asked: Select[Any], filters: Filters) -> Select[Any]:
    if filters.state in set(CertificationState):
        asked = asked.where(Certification.state == CertificationState(filters.state))
    if filters.module:
        asked = asked.where(Certification.module == filters.module)
    if filters.country:
        asked = asked.where(Certification.country == filters.country)
    return asked


def open_case_of(session: Session, person_id: str, module: str) -> Certification | None:
    """The person's case for a module that is neither declined nor closed, the latest first."""
    return session.scalars(
        select(Certification)
        .where(
            Certification.holder_id == person_id,
            Certification.module == module,
            Certification.state.not_in(CLOSED),
        )
        .order_by(Certification.state_since.desc())
    ).first()


CLOSED = (
    CertificationState.DECLINED,
    CertificationState.REFUSED,
    CertificationState.WITHDRAWN,
    CertificationState.RETIRED,
    CertificationState.LEFT,
)


def cases_of(session: Session, person_id: str) -> tuple[Certification, ...]:
    """Everything that a person applied for or holds, the latest moved first."""
    return tuple(
        session.scalars(
            select(Certification)
            .where(Certification.holder_id == person_id)
            .order_by(Certification.state_since.desc(), Certification.id)
            .limit(50)
        )
    )


def count_in_state(session: Session, condition: ColumnElement[bool]) -> int:
    """How many certifications fit a condition."""
    return session.scalar(select(func.count()).select_from(Certification).where(condition)) or 0


__all__ = [
    "CLOSED",
    "Filters",
    "cases_of",
    "certification_page",
    "concerns",
    "count_in_state",
    "countries_seen",
    "open_case_of",
    "sorting",
    "with_readers",
]
