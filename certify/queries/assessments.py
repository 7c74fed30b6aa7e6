"""Assessments as their pages show them: my queue, the sheet, what was handed in, what to reconcile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased, joinedload

from certify.models import Activity, Assessment, Certification, PersonKey
from certify.policy import Actor, may
from certify.queries.paging import Page, read_page
from certify.queries.sight import fixed
from certify.queries.sorting import Sorting, by, by_name_of, by_progress, by_words
from certify.scheme.rules import ScreeningResult, observation_mean, screening_result
from certify.scheme.rules.case import number
from certify.scheme.words import AssessmentKind, AssessmentState, CertificationState
from certify.workflows import evidence
from certify.workflows.assessment_rules import BEFORE_RECOMMENDATION, AssessmentDossier, owes_own_sheet
from certify.workflows.assessment_scores import ScoredItem, place_of

WAITING = (AssessmentState.ASSIGNED, AssessmentState.DECLARED)
UNDECIDED = (*BEFORE_RECOMMENDATION, CertificationState.RECOMMENDED, CertificationState.ON_HOLD)
DONE = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED, AssessmentState.VOID)

_COLUMNS = {
    "name": by_name_of(PersonKey, Certification.holder_id),
    "what": by_words(Assessment.kind, AssessmentKind),
    "held": by(Activity.held_on, nullable=True),
    "asked": by(Assessment.created_at),
    "state": by_progress(Assessment.state, AssessmentState),
}


def sorting(*, done: bool) -> Sorting:
    """How the waiting ones can be sorted, and the done ones."""
    return Sorting(Assessment.id, _COLUMNS, "-asked" if done else "asked")


def my_assessments(
    session: Session, actor: Actor, on: date, *, done: bool, sort: str = "", cursor: str | None = None
) -> Page[Assessment]:
    """What the actor was asked to assess: the waiting ones, oldest first; the done ones, newest first."""
    asked = (
        select(Assessment)
        .join(Assessment.certification)
        .outerjoin(Assessment.activity)
        .where(Assessment.assessor_id == actor.id, Assessment.state.in_(DONE if done else WAITING))
        .options(
            joinedload(Assessment.certification).joinedload(Certification.holder),
            joinedload(Assessment.activity).joinedload(Activity.enterprise),
            joinedload(Assessment.activity).joinedload(Activity.cohort),
        )
    )
    asked, order = sorting(done=done).applied(asked, sort)
    return read_page(
        session,
        asked,
        order=order,
        cursor=cursor,
        allowed=lambda assessment: may(actor, "assessment.see", assessment, on),
    )


@dataclass(frozen=True)
class Pair:
    """Two observers' sheets on one event that are too far apart on some items."""

    first: Assessment
    second: Assessment
    items: tuple[str, ...]


def submitted_beside_another(supervisor: Any) -> tuple[ColumnElement[bool], ...]:
    """Observations of undecided cases that somebody supervises, where another observer's sheet is in."""
    other = aliased(Assessment)
    fellow = select(other.id).where(
        other.certification_id == Assessment.certification_id,
        other.activity_id == Assessment.activity_id,
        other.id != Assessment.id,
        other.kind == fixed(AssessmentKind.OBSERVATION),
        other.state == fixed(AssessmentState.SUBMITTED),
    )
    return (
        Certification.id == Assessment.certification_id,
        Certification.supervisor_id == supervisor,
        Certification.state.in_(map(fixed, UNDECIDED)),
        Assessment.kind == fixed(AssessmentKind.OBSERVATION),
        Assessment.state == fixed(AssessmentState.SUBMITTED),
        fellow.exists(),
    )


def to_reconcile(session: Session, actor: Actor, at: datetime) -> tuple[Pair, ...]:
    """The pairs that wait for the actor as supervisor, the longest waiting first; undecided cases alone."""
    rows = session.scalars(
        select(Assessment)
        .where(*submitted_beside_another(actor.id))
        .order_by(Assessment.submitted_at, Assessment.id)
        .options(
            joinedload(Assessment.certification).joinedload(Certification.holder),
            joinedload(Assessment.certification).selectinload(Certification.assessments),
            joinedload(Assessment.activity).joinedload(Activity.enterprise),
            joinedload(Assessment.activity).joinedload(Activity.cohort),
        )
    ).all()
    pairs: dict[frozenset[str], Pair] = {}
    for row in rows:
        found = AssessmentDossier(session, row, at).to_reconcile
        if found is not None and not owes_own_sheet(row, actor.id):
            pairs.setdefault(frozenset((row.id, found[0].id)), Pair(row, *found))
    return tuple(pairs.values())


def enterprise_of(assessment: Assessment) -> str:
    """Where the observed event took place, in a word or two: the enterprise's or the cohort's name."""
    activity = assessment.activity
    if activity is None:
        return ""
    if activity.enterprise is not None:
        return activity.enterprise.name
    return activity.cohort.name if activity.cohort is not None else ""


@dataclass(frozen=True)
class Line:
    """One item of a sheet as it was scored."""

    item: ScoredItem
    score: int | None
    agreed: int | None
    why: str  # of the agreed score
    comment: str
    not_applicable: str
    needed: int | None  # what a critical or mandatory item had to reach, where it did not


def lines_of(dossier: AssessmentDossier) -> tuple[Line, ...]:
    """The sheet item by item; agreed scores stand beside the observer's own."""
    sheet = dossier.assessment
    agreed: Mapping[str, Any] = sheet.agreed_scores or {}
    missed = _missed(dossier) if sheet.submitted_at else {}
    return tuple(
        Line(
            item=item,
            score=sheet.scores.get(item.id),
            agreed=agreed.get(item.id) if agreed.get(item.id) != sheet.scores.get(item.id) else None,
            why=(sheet.agreed_notes or {}).get(item.id, ""),
            comment=sheet.comments.get(item.id, ""),
            not_applicable=sheet.not_applicable.get(item.id, ""),
            needed=missed.get(item.id),
        )
        for item in dossier.items
    )


def _missed(dossier: AssessmentDossier) -> Mapping[str, int]:
    """The items that alone stand in the way, each with the score that it had to reach."""
    sheet, screened = dossier.assessment, result_of(dossier)
    where = {"module": sheet.certification.module, "country": sheet.certification.country}
    if screened is not None:
        return dict.fromkeys(
            screened.failed_mandatory, int(number(dossier.edition, "mandatory_minimum", **where))
        )
    lowest = int(number(dossier.edition, "critical_minimum", **where))
    stands = {**sheet.scores, **(sheet.agreed_scores or {})}
    critical = [item.id for item in dossier.items if item.required]
    return {id: lowest for id in critical if (score := stands.get(id)) is not None and score < lowest}


def mean_of(dossier: AssessmentDossier) -> Fraction | None:
    """The mean of an observation over its applicable items; None for a screening sheet."""
    sheet = dossier.assessment
    if sheet.kind is AssessmentKind.SCREENING or sheet.activity is None:
        return None
    return observation_mean(dossier.edition, evidence.observed(sheet), place_of(sheet.activity.kind))


def result_of(dossier: AssessmentDossier) -> ScreeningResult | None:
    """The result of a screening sheet; None for an observation."""
    sheet = dossier.assessment
    if sheet.kind is not AssessmentKind.SCREENING:
        return None
    case = sheet.certification
    return screening_result(dossier.edition, sheet.scores, module=case.module, country=case.country)
