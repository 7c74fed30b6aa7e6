"""How each requirement stands: just met, and just not met."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from certify.scheme.catalogue import shipped
from certify.scheme.evidence import Cycle, Day, Evidence, Happening, Held, Pause, RequirementResult, Waived
from certify.scheme.rules import requirements
from certify.scheme.words import (
    ActivityKind,
    ActivityState,
    AssessmentState,
    RequirementStatus,
    Standing,
    VisitPurpose,
)
from tests.scheme.good_evidence import (
    CLASSROOM_ON,
    FIRST_VISIT_ON,
    LAST_VISIT_ON,
    TODAY,
    TOT_LAST,
    adding,
    changed,
    complete_cycle,
    complete_evidence,
    observation,
    visit,
    with_cycle,
    with_training,
    without,
)

EDITION = shipped("score-2026")
GOOD = complete_evidence(EDITION)
QUALITY = complete_evidence(EDITION, "QUA")
WORKSHOP = next(one for one in GOOD.cycles[0].happenings if one.id == "workshop")
TOE_START_BY = date(2026, 8, 6)  # six months after the ToT's last day
TOE_END_BY = date(2027, 2, 6)
LOTUS = "Lotus Garments"


def results(evidence: Evidence, on: date = TODAY) -> dict[str, RequirementResult]:
    return {one.id: one for one in requirements(EDITION, evidence, on)}


def unmet(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    return {one.id: one.reasons for one in requirements(EDITION, evidence, TODAY) if not one.cleared}


@pytest.mark.parametrize("module", list(EDITION.modules))
@pytest.mark.parametrize("country", ["ID", "IN", "ET", "PE"])
def test_a_candidate_who_did_everything_meets_everything(module, country):
    stood = requirements(EDITION, complete_evidence(EDITION, module, country), TODAY)
    assert [one.id for one in stood if one.status is not RequirementStatus.MET] == []


def test_the_list_is_the_editions_without_what_depends_on_the_actor():
    ids = [one.id for one in requirements(EDITION, GOOD, TODAY)]
    assert ids == [name for name in EDITION.requirements if name not in ("independence", "delegation")]


def test_a_beginner_meets_only_what_asks_for_nothing():
    stood = results(Evidence(module="WPC", country="ID"))
    met = [one.id for one in stood.values() if one.status is RequirementStatus.MET]
    assert met == ["prerequisite", "second-observer"]
    assert all(one.reasons for one in stood.values() if one.id not in met)


def training(**change: object) -> Callable[[Evidence], Evidence]:
    return lambda evidence: with_training(evidence, **change)


def the(activity: str, **facts: object) -> Callable[[Evidence], Evidence]:
    return lambda evidence: changed(evidence, activity, **facts)


def members(*sizes: int) -> Callable[[Evidence], Evidence]:
    def change(evidence: Evidence) -> Evidence:
        four = evidence.cycles[0].enterprises
        sized = tuple(replace(one, size=size) for one, size in zip(four, sizes, strict=True))
        return with_cycle(evidence, enterprises=sized)

    return change


def answers(*given: int) -> Callable[[Evidence], Evidence]:
    return the("workshop", feedback_answers=given)


def scored(*items_below: str, score: int = 3) -> Callable[[Evidence], Evidence]:
    def change(evidence: Evidence) -> Evidence:
        lower = dict.fromkeys(items_below, score)
        return replace(
            evidence,
            observations=tuple(replace(one, scores={**one.scores, **lower}) for one in evidence.observations),
        )

    return change


def screened(*failing: str, score: int) -> Callable[[Evidence], Evidence]:
    def change(evidence: Evidence) -> Evidence:
        first, second = evidence.sheets
        return replace(
            evidence,
            sheets=(first, replace(second, scores={**second.scores, **dict.fromkeys(failing, score)})),
        )

    return change


def attendance(**fewer: int) -> Callable[[Evidence], Evidence]:
    """The workshop's attendance with fewer women of one role at the first enterprise."""
    rows = tuple(
        replace(row, n=fewer[row.role])
        if (row.enterprise, row.sex) == ("e1", "f") and row.role in fewer
        else row
        for row in WORKSHOP.attendance
    )
    return the("workshop", attendance=rows, feedback_answers=(4,) * 15)


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


