"""The desk of whoever is away, as far as the one who stands in sees it by their own right."""

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
    Renewal,
    Review,
    RoleGrant,
)
from certify.policy import Actor, may
from certify.queries.desk import most_urgent, waiting
from certify.queries.tasks import Asking, Task
from certify.workflows.absences import stood_in_for, today_of
from certify.workflows.people import actor_of

MOST = 10  # of each person; their own desk holds the rest
# Where a task leads, by its blueprint: what it is about, and the right to see that.
_SIGHT: Mapping[str, tuple[type[Any], str]] = {
    "certifications": (Certification, "certification.see"),
    "approval": (Certification, "certification.see"),
    "activities": (Activity, "activity.see"),
    "assessments": (Assessment, "assessment.see"),
    "cohorts": (Cohort, "cohort.see"),
    "roles": (RoleGrant, "role.list"),
    "renewals": (Renewal, "renewal.see"),
    "reviews": (Review, "review.list"),
    "licences": (ExpertLicence, "licence.list"),
}


@dataclass(frozen=True)
class HeldDesk:
    """Whose place it is, until when, and what waits there."""

    name: str
    until_on: date
    tasks: tuple[Task, ...]


def held_desks(session: Session, actor: Actor, at: datetime) -> tuple[HeldDesk, ...]:
    """The desks of those who named the actor and are away today; one query when there are none."""
    found = []
    for absence in stood_in_for(session, actor.id, at):
        absent = actor_of(session, absence.person_id, today_of(absence.person, at))
        if absent is None:
            continue
        asking = Asking(session, absent, at)
        urgent = most_urgent(asking, waiting(asking))
        seen = [task for task in urgent if _sees(session, actor, task, asking.on)]
        found.append(HeldDesk(absence.person.name, absence.until_on, tuple(seen[:MOST])))
    return tuple(found)


def _sees(session: Session, actor: Actor, task: Task, on: date) -> bool:
    row, action = _SIGHT.get(task.endpoint.split(".")[0], (None, ""))
    thing = session.get(row, task.args.get("id", "")) if row else None
    return thing is not None and may(actor, action, thing, on)
