"""What is done with an issuing body stands in the log: in a case file of its own, with the body's id."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import CaseFile, IssuingBody
from certify.models.store import lock_case
from certify.policy.actor import CLOCK, Actor
from certify.workflows.log import append_event

OPEN = "open"
OPERATOR = "operator"  # the fact that names the account of the machine that ran a command


@dataclass(frozen=True)
class By:
    """Who acts on a body from the command line: the account that ran it, and a person, where one is named."""

    actor: Actor = CLOCK
    operator: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """What an event tells of it."""
        return {OPERATOR: self.operator} if self.operator else {}


SOFTWARE = By()  # a demonstration makes what is missing by itself


def record(
    session: Session,
    body: IssuingBody,
    actor: Actor,
    at: datetime,
    move: str,
    facts: Mapping[str, Any],
    *,
    subject: tuple[str, str] | None = None,
    states: tuple[str, str] = (OPEN, OPEN),
) -> None:
    """Record an act on a body, or on the `subject` of it (a delegation, a key); the body's row is locked."""
    session.flush()
    if session.get(CaseFile, body.id) is None:
        session.add(CaseFile(id=body.id, kind="issuing_body", opened_at=at))
    lock_case(session, body.id)
    append_event(
        session,
        case_id=body.id,
        actor=actor,
        at=at,
        subject=subject or ("issuing_body", body.id),
        move=move,
        states=states,
        facts=facts,
    )


def locked(session: Session, issuer_id: str) -> IssuingBody:
    """The body, its row locked: its keys and the places in its lists are given out one after the other."""
    asked = select(IssuingBody).where(IssuingBody.id == issuer_id).with_for_update()
    return session.scalars(asked).one()
