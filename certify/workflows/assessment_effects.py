"""What the moves of an assessment do besides changing its state."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import rfc8785

from certify.models import Assessment, AssessmentSheet, ConflictDeclaration, new_id
from certify.scheme.words import AssessmentKind, Relation
from certify.workflows import engine, involvement
from certify.workflows.assessment_scores import Scoring, scoring_of
from certify.workflows.engine import Question
from certify.workflows.maintenance import shortfalls_of


def declared(question: Question) -> None:
    assessment, session = question.thing, question.session
    assert session is not None
    assessment.conflicts = list(question.facts["conflicts"])
    for statement in assessment.conflicts:
        session.add(
            ConflictDeclaration(
                person_id=question.actor.id,
                case_id=assessment.case_id,
                thing_id=assessment.id,
                statement=statement,
                declared_at=question.at,
            )
        )


def submitted(question: Question) -> dict[str, Any]:
    assessment, session = question.thing, question.session
    assert session is not None
    assessment.submitted_at = question.at
    relation = Relation.SCREENED if assessment.kind is AssessmentKind.SCREENING else Relation.OBSERVED
    involvement.record(
        session, question.actor.id, assessment.certification, relation, assessment.id, question.at
    )
    return sheet(question)


def sheet(question: Question) -> dict[str, Any]:
    """The scores as they are now stand on the row; as they were handed in, on a sheet of their own.

    The event holds the sheet's number and digest instead of the scores, for candidates and other
    observers read the events before they may see scores.
    """
    assessment: Assessment = question.thing
    scoring = scoring_of(question.dossier.items, question.facts)
    handed_in = AssessmentSheet(
        id=new_id(),
        number=len(assessment.sheets) + 1,
        scores=dict(scoring.scores),
        comments=dict(scoring.comments),
        not_applicable=dict(scoring.not_applicable),
        reason=question.facts.get("reason"),
        written_by_id=question.actor.id,
        written_at=question.at,
    )
    assessment.sheets.append(handed_in)
    assessment.scores = handed_in.scores
    assessment.comments = handed_in.comments
    assessment.not_applicable = handed_in.not_applicable
    assessment.draft = None
    if assessment.kind is AssessmentKind.QA:
        assessment.falls_short = bool(shortfalls_of(assessment, question.dossier.edition))
    digest = _digest(handed_in.id, scoring)
    return {
        "scores": None,
        "comments": None,
        "not_applicable": None,
        "sheet": handed_in.number,
        "sha256": digest,
    }


def _digest(sheet_id: str, scoring: Scoring) -> str:
    """What the sheet says, sealed; its random id keeps anyone from guessing scores by trying."""
    said: dict[str, Any] = {
        "sheet": sheet_id,
        "scores": dict(scoring.scores),
        "comments": dict(scoring.comments),
        "not_applicable": dict(scoring.not_applicable),
    }
    return sha256(rfc8785.dumps(said)).hexdigest()


def reconciled(question: Question) -> dict[str, Any]:
    """The agreed scores go to both sheets; the originals stay beside them."""
    assessment, session = question.thing, question.session
    assert session is not None
    other, apart = question.dossier.to_reconcile
    agreed, notes = question.facts["scores"], question.facts.get("notes", {})
    engine.follow(
        session, other, "follow_reconciliation", question.actor, question.at, scores=agreed, notes=notes
    )
    _agree(assessment, agreed, notes)
    return {"scores": None, "notes": None, "items": list(apart), "with": other.id}


def followed(question: Question) -> dict[str, Any]:
    _agree(question.thing, question.facts["scores"], question.facts.get("notes", {}))
    return {"scores": None, "notes": None}


def _agree(assessment: Assessment, agreed: Mapping[str, int | None], notes: Mapping[str, str]) -> None:
    given = {item: score for item, score in agreed.items() if score is not None}
    assessment.agreed_scores = {**assessment.scores, **given}
    assessment.agreed_notes = {item: note for item, note in notes.items() if item in given and note}
    assessment.draft = None


def voided(question: Question) -> None:
    question.thing.reason = question.facts["reason"]
