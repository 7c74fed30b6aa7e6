"""When a sheet may be opened, handed in, corrected and reconciled, and by whom not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from certify.models import Assessment
from certify.policy import Actor
from certify.policy.relations import Findings
from certify.scheme.rules import needs_reconciling
from certify.scheme.rules.case import number
from certify.scheme.sentences import say
from certify.scheme.types import Edition
from certify.scheme.words import (
    Act,
    ActivityState,
    AssessmentKind,
    AssessmentState,
    CertificationState,
)
from certify.workflows.assessment_scores import (
    Errors,
    ScoredItem,
    agreement_errors,
    items_of,
    known_items,
    place_of,
    scoring_errors,
)
from certify.workflows.dossier import edition_of, relations_of
from certify.workflows.engine import Question, Refusal

OWN_FIRST = say("Hand in your own sheet first; until then the scores of the others are not shown to you.")
ACTS = {
    AssessmentKind.SCREENING: Act.SCREEN,
    AssessmentKind.OBSERVATION: Act.OBSERVE,
    AssessmentKind.QA: Act.QA,
}
C = CertificationState
BEFORE_RECOMMENDATION = frozenset(
    {
        C.SUBMITTED,
        C.ADMITTED,
        C.TRAINING,
        C.CLASSROOM_DELIVERY,
        C.SUPERVISED_VISITS,
        C.ASSESSMENT,
        C.MORE_PRACTICE,
    }
)


@dataclass(eq=False)
class AssessmentDossier:
    """What the guards of an assessment ask about, read when asked for."""

    session: Session
    assessment: Assessment
    at: datetime

    @cached_property
    def edition(self) -> Edition:
        """The edition of the certification."""
        return edition_of(self.session, self.assessment.certification, self.at)

    @cached_property
    def items(self) -> tuple[ScoredItem, ...]:
        """The items that have to be scored."""
        activity = self.assessment.activity
        place = place_of(activity.kind) if activity else ""
        return items_of(self.edition, self.assessment.kind, place)

    @cached_property
    def known(self) -> frozenset[str]:
        """Every item of the sheet, applicable here or not."""
        return known_items(self.edition, self.assessment.kind)

    def relation(self, actor: Actor, act: Act) -> Findings:
        """What the relations table says of the actor's act in this certification."""
        case = self.assessment.certification
        certified = case.valid_from is not None
        return relations_of(self.session, actor.id, case, act, self.at, of_trainer=certified)

    @cached_property
    def siblings(self) -> tuple[Assessment, ...]:
        """The other observers' sheets on the same event, void ones apart."""
        return siblings_of(self.assessment)

    def apart(self, other: Assessment) -> tuple[str, ...]:
        """The items on which this and another observer must agree."""
        gap = int(number(self.edition, "reconcile_gap"))
        return needs_reconciling(self.assessment.scores, other.scores, gap=gap)

    @cached_property
    def to_reconcile(self) -> tuple[Assessment, tuple[str, ...]] | None:
        """The first submitted sheet that is too far from this one, with the items.

        Quality observations stand each by itself: the supervisor, who reconciles, may have no hand in them.
        """
        if self.assessment.kind is AssessmentKind.QA:
            return None
        for other in self.siblings:
            if other.state is AssessmentState.SUBMITTED and (apart := self.apart(other)):
                return other, apart
        return None


def siblings_of(assessment: Assessment) -> tuple[Assessment, ...]:
    """The other assessors' sheets on the same thing: one event, or one application."""
    return tuple(
        other
        for other in assessment.certification.assessments
        if other is not assessment
        and other.kind is assessment.kind
        and other.activity_id == assessment.activity_id
        and other.state is not AssessmentState.VOID
    )


def owes_own_sheet(assessment: Assessment, person_id: str) -> bool:
    """Whether the person has still to hand in a sheet on the same thing, and is not to be led by others."""
    return any(
        one.assessor_id == person_id and one.state in (AssessmentState.ASSIGNED, AssessmentState.DECLARED)
        for one in siblings_of(assessment)
    )


def nothing_ties_them(question: Question) -> Iterator[Refusal]:
    """Asked when the sheet is opened and again when it is signed, from the whole history of both."""
    act = ACTS[question.thing.kind]
    for finding in question.dossier.relation(question.actor, act).blocks:
        yield Refusal("independence", finding.sentence, ("coordinator",), finding.ends_on)


def its_event_was_held(question: Question) -> Iterator[Refusal]:
    """Nobody has observed what did not happen."""
    activity = question.thing.activity
    if activity is None:
        return
    if activity.state is ActivityState.VOID:
        yield Refusal(None, say("The activity was declared void."), ("coordinator",))
    elif activity.held_on > question.on:
        yield Refusal(
            None,
            say(
                "The activity is planned for {day} and has not been held yet.",
                day=activity.held_on,
            ),
            earliest_on=activity.held_on,
        )


def not_yet_recommended(question: Question) -> Iterator[Refusal]:
    """A recommendation rests on the scores as they were then; a quality observation on no recommendation."""
    if question.thing.kind is AssessmentKind.QA:
        return
    certification = question.thing.certification
    state = certification.state
    if state is C.ON_HOLD and certification.held_from_state:
        state = C(certification.held_from_state)
    if state not in BEFORE_RECOMMENDATION:
        yield Refusal(None, say("Scores can be corrected only until the candidate is recommended."))


def two_observers_differ(question: Question) -> Iterator[Refusal]:
    """There is something to reconcile: another observer's sheet is in, and two points away on an item."""
    if question.thing.kind is not AssessmentKind.OBSERVATION:
        yield Refusal(None, say("Only two observers of one event reconcile their scores."))
    elif owes_own_sheet(question.thing, question.actor.id):
        yield Refusal(None, OWN_FIRST, ("observer",))
    elif not any(one.state is AssessmentState.SUBMITTED for one in question.dossier.siblings):
        yield Refusal(
            None, say("No second observer of this event has handed in scores."), ("expert_trainer",)
        )
    elif question.dossier.to_reconcile is None:
        yield Refusal(None, say("The two observers are close enough on every item."))


def complete_scoring(question: Question) -> Errors:
    """Every applicable item is scored, or a non-critical one explained."""
    return scoring_errors(question.dossier.items, question.dossier.known, question.facts)


def complete_agreement(question: Question) -> Mapping[str, list[str]]:
    """Every item on which they are apart has an agreed score."""
    if question.dossier.to_reconcile is None:
        return {}
    _, apart = question.dossier.to_reconcile
    return agreement_errors(apart, question.dossier.items, question.facts["scores"])
