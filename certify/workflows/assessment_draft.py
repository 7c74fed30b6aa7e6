"""Drafts of a sheet and of an agreement: kept on the server meanwhile, and never part of the record."""

from datetime import datetime
from typing import Any

from certify.models import Assessment
from certify.policy import Actor, fits
from certify.scheme.sentences import say
from certify.scheme.words import AssessmentState
from certify.workflows.engine import Forbidden, Refusal, Refused, workflow_of


def save_draft(
    assessment: Assessment, actor: Actor, at: datetime, draft: dict[str, Any], *, private_notes: str
) -> None:
    """Keep what was scored so far; the assessor alone, once declared. Raises Forbidden, Refused."""
    if not fits(actor, ("assessor",), assessment, workflow_of(assessment).day(assessment, at)):
        raise Forbidden("save_draft")
    if assessment.state is not AssessmentState.DECLARED:
        raise Refused([Refusal(None, say("A draft can be kept until the scores are handed in."))])
    assessment.draft = draft
    assessment.private_notes = private_notes


def save_agreement_draft(assessment: Assessment, actor: Actor, at: datetime, draft: dict[str, Any]) -> None:
    """Keep what two observers agreed on so far; their supervisor alone. Raises Forbidden, Refused."""
    if not fits(actor, ("case_supervisor",), assessment, workflow_of(assessment).day(assessment, at)):
        raise Forbidden("save_agreement_draft")
    if assessment.state is not AssessmentState.SUBMITTED:
        raise Refused([Refusal(None, say("There is nothing to reconcile here now."))])
    assessment.draft = draft
