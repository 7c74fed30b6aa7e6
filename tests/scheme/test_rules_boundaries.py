"""Each requirement at its boundary: just met, and just not met; every threshold is the edition's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from certify.scheme.evidence import Evidence, Pause
from certify.scheme.rules import requirements
from certify.scheme.words import (
    ActivityState,
    RequirementStatus,
)
from tests.scheme.good_evidence import (
    CLASSROOM_ON,
    FIRST_VISIT_ON,
    LAST_VISIT_ON,
    TODAY,
    TOT_LAST,
    changed,
)
from tests.scheme.requirement_cases import (
    EDITION,
    GOOD,
    TOE_END_BY,
    TOE_START_BY,
    WORKSHOP,
    answers,
    attendance,
    members,
    results,
    scored,
    screened,
    the,
    training,
    unmet,
)

BOUNDARIES: list[tuple[str, Callable[[Evidence], Evidence], bool]] = [
    ("tot-attendance", training(hours_present=Decimal("31.50")), True),
    ("tot-attendance", training(hours_present=Decimal("31.49")), False),
    ("tot-attendance", training(hours_present=None), False),
    ("tot-test", training(test_percent=Decimal("70.00")), True),
    ("tot-test", training(test_percent=Decimal("69.99")), False),
    ("tot-test", training(test_percent=None), False),
    ("tot-micro-teaching", training(micro_teaching=(2, 3, 4)), True),
    ("tot-micro-teaching", training(micro_teaching=(2, 3, 3)), False),
    ("tot-micro-teaching", training(micro_teaching=()), False),
    ("cohort-size", members(50, 250, 100, 100), True),
    ("cohort-size", members(49, 250, 100, 100), False),
    ("cohort-size", members(50, 251, 100, 100), False),
    ("baseline-before-classroom", the("baseline-e1", on=CLASSROOM_ON - timedelta(days=1)), True),
    ("baseline-before-classroom", the("baseline-e1", on=CLASSROOM_ON), False),
    ("baseline-before-classroom", the("baseline-e1", manager_interviewed=False), False),
    ("baseline-before-classroom", the("baseline-e1", worker_interviewed=False), False),
    ("classroom-days", the("workshop", days=WORKSHOP.days[:1]), False),
    ("classroom-days", the("workshop", days=(WORKSHOP.days[0], WORKSHOP.days[0])), False),
    ("participants", attendance(manager=0), False),
    ("participants", attendance(worker=0), False),
    ("visits-span", the("visit-e1-3", on=FIRST_VISIT_ON + timedelta(days=21)), True),
    ("visits-span", the("visit-e1-3", on=FIRST_VISIT_ON + timedelta(days=20)), False),
    ("improvement-projects", the("project-e1", state=ActivityState.SUBMITTED), False),
    ("cycle-report", the("report", on=LAST_VISIT_ON), True),
    ("cycle-report", the("report", on=LAST_VISIT_ON - timedelta(days=1)), False),
    ("cycle-report", the("report", on=LAST_VISIT_ON + timedelta(days=14)), True),
    ("cycle-report", the("report", on=LAST_VISIT_ON + timedelta(days=15)), False),
    ("satisfaction", answers(*[4] * 8, 3, 3), True),  # 10 of 16 answered, 80 % of them satisfied
    ("satisfaction", answers(*[5] * 7, 3, 3, 3), False),
    ("satisfaction", answers(*[5] * 9), False),
    ("satisfaction", answers(), False),
    ("mean-score", scored(*GOOD.observations[0].scores), False),
    ("critical-items", scored("objectives-met", score=3), True),
    ("critical-items", scored("objectives-met", score=2), False),
    ("critical-items", scored("local-examples", score=1), True),
    ("screening", screened("language", "data-skill", score=3), True),
    ("screening", screened("language", score=2), False),  # 29 of 50 points
    ("self-assessment", lambda evidence: replace(evidence, self_assessed=False), False),
    ("recommendation", lambda evidence: replace(evidence, recommended=False), False),
]


@pytest.mark.parametrize(("requirement", "change", "met"), BOUNDARIES)
def test_at_its_boundary_a_requirement_is_met_or_is_the_only_one_missing(requirement, change, met):
    assert list(unmet(change(GOOD))) == ([] if met else [requirement])


@pytest.mark.parametrize(
    ("day", "held", "met"),
    [
        (TOE_START_BY, 0, True),
        (TOE_START_BY + timedelta(days=1), 0, False),
        (TOE_START_BY + timedelta(days=10), 10, True),
        (TOE_START_BY + timedelta(days=11), 10, False),
    ],
)
def test_the_toe_starts_within_six_months_and_the_days_on_hold(day, held, met):
    evidence = changed(
        replace(GOOD, pauses=(Pause(TOT_LAST, TOT_LAST + timedelta(days=held)),)),
        "workshop",
        held_on=day,
        last_on=day,
    )
    assert (results(evidence)["toe-start"].status is RequirementStatus.MET) is met


@pytest.mark.parametrize(
    ("day", "held", "met"),
    [(TOE_END_BY, 0, True), (TOE_END_BY + timedelta(days=1), 0, False), (date(2027, 2, 7), 1, True)],
)
def test_the_toe_ends_within_twelve_months_and_the_days_on_hold(day, held, met):
    evidence = changed(
        replace(GOOD, pauses=(Pause(TOT_LAST, TOT_LAST + timedelta(days=held)),)), "visit-e2-3", on=day
    )
    assert (results(evidence)["toe-end"].status is RequirementStatus.MET) is met


STRICTER = [
    ("screening_sheets", 3, "screening"),
    ("screening_percent", 61, "screening"),
    ("mandatory_minimum", 4, "screening"),
    ("tot_attendance_percent", 91, "tot-attendance"),
    ("tot_test_percent", 70.5, "tot-test"),
    ("micro_teaching_mean", 3.1, "tot-micro-teaching"),
    ("toe_start_months", 1, "toe-start"),
    ("toe_end_months", 2, "toe-end"),
    ("cohort_size_min", 5, "cohort-size"),
    ("cohort_size_max", 3, "cohort-size"),
    ("enterprise_size_min", 61, "cohort-size"),
    ("enterprise_size_max", 59, "cohort-size"),
    ("classroom_days", 3, "classroom-days"),
    ("participants_managers", 3, "participants"),
    ("participants_workers", 3, "participants"),
    ("visits_per_enterprise", 4, "visits-per-enterprise"),
    ("visits_span_days", 22, "visits-span"),
    ("projects_per_enterprise", 2, "improvement-projects"),
    ("cycle_report_days", 13, "cycle-report"),
    ("observed_classrooms", 2, "observed-classroom"),
    ("observed_visits", 2, "observed-visit"),
    ("mean_score", 4.1, "mean-score"),
    ("critical_minimum", 5, "critical-items"),
    ("satisfaction_score", 5, "satisfaction"),
    ("satisfaction_percent", 101, "satisfaction"),
    ("satisfaction_response_percent", 101, "satisfaction"),
    ("satisfaction_answers", 17, "satisfaction"),
]


@pytest.mark.parametrize(("name", "value", "requirement"), STRICTER)
def test_every_threshold_is_the_editions(name, value, requirement):
    stricter = replace(EDITION.parameters[name], value=value)
    edition = replace(EDITION, parameters={**EDITION.parameters, name: stricter})
    stood = requirements(edition, GOOD, TODAY)
    assert [one.id for one in stood if not one.cleared] == [requirement]
