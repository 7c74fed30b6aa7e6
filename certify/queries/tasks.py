"""One thing that waits, and the queue that it waits in: what every desk is made of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, bindparam, func, select
from sqlalchemy.orm import Session

from certify.models import Certification, Person
from certify.policy import Actor
from certify.queries.sight import Column, Reach, reach_on
from certify.queries.stalls import timed
from certify.queries.visits_due import Waited, waited_enough
from certify.scheme.sentences import Sentence
from certify.scheme.words import CertificationState, RoleName
from certify.workflows.editions import edition_in_force

ME = bindparam("me", type_=String())  # who asks, in every statement of a queue


@dataclass(frozen=True)
class Task:
    """One thing that waits: about whom, why, what to do next and where; `blocked` tells why not by me.

    `move` names the move on the case that does it, where there is just one. `behind` is how many cases cannot
    go on before it is done.
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
    behind: int = 1

    def urgency(self, today: date) -> tuple[bool, int, bool, date, datetime]:
        """What is overdue stands first, the longest overdue before the rest; then what unblocks most.

        Among those that unblock as much, what has a day comes first, then whatever waits longest.
        """
        overdue = self.due_on is not None and self.due_on < today
        behind = 0 if overdue else -self.behind
        return not overdue, behind, self.due_on is None, self.due_on or self.since.date(), self.since


@dataclass(frozen=True)
class Asking:
    """Who asks, and when; `absent` is the actor's name where a deputy reads the desk of who is away."""

    session: Session
    actor: Actor
    at: datetime
    absent: str = ""

    def reads(self, own: Sentence, deputys: Sentence) -> Sentence:
        """What asks the reader for something, as they read it themselves or as their deputy does."""
        return deputys if self.absent else own

    @property
    def on(self) -> date:
        """Today, in UTC."""
        return self.at.date()

    @property
    def reach(self) -> Reach:
        """How the statements of the queues read for the actor."""
        return self._read[0]

    @property
    def given(self) -> Mapping[str, Any]:
        """What is bound in them."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[Reach, Mapping[str, Any]]:
        actor, waited = self.actor, self._waited
        reach, places = reach_on(actor, self.on, contact=bool(actor.contact_of), waits=len(waited))
        waits = {f"{name}_{n}": value for n, one in enumerate(waited) for name, value in _named(one)}
        told = {"me": actor.id, "enterprises": sorted(actor.contact_of)}
        return reach, {**told, **places, **waits, **self._days, **self._suspended}

    @property
    def _days(self) -> Mapping[str, Any]:
        return {"today": self.on, "in_a_year": self.on + timedelta(days=365)}

    @property
    def _suspended(self) -> Mapping[str, Any]:
        """Since when suspensions near their limit, and since when they have reached it."""
        if not self.actor.holds(RoleName.MASTER_TRAINER, on=self.on):
            return {}
        edition = edition_in_force(self.session, self.on)
        suspended = timed(edition, CertificationState.SUSPENDED, self.at)
        return {"suspended_slow": suspended.slow, "suspended_stalled": suspended.stalled}

    @cached_property
    def _waited(self) -> tuple[Waited, ...]:
        if not self.actor.holds(RoleName.EXPERT_TRAINER, on=self.on):
            return ()
        return waited_enough(self.session, self.actor.id, self.at)


def _named(waited: Waited) -> Iterable[tuple[str, Any]]:
    return waited._asdict().items()


Arms = Sequence[Select[Any]]


@dataclass(frozen=True)
class Queue:
    """One sort of task: which rows wait, in which order, and how each reads.

    The rows are plain columns, the key among them; in arms of which each reads an index, and of which no two
    find the same; no arms: nothing for this reach. Of what SQL finds only the ids in `sifted` remain, where
    a rule has the last word. `ahead` reads at once what the tasks of a page ask about one by one.
    """

    name: str
    label: Sentence
    rows: Callable[[Reach], Arms]
    key: tuple[Any, Any]
    task: Callable[[Asking, Any], Task]
    ahead: Callable[[Asking, Sequence[Any]], None] = lambda _asking, _rows: None
    sifted: Callable[[Asking], Sequence[str]] | None = None


def cases(*conditions: Any, more: Sequence[Any] = ()) -> Select[Any]:
    """Cases that fit, with as much of them as a task tells, and the names of their holders."""
    return select(
        Certification.id,
        Certification.holder_id,
        Certification.module,
        Certification.country,
        Certification.state,
        Certification.state_since,
        Certification.scheme_version,
        Certification.valid_from,
        name_of(Certification.holder_id).label("holder_name"),
        *more,
    ).where(*conditions)


def name_of(person_id: Column, column: Column = Person.name) -> ScalarSelect[Any]:
    """What somebody is called: no join, so that it is read for the rows that are shown and no other."""
    return select(column).where(Person.id == person_id).scalar_subquery()


def in_reach(
    reach: Reach, role: RoleName, *, country: Column | ColumnElement[str] = Certification.country
) -> ColumnElement[bool] | None:
    """The cases that a role covers; None when the actor has it nowhere today."""
    return reach.of(role, module=Certification.module, country=country)


def unindexed(column: Column) -> ColumnElement[Any]:
    """A column's value and not its index: SQLite, which keeps no statistics, would begin with that one."""
    return func.coalesce(column, "")


def case_task(
    queue: str,
    case: Any,
    reason: Sentence,
    action: Sentence,
    endpoint: str = "certifications.show",
    *,
    due_on: date | None = None,
    blocked: tuple[str, ...] = (),
    move: str = "",
) -> Task:
    """A task on a case as `cases` tells it, named by its holder."""
    return Task(
        queue,
        case.holder_name,
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
