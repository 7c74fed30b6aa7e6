"""Assessments as their pages show them: my queue, whose scores may be read, and what to reconcile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certify.models import Assessment, Certification, Cohort
from certify.policy import Actor, may
from certify.queries.paging import Page, read_page
from certify.scheme.rules import needs_reconciling
from certify.scheme.types import ChecklistItem, Edition, ScreeningItem
from certify.scheme.words import ActivityKind, AssessmentKind, AssessmentState
from certify.workflows.editions import edition_in_force, edition_named

WAITING = (AssessmentState.ASSIGNED, AssessmentState.DECLARED)
DONE = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED, AssessmentState.VOID)


def my_assessments(
    session: Session, actor: Actor, on: date, *, done: bool, cursor: str | None = None
) -> Page[Assessment]:
    """What the actor was asked to assess: the waiting ones, oldest first; the done ones, newest first."""
    asked = (
        select(Assessment)
        .where(Assessment.assessor_id == actor.id, Assessment.state.in_(DONE if done else WAITING))
        .options(
            joinedload(Assessment.certification).joinedload(Certification.holder),
            joinedload(Assessment.activity),
        )
    )
    return read_page(
        session,
        asked,
        key=(Assessment.created_at, Assessment.id),
        cursor=cursor,
        allowed=lambda assessment: may(actor, "assessment.see", assessment, on),
        newest_first=done,
    )


@dataclass(frozen=True)
class Pair:
    """Two observers' sheets on one event that differ by two points or more somewhere."""

    first: Assessment
    second: Assessment
    items: tuple[str, ...]


def to_reconcile(session: Session, actor: Actor) -> tuple[Pair, ...]:
    """The pairs that wait for the actor as supervisor, by candidate."""
    rows = session.scalars(
        select(Assessment)
        .join(Certification, Certification.id == Assessment.certification_id)
        .where(
            Certification.supervisor_id == actor.id,
            Assessment.kind == AssessmentKind.OBSERVATION,
            Assessment.state == AssessmentState.SUBMITTED,
        )
        .order_by(Assessment.submitted_at, Assessment.id)
    ).all()
    seen: dict[tuple[str, str | None], Assessment] = {}
    pairs = []
    for row in rows:
        key = (row.certification_id, row.activity_id)
        if key not in seen:
            seen[key] = row
        elif items := needs_reconciling(seen[key].scores, row.scores):
            pairs.append(Pair(seen[key], row, tuple(items)))
    return tuple(pairs)


def partner_of(session: Session, assessment: Assessment) -> Assessment | None:
    """The other observer's sheet on the same event for the same candidate, void ones apart."""
    if assessment.kind is not AssessmentKind.OBSERVATION:
        return None
    return session.scalars(
        select(Assessment)
        .where(
            Assessment.certification_id == assessment.certification_id,
            Assessment.activity_id == assessment.activity_id,
            Assessment.kind == AssessmentKind.OBSERVATION,
            Assessment.id != assessment.id,
            Assessment.state != AssessmentState.VOID,
        )
        .order_by(Assessment.created_at, Assessment.id)
    ).first()


def may_read_scores(session: Session, assessment: Assessment, actor: Actor) -> bool:
    """Whether the scores may be shown (DESIGN.md, Assessment): the author's always; the candidate's own
    once recommended or asked for more practice; an observer's not to the other one before both are in.
    """
    if assessment.assessor_id == actor.id:
        return True
    if assessment.state in WAITING:
        return False
    if assessment.certification.holder_id == actor.id:
        return bool(assessment.certification.recommended_at or assessment.certification.practice_what)
    own_waiting = select(Assessment.id).where(
        Assessment.certification_id == assessment.certification_id,
        Assessment.activity_id == assessment.activity_id,
        Assessment.assessor_id == actor.id,
        Assessment.state.in_(WAITING),
    )
    return session.scalars(own_waiting).first() is None


def edition_of(session: Session, assessment: Assessment, on: date) -> Edition:
    """The edition pinned at admission; before that, the one in force."""
    pinned = assessment.certification.scheme_version
    return edition_named(session, pinned) if pinned else edition_in_force(session, on)


def place_of(assessment: Assessment) -> str:
    """Where an observation was made: in the classroom or on a visit."""
    if assessment.activity is not None and assessment.activity.kind is ActivityKind.VISIT:
        return "visit"
    return "classroom"


@dataclass(frozen=True)
class Item:
    """One line of a checklist or screening sheet; `strict` items must be scored and weigh alone."""

    id: str
    text: str
    strict: bool


def items_of(edition: Edition, assessment: Assessment) -> tuple[Item, ...]:
    """The lines that this assessment scores, in the edition's order."""
    if assessment.kind is AssessmentKind.SCREENING:
        return tuple(_screening(item) for item in edition.screening)
    place = place_of(assessment)
    return tuple(_observed(item) for item in edition.checklist if place in item.applies)


def _screening(item: ScreeningItem) -> Item:
    return Item(item.id, item.text, item.mandatory)


def _observed(item: ChecklistItem) -> Item:
    return Item(item.id, item.text, item.critical)


def enterprise_of(assessment: Assessment) -> str:
    """Where the observed event took place, in a word or two: the enterprise's or the cohort's name."""
    activity = assessment.activity
    if activity is None:
        return ""
    if activity.enterprise is not None:
        return activity.enterprise.name
    cohort: Cohort | None = activity.cohort
    return cohort.name if cohort is not None else ""


def scored(items: tuple[Item, ...], scores: Mapping[str, Any], left_out: Mapping[str, Any]) -> int:
    """How many items have an answer: a score, or a reason why none applies."""
    return sum(1 for item in items if scores.get(item.id) or item.id in left_out)
