"""After grace a renewal takes a cycle after the end, with a workshop and a visit observed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certify.scheme.evidence import Cycle, Evidence, Happening, Observation
from certify.scheme.rules.late_renewal import late_requirements
from certify.scheme.words import ActivityKind, ActivityState, AssessmentState, VisitPurpose
from tests.player import EDITION

ENDED = date(2029, 5, 4)
DAY = timedelta(days=1)
WORKSHOP = Happening("w", ActivityKind.WORKSHOP, ActivityState.CONFIRMED, ENDED + 10 * DAY, ENDED + 11 * DAY)
VISIT = Happening(
    "v", ActivityKind.VISIT, ActivityState.CONFIRMED, ENDED + 20 * DAY, ENDED + 20 * DAY, enterprise="e",
    purpose=VisitPurpose.CONSULTATION,
)  # fmt: skip


def observed(activity: str, state: AssessmentState = AssessmentState.SUBMITTED) -> Observation:
    return Observation(f"o{activity}", activity, "tuan", state, {}, None, unrelated=True)


def met(happenings: tuple[Happening, ...], *observations: Observation) -> list[bool]:
    """Whether the workshop and the visit are observed."""
    cycle = Cycle("c", "Late cohort", None, (), happenings)
    evidence = Evidence("WPC", "VN", cycles=(cycle,), observations=observations)
    return [one.cleared for one in late_requirements(EDITION, evidence, ENDED, ENDED + 100 * DAY)]


def test_one_observed_cycle_after_the_end_is_enough_whatever_the_tot_was() -> None:
    assert met((WORKSHOP, VISIT), observed("w"), observed("v")) == [True, True]
    assert met((WORKSHOP, VISIT), observed("w")) == [True, False]
    assert met((WORKSHOP, VISIT), observed("v")) == [False, True]
    assert met((WORKSHOP, VISIT)) == met(()) == [False, False]


@pytest.mark.parametrize(
    ("workshop", "visit", "expected"),
    [
        ({"held_on": ENDED}, {}, [False, False]),
        ({"held_on": ENDED + DAY}, {}, [True, True]),
        ({"state": ActivityState.SUBMITTED}, {}, [False, False]),
        ({"state": ActivityState.VOID}, {}, [False, False]),
        ({"enterprises": ("another",)}, {}, [True, False]),
        ({"enterprises": ("e",)}, {}, [True, True]),
        ({}, {"held_on": ENDED + 11 * DAY}, [True, False]),
        ({}, {"held_on": ENDED + 12 * DAY}, [True, True]),
        ({}, {"purpose": VisitPurpose.ENDLINE}, [True, False]),
        ({}, {"state": ActivityState.RETURNED}, [True, False]),
    ],
)
def test_what_counts_is_confirmed_after_the_end_and_in_order(
    workshop: dict[str, object], visit: dict[str, object], expected: list[bool]
) -> None:
    happenings = replace(WORKSHOP, **workshop), replace(VISIT, **visit)  # type: ignore[arg-type]
    assert met(happenings, observed("w"), observed("v")) == expected


def test_a_checklist_that_is_not_handed_in_is_no_observation() -> None:
    assert met((WORKSHOP, VISIT), observed("w", AssessmentState.DECLARED), observed("v")) == [False, True]


def test_an_edition_may_ask_for_more_cycles_and_each_is_one_of_its_own() -> None:
    parameters = dict(EDITION.parameters)
    parameters["late_renewal_cycles"] = replace(parameters["late_renewal_cycles"], value=2)
    two = replace(EDITION, parameters=parameters)
    again = [
        replace(one, id=f"{one.id}2", held_on=one.held_on + 50 * DAY, last_on=one.last_on + 50 * DAY)
        for one in (WORKSHOP, VISIT)
    ]
    watched = tuple(observed(id) for id in ("w", "v", "w2", "v2"))
    first, second = (
        Cycle("c", "First", None, (), (WORKSHOP, VISIT)),
        Cycle("d", "Second", None, (), tuple(again)),
    )
    in_one = replace(first, happenings=(WORKSHOP, VISIT, *again))
    for cycles, expected in (((first,), False), ((in_one,), False), ((first, second), True)):
        evidence = Evidence("WPC", "VN", cycles=cycles, observations=watched)
        found = late_requirements(two, evidence, ENDED, ENDED + 100 * DAY)
        assert [one.cleared for one in found] == [expected, expected]
        assert [one.id for one in found] == ["observed-classroom", "observed-visit"]
