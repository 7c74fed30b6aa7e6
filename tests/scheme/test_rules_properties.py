"""What holds for any evidence, however it came about."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from certify.scheme.catalogue import shipped
from certify.scheme.evidence import Evidence, Happening, Pause, Waived
from certify.scheme.rules import counted, requirements
from certify.scheme.words import ActivityKind, ActivityState, AssessmentState, RequirementStatus, VisitPurpose
from tests.scheme.good_evidence import CLASSROOM_ON, TODAY, TOT_FIRST, adding, complete_evidence, visit

EDITION = shipped("score-2026")
GOOD = complete_evidence(EDITION)
ENTERPRISES = [member.id for member in GOOD.cycles[0].enterprises]
WAIVABLE = [name for name, one in EDITION.requirements.items() if one.waivable]
DAYS = st.integers(-10, 400).map(lambda n: TOT_FIRST + timedelta(days=n))


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    """The good evidence with many things moved, left out, unconfirmed or put into a second cohort."""
    first = GOOD.cycles[0]
    happenings = tuple(
        draw(spoilt(one)) for one in first.happenings if draw(st.integers(0, 9)) > 0 or not one.enterprise
    )
    split = draw(st.integers(0, len(happenings)))
    second = replace(first, cohort="second", happenings=happenings[split:])
    training = GOOD.trainings[0]
    return replace(
        GOOD,
        cycles=(replace(first, happenings=happenings[:split]), second),
        trainings=(
            replace(training, state=draw(st.sampled_from(ActivityState))),
            replace(training, activity="tot-2", hours_present=None),
        ),
        observations=tuple(
            replace(one, state=draw(st.sampled_from(AssessmentState))) for one in GOOD.observations
        ),
        excluded=draw(st.frozensets(st.sampled_from([one.id for one in first.happenings]), max_size=3)),
        pauses=draw(st.lists(st.builds(Pause, DAYS, st.none() | DAYS), max_size=2).map(tuple)),
        practice_asked_on=draw(st.lists(DAYS, max_size=2).map(tuple)),
    )


def spoilt(happening: Happening) -> st.SearchStrategy[Happening]:
    """Mostly as it was; sometimes on another day or in another state."""
    moved = DAYS.map(lambda day: replace(happening, held_on=day, last_on=day))
    other = st.sampled_from(ActivityState).map(lambda state: replace(happening, state=state))
    return st.integers(0, 7).flatmap(lambda n: moved if n == 0 else other if n == 1 else st.just(happening))


def statuses(evidence: Evidence, on: date = TODAY) -> dict[str, RequirementStatus]:
    return {one.id: one.status for one in requirements(EDITION, evidence, on)}


@given(evidences())
def test_counting_loses_no_activity_and_always_says_why(evidence):
    answers = counted(EDITION, evidence)
    given_ids = [one.activity for one in evidence.trainings] + [
        one.id for cycle in evidence.cycles for one in cycle.happenings
    ]
    assert sorted(one.activity for one in answers) == sorted(given_ids)
    assert all(one.counted != bool(one.reasons) for one in answers)


@given(evidences())
def test_only_confirmed_activities_that_were_not_set_aside_count(evidence):
    confirmed = {one.activity for one in evidence.trainings if one.state is ActivityState.CONFIRMED} | {
        one.id
        for cycle in evidence.cycles
        for one in cycle.happenings
        if one.state is ActivityState.CONFIRMED
    }
    counting = {one.activity for one in counted(EDITION, evidence) if one.counted}
    assert counting <= confirmed - evidence.excluded


@given(evidences())
def test_counted_activities_of_one_round_are_in_order(evidence):
    evidence = replace(evidence, practice_asked_on=())
    counting = {one.activity for one in counted(EDITION, evidence) if one.counted}
    for cycle in evidence.cycles:
        these = [one for one in cycle.happenings if one.id in counting]
        classroom = [one for one in these if one.kind is ActivityKind.WORKSHOP]
        for one in these:
            if one.kind is ActivityKind.BASELINE:
                assert all(one.held_on < workshop.held_on for workshop in classroom)
            if one.purpose is VisitPurpose.CONSULTATION:
                assert classroom
                assert all(workshop.last_on < one.held_on for workshop in classroom)


@given(evidences(), st.sampled_from(ENTERPRISES), st.integers(1, 200))
def test_one_more_visit_in_order_never_takes_a_visit_requirement_away(evidence, enterprise, days):
    evidence = replace(evidence, cycles=evidence.cycles[:1])
    before = statuses(evidence)
    after = statuses(adding(evidence, visit(enterprise, 9, CLASSROOM_ON + timedelta(days=days))))
    for name in ("visits-after-classroom", "visits-per-enterprise", "visits-span"):
        assert (before[name], after[name]) != (RequirementStatus.MET, RequirementStatus.NOT_MET)


@given(evidences(), st.sampled_from(WAIVABLE))
def test_a_waiver_changes_its_own_requirement_and_no_other(evidence, name):
    before = statuses(evidence)
    after = statuses(replace(evidence, waived=(Waived(name, "agreed", "olu", TODAY),)))
    if before[name] is RequirementStatus.NOT_MET:
        assert after == {**before, name: RequirementStatus.WAIVED}


@given(evidences(), st.lists(st.sampled_from(list(EDITION.requirements)), unique=True))
def test_a_waiver_never_leaves_more_unmet(evidence, names):
    waived = tuple(Waived(name, "agreed", "olu", TODAY) for name in names)
    uncleared = RequirementStatus.NOT_MET
    before = list(statuses(evidence).values()).count(uncleared)
    assert list(statuses(replace(evidence, waived=waived)).values()).count(uncleared) <= before


@settings(max_examples=50)
@given(evidences(), st.randoms(use_true_random=False))
def test_the_order_of_what_is_handed_in_does_not_matter(evidence, chance):
    def shuffled(things: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(things, len(things)))

    mixed = replace(
        evidence,
        trainings=shuffled(evidence.trainings),
        cycles=tuple(
            replace(cycle, enterprises=shuffled(cycle.enterprises), happenings=shuffled(cycle.happenings))
            for cycle in shuffled(evidence.cycles)
        ),
        observations=shuffled(evidence.observations),
        sheets=shuffled(evidence.sheets),
        held=shuffled(evidence.held),
    )
    assert counted(EDITION, mixed) == counted(EDITION, evidence)
    assert requirements(EDITION, mixed, TODAY) == requirements(EDITION, evidence, TODAY)


@given(evidences(), DAYS)
def test_what_is_not_met_says_why_and_promises_no_day_in_the_past(evidence, on):
    for one in requirements(EDITION, evidence, on):
        assert (one.status is RequirementStatus.MET) == (not one.reasons)
        assert one.earliest_on is None or one.earliest_on >= on or one.id == "prerequisite"