def test_a_late_start_says_what_was_due_when():
    late = TOE_START_BY + timedelta(days=1)
    reasons = results(changed(GOOD, "workshop", held_on=late, last_on=late))["toe-start"].reasons
    assert reasons == ("The first classroom day, 2026-08-07, was after 2026-08-06.",)


@pytest.mark.parametrize(("on", "earliest"), [(date(2026, 2, 1), date(2026, 2, 7)), (TODAY, TODAY)])
def test_the_toe_may_start_the_day_after_the_tot(on, earliest):
    stood = results(without(GOOD, "workshop"), on)["toe-start"]
    assert stood.earliest_on == earliest
    assert stood.reasons == ("No classroom workshop counts yet; its first day is due by 2026-08-06.",)


def test_a_missed_start_has_no_earliest_day():
    assert results(without(GOOD, "workshop"), TOE_START_BY)["toe-start"].earliest_on == TOE_START_BY
    assert results(without(GOOD, "workshop"), date(2026, 8, 7))["toe-start"].earliest_on is None


@pytest.mark.parametrize(
    ("standing", "met"), [(one, one is Standing.VALID) for one in Standing], ids=lambda value: str(value)
)
def test_the_prerequisite_counts_only_while_valid(standing, met):
    evidence = replace(QUALITY, held=tuple(replace(one, standing=standing) for one in QUALITY.held))
    assert list(unmet(evidence)) == ([] if met else ["prerequisite"])


def test_any_one_prerequisite_opens_the_module():
    valid, expired = Standing.VALID, Standing.EXPIRED
    basics = Held("b", "BAS", valid, date(2025, 1, 1), date(2028, 1, 1))
    old = Held("w", "WPC", expired, date(2020, 1, 1), date(2023, 1, 1))
    other = Held("o", "OSH", valid, date(2025, 1, 1), date(2028, 1, 1))
    assert unmet(replace(QUALITY, held=(old, basics))) == {}
    assert unmet(replace(QUALITY, held=(old, other))) == {
        "prerequisite": ("Needs a valid certification in Workplace Cooperation / SCORE Basics.",)
    }


def test_a_prerequisite_that_begins_later_gives_the_day():
    starts = date(2026, 7, 1)
    held = (
        Held("b", "BAS", Standing.NOT_YET_VALID, date(2026, 9, 1), None),
        Held("w", "WPC", Standing.NOT_YET_VALID, starts, None),
        Held("x", "WPC", Standing.EXPIRED, date(2020, 1, 1), date(2023, 1, 1)),
    )
    assert results(replace(QUALITY, held=held))["prerequisite"].earliest_on == starts


def test_screening_needs_two_members_and_every_sheet_passing():
    first, second = GOOD.sheets
    assert unmet(replace(GOOD, sheets=(first,))) == {"screening": ("1 of 2 screening sheets are in.",)}
    declared = replace(second, state=AssessmentState.DECLARED)
    assert list(unmet(replace(GOOD, sheets=(first, declared)))) == ["screening"]
    assert list(unmet(replace(GOOD, sheets=(first, replace(second, assessor=first.assessor))))) == [
        "screening"
    ]
    poor = replace(first, id="sheet-3", assessor="panel-3", scores=dict.fromkeys(first.scores, 2))
    assert list(unmet(replace(GOOD, sheets=(first, second, poor)))) == ["screening"]
    assert unmet(replace(GOOD, sheets=(first, second, replace(poor, state=AssessmentState.VOID)))) == {}


def test_a_high_scoring_sheet_fails_on_one_mandatory_item():
    high = {item.id: 5 for item in EDITION.screening}
    first, second = (replace(sheet, scores=high) for sheet in GOOD.sheets)
    low = replace(second, scores={**high, "integrity": 2})
    text = next(item.text for item in EDITION.screening if item.id == "integrity")
    only = {"screening": (f"A mandatory item is not met: {text}",)}
    assert unmet(replace(GOOD, sheets=(first, low))) == only
    sixty = replace(low, scores={**dict.fromkeys(high, 3), "integrity": 2, "language": 4})
    assert unmet(replace(GOOD, sheets=(first, sixty))) == only


