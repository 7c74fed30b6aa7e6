"""Whom QA looks at: certified trainers not observed in this validity, and those with an open finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from certify.models import Activity, Assessment, Certification, Credential, PersonKey
from certify.policy import Actor, may
from certify.queries.certifications import with_readers
from certify.queries.paging import Narrowed, Page, read_page
from certify.queries.sight import fixed, reached_by
from certify.queries.sorting import Sorting, by, by_name_of
from certify.scheme.words import (
    AssessmentKind,
    AssessmentState,
    CertificationState,
    CredentialState,
    CredentialType,
    RoleName,
)
from certify.workflows.dossier import day_of

LOOKING_ROLES = frozenset({RoleName.QA_REVIEWER, RoleName.COORDINATOR})
UNOBSERVED, FINDING = "unobserved", "finding"
SORTING = Sorting(
    Certification.id,
    {
        "name": by_name_of(PersonKey, Certification.holder_id),
        "module": by(Certification.module),
        "until": by(Certification.valid_until, nullable=True),
    },
    "until",
)


@dataclass(frozen=True)
class Filters(Narrowed):
    """What the list is narrowed by."""

    needs: str = ""
    module: str = ""


@dataclass(frozen=True)
class Observed:
    """A quality observation of a trainer as the list tells of it."""

    assessment: Assessment
    activity: Activity


def quality_page(
    session: Session,
    actor: Actor,
    at: datetime,
    filters: Filters,
    *,
    sort: str = "",
    cursor: str | None = None,
) -> Page[Certification]:
    """Certified trainers where the actor reviews quality or coordinates, those that end first on top."""
    reach = reached_by(
        actor, LOOKING_ROLES, at.date(), module=Certification.module, country=Certification.country
    )
    asked = select(Certification).where(Certification.state == CertificationState.CERTIFIED, reach)
    if filters.needs == UNOBSERVED:
        asked = asked.where(unobserved(at.date()))
    elif filters.needs == FINDING:
        asked = asked.where(with_finding())
    if filters.module:
        asked = asked.where(Certification.module == filters.module)
    asked, order = SORTING.applied(asked, sort)
    return read_page(
        session,
        with_readers(asked).options(
            selectinload(Certification.credentials), joinedload(Certification.issuer)
        ),
        order=order,
        cursor=cursor,
        allowed=lambda one: may(actor, "certification.see", one, day_of(one, at)),
    )


def unobserved(today: Any) -> ColumnElement[bool]:
    """Certifications without a quality observation of a delivery in the validity in force."""
    sheet, event = aliased(Assessment), aliased(Activity)
    seen = _handed_in(sheet, event, Certification.id).where(event.held_on >= _in_force_from(today))
    return ~seen.exists()


def _in_force_from(today: Any) -> ColumnElement[Any]:
    """The first day of the validity in force: the one on the row is the latest, which may begin later."""
    latest = Certification.valid_from
    begun = (
        select(func.max(Credential.valid_from))
        .where(
            Credential.certification_id == Certification.id,
            Credential.type == fixed(CredentialType.TRAINER_CERTIFICATION),
            Credential.state != fixed(CredentialState.REVOKED),
            Credential.valid_from <= today,
        )
        .correlate(Certification)
        .scalar_subquery()
    )
    return case((latest <= today, latest), else_=func.coalesce(begun, latest))


def with_finding() -> ColumnElement[bool]:
    """Certifications with a finding that no later observation, passed, has closed."""
    sheet, event = aliased(Assessment), aliased(Activity)
    later, after = aliased(Assessment), aliased(Activity)
    # Correlated with the sheet alone: an EXISTS in another sees no further out by itself.
    closed = _handed_in(later, after, sheet.certification_id).where(
        later.falls_short.is_(False),
        after.held_on > event.held_on,
        later.submitted_at > sheet.submitted_at,
    )
    found = _handed_in(sheet, event, Certification.id)
    return found.where(sheet.falls_short.is_(True), ~closed.exists()).exists()


def last_observed(session: Session, ids: Sequence[str]) -> Mapping[str, Observed]:
    """The last quality observation of each certification, by its id."""
    rows = session.execute(
        select(Assessment, Activity)
        .join(Activity, Activity.id == Assessment.activity_id)
        .where(Assessment.certification_id.in_(ids), *_in(Assessment))
        .order_by(Activity.held_on, Assessment.id)
    )
    return {sheet.certification_id: Observed(sheet, event) for sheet, event in rows}


def _handed_in(sheet: Any, event: Any, certification: Any) -> Select[Any]:
    return (
        select(sheet.id)
        .join(event, event.id == sheet.activity_id)
        .where(sheet.certification_id == certification, *_in(sheet))
    )


def _in(sheet: Any) -> tuple[ColumnElement[bool], ...]:
    handed_in = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)
    return sheet.kind == fixed(AssessmentKind.QA), sheet.state.in_(map(fixed, handed_in))


def findings_among(session: Session, ids: Sequence[str]) -> frozenset[str]:
    """Which of these certifications have an open finding."""
    return frozenset(
        session.scalars(select(Certification.id).where(Certification.id.in_(ids), with_finding()))
    )


def observations_of(session: Session, case: Certification, actor: Actor, on: date) -> tuple[Observed, ...]:
    """The quality observations of a certification that the actor may open, the latest delivery first."""
    rows = session.execute(
        select(Assessment, Activity)
        .join(Activity, Activity.id == Assessment.activity_id)
        .where(
            Assessment.certification_id == case.id,
            Assessment.kind == fixed(AssessmentKind.QA),
            Assessment.state != fixed(AssessmentState.VOID),
        )
        .order_by(Activity.held_on.desc(), Assessment.id)
    )
    return tuple(Observed(sheet, event) for sheet, event in rows if may(actor, "assessment.see", sheet, on))
