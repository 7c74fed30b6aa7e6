"""What will be said to the roles that somebody has, as far as the sweep would say it to them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, joinedload

from certify.models import CaseFile, Certification, Cohort, DuePoint
from certify.models.record import UNPLANNED
from certify.policy import Actor
from certify.queries.sight import Column, reached_by
from certify.reminders.foreseeing import Foreseen, of_cohorts
from certify.reminders.planned_ahead import told_to_role
from certify.reminders.sweep_roles import Readers
from certify.scheme.rules.reminding import LOOK_AGAIN
from certify.scheme.words import RoleName

FOR_DAYS = 90
MOST = 20  # points, the next ones, of which it is asked who would be told

Said = tuple[DuePoint, Foreseen, Certification]


def ahead_by_role(session: Session, actor: Actor, at: datetime) -> tuple[Said, ...]:
    """What comes next to the actor's roles, of cases whose plan is of now, each with its certification."""
    readers = Readers(session, at, only=actor.id)
    points = sorted((*_in_cases(session, actor, at), *_in_cohorts(session, actor, at)), key=_in_order)
    found = ((point, _about(session, point)) for point in points[:MOST] if readers.tells(point))
    return tuple(
        (point, said, case)
        for point, case in found
        if case is not None and (said := told_to_role(session, point, case, at)) is not None
    )


def _in_order(point: DuePoint) -> tuple[datetime, str]:
    return point.due_at, point.id


def _in_cases(session: Session, actor: Actor, at: datetime) -> Iterator[DuePoint]:
    rows = select(DuePoint).join(Certification, Certification.id == DuePoint.certification_id)
    yield from session.scalars(_next(rows, actor, at, Certification.module, Certification.country))


def _in_cohorts(session: Session, actor: Actor, at: datetime) -> Iterator[DuePoint]:
    rows = select(DuePoint).join(Cohort, Cohort.case_id == DuePoint.case_id)
    rows = rows.where(DuePoint.certification_id.is_(None))
    yield from session.scalars(_next(rows, actor, at, Cohort.module, Cohort.country))


def _next(rows: Select[Any], actor: Actor, at: datetime, module: Column, country: Column) -> Select[Any]:
    changed = exists().where(CaseFile.id == DuePoint.case_id, UNPLANNED)
    asked = rows.where(
        DuePoint.settled_at.is_(None),
        DuePoint.due_at > at,
        DuePoint.due_at <= at + timedelta(days=FOR_DAYS),
        DuePoint.reminder != LOOK_AGAIN,
        _in_roles(actor, at, module, country),
        ~changed,
    )
    return asked.order_by(DuePoint.due_at, DuePoint.id).limit(MOST)


def _in_roles(actor: Actor, at: datetime, module: Column, country: Column) -> ColumnElement[bool]:
    """Said to a role that the actor has where the case is."""
    held: set[RoleName] = {grant.role for grant in actor.grants}
    return or_(
        false(),
        *(
            and_(
                DuePoint.recipient_role == role,
                reached_by(actor, frozenset({role}), at.date(), module=module, country=country),
            )
            for role in sorted(held)
        ),
    )


def _about(session: Session, point: DuePoint) -> Certification | None:
    """The certification that a point is about; of a cohort that of one of its trainers."""
    asked = select(Certification).where(Certification.id == point.certification_id)
    if point.certification_id is None:
        asked = of_cohorts(Certification).where(Cohort.case_id == point.case_id).order_by(Certification.id)
    return session.scalars(asked.options(joinedload(Certification.holder)).limit(1)).first()