def test_the_training_that_satisfies_most_is_judged_and_of_equals_the_latest():
    good = GOOD.trainings[0]
    earlier = replace(good, activity="earlier", days=(Day(date(2026, 1, 5), Decimal(35)),))
    failed = replace(good, activity="failed", test_percent=Decimal(10))
    poor = replace(earlier, activity="poor", test_percent=Decimal(10))

    def judged(*trainings: object) -> tuple[tuple[str, ...], RequirementStatus]:
        stood = results(replace(GOOD, trainings=trainings))["tot-test"]
        return stood.evidence, stood.status

    assert judged(good, earlier) == (("tot",), RequirementStatus.MET)
    assert judged(failed, earlier) == (("earlier",), RequirementStatus.MET)
    assert judged(failed, poor) == (("failed",), RequirementStatus.NOT_MET)


def test_enterprises_without_consent_do_not_fill_a_cohort():
    first, *others = GOOD.cycles[0].enterprises
    reserved = with_cycle(GOOD, enterprises=(replace(first, consents=False), *others))
    assert unmet(reserved) == {
        "cohort-size": (
            "Bandung spring 2026 has 3 enterprises that consent and have 50 to 250 workers;"
            " 4 to 5 are needed.",
        )
    }


def test_a_cohort_may_be_too_large():
    members_ = GOOD.cycles[0].enterprises
    six = (*members_, replace(members_[0], id="e5"), replace(members_[0], id="e6"))
    assert "cohort-size" in unmet(with_cycle(GOOD, enterprises=six))
    assert "cohort-size" not in unmet(with_cycle(GOOD, enterprises=six[:5]))


def test_country_and_variant_change_the_cohort_that_is_asked_for():
    small = tuple(replace(one, size=30) for one in GOOD.cycles[0].enterprises)
    assert "cohort-size" in unmet(with_cycle(GOOD, enterprises=small))
    assert unmet(with_cycle(complete_evidence(EDITION, country="IN"), enterprises=small)) == {}
    assert list(unmet(with_cycle(GOOD, variant="group-programme"))) == ["cohort-size"]
    assert list(unmet(with_cycle(GOOD, variant="five-modules-in-three-days"))) == ["classroom-days"]


def test_a_cohort_without_enterprises_meets_nothing_that_holds_for_each():
    stood = unmet(with_cycle(GOOD, enterprises=()))
    assert {"baseline-before-classroom", "participants", "visits-span", "improvement-projects"} <= set(stood)
    assert stood["participants"] == ("Bandung spring 2026 has no enterprises yet.",)


def test_participants_name_the_enterprise_and_what_it_sent():
    assert unmet(attendance(manager=0, worker=0)(GOOD)) == {
        "participants": (f"{LOTUS} sent 1 of 2 managers and 1 of 2 workers.",)
    }


def test_one_manager_at_two_workshops_is_not_two_managers():
    evidence = attendance(manager=0)(GOOD)
    once = next(one for one in evidence.cycles[0].happenings if one.id == "workshop")
    again = replace(once, id="again", held_on=once.last_on, days=once.days[1:])
    assert list(unmet(adding(evidence, again))) == ["participants"]
    whole = replace(WORKSHOP, id="whole")
    assert list(unmet(adding(evidence, whole))) == []


def test_classroom_days_add_up_over_workshops():
    one_day = changed(GOOD, "workshop", last_on=CLASSROOM_ON, days=WORKSHOP.days[:1])
    second_day = replace(WORKSHOP, id="second", held_on=WORKSHOP.last_on, days=WORKSHOP.days[1:])
    assert unmet(one_day) == {"classroom-days": ("1 of 2 classroom days count.",)}
    assert unmet(adding(one_day, second_day)) == {}


def test_too_few_visits_are_counted_out():
    assert unmet(without(GOOD, "visit-e1-2")) == {
        "visits-per-enterprise": (f"{LOTUS} has 2 of 3 consultation visits.",)
    }


