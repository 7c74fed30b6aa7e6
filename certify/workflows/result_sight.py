"""Who is told what the scores came to: reasons and refusals, kept neutral for who may not see a score."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from certify.models import Assessment, Certification
from certify.policy import Actor
from certify.scheme.evidence import RequirementResult
from certify.scheme.sentences import say
from certify.scheme.words import AssessmentKind, AssessmentState, CertificationState, RequirementStatus
from certify.workflows.assessment_rules import OWN_FIRST, siblings_of
from certify.workflows.assessment_sight import IN, may_see_scores
from certify.workflows.dossier import Dossier, day_of
from certify.workflows.engine import Offer, Refusal, Refused, offers, perform, workflow_of
from certify.workflows.engine import refusals as reasons_against

HIDDEN = say("The scores are not shown to you yet.")
SCORED_BY = {
    "screening": AssessmentKind.SCREENING,
    "mean-score": AssessmentKind.OBSERVATION,
    "critical-items": AssessmentKind.OBSERVATION,
}
"""The requirements that scores decide. The others tell at most which sheets are in, and by whom."""
SCORES_OPEN = {"admit": ("screening",), "recommend": ("mean-score", "critical-items")}
"""The moves that scores open: that one is possible tells of the scores too."""


class ReadersDossier(Dossier):
    """The dossier as somebody reads it: what it answers rests on no score that they may not see."""

    def __init__(self, session: Session, certification: Certification, at: datetime, reader: Actor) -> None:
        super().__init__(session, certification, at)
        self._reader = reader

    @cached_property
    def results(self) -> Mapping[str, RequirementResult]:
        """Every requirement as the reader may know it, by id."""
        return self.results_for(())

    def results_for(self, asked: Collection[str]) -> Mapping[str, RequirementResult]:
        """The same, judged on the cohort that clears most of those asked."""
        found = super().results_for(asked).values()
        return {one.id: one for one in for_reader(found, self._certification, self._reader, self.on)}


def for_reader(
    results: Iterable[RequirementResult], certification: Certification, actor: Actor, on: date
) -> tuple[RequirementResult, ...]:
    """The requirement list as the actor may read it (DESIGN.md, Assessment).

    What scores decide reads as open until it is decided, met or not: that it is met tells of the scores too.
    """
    hidden = _hidden(certification, actor, on)
    return tuple(_neutral(one, certification) if one.id in hidden else one for one in results)


def refusals_for_reader(
    refusals: Iterable[Refusal], certification: Certification, actor: Actor, on: date
) -> tuple[Refusal, ...]:
    """Why a move is not possible, as the actor may read it; what scores decide in one neutral sentence."""
    hidden = _hidden(certification, actor, on)
    told = [
        replace(one, reason=HIDDEN, earliest_on=None)
        if one.requirement in hidden and one.reason != OWN_FIRST
        else one
        for one in refusals
    ]
    return tuple(dict.fromkeys(told))


def offers_to(certification: Certification, actor: Actor, at: datetime) -> tuple[Offer, ...]:
    """The engine's offers, each refused with what the actor may read."""
    on = day_of(certification, at)
    return tuple(
        replace(one, refusals=_told(one.refusals, certification, one.move.name, actor, on))
        for one in offers(certification, actor, at)
    )


def refusals_to(certification: Certification, move: str, actor: Actor, at: datetime) -> tuple[Refusal, ...]:
    """The engine's refusals as the actor may read them. Raises NotVisible, Forbidden, UnknownMove."""
    refused = reasons_against(certification, move, actor, at)
    return _told(refused, certification, move, actor, day_of(certification, at))


def perform_as_told(
    certification: Certification, move: str, actor: Actor, at: datetime, **facts: Any
) -> None:
    """Make a move that a page offered; what scores open waits for who may not see them. Raises Refused."""
    waits = withheld(certification, move, actor, day_of(certification, at))
    if waits:
        raise Refused(waits)
    perform(certification, move, actor, at, **facts)


def withheld(certification: Certification, move: str, actor: Actor, on: date) -> tuple[Refusal, ...]:
    """Why a move that scores open is not the actor's yet, in the same words whether the scores suffice."""
    if str(certification.state) not in workflow_of(certification).move(move).sources:
        return ()
    hidden = _hidden(certification, actor, on)
    owes = any(
        sheet.assessor_id == actor.id and sheet.state not in (*IN, AssessmentState.VOID)
        for sheet in certification.assessments
    )
    reason = OWN_FIRST if owes else HIDDEN
    return tuple(Refusal(id, reason) for id in SCORES_OPEN.get(move, ()) if id in hidden)


def _told(
    refusals: Iterable[Refusal], certification: Certification, move: str, actor: Actor, on: date
) -> tuple[Refusal, ...]:
    waits = withheld(certification, move, actor, on)
    settled = {one.requirement for one in waits}
    rest = (one for one in refusals if one.requirement not in settled)
    return (*refusals_for_reader(rest, certification, actor, on), *waits)


def _hidden(certification: Certification, actor: Actor, on: date) -> frozenset[str]:
    """The requirements of which a sheet is in whose result the actor may not know."""
    kinds = {
        sheet.kind
        for sheet in certification.assessments
        if sheet.state in IN and not _may_know_result(sheet, actor, on)
    }
    return frozenset(id for id, kind in SCORED_BY.items() if kind in kinds)


def _may_know_result(sheet: Assessment, actor: Actor, on: date) -> bool:
    """Who sees the scores; of screening also a panel member who is done, and the applicant once decided."""
    if may_see_scores(sheet, actor, on):
        return True
    if sheet.kind is not AssessmentKind.SCREENING:
        return False
    if sheet.certification.holder_id == actor.id:
        return _is_decided(sheet.certification, AssessmentKind.SCREENING)
    own = [one for one in siblings_of(sheet) if one.assessor_id == actor.id]
    return bool(own) and all(one.state in IN for one in own)


def _is_decided(certification: Certification, kind: AssessmentKind) -> bool:
    """Whether everybody who sees the case knows what the scores led to: admission, or a recommendation."""
    if kind is AssessmentKind.SCREENING:
        declined = certification.state is CertificationState.DECLINED
        return declined or certification.admitted_on is not None
    return certification.recommended_at is not None


def _neutral(result: RequirementResult, certification: Certification) -> RequirementResult:
    if _is_decided(certification, SCORED_BY[result.id]):
        return replace(result, reasons=(HIDDEN,) if result.reasons else (), earliest_on=None)
    return replace(result, status=RequirementStatus.NOT_MET, reasons=(HIDDEN,), earliest_on=None)
