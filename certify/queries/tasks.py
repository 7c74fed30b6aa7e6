"""One thing that waits, and the queue that it waits in: what every desk is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from certify.models import (
    Certification,
)
from certify.policy import Actor
from certify.queries.sight import reached_by
from certify.scheme.sentences import Sentence
from certify.scheme.words import (
    RoleName,
)


@dataclass(frozen=True)
class Task:
    """One thing that waits: about whom, why, what to do next and where; `blocked` tells why not by me.

    `move` names the move on the case that does it, where there is just one.
    """

    queue: str
    title: str
    module: str
    country: str
    reason: Sentence
    action: Sentence
    endpoint: str
    args: dict[str, str]
    since: datetime
    due_on: date | None = None
    blocked: tuple[str, ...] = ()
    move: str = ""

    @property
    def urgency(self) -> tuple[bool, date, datetime]:
        """What has a day stands first, the most overdue before the rest; then whatever waits longest."""
        return self.due_on is None, self.due_on or self.since.date(), self.since


@dataclass(frozen=True)
class Asking:
    """Who asks, and when."""

    session: Session
    actor: Actor
    at: datetime

    @property
    def on(self) -> date:
        """Today, in UTC."""
        return self.at.date()


@dataclass(frozen=True)
class Queue:
    """One sort of task: which rows wait, in which order, and how each reads; None: not for this actor.

    `ahead` reads at once what the tasks of a page ask about one by one.
    """

    name: str
    label: Sentence
    rows: Callable[[Asking], Select[Any] | None]
    key: tuple[Any, Any]
    task: Callable[[Asking, Any], Task]
    ahead: Callable[[Asking, Sequence[Any]], None] = lambda _asking, _rows: None


def cases(*conditions: Any) -> Select[Any]:
    """Cases that fit, with their holders in the same query."""
    return select(Certification).where(*conditions).options(joinedload(Certification.holder))


def in_reach(asking: Asking, role: RoleName) -> Any | None:
    """The cases that a role covers; None when the actor has it nowhere today."""
    if not asking.actor.holds(role, on=asking.on):
        return None
    return reached_by(
        asking.actor,
        frozenset({role}),
        asking.on,
        module=Certification.module,
        country=Certification.country,
    )


def case_task(
    queue: str,
    case: Certification,
    reason: Sentence,
    action: Sentence,
    endpoint: str = "certifications.show",
    *,
    due_on: date | None = None,
    blocked: tuple[str, ...] = (),
    move: str = "",
) -> Task:
    """A task on a case, named by its holder."""
    return Task(
        queue,
        case.holder.name,
        case.module,
        case.country,
        reason,
        action,
        endpoint,
        {"id": case.id},
        case.state_since,
        due_on,
        blocked,
        move,
    )
