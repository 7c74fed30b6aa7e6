"""What an act answered and what it left: errors, refusals, events and messages as whole values."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Event, Message
from certify.workflows.engine import Refusal
from tests.workflows.refusing import errors_of, refused_by


def errors(act: Callable[..., Any], *args: Any, **named: Any) -> dict[str, list[str]]:
    """What is wrong with the fields that an act was given, by field."""
    return errors_of(partial(act, *args, **named))


def refusals(act: Callable[..., Any], *args: Any, **named: Any) -> tuple[Refusal, ...]:
    """Every reason why an act was refused."""
    return refused_by(partial(act, *args, **named))


def events(session: Session, move: str) -> list[tuple[Any, ...]]:
    """Case, actor, instant, subject, states and facts of each event of a move, in the order of its case."""
    rows = session.scalars(select(Event).where(Event.move == move).order_by(Event.case_id, Event.seq))
    return [
        (
            row.case_id, row.actor_id, row.at, (row.subject_kind, row.subject_id),
            (row.from_state, row.to_state), row.facts,
        )
        for row in rows
    ]  # fmt: skip


def owed(session: Session, *kinds: str) -> list[tuple[Any, ...]]:
    """Key, kind, recipient, name, address, case, parameters, link and days of the messages of some kinds."""
    rows = session.scalars(select(Message).where(Message.kind.in_(kinds)).order_by(Message.key))
    return [
        (
            row.key, row.kind, row.recipient_id, row.name, row.email, row.language, row.case_id, row.params,
            (row.link_purpose, row.link_subject), row.created_at, row.due_at,
        )
        for row in rows
    ]  # fmt: skip
