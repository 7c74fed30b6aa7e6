"""Cohorts as their pages show them: the list that an actor may see, and one cycle at a glance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from certify.models import Activity, Certification, Cohort, CohortKey, CohortTrainer, Enterprise, PersonKey
from certify.policy import Actor, may
from certify.queries.activities import phase
from certify.queries.finding import found_ids
from certify.queries.paging import PAGE, Page, read_page
from certify.queries.sight import reached_by
from certify.queries.sorting import Sorting, by, by_country, by_name_of
from certify.scheme.evidence import Counted, Reason
from certify.scheme.rules.case import number
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState, RoleName, VisitPurpose
from certify.workflows.activity_people import cohort_certifications, concerned
from certify.workflows.certification import counted_of

LOOKING_ROLES = frozenset(
    {RoleName.COORDINATOR, RoleName.MASTER_TRAINER, RoleName.QA_REVIEWER, RoleName.AUDITOR}
)

SORTING = Sorting(
    Cohort.id,
    {
        "name": by_name_of(CohortKey, Cohort.id),
        "module": by(Cohort.module),
        "country": by_country(Cohort.country),
        "supervisor": by_name_of(PersonKey, Cohort.supervisor_id, nullable=True),
        "started": by(Cohort.created_at, latest_first=True),
    },
    "-started",
)


def cohort_page(
    session: Session,
    actor: Actor,
    on: date,
    *,
    module: str = "",
    country: str = "",
    name: str = "",
    sort: str = "",
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page[Cohort]:
    """The cohorts that the actor may see, newest first unless they are sorted otherwise."""
    asked = select(Cohort).where(_concerns(actor, on))
    if module:
        asked = asked.where(Cohort.module == module)
    if country:
        asked = asked.where(Cohort.country == country)
    if name:
        asked = asked.where(Cohort.id.in_(found_ids(CohortKey, name)))
    asked = asked.options(
        selectinload(Cohort.trainers), selectinload(Cohort.enterprises), selectinload(Cohort.supervisor)
    )
    asked, order = SORTING.applied(asked, sort)
    return read_page(
        session,
        asked,
        order=order,
        cursor=cursor,
        limit=limit,
        allowed=lambda cohort: may(actor, "cohort.see", cohort, on),
    )


def without_baseline(session: Session, cohort: Cohort) -> tuple[Enterprise, ...]:
    """The enterprises of a cohort for which no baseline stands, by name."""
    done = set(
        session.scalars(
            select(Activity.enterprise_id).where(
                Activity.cohort_id == cohort.id,
                Activity.kind == ActivityKind.BASELINE,
                Activity.state != ActivityState.VOID,
            )
        )
    )
    return tuple(one for one in cohort.enterprises if one.id not in done)


def cohort_size(edition: Edition, module: str, country: str) -> tuple[int, int]:
    """How many enterprises the edition wants in a cohort, from and to."""
    least = number(edition, "cohort_size_min", module=module, country=country)
    return int(least), int(number(edition, "cohort_size_max", module=module, country=country))


def _concerns(actor: Actor, on: date) -> ColumnElement[bool]:
    mine = select(CohortTrainer.cohort_id).where(CohortTrainer.person_id == actor.id)
    return or_(
        Cohort.supervisor_id == actor.id,
        Cohort.created_by_id == actor.id,
        Cohort.organisation_id.in_(actor.provides_for(on=on)),
        Cohort.id.in_(mine),
        reached_by(actor, LOOKING_ROLES, on, module=Cohort.module, country=Cohort.country),
    )


@dataclass(frozen=True)
class Verdict:
    """Whether an activity counts for one trainer's certification, and why not."""

    trainer: str
    counted: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Cell:
    """One activity of a cycle with what it counts for."""

    activity: Activity
    verdicts: tuple[Verdict, ...]

    @property
    def counted(self) -> bool:
        """Whether it counts for everybody whose certification may be seen."""
        return bool(self.verdicts) and all(verdict.counted for verdict in self.verdicts)


@dataclass(frozen=True)
class EnterpriseLine:
    """What happened with one enterprise in a cycle."""

    enterprise: Enterprise
    baselines: tuple[Cell, ...]
    workshops: tuple[Cell, ...]
    visits: tuple[Cell, ...]
    other_visits: tuple[Cell, ...]
    projects: tuple[Cell, ...]


@dataclass(frozen=True)
class Glance:
    """A whole cycle at a glance."""

    lines: tuple[EnterpriseLine, ...]
    workshops: tuple[Cell, ...]
    reports: tuple[Cell, ...]
    phases: Mapping[str, str]  # how each activity stands in a word, by id


def glance(session: Session, cohort: Cohort, actor: Actor, at: datetime, on: date) -> Glance:
    """The cycle enterprise by enterprise; void activities are left out, uncounted ones are not."""
    verdicts = _verdicts(session, cohort_certifications(session, cohort), actor, at, on)
    cells = [
        Cell(activity, verdicts.get(activity.id, ()))
        for activity in cohort.activities
        if activity.state is not ActivityState.VOID and may(actor, "activity.see", activity, on)
    ]
    workshops = _of(cells, ActivityKind.WORKSHOP)
    return Glance(
        lines=tuple(_line(enterprise, cells, workshops) for enterprise in cohort.enterprises),
        workshops=workshops,
        reports=_of(cells, ActivityKind.CYCLE_REPORT),
        phases={cell.activity.id: phase(cell.activity, on) for cell in cells},
    )


def _line(enterprise: Enterprise, cells: list[Cell], workshops: tuple[Cell, ...]) -> EnterpriseLine:
    own = [cell for cell in cells if cell.activity.enterprise_id == enterprise.id]
    visits = _of(own, ActivityKind.VISIT)
    return EnterpriseLine(
        enterprise=enterprise,
        baselines=_of(own, ActivityKind.BASELINE),
        workshops=tuple(
            cell for cell in workshops if enterprise.id in cell.activity.facts.get("enterprises", ())
        ),
        visits=tuple(v for v in visits if v.activity.purpose is VisitPurpose.CONSULTATION),
        other_visits=tuple(v for v in visits if v.activity.purpose is not VisitPurpose.CONSULTATION),
        projects=_of(own, ActivityKind.IMPROVEMENT_PROJECT),
    )


def _of(cells: list[Cell], kind: ActivityKind) -> tuple[Cell, ...]:
    return tuple(cell for cell in cells if cell.activity.kind is kind)


def verdicts_on(
    session: Session, activity: Activity, actor: Actor, at: datetime, on: date
) -> tuple[Verdict, ...]:
    """Whether one activity counts for each trainer whose certification the actor may see."""
    if activity.state is ActivityState.VOID:
        return ()
    certifications = concerned(session, activity)
    return _verdicts(session, certifications, actor, at, on).get(activity.id, ())


def _verdicts(
    session: Session, certifications: Sequence[Certification], actor: Actor, at: datetime, on: date
) -> Mapping[str, tuple[Verdict, ...]]:
    found: dict[str, tuple[Verdict, ...]] = {}
    for certification in certifications:
        if not may(actor, "certification.see", certification, on):
            continue
        for counted in counted_of(session, certification, at):
            verdict = _verdict(certification, counted)
            found[counted.activity] = (*found.get(counted.activity, ()), verdict)
    return found


def _verdict(certification: Certification, counted: Counted) -> Verdict:
    return Verdict(certification.holder.name, counted.counted, counted.reasons)
