"""How each requirement stands, and what is said of it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from certify.scheme.evidence import Cycle, Day, Evidence, Happening, Held, Waived
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
    adding,
    changed,
    complete_cycle,
    complete_evidence,
    observation,
    visit,
    with_cycle,
    without,
)
from tests.scheme.requirement_cases import (
    EDITION,
    GOOD,
    LOTUS,
    QUALITY,
    TOE_START_BY,
    WORKSHOP,
    attendance,
    results,
    unmet,
)


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
