"""Drafts of moves: kept while the move could be made, read by nobody but whoever typed them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Certification, MoveDraft
from certify.models.store import lock_case
from certify.policy import Actor
from certify.workflows.dossier import day_of
from certify.workflows.engine import Question, Refused, check_rights, plain, workflow_of
from certify.workflows.engine import wrong_state as state_against
from certify.workflows.facts import clean


def draft_of(session: Session, certification: Certification, move: str, person_id: str) -> MoveDraft | None:
    """What the person typed for the move so far."""
    return session.scalar(
        select(MoveDraft).where(
            MoveDraft.certification_id == certification.id,
            MoveDraft.person_id == person_id,
            MoveDraft.move == move,
        )
    )


def keep_draft(
    session: Session, certification: Certification, move: str, actor: Actor, at: datetime, **facts: Any
) -> None:
    """Keep what was typed; nothing is required of a draft, yet what there is has to fit.

    Raises NotVisible, Forbidden, Refused in a state in which the move is not made, InvalidFacts.
    """
    lock_case(session, certification.case_id)
    session.refresh(certification)
    declared = workflow_of(certification).move(move)
    on = day_of(certification, at)
    question = Question(certification, None, declared, actor, at, on, {}, session)
    check_rights(question)
    refused = state_against(question)
    if refused:
        raise Refused(refused)
    cleaned = clean(tuple(replace(fact, required=False) for fact in declared.facts), facts)
    _write(session, certification, move, actor.id, at, plain(cleaned))


def drop_draft(session: Session, certification: Certification, move: str, person_id: str) -> None:
    """Forget what was typed, once it was sent."""
    kept = draft_of(session, certification, move, person_id)
    if kept is not None:
        session.delete(kept)


def _write(
    session: Session,
    certification: Certification,
    move: str,
    person_id: str,
    at: datetime,
    facts: Mapping[str, Any],
) -> None:
    kept = draft_of(session, certification, move, person_id)
    if kept is None:
        kept = MoveDraft(certification_id=certification.id, person_id=person_id, move=move)
        session.add(kept)
    kept.facts, kept.saved_at = dict(facts), at
    session.flush()
