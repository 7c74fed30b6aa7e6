"""Who sees an assessment's scores, and when: no observer is led by another's sheet."""

from datetime import date

from certify.models import Assessment, Certification
from certify.policy import Actor, may
from certify.scheme.words import AssessmentState, CertificationState
from certify.workflows.assessment_rules import siblings_of

IN = (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)
C = CertificationState
_TOLD = frozenset(
    {
        C.RECOMMENDED,
        C.MORE_PRACTICE,
        C.CERTIFIED,
        C.REFUSED,
        C.SUSPENDED,
        C.WITHDRAWN,
        C.RETIRED,
    }
)


def may_see_scores(assessment: Assessment, actor: Actor, on: date) -> bool:
    """Whether the actor sees scores and comments (DESIGN.md, Assessment).

    The assessor always; the candidate once recommended, asked for more practice or decided; another
    observer of the same event once both sheets are in; staff who see the assessment once it is in.
    """
    if assessment.assessor_id == actor.id:
        return True
    if assessment.state not in IN or not may(actor, "assessment.see", assessment, on):
        return False
    if assessment.certification.holder_id == actor.id:
        return _is_told(assessment.certification)
    own = [one for one in siblings_of(assessment) if one.assessor_id == actor.id]
    return all(one.state in IN for one in own)


def may_see_private_notes(assessment: Assessment, actor: Actor, on: date) -> bool:
    """Whether the actor sees the assessor's private notes: never the candidate."""
    return assessment.certification.holder_id != actor.id and may_see_scores(assessment, actor, on)


def _is_told(certification: Certification) -> bool:
    """Once told, always told: also after the assessment was returned, or while on hold."""
    was_told = certification.recommended_at is not None or certification.round > 1
    return was_told or certification.state in _TOLD