def test_an_enterprise_never_visited_misses_all_that_visits_are_for():
    name = GOOD.cycles[0].enterprises[1].name
    assert unmet(without(GOOD, "visit-e2-1", "visit-e2-2", "visit-e2-3")) == {
        "visits-after-classroom": (f"{name} has no consultation visit after the last classroom day.",),
        "visits-per-enterprise": (f"{name} has 0 of 3 consultation visits.",),
        "visits-span": (f"The visits to {name} span 0 of 21 days from first to last.",),
    }


def test_the_span_can_be_met_three_weeks_after_the_first_visit():
    evidence = without(GOOD, "visit-e1-3", "visit-e2-2", "visit-e2-3")
    assert results(evidence, FIRST_VISIT_ON)["visits-span"].earliest_on == date(2026, 4, 13)
    assert results(evidence, TODAY)["visits-span"].earliest_on == TODAY


def test_before_any_visit_the_span_runs_from_the_day_after_the_classroom():
    evidence = without(GOOD, *[f"visit-e{n}-{k}" for n in (1, 2, 3, 4) for k in (1, 2, 3)])
    stood = results(evidence, CLASSROOM_ON)
    assert stood["visits-after-classroom"].earliest_on == date(2026, 3, 11)
    assert stood["visits-span"].earliest_on == date(2026, 4, 1)


def test_no_day_is_promised_while_one_enterprise_has_no_classroom():
    evidence = changed(without(GOOD, "visit-e2-1"), "workshop", enterprises=("e2", "e3", "e4"))
    assert results(evidence, CLASSROOM_ON)["visits-after-classroom"].earliest_on is None
    assert results(evidence, CLASSROOM_ON)["visits-per-enterprise"].earliest_on is None


def test_the_earliest_day_is_that_of_the_enterprise_that_comes_last():
    later = replace(
        WORKSHOP, id="later", held_on=CLASSROOM_ON, last_on=date(2026, 3, 16), enterprises=("e2",)
    )
    evidence = adding(without(GOOD, *[f"visit-e{n}-{k}" for n in (1, 2) for k in (1, 2, 3)]), later)
    assert results(evidence, CLASSROOM_ON)["visits-per-enterprise"].earliest_on == date(2026, 3, 17)


def test_the_cycle_report_can_still_come_until_its_last_day():
    evidence = without(GOOD, "report")
    assert results(evidence, LAST_VISIT_ON + timedelta(days=14))["cycle-report"].earliest_on == date(
        2026, 4, 27
    )
    assert results(evidence, LAST_VISIT_ON + timedelta(days=15))["cycle-report"].earliest_on is None


def test_a_visit_made_after_the_report_leaves_the_report_standing():
    later = adding(GOOD, visit("e1", 4, LAST_VISIT_ON + timedelta(days=40)))
    assert results(later)["cycle-report"].status is RequirementStatus.MET


def second_cohort(*missing: str) -> Cycle:
    """A later cohort with activities of its own."""
    cycle = complete_cycle(EDITION, "WPC", "ID")
    happenings = tuple(
        replace(one, id=f"b-{one.id}", held_on=one.held_on + timedelta(days=1))
        for one in cycle.happenings
        if one.id not in missing
    )
    return replace(cycle, cohort="second", name="Medan 2026", happenings=happenings)


def test_one_cohort_must_meet_all_of_the_cycle_and_is_the_one_reported():
    first = without(GOOD, "report").cycles[0]
    second = second_cohort("project-e1", "report")
    assert list(unmet(replace(GOOD, cycles=(first, second)))) == ["cycle-report"]
    assert unmet(replace(GOOD, cycles=(*GOOD.cycles, second))) == {}


def test_of_equal_cohorts_the_later_is_reported():
    both = replace(GOOD, cycles=(second_cohort(), *GOOD.cycles))
    assert results(both)["toe-start"].evidence == ("b-workshop",)
    begun_before_and_ended_after = adding(
        changed(GOOD, "baseline-e1", on=date(2026, 2, 20)), visit("e1", 4, date(2026, 4, 30))
    )
    cycles = (*changed(begun_before_and_ended_after, "report", on=date(2026, 5, 1)).cycles, second_cohort())
    assert unmet(replace(GOOD, cycles=cycles[:1])) == {}
    late_report = replace(GOOD, cycles=cycles)
    assert results(late_report)["toe-start"].evidence == ("b-workshop",)


