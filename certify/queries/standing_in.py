"""The desk of whoever is away, as far as the one who stands in sees it, and what they could do there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from certify.models import (
    Activity,
    Assessment,
    Certification,
    Cohort,
    ExpertLicence,
    NameChange,
    Renewal,
    Review,
    RoleGrant,
)
from certify.policy import Actor, fits, may
from certify.queries.desk import most_urgent, waiting
from certify.queries.tasks import Asking, Task
from certify.scheme.words import Act, LicenceState
from certify.workflows.absences import stood_in_for, today_of
from certify.workflows.addressees import free_for
from certify.workflows.people import actor_of
from certify.workflows.role_rules import awaits
from certify.workflows.workflow import workflow_of

MOST = 10  # of each person; their own desk holds the rest
# Where a task leads, by its blueprint: what it is about, and the right to see that.
_SIGHT: Mapping[str, tuple[type[Any], str]] = {
    "certifications": (Certification, "certification.see"),
    "approval": (Certification, "certification.see"),
    "maintenance": (Certification, "certification.see"),
    "activities": (Activity, "activity.see"),
    "assessments": (Assessment, "assessment.see"),
    "cohorts": (Cohort, "cohort.see"),
    "roles": (RoleGrant, "role.list"),
    "renewals": (Renewal, "renewal.see"),
    "reviews": (Review, "review.list"),
    "licences": (ExpertLicence, "licence.list"),
    "name_changes": (NameChange, "name_change.see"),
}
# What a queue asks for where a relation, or a part that somebody had in it, may keep them from it.
_ACTS: Mapping[str, Act] = {
    **dict.fromkeys(("to_approve", "renewals_to_decide", "reviews", "licences"), Act.DECIDE),
    "renewals": Act.QA,
}
_OWN = frozenset({"mine", "upkeep"})  # queues about one's own certification, in which nobody stands in


@dataclass(frozen=True)
class HeldTask:
    """A task of who is away, and whether the deputy could do it: by right, and without a tie in the way."""

    task: Task
    can_do: bool


@dataclass(frozen=True)
class HeldDesk:
    """Whose place it is, until when, and what waits there: first what the deputy could do."""

    name: str
    until_on: date
    tasks: tuple[HeldTask, ...]


def held_desks(session: Session, actor: Actor, at: datetime) -> tuple[HeldDesk, ...]:
    """The desks of those who named the actor and are away today; one query when there are none."""
    found = []
    for absence in stood_in_for(session, actor.id, at):
        absent = actor_of(session, absence.person_id, today_of(absence.person, at))
        if absent is None:
            continue
        asking = Asking(session, absent, at, absent=absence.person.name)
        held = [
            HeldTask(task, _could(session, actor, absent, task, thing, at))
            for task in most_urgent(asking, waiting(asking))
            if (thing := _seen(session, actor, task, asking.on)) is not None
        ]
        held.sort(key=lambda one: not one.can_do)
        found.append(HeldDesk(absence.person.name, absence.until_on, tuple(held[:MOST])))
    return tuple(found)


def _seen(session: Session, actor: Actor, task: Task, on: date) -> Any:
    """What a task is about, where the actor may see it."""
    row, action = _SIGHT.get(task.endpoint.split(".")[0], (None, ""))
    thing = session.get(row, task.args.get("id", "")) if row and task.queue not in _OWN else None
    return thing if thing is not None and may(actor, action, thing, on) else None


def _could(session: Session, actor: Actor, absent: Actor, task: Task, thing: Any, at: datetime) -> bool:
    return _both_fit(actor, absent, thing, at) and not _tied(session, actor, task, thing, at)


def _tied(session: Session, actor: Actor, task: Task, thing: Any, at: datetime) -> bool:
    """Whether something keeps the deputy from what is to be reviewed or decided."""
    act = _ACTS.get(task.queue)
    if act is None or (isinstance(thing, ExpertLicence) and thing.state is not LicenceState.EXAMINED):
        return False  # an examination is recorded by whoever coordinates
    return not free_for(session, thing, act, at)(actor.id)


def _both_fit(actor: Actor, absent: Actor, thing: Any, at: datetime) -> bool:
    """Whether both have the right to some move that leaves its present state (workflows/absences.py)."""
    if isinstance(thing, RoleGrant):
        return all(awaits(thing, one, at) for one in (actor, absent))
    workflow = workflow_of(thing)
    on = workflow.day(thing, at)
    moves = [move for move in workflow.moves.values() if str(thing.state) in move.sources]
    return any(fits(actor, move.who, thing, on) and fits(absent, move.who, thing, on) for move in moves)
