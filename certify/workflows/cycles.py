"""The cohorts of a certification's holder, with what happened in them, as the values that rules judge."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    ActivityPerson,
    Certification,
    Cohort,
    CohortEnterprise,
    CohortTrainer,
    Enterprise,
)
from certify.models.store import rows_of
from certify.scheme.evidence import Attendance, Cycle, Day, Happening, Member
from certify.scheme.words import ActivityKind, ConsentLevel

WITH_TRAINERS = (ActivityKind.WORKSHOP, ActivityKind.VISIT)

_COHORTS = (
    select(
        Cohort.id,
        Cohort.name,
        Cohort.variant,
        Enterprise.id.label("enterprise_id"),
        Enterprise.name.label("enterprise_name"),
        Enterprise.size,
        Enterprise.consent,
    )
    .join(CohortTrainer, CohortTrainer.cohort_id == Cohort.id)
    .outerjoin(CohortEnterprise, CohortEnterprise.cohort_id == Cohort.id)
    .outerjoin(Enterprise, Enterprise.id == CohortEnterprise.enterprise_id)
    .where(CohortTrainer.person_id == bindparam("holder"), Cohort.module == bindparam("module"))
    .order_by(Cohort.created_at, Cohort.id, Enterprise.name)
)
_TOOK_PART = (
    select(ActivityPerson.activity_id)
    .where(ActivityPerson.activity_id == Activity.id, ActivityPerson.person_id == bindparam("holder"))
    .exists()
)
_HAPPENED = (
    select(
        Activity.id,
        Activity.cohort_id,
        Activity.kind,
        Activity.state,
        Activity.held_on,
        Activity.last_on,
        Activity.enterprise_id,
        Activity.purpose,
        Activity.facts,
    )
    .where(
        Activity.cohort_id.in_(bindparam("cohorts", expanding=True)),
        or_(Activity.kind.not_in(WITH_TRAINERS), _TOOK_PART),
    )
    .order_by(Activity.held_on, Activity.id)
)


class _Enterprise(NamedTuple):
    id: str
    name: str
    size: int
    consent: ConsentLevel


def cycles_of(session: Session, certification: Certification) -> tuple[Cycle, ...]:
    """The holder's cohorts of the module, with what they took part in.

    Workshops and visits name their trainers; the rest belongs to every trainer of the cohort.
    """
    holder = certification.holder_id
    found = rows_of(session, _COHORTS, holder=holder, module=certification.module)
    if not found:
        return ()
    cohorts = [list(rows) for _, rows in groupby(found, key=lambda row: row.id)]
    ids = [rows[0].id for rows in cohorts]
    happened = rows_of(session, _HAPPENED, cohorts=ids, holder=holder)
    return tuple(cycle_of(rows[0], _enterprises(rows), happened) for rows in cohorts)


def _enterprises(rows: Iterable[Any]) -> Iterator[_Enterprise]:
    """Those of one cohort; a cohort without any has one row without one."""
    for row in rows:
        if row.enterprise_id is not None:
            yield _Enterprise(row.enterprise_id, row.enterprise_name, row.size, row.consent)


def cycle_of(cohort: Any, enterprises: Iterable[Any], happened: Iterable[Any]) -> Cycle:
    """One cohort with its enterprises and those of the activities that are its own; rows or objects."""
    return Cycle(
        cohort=cohort.id,
        name=cohort.name,
        variant=cohort.variant,
        enterprises=tuple(
            Member(one.id, one.name, one.size, one.consent is not ConsentLevel.NONE) for one in enterprises
        ),
        happenings=tuple(_happening(one) for one in happened if one.cohort_id == cohort.id),
    )


def _happening(activity: Any) -> Happening:
    facts = activity.facts
    feedback = facts.get("feedback") or {}
    return Happening(
        id=activity.id,
        kind=activity.kind,
        state=activity.state,
        held_on=activity.held_on,
        last_on=activity.last_on,
        days=days_of(facts),
        enterprise=activity.enterprise_id,
        enterprises=tuple(facts.get("enterprises") or ()),
        purpose=activity.purpose,
        manager_interviewed=bool(facts.get("manager_interviewed")),
        worker_interviewed=bool(facts.get("worker_interviewed")),
        attendance=tuple(
            Attendance(row["enterprise"], row["role"], row["sex"], int(row["n"]))
            for row in facts.get("attendance") or ()
        ),
        feedback_asked=int(feedback.get("asked") or 0),
        feedback_answers=tuple(int(answer) for answer in feedback.get("answers") or ()),
    )


def days_of(facts: dict[str, Any]) -> tuple[Day, ...]:
    """The days of an activity with several, as its facts name them."""
    return tuple(
        Day(date.fromisoformat(day["on"]), Decimal(str(day["hours"]))) for day in facts.get("days") or ()
    )
