"""The life of an assessment: assigned, declared free of conflict, submitted, reconciled or void."""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from certify.models import Assessment, Certification
from certify.policy import Actor
from certify.scheme.dates import day_in
from certify.scheme.places import zone_of
from certify.scheme.sentences import say
from certify.scheme.words import AssessmentKind, AssessmentState
from certify.workflows import assessment_effects as effects
from certify.workflows import engine
from certify.workflows.assessment_rules import (
    AssessmentDossier,
    complete_agreement,
    complete_scoring,
    its_event_was_held,
    not_yet_recommended,
    nothing_ties_them,
    two_observers_differ,
)
from certify.workflows.assessment_sight import may_see_private_notes, may_see_scores
from certify.workflows.engine import Move
from certify.workflows.facts import Fact, FactKind
from certify.workflows.quality_notices import tell_result

_REASON = Fact("reason", FactKind.LONG_TEXT, say("Reason"), max_length=2000)
_SCORING = (
    Fact("scores", FactKind.SCORES, say("Scores, 1 to 5")),
    Fact("comments", FactKind.TEXT_BY_ITEM, say("Comments"), required=False),
    Fact("not_applicable", FactKind.TEXT_BY_ITEM, say("Why it does not apply"), required=False),
)


MOVES = engine.define(
    Move(
        name="assign",
        label=say("Assign"),
        sources=(AssessmentState.NEW,),
        to=AssessmentState.ASSIGNED,
        who=(),
        sentence="{actor} assigned the assessment.",
        effect=lambda q: {
            "kind": q.thing.kind,
            "assessor": q.thing.assessor_id,
            "activity": q.thing.activity_id,
        },
    ),
    Move(
        name="declare",
        label=say("Declare conflicts"),
        sources=(AssessmentState.ASSIGNED,),
        to=AssessmentState.DECLARED,
        who=("assessor",),
        sentence="{actor} declared conflicts of interest, or that there are none.",
        facts=(
            Fact(
                "conflicts",
                FactKind.TEXTS,
                say("Conflicts of interest"),
                hint=say("One a line; leave it empty if there are none."),
                max_length=2000,
                may_be_empty=True,
            ),
        ),
        guards=(nothing_ties_them,),
        effect=effects.declared,
        note="relations table: screen, observe or QA",
    ),
    Move(
        name="submit",
        label=say("Submit the scores"),
        sources=(AssessmentState.DECLARED,),
        to=AssessmentState.SUBMITTED,
        who=("assessor",),
        sentence="{actor} handed in the scores.",
        facts=_SCORING,
        checks=(complete_scoring,),
        guards=(nothing_ties_them, its_event_was_held),
        effect=effects.submitted,
        tells=(tell_result,),
        confirm=say("Scores that were handed in can only be corrected with a reason."),
        note="every applicable item scored, or a reason for a non-critical one; relations table; "
        "the activity was held",
    ),
    Move(
        name="correct",
        label=say("Correct the scores"),
        sources=(AssessmentState.SUBMITTED,),
        to=None,
        who=("assessor",),
        sentence="{actor} corrected the scores.",
        facts=(*_SCORING, _REASON),
        checks=(complete_scoring,),
        guards=(nothing_ties_them, not_yet_recommended),
        effect=effects.sheet,
        tells=(tell_result,),
        note="until the candidate is recommended; the earlier sheet is kept",
    ),
    Move(
        name="reconcile",
        label=say("Reconcile the scores"),
        sources=(AssessmentState.SUBMITTED,),
        to=AssessmentState.RECONCILED,
        who=("case_supervisor",),
        sentence="{actor} entered the scores that the two observers agreed on.",
        facts=(
            Fact(
                "scores",
                FactKind.SCORES,
                say("Agreed scores, 1 to 5"),
                hint=say("For each item on which the two observers are two or more points apart."),
            ),
            Fact("notes", FactKind.TEXT_BY_ITEM, say("Why this score"), required=False),
        ),
        checks=(complete_agreement,),
        guards=(two_observers_differ,),
        effect=effects.reconciled,
        note="two observers of one event, two points or more apart on an item",
    ),
    Move(
        name="follow_reconciliation",
        label=say("Take the agreed scores over"),
        sources=(AssessmentState.SUBMITTED,),
        to=AssessmentState.RECONCILED,
        who=(),
        sentence="{actor} entered the scores that the two observers agreed on.",
        facts=(
            Fact("scores", FactKind.SCORES, say("Agreed scores, 1 to 5")),
            Fact("notes", FactKind.TEXT_BY_ITEM, say("Why this score"), required=False),
        ),
        effect=effects.followed,
    ),
    Move(
        name="void",
        label=say("Void"),
        sources=(
            AssessmentState.ASSIGNED,
            AssessmentState.DECLARED,
            AssessmentState.SUBMITTED,
            AssessmentState.RECONCILED,
        ),
        to=AssessmentState.VOID,
        who=("coordinates",),
        sentence="{actor} declared the assessment void.",
        facts=(_REASON,),
        effect=effects.voided,
        confirm=say("A void assessment counts no more and cannot be brought back."),
    ),
)


WORKFLOW = engine.Workflow(
    name="assessment",
    row=Assessment,
    states=tuple(AssessmentState),
    moves=MOVES,
    sees="assessment.see",
    dossier=lambda session, assessment, _actor, at, _facts: AssessmentDossier(session, assessment, at),
    day=lambda assessment, at: day_in(at, zone_of(assessment.certification.country)),
    locks=lambda session, assessment, _move: (assessment.case_id,),
    scheme_version=lambda assessment: assessment.certification.scheme_version,
    state_words={
        "new": say("new"),
        "assigned": say("assigned"),
        "declared": say("declared"),
        "submitted": say("submitted"),
        "reconciled": say("reconciled"),
        "void": say("void"),
    },
)


def create_assessment(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    kind: AssessmentKind,
    certification: Certification,
    assessor_id: str,
    activity_id: str | None = None,
) -> Assessment:
    """Give somebody a sheet to fill in, as the consequence of an assignment in the same transaction."""
    assessment = Assessment(
        case_id=certification.case_id,
        certification_id=certification.id,
        activity_id=activity_id,
        kind=kind,
        state=AssessmentState.NEW,
        assessor_id=assessor_id,
        created_at=at,
    )
    # Set quietly: it joins the session, and the certification's list, when nothing refuses.
    set_committed_value(assessment, "certification", certification)
    engine.follow(session, assessment, "assign", actor, at)
    session.expire(certification, ["assessments"])
    return assessment


__all__ = [
    "MOVES",
    "WORKFLOW",
    "create_assessment",
    "may_see_private_notes",
    "may_see_scores",
]
