"""What a requirement answers to the word: the sentence, the evidence, who can clear it, the earliest day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from certify.scheme.evidence import Evidence, Held, Member, Waived
from certify.scheme.rules import counted, requirements, visits_made
from certify.scheme.words import ActivityState, RequirementStatus, Standing
from tests.scheme.good_evidence import (
    CLASSROOM_ON,
    FIRST_VISIT_ON,
    LAST_VISIT_ON,
    TODAY,
    TOT_LAST,
    complete_evidence,
    with_cycle,
    without,
)
from tests.scheme.requirement_cases import (
    EDITION,
    GOOD,
    LOTUS,
    QUALITY,
    WORKSHOP,
    answers,
    attendance,
    members,
    results,
    scored,
    screened,
    the,
    training,
)

BEGINNER = {
    "prerequisite": "Needs a valid certification in Workplace Cooperation / SCORE Basics.",
    "screening": "0 of 2 screening sheets are in.",
    **dict.fromkeys(
        ("tot-attendance", "tot-test", "tot-micro-teaching"),
        "No ToT (training of trainers) is confirmed yet.",
    ),
    **dict.fromkeys(
        (
            "toe-start", "toe-end", "cohort-size", "baseline-before-classroom", "classroom-days",
            "participants", "visits-after-classroom", "visits-per-enterprise", "visits-span",
            "improvement-projects", "cycle-report",
        ),
        "There is no cohort (ToE cycle) yet.",
    ),
    "self-assessment": "The self-assessment is not in yet.",
    "observed-classroom": "0 of 1 classroom workshops are observed.",
    "observed-visit": "0 of 1 consultation visits are observed.",
    "mean-score": "No observation of an activity that counts is in yet.",
    "critical-items": "No observation of an activity that counts is in yet.",
    "satisfaction": "There is no cohort (ToE cycle) yet.",
    "recommendation": "The supervising Expert Trainer has not recommended yet.",
}  # fmt: skip

OBSERVED = ("workshop", "workshop-by-olga", "visit-e1-1", "visit-e1-1-by-olga")
VISITS = tuple(f"visit-e{enterprise}-{n}" for n in (1, 2, 3) for enterprise in (1, 2, 3, 4))
BASELINES = tuple(f"baseline-e{n}" for n in (1, 2, 3, 4))
OBJECTIVES = "Stated what the session or visit was for, and reached those objectives by its end."
EARLY_VISITS = "The visits to Lotus Garments span 20 of 21 days from first to last."
LATE_REPORT = "No confirmed cycle report from 2026-04-13, the last consultation visit, to 2026-04-27."

ONE_SPOILED: list[tuple[str, Callable[[Evidence], Evidence], tuple[str, ...], tuple[str, ...]]] = [
    (
        "tot-attendance", training(hours_present=Decimal("31.49")), ("tot",),
        ("Present for 31.49 of 35 hours of the ToT; 90 % are needed.",),
    ),
    (
        "tot-attendance", training(hours_present=None), ("tot",),
        ("The hours present at the ToT are not recorded.",),
    ),
    (
        "tot-test", training(test_percent=Decimal("69.50")), ("tot",),
        ("69.5 % in the knowledge test; 70 % are needed.",),
    ),
    (
        "tot-test", training(test_percent=None), ("tot",),
        ("The result of the knowledge test is not recorded.",),
    ),
    (
        "tot-micro-teaching", training(micro_teaching=(2, 3, 3)), ("tot",),
        ("A mean of 2.66 in the micro-teaching; 3.0 is needed.",),
    ),
    (
        "tot-micro-teaching", training(micro_teaching=()), ("tot",),
        ("No micro-teaching score is recorded.",),
    ),
    (
        "cohort-size", members(49, 250, 100, 100), (),
        (
            "Bandung spring 2026 has 3 enterprises that consent and have 50 to 250 workers;"
            " 4 to 5 are needed.",
        ),
    ),
    (
        "baseline-before-classroom", the("baseline-e1", on=CLASSROOM_ON), BASELINES[1:],
        (f"{LOTUS} has no baseline that counts.",),
    ),
    (
        "baseline-before-classroom", the("baseline-e1", worker_interviewed=False), BASELINES,
        (f"The baseline of {LOTUS} needs interviews of a manager and of a worker.",),
    ),
    (
        "classroom-days", the("workshop", days=WORKSHOP.days[:1]), ("workshop",),
        ("1 of 2 classroom days count.",),
    ),
    (
        "participants", attendance(manager=0), ("workshop",),
        (f"{LOTUS} sent 1 of 2 managers and 2 of 2 workers.",),
    ),
    (
        "participants", attendance(worker=0), ("workshop",),
        (f"{LOTUS} sent 2 of 2 managers and 1 of 2 workers.",),
    ),
    (
        "visits-span", the("visit-e1-3", on=FIRST_VISIT_ON + timedelta(days=20)),
        VISITS, (EARLY_VISITS,),
    ),
    (
        "improvement-projects", the("project-e1", state=ActivityState.SUBMITTED),
        ("project-e2", "project-e3", "project-e4"),
        (f"{LOTUS} has 0 of 1 confirmed improvement projects.",),
    ),
    ("cycle-report", the("report", on=LAST_VISIT_ON - timedelta(days=1)), ("report",), (LATE_REPORT,)),
    (
        "satisfaction", answers(*[5] * 7, 3, 3, 3), ("workshop",),
        ("70.0 % of the answers are good; 80 % are needed.",),
    ),
    (
        "satisfaction", answers(*[5] * 9), ("workshop",),
        ("9 of 16 participants answered; 60 % of them and at least 10 are needed.",),
    ),
    (
        "satisfaction", answers(), ("workshop",),
        ("0 of 16 participants answered; 60 % of them and at least 10 are needed.",),
    ),
    (
        "mean-score", scored(*GOOD.observations[0].scores), OBSERVED,
        ("The observations have a mean of 3.00; 3.5 is needed.",),
    ),
    (
        "critical-items", scored("objectives-met", score=2), OBSERVED,
        (
            f"A critical item scored 2 on 2026-03-09, below 3: {OBJECTIVES}",
            f"A critical item scored 2 on 2026-03-23, below 3: {OBJECTIVES}",
        ),
    ),
    (
        "critical-items", scored("objectives-met", score=None), OBSERVED,  # type: ignore[arg-type]
        (
            f"A critical item was not scored on 2026-03-09: {OBJECTIVES}",
            f"A critical item was not scored on 2026-03-23: {OBJECTIVES}",
        ),
    ),
    (
        "screening", screened("language", score=2), ("sheet-1", "sheet-2"),
        ("A sheet scores 58.0 %, below 60 %.",),
    ),
]  # fmt: skip


def test_a_beginner_is_told_of_every_requirement_what_is_missing() -> None:
    stood = results(Evidence(module="QUA", country="ID"))
    told = {name: one.reasons for name, one in stood.items() if not one.cleared}
    assert told == {name: (sentence,) for name, sentence in BEGINNER.items()}
    assert {one.evidence for one in stood.values()} == {()}
    assert {one.earliest_on for one in stood.values()} == {None}


@pytest.mark.parametrize(("requirement", "spoil", "evidence", "reasons"), ONE_SPOILED)
def test_what_is_missing_is_said_to_the_word_beside_its_evidence(requirement, spoil, evidence, reasons):
    stood = results(spoil(GOOD))[requirement]
    assert (stood.evidence, stood.reasons) == (evidence, reasons)
    asked = EDITION.requirements[requirement]
    assert (stood.text, stood.who, stood.status) == (asked.text, asked.who, RequirementStatus.NOT_MET)


def test_what_is_met_names_its_evidence_and_promises_no_day() -> None:
    stood = {name: (one.evidence, one.reasons, one.earliest_on) for name, one in results(GOOD).items()}
    visited = {"visits-after-classroom", "visits-per-enterprise", "visits-span"}
    told = {
        **dict.fromkeys(stood, ()),
        **dict.fromkeys(("tot-attendance", "tot-test", "tot-micro-teaching"), ("tot",)),
        **dict.fromkeys(("toe-start", "classroom-days", "participants", "satisfaction"), ("workshop",)),
        **dict.fromkeys(visited, VISITS),
        "screening": ("sheet-1", "sheet-2"),
        "toe-end": ("visit-e4-3",),
        "baseline-before-classroom": BASELINES,
        "improvement-projects": ("project-e1", "project-e2", "project-e3", "project-e4"),
        "cycle-report": ("report",),
        "observed-classroom": ("workshop", "workshop-by-olga"),
        "observed-visit": ("visit-e1-1", "visit-e1-1-by-olga"),
        "mean-score": OBSERVED,
        "critical-items": OBSERVED,
    }
    assert stood == {name: (evidence, (), None) for name, evidence in told.items()}


def test_a_waived_requirement_keeps_its_reasons_and_adds_the_waiver() -> None:
    waived = replace(
        the("workshop", days=WORKSHOP.days[:1])(GOOD),
        waived=(Waived("classroom-days", "The hall burnt down.", "Olu", date(2026, 4, 1)),),
    )
    stood = results(waived)["classroom-days"]
    assert (stood.status, stood.reasons, stood.earliest_on) == (
        RequirementStatus.WAIVED,
        ("1 of 2 classroom days count.", "Waived on 2026-04-01: The hall burnt down."),
        None,
    )


def test_the_latest_of_two_waivers_is_the_one_told() -> None:
    """The later day, and on one day the later reason of the alphabet, so that the answer is always one."""
    given = [("Second.", 2), ("First.", 1), ("Again.", 2)]
    for order in (given, given[::-1]):
        waived = tuple(Waived("classroom-days", why, "Olu", date(2026, 4, day)) for why, day in order)
        spoiled = replace(the("workshop", days=WORKSHOP.days[:1])(GOOD), waived=waived)
        assert results(spoiled)["classroom-days"].reasons[-1] == "Waived on 2026-04-02: Second."


def test_the_earliest_of_two_prerequisites_to_come_gives_the_day() -> None:
    def ahead(module: str, on: date | None, standing: Standing = Standing.NOT_YET_VALID) -> Held:
        return Held(module, module, standing, on, None)

    held = (
        ahead("WPC", date(2026, 9, 1)), ahead("BAS", date(2026, 8, 1)), ahead("BAS", None),
        ahead("OSH", date(2026, 6, 1)), ahead("BAS", date(2026, 7, 1), Standing.SUSPENDED),
    )  # fmt: skip
    assert results(replace(QUALITY, held=held))["prerequisite"].earliest_on == date(2026, 8, 1)


def test_visits_made_are_counted_up_to_what_each_enterprise_needs() -> None:
    assert visits_made(EDITION, GOOD, TODAY) == (12, 12)
    assert visits_made(EDITION, without(GOOD, "visit-e1-1", "visit-e2-2"), TODAY) == (10, 12)
    one_more = with_cycle(GOOD, enterprises=GOOD.cycles[0].enterprises[:3])
    assert visits_made(EDITION, one_more, TODAY) == (9, 9)
    assert visits_made(EDITION, Evidence(module="WPC", country="ID"), TODAY) == (0, 0)


def test_the_cohort_asked_about_is_the_one_that_clears_most_of_what_is_asked() -> None:
    """Of two cohorts, one has everything but its size, the other only its size."""
    whole = complete_evidence(EDITION)
    small = replace(whole.cycles[0], enterprises=whole.cycles[0].enterprises[:3])
    bare = replace(whole.cycles[0], cohort="bare", name="Bare", happenings=())
    two = replace(whole, cycles=(small, bare))

    def size(*asked: str) -> tuple[str, ...]:
        found = {one.id: one for one in requirements(EDITION, two, TODAY, asked=asked)}
        return found["cohort-size"].reasons

    assert size("cohort-size") == ()
    assert [one[:23] for one in size()] == ["Bandung spring 2026 has"]
    assert [one[:23] for one in size("classroom-days")] == ["Bandung spring 2026 has"]


def test_a_training_after_the_last_day_of_another_is_the_one_that_deadlines_run_from() -> None:
    later = replace(GOOD.trainings[0], activity="again", test_percent=None)
    days = tuple(replace(day, on=day.on + timedelta(days=7)) for day in later.days)
    two = replace(GOOD, trainings=(replace(later, days=days), *GOOD.trainings))
    assert results(without(two, "workshop"), TOT_LAST)["toe-start"].earliest_on == TOT_LAST + timedelta(
        days=8
    )


def test_a_sheet_that_fails_twice_tells_its_per_cent_first() -> None:
    item = next(one for one in EDITION.screening if one.mandatory)
    reasons = results(screened(item.id, score=1)(GOOD))["screening"].reasons
    assert reasons == ("A sheet scores 56.0 %, below 60 %.", f"A mandatory item is not met: {item.text}")


def test_the_panel_that_is_not_complete_is_told_before_what_its_sheets_lack() -> None:
    one = replace(screened("language", score=2)(GOOD).sheets[1], id="only")
    stood = results(replace(GOOD, sheets=(one,)))["screening"]
    assert stood.reasons == ("1 of 2 screening sheets are in.", "A sheet scores 58.0 %, below 60 %.")
    twice = results(replace(GOOD, sheets=tuple(replace(one, id=id) for id in ("b", "a"))))["screening"]
    assert (twice.evidence, twice.reasons[0]) == (("a", "b"), "1 of 2 screening sheets are in.")


def test_a_report_follows_the_last_of_all_visits() -> None:
    """One enterprise is visited a day after the others: the report is due from that day on."""
    last = LAST_VISIT_ON + timedelta(days=1)
    later = the("visit-e2-3", on=last)(GOOD)
    none = results(without(later, "report"))["cycle-report"]
    due = "No confirmed cycle report from 2026-04-14, the last consultation visit, to 2026-04-28."
    assert (none.reasons, none.evidence, none.earliest_on) == ((due,), (), None)
    early = results(without(later, "report"), LAST_VISIT_ON)["cycle-report"]
    assert early.earliest_on == last
    on_the_day = results(the("report", on=LAST_VISIT_ON)(later))["cycle-report"]
    assert (on_the_day.status, on_the_day.evidence) == (RequirementStatus.NOT_MET, ("report",))
    assert results(the("report", on=last)(later))["cycle-report"].status is RequirementStatus.MET


def test_while_an_enterprise_lacks_visits_the_report_follows_the_last_of_all() -> None:
    last = LAST_VISIT_ON + timedelta(days=1)
    lacking = without(the("visit-e2-3", on=last)(GOOD), "visit-e1-3")
    early = results(the("report", on=LAST_VISIT_ON)(lacking))["cycle-report"]
    assert early.status is RequirementStatus.NOT_MET
    assert results(the("report", on=last)(lacking))["cycle-report"].status is RequirementStatus.MET


def test_before_any_visit_there_is_nothing_to_report() -> None:
    stood = results(without(GOOD, *VISITS))
    assert stood["cycle-report"].reasons == ("The cycle report follows the last consultation visit.",)
    assert stood["toe-end"].reasons == ("No consultation visit counts yet; the last is due by 2027-02-06.",)
    each = stood["visits-per-enterprise"].reasons
    assert each[0] == "Abay Leather has 0 of 3 consultation visits."
    assert stood["visits-after-classroom"].reasons[1] == (
        f"{LOTUS} has no consultation visit after the last classroom day."
    )
    assert stood["visits-span"].reasons[1] == (f"The visits to {LOTUS} span 0 of 21 days from first to last.")


def test_without_a_tot_the_cycle_says_so() -> None:
    stood = results(replace(GOOD, trainings=()))
    none = ("No ToT (training of trainers) is confirmed yet.",)
    assert (stood["toe-start"].reasons, stood["toe-end"].reasons) == (none, none)
    assert (stood["toe-start"].evidence, stood["toe-end"].evidence) == ((), ())


def test_an_end_too_late_is_told_with_its_days() -> None:
    late = the("visit-e1-3", on=date(2027, 2, 7))(GOOD)
    stood = results(late)["toe-end"]
    assert (stood.evidence, stood.reasons) == (
        ("visit-e1-3",), ("The last consultation visit, 2027-02-07, was after 2027-02-06.",),
    )  # fmt: skip


def test_a_start_too_late_names_the_workshop_as_its_evidence() -> None:
    stood = results(the("workshop", held_on=date(2026, 8, 7), last_on=date(2026, 8, 8))(GOOD))["toe-start"]
    assert (stood.evidence, stood.earliest_on) == (("workshop",), None)


def test_a_visit_to_no_enterprise_of_the_cohort_is_told_by_the_cohorts_name() -> None:
    strange = the("visit-e1-1", enterprise=None)(without(GOOD, "workshop"))
    told = {one.activity: one.reasons for one in counted(EDITION, strange)}
    assert [one.reason for one in told["visit-e1-1"]] == [
        "No classroom workshop counts for Bandung spring 2026 yet."
    ]
    unnamed = with_cycle(strange, enterprises=(*strange.cycles[0].enterprises, Member("", "None", 60, True)))
    assert "None" in {one.activity: one.reasons for one in counted(EDITION, unnamed)}["visit-e1-1"][0].reason


def test_what_was_held_and_does_not_count_says_why_in_words() -> None:
    left = replace(GOOD.trainings[0], activity="left", current=False)
    states = {
        "baseline-e1": (ActivityState.RETURNED, "Returned to be completed."),
        "baseline-e2": (ActivityState.VOID, "Void."),
        "baseline-e3": (ActivityState.SUBMITTED, "Not confirmed yet."),
    }
    spoiled = replace(GOOD, trainings=(left, *GOOD.trainings), excluded=frozenset({"baseline-e4"}))
    for activity, (state, _) in states.items():
        spoiled = the(activity, state=state)(spoiled)
    told = {
        one.activity: [each.reason for each in one.reasons]
        for one in counted(EDITION, spoiled)
        if not one.counted
    }  # fmt: skip
    assert told == {
        "left": ["Not the ToT that the candidate is enrolled in."],
        **{activity: [sentence] for activity, (_, sentence) in states.items()},
        "baseline-e4": ["Set aside when more practice was asked for."],
    }


def test_two_observers_apart_are_told_with_day_and_gap() -> None:
    first = GOOD.observations[0]
    low = replace(first, id="low", observer="omar", scores=dict.fromkeys(first.scores, 2))
    stood = results(replace(GOOD, observations=(*GOOD.observations, low)))["mean-score"]
    assert stood.reasons == (
        "Two observers of 2026-03-09 differ by 2 or more on an item and must reconcile.",
        "The observations have a mean of 3.33; 3.5 is needed.",
    )


def test_a_mitigation_is_asked_for_in_words() -> None:
    stood = results(replace(GOOD, mitigation_needed=True))["second-observer"]
    assert (stood.evidence, stood.reasons) == (
        (),
        (
            "A relation has to be mitigated: one observed activity needs a second observer"
            " without any relation.",
        ),
    )
