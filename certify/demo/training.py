"""The ToT event: planned, held, its roster filled in and confirmed by the lead facilitator."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from certify.demo.application import Crew
from certify.demo.stage import Stage
from certify.models import Activity, Certification
from certify.workflows.activity_edit import create_activity, edit_activity
from certify.workflows.engine import perform

DAYS, HOURS = 5, 7


def plan(stage: Stage, crew: Crew, facilitators: Sequence[str], ago: int, *, first: int) -> Activity:
    """A ToT of five days whose first day is `first` days ago (negative: to come), planned `ago`."""
    start = stage.day(first)
    return create_activity(
        stage.session,
        stage.actor(crew.coordinator),
        stage.at(ago),
        kind="tot_event",
        module="WPC",
        country=crew.country,
        fields={
            "days": [
                {"on": (start + timedelta(days=n)).isoformat(), "hours": str(HOURS)} for n in range(DAYS)
            ],
            "facilitators": stage.ids(facilitators),
        },
    )


def enrol(stage: Stage, crew: Crew, event: Activity, cases: Iterable[Certification], ago: int) -> None:
    """The coordinator puts admitted candidates on the roster."""
    for case in cases:
        stage.move(case, "enrol", crew.coordinator, ago, activity=event.id)


def begin(stage: Stage, event: Activity, lead: str, ago: int, *, days: int) -> None:
    """The roster after the first days: one person left early on the last of them, one test is missing."""
    held = [{"on": (event.held_on + timedelta(days=n)).isoformat(), "hours": str(HOURS)} for n in range(days)]
    roster = [
        {
            "certification": entry.certification_id,
            "days_present": [{**day, "hours": "4"} if (n, day) == (1, held[-1]) else day for day in held],
            "test_percent": str(82 - 6 * n) if n < len(event.roster) - 1 else None,
        }
        for n, entry in enumerate(event.roster)
    ]
    edit_activity(stage.session, event, stage.actor(lead), stage.at(ago), {"roster": roster})


def hold(stage: Stage, event: Activity, lead: str, ago: int, *, weak: Iterable[str] = ()) -> None:
    """Attendance, test and micro-teaching of everybody; `weak` certifications fail the test."""
    actor, at, weak_ids = stage.actor(lead), stage.at(ago), set(weak)
    roster = [
        {
            "certification": entry.certification_id,
            "hours_present": "35" if n % 3 else "33.5",
            "test_percent": "58" if entry.certification_id in weak_ids else str(78 + 4 * (n % 5)),
            "micro_teaching": [4, 3 + n % 2, 4],
        }
        for n, entry in enumerate(event.roster)
    ]
    edit_activity(stage.session, event, actor, at, {"roster": roster})
    perform(event, "submit", actor, at)
    perform(event, "confirm", actor, at)


def complete(stage: Stage, crew: Crew, case: Certification, lead: str, supervisor: str, ago: int) -> None:
    """A supervisor is assigned, and the facilitator lets the candidate go on to delivery."""
    stage.move(case, "assign_supervisor", crew.coordinator, ago, person=stage.people[supervisor])
    stage.move(case, "complete_training", lead, ago)
