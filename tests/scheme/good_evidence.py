"""A candidate who has done everything right: start from here and spoil one thing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from certify.scheme.evidence import (
    Attendance,
    Cycle,
    Day,
    Evidence,
    Happening,
    Held,
    Member,
    Observation,
    Sheet,
    Training,
)
from certify.scheme.types import Edition
from certify.scheme.words import ActivityKind, ActivityState, AssessmentState, Standing, VisitPurpose

TOT_FIRST = date(2026, 2, 2)
TOT_LAST = date(2026, 2, 6)
BASELINE_ON = date(2026, 3, 2)
CLASSROOM_ON = date(2026, 3, 9)
FIRST_VISIT_ON = date(2026, 3, 23)
LAST_VISIT_ON = FIRST_VISIT_ON + timedelta(days=21)
REPORT_ON = LAST_VISIT_ON + timedelta(days=14)
TODAY = date(2026, 5, 4)

NAMES = ("Lotus Garments", "Sinar Jaya Furniture", "နှင်းဆီ Textiles", "Abay Leather", "Đại Phát Plastics")
CONFIRMED = ActivityState.CONFIRMED
SUBMITTED = AssessmentState.SUBMITTED


def complete_evidence(edition: Edition, module: str = "WPC", country: str = "ID") -> Evidence:
    """Every requirement met, most of them only just, for any module of an edition."""
    cycle = complete_cycle(edition, module, country)
    return Evidence(
        module=module,
        country=country,
        trainings=(complete_training(),),
        cycles=(cycle,),
        observations=tuple(observation(edition, activity) for activity in ("workshop", "visit-e1-1")),
        sheets=tuple(
            Sheet(f"sheet-{n}", f"panel-{n}", SUBMITTED, {item.id: 3 for item in edition.screening})
            for n in (1, 2)
        ),
        held=tuple(
            Held("other", code, Standing.VALID, date(2025, 1, 1), date(2028, 1, 1))
            for code in edition.modules[module].prerequisites[:1]
        ),
        self_assessed=True,
        recommended=True,
    )


def complete_training() -> Training:
    """Five days of seven hours, 90 % of them attended."""
    days = tuple(Day(TOT_FIRST + timedelta(days=n), Decimal(7)) for n in range(5))
    return Training("tot", CONFIRMED, days, Decimal("31.5"), Decimal(70), (3, 3, 3))


def observation(edition: Edition, activity: str, observer: str = "olga", score: int = 4) -> Observation:
    """A checklist with the same score on every item."""
    scores = {item.id: score for item in edition.checklist}
    return Observation(f"{activity}-by-{observer}", activity, observer, SUBMITTED, scores, None, True)


def complete_cycle(edition: Edition, module: str, country: str) -> Cycle:
    """The smallest cohort with everything that a cycle takes."""
    where = {"module": module, "country": country}
    size = int(edition.parameter("cohort_size_min", **where).value)
    members = tuple(Member(f"e{n}", NAMES[(n - 1) % 5], 60, True) for n in range(1, size + 1))
    happenings = [
        workshop(members, int(edition.parameter("classroom_days", **where).value)),
        Happening("report", ActivityKind.CYCLE_REPORT, CONFIRMED, REPORT_ON, REPORT_ON),
    ]
    for member in members:
        happenings += of_enterprise(member.id)
    return Cycle("cohort", "Bandung spring 2026", None, members, tuple(happenings))


def workshop(members: tuple[Member, ...], days: int) -> Happening:
    """Two managers and two workers of each enterprise; all of them content."""
    dates = [CLASSROOM_ON + timedelta(days=n) for n in range(days)]
    attendance = tuple(
        Attendance(member.id, role, sex, 1)
        for member in members
        for role in ("manager", "worker")
        for sex in ("f", "m")
    )
    return Happening(
        "workshop",
        ActivityKind.WORKSHOP,
        CONFIRMED,
        dates[0],
        dates[-1],
        days=tuple(Day(day, Decimal(6)) for day in dates),
        attendance=attendance,
        feedback_asked=len(attendance),
        feedback_answers=(4,) * len(attendance),
    )


def of_enterprise(enterprise: str) -> list[Happening]:
    """One enterprise's baseline, three consultation visits and improvement project."""
    return [
        Happening(
            f"baseline-{enterprise}",
            ActivityKind.BASELINE,
            CONFIRMED,
            BASELINE_ON,
            BASELINE_ON,
            enterprise=enterprise,
            manager_interviewed=True,
            worker_interviewed=True,
        ),
        visit(enterprise, 1, FIRST_VISIT_ON),
        visit(enterprise, 2, FIRST_VISIT_ON + timedelta(days=10)),
        visit(enterprise, 3, LAST_VISIT_ON),
        Happening(
            f"project-{enterprise}",
            ActivityKind.IMPROVEMENT_PROJECT,
            CONFIRMED,
            LAST_VISIT_ON,
            LAST_VISIT_ON,
            enterprise=enterprise,
        ),
    ]


def visit(enterprise: str, n: int, on: date) -> Happening:
    """A confirmed consultation visit."""
    return Happening(
        f"visit-{enterprise}-{n}",
        ActivityKind.VISIT,
        CONFIRMED,
        on,
        on,
        enterprise=enterprise,
        purpose=VisitPurpose.CONSULTATION,
    )


def changed(evidence: Evidence, activity: str, **facts: object) -> Evidence:
    """The same with other facts of one happening; `on` sets its only day."""
    if "on" in facts:
        facts["held_on"] = facts["last_on"] = facts.pop("on")

    def change(happening: Happening) -> Happening:
        return replace(happening, **facts) if happening.id == activity else happening

    return with_happenings(evidence, lambda all_: tuple(change(one) for one in all_))


def without(evidence: Evidence, *activities: str) -> Evidence:
    """The same without some happenings."""
    return with_happenings(evidence, lambda all_: tuple(one for one in all_ if one.id not in activities))


def adding(evidence: Evidence, *happenings: Happening) -> Evidence:
    """The same with more happenings in its first cohort."""
    return with_happenings(evidence, lambda all_: (*all_, *happenings))


def with_happenings(
    evidence: Evidence, change: Callable[[tuple[Happening, ...]], tuple[Happening, ...]]
) -> Evidence:
    """The same with what happened in its first cohort changed."""
    first, *others = evidence.cycles
    return replace(evidence, cycles=(replace(first, happenings=change(first.happenings)), *others))


def with_training(evidence: Evidence, **facts: object) -> Evidence:
    """The same with other facts of its first training."""
    first, *others = evidence.trainings
    return replace(evidence, trainings=(replace(first, **facts), *others))


def with_cycle(evidence: Evidence, **facts: object) -> Evidence:
    """The same with other facts of its first cohort."""
    first, *others = evidence.cycles
    return replace(evidence, cycles=(replace(first, **facts), *others))
