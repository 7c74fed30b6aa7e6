"""Evidence over several rounds: more practice, holds, a ToT taken again, more than one cohort."""

from dataclasses import replace
from datetime import date, timedelta

from certify.scheme.catalogue import shipped
from certify.scheme.evidence import Evidence, Pause, RequirementResult
from certify.scheme.rules import counted, requirements
from certify.scheme.words import RequirementStatus
from tests.scheme.good_evidence import (
    LAST_VISIT_ON,
    REPORT_ON,
    TODAY,
    TOT_FIRST,
    TOT_LAST,
    adding,
    complete_cycle,
    complete_evidence,
    without,
    workshop,
)

EDITION = shipped("score-2026")
GOOD = complete_evidence(EDITION)
ASKED_ON = REPORT_ON + timedelta(days=10)
BEGIN_VISITS = ("toe-start", "cohort-size", "baseline-before-classroom", "classroom-days", "participants")


def unmet(evidence: Evidence, on: date = TODAY) -> set[str]:
    """The requirements that are not met."""
    return {one.id for one in requirements(EDITION, evidence, on) if one.status is RequirementStatus.NOT_MET}


def again(evidence: Evidence) -> Evidence:
    """A second workshop after more practice was asked for."""
    days = timedelta(days=14)
    second = workshop(evidence.cycles[0].enterprises, 2)
    moved = tuple(replace(day, on=ASKED_ON + days + (day.on - second.held_on)) for day in second.days)
    later = replace(second, id="workshop-2", days=moved, held_on=moved[0].on, last_on=moved[-1].on)
    return adding(evidence, later)


def test_earlier_visits_keep_counting_when_the_classroom_is_practised_again() -> None:
    asked = replace(again(GOOD), practice_asked_on=(ASKED_ON,))
    assert unmet(asked) == set()
    assert "visits-per-enterprise" in unmet(again(GOOD))


def test_earlier_visits_keep_counting_when_their_workshop_was_set_aside() -> None:
    asked = replace(
        again(GOOD), practice_asked_on=(ASKED_ON,), excluded=frozenset({"workshop"}), observations=()
    )
    visits = [one for one in counted(EDITION, asked) if one.activity.startswith("visit-")]
    assert visits
    assert all(one.counted for one in visits)


def test_a_hold_before_the_end_of_the_tot_moves_no_deadline() -> None:
    late = complete_evidence(EDITION)
    assert _toe_end(late, Pause(TOT_FIRST - timedelta(30), TOT_LAST)) == date(2027, 2, 6)
    assert _toe_end(late, Pause(TOT_LAST - timedelta(3), TOT_LAST + timedelta(10))) == date(2027, 2, 16)


def test_a_hold_that_lasts_moves_the_deadline_day_by_day() -> None:
    assert _toe_end(GOOD, Pause(TOT_LAST, None)) == date(2027, 2, 6) + (TODAY - TOT_LAST)


def _toe_end(evidence: Evidence, pause: Pause) -> date:
    """The last day that is named for the consultation visits."""
    nothing_yet = replace(evidence, pauses=(pause,), cycles=(replace(evidence.cycles[0], happenings=()),))
    reason = _result(nothing_yet, "toe-end").reasons[0]
    return date.fromisoformat(reason.rstrip(".").split()[-1])


def _result(evidence: Evidence, name: str) -> RequirementResult:
    return next(one for one in requirements(EDITION, evidence, TODAY) if one.id == name)


def test_a_failed_tot_counts_no_more_and_passes_nobody() -> None:
    failed = replace(GOOD.trainings[0], current=False)
    retaken = replace(failed, activity="tot-2", current=True, hours_present=None)
    both = replace(GOOD, trainings=(failed, retaken))
    told = {one.activity: one for one in counted(EDITION, both)}
    assert (told["tot"].counted, told["tot-2"].counted) == (False, True)
    assert [one.requirement for one in told["tot"].reasons] == [None]
    assert "tot-attendance" in unmet(both)


def test_visits_begin_by_the_cohort_that_is_ready_for_them() -> None:
    """A cohort that is further in other things does not stand in the way."""
    ready = replace(
        complete_cycle(EDITION, "WPC", "ID"),
        happenings=tuple(one for one in GOOD.cycles[0].happenings if one.kind in ("baseline", "workshop")),
    )
    ahead = replace(without(GOOD, "baseline-e1").cycles[0], cohort="ahead")
    both = replace(GOOD, cycles=(ready, ahead))
    assert unmet(both) == {"baseline-before-classroom"}
    asked = requirements(EDITION, both, LAST_VISIT_ON, asked=BEGIN_VISITS)
    assert all(one.status is RequirementStatus.MET for one in asked if one.id in BEGIN_VISITS)
