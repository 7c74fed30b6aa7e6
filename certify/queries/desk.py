"""What waits for whom: the queues of every role, counted, and the most urgent tasks of all."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from certify.models import (
    Activity,
    Assessment,
    Certification,
    RoleGrant,
)
from certify.queries import queues_of_office as office
from certify.queries import queues_of_trainers as trainers
from certify.queries.paging import PAGE, Order, Page, read_page
from certify.queries.tasks import Asking, Queue, Task
from certify.scheme.sentences import say

MOST = 100  # that are counted of a queue


@dataclass(frozen=True)
class Waiting:
    """A queue with how many wait in it; MOST stands for any number from there on."""

    queue: Queue
    count: int

    @property
    def told(self) -> str:
        """The number as it is shown."""
        return told(self.count)


def told(count: int) -> str:
    """A number that was counted as far as MOST."""
    return f"{MOST}+" if count >= MOST else str(count)


def waiting(asking: Asking) -> tuple[Waiting, ...]:
    """The queues in which something waits for the actor, counted as far as MOST: no page counts them all."""
    found = []
    for queue in QUEUES:
        rows = queue.rows(asking)
        if rows is None:
            continue
        ids = rows.with_only_columns(queue.key[1]).order_by(None).limit(MOST).subquery()
        count = asking.session.scalar(select(func.count()).select_from(ids)) or 0
        if count:
            found.append(Waiting(queue, count))
    return tuple(found)


def most_urgent(asking: Asking, queues: tuple[Waiting, ...], limit: int = PAGE) -> tuple[Task, ...]:
    """The first tasks of all queues together, the most urgent first."""
    tasks = [task for each in queues for task in tasks_of(asking, each.queue, cursor=None, limit=limit).items]
    return tuple(sorted(tasks, key=lambda task: task.urgency)[:limit])


def tasks_of(asking: Asking, queue: Queue, *, cursor: str | None, limit: int = PAGE) -> Page[Task]:
    """One page of one queue, the longest waiting first."""
    rows = queue.rows(asking)
    if rows is None:
        return Page((), None)
    page: Page[Any] = read_page(
        asking.session,
        rows,
        order=Order(*queue.key),
        cursor=cursor,
        allowed=lambda _row: True,
        ahead=lambda found: queue.ahead(asking, found),
        limit=limit,
    )
    return Page(tuple(queue.task(asking, row) for row in page.items), page.next)


_CASE = (Certification.state_since, Certification.id)
QUEUES = (
    Queue("mine", say("My path"), trainers.of_the_holder, _CASE, trainers.holders_task),
    Queue(
        "to_assess",
        say("To assess"),
        trainers.to_assess,
        (Assessment.state_since, Assessment.id),
        trainers.assessors_task,
    ),
    Queue(
        "to_reconcile",
        say("To reconcile"),
        trainers.to_reconcile,
        (Assessment.state_since, Assessment.id),
        trainers.reconcilers_task,
    ),
    Queue(
        "to_confirm",
        say("To confirm"),
        trainers.to_confirm,
        (Activity.state_since, Activity.id),
        trainers.confirmers_task,
    ),
    Queue(
        "to_correct",
        say("Came back to you"),
        trainers.to_correct,
        (Activity.state_since, Activity.id),
        trainers.correctors_task,
    ),
    Queue("to_pass", say("ToT to complete"), trainers.to_pass, _CASE, trainers.facilitators_task),
    Queue("to_recommend", say("To recommend"), trainers.to_recommend, _CASE, trainers.recommenders_task),
    Queue(
        "to_approve",
        say("To approve"),
        trainers.to_approve,
        _CASE,
        trainers.deciders_task,
        trainers.deciders_relations,
    ),
    Queue("applications", say("Applications"), office.applications, _CASE, office.screeners_task),
    Queue("unassigned", say("To enrol and assign"), office.unassigned, _CASE, office.schedulers_task),
    Queue("unobserved", say("Without an observer"), office.unobserved, _CASE, office.observers_task),
    Queue("nominations", say("Nominated by us"), office.nominations, _CASE, office.nominators_task),
    Queue(
        "proposals",
        say("Roles to confirm"),
        office.proposals,
        (RoleGrant.proposed_at, RoleGrant.id),
        office.confirming_task,
    ),
)
BY_NAME = {queue.name: queue for queue in QUEUES}
