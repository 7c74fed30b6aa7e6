"""What waits for whom: the queues of every role, counted, and the most urgent tasks of all."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)

from certify.models import (
    Activity,
    Assessment,
    Certification,
    ExpertLicence,
    NameChange,
    Renewal,
    Review,
    RoleGrant,
)
from certify.models.store import rows_of
from certify.queries import queues_of_activities as activities
from certify.queries import queues_of_office as office
from certify.queries import queues_of_standing as standing
from certify.queries import queues_of_trainers as trainers
from certify.queries import queues_of_upkeep as upkeep
from certify.queries.figures import told
from certify.queries.paging import PAGE, Order, Page, head_of, plain_page
from certify.queries.sight import Reach, fixed
from certify.queries.tasks import Arms, Asking, Queue, Task
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
        return told(self.count, MOST)


def waiting(asking: Asking) -> tuple[Waiting, ...]:
    """The queues in which something waits for the actor, counted as far as MOST: no page counts them all."""
    asked = _asked(asking.reach)
    found: Counter[str] = Counter()
    for name, count in rows_of(asking.session, asked.counts, **asking.given):
        found[name] += count
    counted = ((queue, _counted(asking, queue, found[queue.name])) for queue in QUEUES)
    return tuple(Waiting(queue, count) for queue, count in counted if count)


def _counted(asking: Asking, queue: Queue, found: int) -> int:
    if found and queue.sifted is not None:
        found = len(queue.sifted(asking))
    return min(MOST, found)


def most_urgent(asking: Asking, queues: tuple[Waiting, ...], limit: int = PAGE) -> tuple[Task, ...]:
    """The most urgent tasks, the most urgent first, among those of each queue that wait longest."""
    tasks = [task for each in queues for task in tasks_of(asking, each.queue, cursor=None, limit=limit).items]
    return _sorted(asking, tasks)[:limit]


def _sorted(asking: Asking, tasks: Iterable[Task]) -> tuple[Task, ...]:
    return tuple(sorted(tasks, key=lambda task: task.urgency(asking.on)))


def tasks_of(asking: Asking, queue: Queue, *, cursor: str | None, limit: int = PAGE) -> Page[Task]:
    """One page of one queue: those that have waited longest, of which what unblocks most stands first."""
    found = _asked(asking.reach).rows.get(queue.name)
    if found is None:
        return Page((), None)
    arms, first = found
    given = {**asking.given, "sifted": queue.sifted(asking)} if queue.sifted else asking.given
    page = plain_page(
        asking.session, arms, given, order=Order(*queue.key), cursor=cursor, limit=limit, first=first
    )
    queue.ahead(asking, page.items)
    return Page(_sorted(asking, (queue.task(asking, row) for row in page.items)), page.next)


@dataclass(frozen=True)
class _Asked:
    """The statements of a reach: the number in each queue; by its name the rows of each, and the first."""

    counts: CompoundSelect[Any]
    rows: Mapping[str, tuple[Arms, Select[Any]]]


@lru_cache(maxsize=128)
def _asked(reach: Reach) -> _Asked:
    """Put together once for all who reach the same: that takes longer than the database takes to answer."""
    found = [(queue, arms) for queue in QUEUES if (arms := queue.rows(reach))]
    counts = union_all(*(_count(queue, rows) for queue, arms in found for rows in arms))
    return _Asked(counts, {queue.name: _rows(queue, arms) for queue, arms in found})


def _count(queue: Queue, rows: Select[Any]) -> Select[Any]:
    """By the conditions alone: what is joined to the rows tells more of each and leaves none out."""
    most: ColumnElement[int] = literal_column(str(MOST))
    assert rows.whereclause is not None
    ids = select(queue.key[1]).where(rows.whereclause).limit(most).subquery()
    columns: tuple[Any, ...] = (fixed(queue.name), func.count())
    return select(*columns).select_from(ids)


def _rows(queue: Queue, arms: Arms) -> tuple[Arms, Select[Any]]:
    if queue.sifted:
        arms = [rows.where(queue.key[1].in_(bindparam("sifted", expanding=True))) for rows in arms]
    return arms, head_of(arms, Order(*queue.key), PAGE + 1)


_CASE = (Certification.state_since, Certification.id)
QUEUES = (
    Queue("mine", say("My path"), trainers.of_the_holder, _CASE, trainers.holders_task),
    Queue(
        "upkeep",
        say("My certificates"),
        upkeep.of_the_trainer,
        _CASE,
        upkeep.trainers_task,
        sifted=upkeep.with_errands,
    ),
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
        sifted=trainers.first_of_pairs,
    ),
    Queue(
        "to_confirm",
        say("To confirm"),
        activities.to_confirm,
        (Activity.state_since, Activity.id),
        activities.confirmers_task,
    ),
    Queue(
        "to_correct",
        say("Came back to you"),
        activities.to_correct,
        (Activity.state_since, Activity.id),
        activities.correctors_task,
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
    Queue(
        "renewals_to_decide",
        say("Renewals to decide"),
        upkeep.to_decide,
        (Renewal.state_since, Renewal.id),
        upkeep.renewers_task,
        trainers.deciders_relations,
    ),
    Queue(
        "reviews",
        say("Reviews"),
        standing.to_look_at,
        (Review.state_since, Review.id),
        standing.lookers_task,
        trainers.deciders_relations,
    ),
    Queue("suspensions", say("Long suspensions"), standing.long_suspended, _CASE, standing.suspenders_task),
    Queue(
        "licences",
        say("Licences"),
        standing.licences,
        (ExpertLicence.state_since, ExpertLicence.id),
        standing.licensers_task,
        trainers.deciders_relations,
    ),
    Queue(
        "renewals",
        say("Renewals to review"),
        upkeep.to_review,
        (Renewal.state_since, Renewal.id),
        upkeep.reviewers_task,
    ),
    Queue(
        "late_renewals",
        say("Late renewals without an observer"),
        upkeep.to_have_observed,
        (Renewal.state_since, Renewal.id),
        upkeep.late_observers_task,
    ),
    Queue(
        "quality",
        say("To observe for quality"),
        upkeep.to_observe,
        (Certification.valid_until, Certification.id),
        upkeep.observers_errand,
    ),
    Queue(
        "names",
        say("Names to change"),
        standing.names_asked,
        (NameChange.state_since, NameChange.id),
        standing.namers_task,
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