def test_a_waiver_makes_its_cohort_the_one_that_clears_most():
    both = replace(GOOD, cycles=(without(GOOD, "report").cycles[0], second_cohort("project-e1")))
    assert list(unmet(both)) == ["improvement-projects"]
    assert unmet(replace(both, waived=(Waived("cycle-report", "lost in the flood", "olu", TODAY),))) == {}


def test_a_waiver_is_shown_with_its_reason_and_only_where_needed():
    waiver = Waived("cycle-report", "lost in the flood", "olu", TODAY)
    stood = results(replace(without(GOOD, "report"), waived=(waiver,)))["cycle-report"]
    assert (stood.status, stood.reasons[-1], stood.earliest_on) == (
        RequirementStatus.WAIVED,
        "Waived on 2026-05-04: lost in the flood",
        None,
    )
    assert results(replace(GOOD, waived=(waiver,)))["cycle-report"].status is RequirementStatus.MET


def test_what_may_not_be_waived_stays_unmet():
    waiver = Waived("visits-per-enterprise", "too far away", "olu", TODAY)
    assert list(unmet(replace(without(GOOD, "visit-e1-2"), waived=(waiver,)))) == ["visits-per-enterprise"]


def test_evidence_names_the_activities_and_assessments():
    stood = results(GOOD)
    assert stood["visits-span"].evidence[:2] == ("visit-e1-1", "visit-e2-1")
    assert stood["observed-classroom"].evidence == ("workshop", "workshop-by-olga")
    assert stood["screening"].evidence == ("sheet-1", "sheet-2")


def test_text_and_who_are_the_editions():
    stood, declared = results(GOOD)["visits-span"], EDITION.requirements["visits-span"]
    assert (stood.text, stood.who) == (declared.text, declared.who)


def test_observing_needs_both_a_classroom_and_a_visit():
    classroom, visited = GOOD.observations
    assert unmet(replace(GOOD, observations=(classroom,))) == {
        "observed-visit": ("0 of 1 consultation visits are observed.",)
    }
    assert unmet(replace(GOOD, observations=(visited,))) == {
        "observed-classroom": ("0 of 1 classroom workshops are observed.",)
    }


def test_observations_of_what_does_not_count_are_not_used():
    evidence = changed(GOOD, "visit-e1-1", state=ActivityState.SUBMITTED)
    assert "observed-visit" in unmet(evidence)
    worst = observation(EDITION, "visit-e1-1", score=1)
    assert "critical-items" not in unmet(replace(evidence, observations=(GOOD.observations[0], worst)))


def test_an_observation_counts_once_submitted():
    classroom, visited = GOOD.observations
    for state in AssessmentState:
        met = state in (AssessmentState.SUBMITTED, AssessmentState.RECONCILED)
        stood = unmet(replace(GOOD, observations=(classroom, replace(visited, state=state))))
        assert list(stood) == ([] if met else ["observed-visit"])


def test_an_observed_qa_visit_is_no_observed_consultation_visit():
    qa = replace(visit("e1", 9, LAST_VISIT_ON), purpose=VisitPurpose.QA)
    evidence = adding(GOOD, qa)
    seen = (GOOD.observations[0], observation(EDITION, qa.id))
    assert list(unmet(replace(evidence, observations=seen))) == ["observed-visit"]


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


def project(enterprise: str) -> Happening:
    return Happening(
        f"more-{enterprise}",
        ActivityKind.IMPROVEMENT_PROJECT,
        ActivityState.CONFIRMED,
        LAST_VISIT_ON,
        LAST_VISIT_ON,
        enterprise=enterprise,
    )


def test_projects_of_one_enterprise_do_not_stand_in_for_another():
    evidence = adding(without(GOOD, "project-e1"), project("e2"))
    assert unmet(evidence) == {
        "improvement-projects": (f"{LOTUS} has 0 of 1 confirmed improvement projects.",)
    }
