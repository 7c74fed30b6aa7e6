"""A ToE cycle: baselines, the classroom workshop, visits, improvement projects and the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from certify.demo.stage import Stage
from certify.models import Activity, Cohort
from certify.workflows.activity_edit import create_activity
from certify.workflows.cohort import create_cohort
from certify.workflows.engine import perform

ANSWERS = [5, 5, 4, 5, 4, 4, 5, 4, 3, 5, 4, 4, 5, 4]  # of sixteen participants
PROBLEMS = (
    ("Cutting waste piles up beside the tables", "Marked bins and a daily count by the team", "8 %", "5 %"),
    (
        "Tools are searched for at every shift change",
        "Shadow boards, a short handover",
        "25 min",
        "6 min",
    ),
    ("Suggestions of workers get no answer", "A board with a reply within a week", "2 a month", "17 a month"),
    ("Rework at the last inspection", "Checks by the line itself, with samples", "6.1 %", "3.4 %"),
)


@dataclass
class Cycle:
    """A cohort in the making, with who leads, supervises and observes it."""

    cohort: Cohort
    trainers: tuple[str, ...]
    supervisor: str
    factories: Sequence[str]

    @property
    def lead(self) -> str:
        """Who enters the facts."""
        return self.trainers[0]


def begin(
    stage: Stage, name: str, coordinator: str, trainers: tuple[str, ...], supervisor: str,
    factories: Sequence[str], ago: int, *, country: str = "VN",
) -> Cycle:  # fmt: skip
    """The coordinator opens the cohort."""
    cohort = create_cohort(
        stage.session,
        stage.actor(coordinator),
        stage.at(ago),
        module="WPC",
        country=country,
        name=name,
        trainers=stage.ids(trainers),
        supervisor=stage.people[supervisor],
        enterprises=[stage.enterprises[key] for key in factories],
    )
    return Cycle(cohort, trainers, supervisor, factories)


def record(stage: Stage, cycle: Cycle, kind: str, ago: int, **fields: Any) -> Activity:
    """The lead trainer records an activity on the day it happened."""
    return create_activity(
        stage.session, stage.actor(cycle.lead), stage.at(ago), kind=kind, cohort=cycle.cohort, fields=fields
    )


def hand_in(stage: Stage, cycle: Cycle, activity: Activity, ago: int) -> None:
    """Submitted by the lead, confirmed by the supervisor the day after."""
    perform(activity, "submit", stage.actor(cycle.lead), stage.at(ago))
    perform(activity, "confirm", stage.actor(cycle.supervisor), stage.at(ago - 1))


def baselines(stage: Stage, cycle: Cycle, ago: int) -> None:
    """One in each enterprise, with a manager and a worker interviewed."""
    for key in cycle.factories:
        activity = record(
            stage, cycle, "baseline", ago,
            held_on=stage.day(ago).isoformat(),
            enterprise=stage.enterprises[key],
            manager_interviewed=True,
            worker_interviewed=True,
            readings={"defect rate": "6.2 %", "absenteeism": "4.8 %"},
        )  # fmt: skip
        hand_in(stage, cycle, activity, ago)


def plan_workshop(stage: Stage, cycle: Cycle, ago: int, *, planned: int) -> Activity:
    """The two classroom days, entered when they are planned."""
    first = stage.day(ago)
    ids = [stage.enterprises[key] for key in cycle.factories]
    return create_activity(
        stage.session,
        stage.actor(cycle.lead),
        stage.at(planned),
        kind="workshop",
        cohort=cycle.cohort,
        fields={
            "days": [{"on": (first + timedelta(days=n)).isoformat(), "hours": "7"} for n in range(2)],
            "enterprises": ids,
            "attendance": [row for id in ids for row in _attendance(id)],
            "feedback": {"asked": 4 * len(ids), "answers": ANSWERS},
        },
    )


def _attendance(enterprise: str) -> list[Mapping[str, Any]]:
    return [
        {"enterprise": enterprise, "role": role, "sex": sex, "n": 1}
        for role in ("manager", "worker")
        for sex in ("f", "m")
    ]


def visit(stage: Stage, cycle: Cycle, key: str, ago: int, *, nth: int) -> Activity:
    """A consultation visit, submitted; the enterprise has not answered yet."""
    activity = record(
        stage, cycle, "visit", ago,
        held_on=stage.day(ago).isoformat(),
        enterprise=stage.enterprises[key],
        purpose="consultation",
        people_met="Plant manager, two line leaders, the improvement team",
        report=f"Visit {nth}: the team showed its board; next steps were agreed with names and days.",
    )  # fmt: skip
    perform(activity, "submit", stage.actor(cycle.lead), stage.at(ago))
    return activity


def confirm_visit(stage: Stage, key: str, activity: Activity, ago: int) -> None:
    """The enterprise's contact says that it happened."""
    perform(activity, "confirm", stage.contacts[key], stage.at(ago))


def visits(stage: Stage, cycle: Cycle, ago: int, *, nth: int) -> list[Activity]:
    """One visit to each enterprise, confirmed within two days."""
    made = []
    for key in cycle.factories:
        activity = visit(stage, cycle, key, ago, nth=nth)
        confirm_visit(stage, key, activity, ago - 2)
        made.append(activity)
    return made


def projects(stage: Stage, cycle: Cycle, ago: int) -> None:
    """One improvement project of each enterprise's team."""
    for key, (problem, action, before, after) in zip(cycle.factories, PROBLEMS, strict=True):
        activity = record(
            stage, cycle, "improvement_project", ago,
            held_on=stage.day(ago).isoformat(),
            enterprise=stage.enterprises[key],
            problem=problem, action=action, before=before, after=after, sustained=True,
        )  # fmt: skip
        hand_in(stage, cycle, activity, ago)


def report(stage: Stage, cycle: Cycle, ago: int) -> None:
    """The cycle report."""
    activity = record(
        stage, cycle, "cycle_report", ago,
        held_on=stage.day(ago).isoformat(),
        report="Four enterprises, sixteen participants, twelve visits; every team finished one project.",
        lessons="Start the improvement team in the first visit, not in the second.",
    )  # fmt: skip
    hand_in(stage, cycle, activity, ago)
