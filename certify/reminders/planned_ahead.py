"""What one person will be told in several cases, read from the rows of plans that are of now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from certify.models import CaseFile, Certification, Cohort, DuePoint, Person
from certify.models.record import UNPLANNED
from certify.reminders.foreseeing import STOPPED_BY, Foreseen, of_cohorts
from certify.reminders.texts import subject_of
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.rules.reminding import LOOK_AGAIN
from certify.scheme.types import Edition
from certify.workflows.case_terms import edition_of
from certify.workflows.editions import edition_in_force


class _Plan(NamedTuple):
    """A file whose rows speak in a case, its own or a cohort's, and what stops each reminder there."""

    file: str
    stops: Mapping[str, str]


def planned_for(
    session: Session, person: Person, cases: Sequence[Certification], at: datetime
) -> dict[str, tuple[Foreseen, ...]]:
    """By certification, the same as `foreseen` says to that person, for those whose plan is of now.

    A fixed number of queries; what changed since it was planned is missing, and is to be planned live.
    """
    plans = _plans(session, cases, at)
    files = {one.file for each in plans.values() for one in each}
    stale, rows = _stale(session, files, at), _ahead(session, person, files, at)
    said = {id: [(row, one) for one in each for row in rows[one.file]] for id, each in plans.items()}
    return {
        id: tuple(sorted((_told(row, one, person.name) for row, one in said[id]), key=_in_order))
        for id, each in plans.items()
        if stale.isdisjoint(one.file for one in each)
        and all(row.reminder in one.stops for row, one in said[id])
    }


def told_to_role(session: Session, row: DuePoint, case: Certification, at: datetime) -> Foreseen | None:
    """What is said to a role; nothing if the edition has no such reminder any more."""
    edition = edition_of(session, case, at)
    if row.certification_id is None:  # a cohort's
        edition = edition_in_force(session, day_in(at, zone_of(case.country)))
    plan = _Plan(row.case_id, _stops(edition))
    return _told(row, plan, None) if row.reminder in plan.stops else None


def _in_order(one: Foreseen) -> tuple[datetime, str]:
    return one.due_at, one.kind


def _plans(session: Session, cases: Sequence[Certification], at: datetime) -> Mapping[str, list[_Plan]]:
    found = {case.id: [_Plan(case.case_id, _stops(edition_of(session, case, at)))] for case in cases}
    cohorts = of_cohorts(Certification.id, Cohort.case_id, Cohort.country)
    for id, file, country in session.execute(cohorts.where(Certification.id.in_(found)).order_by(Cohort.id)):
        edition = edition_in_force(session, day_in(at, zone_of(country)))
        found[id].append(_Plan(file, _stops(edition)))
    return found


def _stops(edition: Edition) -> Mapping[str, str]:
    return {one.id: one.stops_when for one in edition.reminders}


def _stale(session: Session, files: set[str], at: datetime) -> set[str]:
    """The files that changed since, or whose day to look again has come."""
    look_again = select(DuePoint.case_id).where(
        DuePoint.reminder == LOOK_AGAIN, DuePoint.settled_at.is_(None), DuePoint.due_at <= at
    )
    changed = select(CaseFile.id).where(CaseFile.id.in_(files), or_(UNPLANNED, CaseFile.id.in_(look_again)))
    return set(session.scalars(changed))


def _ahead(
    session: Session, person: Person, files: set[str], at: datetime
) -> Mapping[str, Sequence[DuePoint]]:
    """What is said to the person after an instant, by file."""
    asked = select(DuePoint).where(
        DuePoint.case_id.in_(files),
        DuePoint.recipient_id == person.id,
        DuePoint.settled_at.is_(None),
        DuePoint.due_at > at,
        DuePoint.reminder != LOOK_AGAIN,
    )
    found = defaultdict[str, list[DuePoint]](list)
    for row in session.scalars(asked.order_by(DuePoint.due_at, DuePoint.kind, DuePoint.thing_id)):
        found[row.case_id].append(row)
    return found


def _told(row: DuePoint, plan: _Plan, name: str | None) -> Foreseen:
    return Foreseen(
        kind=row.kind,
        subject=subject_of(row.kind, row.params),
        about_on=row.on,
        due_at=row.due_at,
        recipient=row.recipient_id,
        role=row.recipient_role,
        name=name,
        escalates=row.escalates,
        stopped_by=STOPPED_BY[plan.stops[row.reminder]],
        certification=row.certification_id,
        case_id=row.case_id,
    )
