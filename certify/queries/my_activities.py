"""What a person took part in, across all cohorts and cases: with its state, and counted or why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from certify.models import (
    Activity,
    ActivityPerson,
    Certification,
    Cohort,
    CohortTrainer,
    EnterpriseKey,
    RosterEntry,
)
from certify.policy import Actor, may
from certify.queries.paging import PAGE, Narrowed, Page, read_page
from certify.queries.sorting import Sorting, by, by_name_of, by_progress, by_words
from certify.scheme.evidence import Counted
from certify.scheme.words import ActivityKind, ActivityState
from certify.workflows.certification import counted_of

SORTING = Sorting(
    Activity.id,
    {
        "activity": by_words(Activity.kind, ActivityKind),
        "day": by(Activity.held_on, latest_first=True),
        "enterprise": by_name_of(EnterpriseKey, Activity.enterprise_id, nullable=True),
        "state": by_progress(Activity.state, ActivityState),
    },
    "-day",
)
NAMING_TRAINERS = (ActivityKind.WORKSHOP, ActivityKind.VISIT)


@dataclass(frozen=True)
class Filters(Narrowed):
    """What the list is narrowed by; empty means any. `counts` is yes or no."""

    kind: str = ""
    state: str = ""
    module: str = ""
    counts: str = ""


def part_in(person_id: str) -> ColumnElement[bool]:
    """Activities that a person is part of: named in them, on their roster, or of their cohort.

    Workshops and visits name their trainers; the rest belongs to every trainer of the cohort.
    """
    named = select(ActivityPerson.activity_id).where(ActivityPerson.person_id == person_id)
    cohorts = select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == person_id)
    cases = select(Certification.id).where(Certification.holder_id == person_id)
    attended = select(RosterEntry.activity_id).where(RosterEntry.certification_id.in_(cases))
    return or_(
        Activity.id.in_(named),
        Activity.id.in_(attended),
        and_(Activity.cohort_id.in_(cohorts), Activity.kind.not_in(NAMING_TRAINERS)),
        Activity.certification_id.in_(cases),
    )


def verdicts_of(
    session: Session, cases: tuple[Certification, ...], at: datetime
) -> Mapping[str, list[tuple[Certification, Counted]]]:
    """For each activity the cases that it could count for, and whether it does."""
    found: dict[str, list[tuple[Certification, Counted]]] = {}
    for case in cases:
        if case.recognised_source is None:
            for one in counted_of(session, case, at):
                found.setdefault(one.activity, []).append((case, one))
    return found


def activity_page(
    session: Session,
    actor: Actor,
    on: date,
    filters: Filters,
    verdicts: Mapping[str, list[tuple[Certification, Counted]]],
    *,
    sort: str = "",
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Activity]:
    """One page of the actor's own activities, the latest day first unless they are sorted otherwise."""
    asked = select(Activity).where(part_in(actor.id))
    if filters.kind:
        asked = asked.where(Activity.kind == ActivityKind(filters.kind))
    if filters.state:
        asked = asked.where(Activity.state == ActivityState(filters.state))
    if filters.module:
        asked = asked.where(Activity.module == filters.module)
    if filters.counts:
        counting = [id for id, told in verdicts.items() if any(one.counted for _, one in told)]
        wanted = Activity.id.in_(counting)
        asked = asked.where(wanted if filters.counts == "yes" else ~wanted)
    asked, order = SORTING.applied(asked, sort)
    return read_page(
        session,
        asked.options(
            joinedload(Activity.cohort).selectinload(Cohort.trainers),
            joinedload(Activity.enterprise),
            selectinload(Activity.roster).joinedload(RosterEntry.certification),
        ),
        order=order,
        cursor=cursor,
        allowed=lambda one: may(actor, "activity.see", one, on),
        limit=limit,
    )
