"""A number that a module, a country or a variant changes is the one that every rule reads."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from certify.scheme.evidence import Evidence
from certify.scheme.rules import requirements, screening_result, visits_made
from certify.scheme.rules.forecast import earliest_starts
from certify.scheme.rules.requirements import OF_A_COHORT
from certify.scheme.types import Edition
from tests.scheme.good_evidence import TODAY, observation, with_cycle
from tests.scheme.requirement_cases import EDITION, GOOD
from tests.scheme.test_rules_boundaries import STRICTER

GROUP = "group-programme"


def changed(part: str, key: str, name: str, value: Any) -> Edition:
    """The edition with one number changed for a module, a country or a variant."""
    parts: Any = getattr(EDITION, part)
    number = replace(EDITION.parameters[name], value=value)
    own = replace(parts[key], parameters={name: number})
    return replace(EDITION, **{part: {**parts, key: own}})


def missing(edition: Edition, evidence: Evidence) -> list[str]:
    return [one.id for one in requirements(edition, evidence, TODAY) if not one.cleared]


@pytest.mark.parametrize(("name", "value", "requirement"), STRICTER)
def test_every_threshold_is_that_of_the_module_and_of_the_country(
    name: str, value: float, requirement: str
) -> None:
    for part, key in (("modules", "WPC"), ("overlays", "ID")):
        assert missing(changed(part, key, name, value), GOOD) == [requirement]
    assert missing(changed("modules", "OSH", name, value), GOOD) == []
    assert missing(changed("overlays", "VN", name, value), GOOD) == []


@pytest.mark.parametrize(("name", "value", "requirement"), STRICTER)
def test_every_threshold_of_a_cycle_is_that_of_its_variant(name: str, value: float, requirement: str) -> None:
    found = missing(changed("variants", GROUP, name, value), with_cycle(GOOD, variant=GROUP))
    assert found == ([requirement] if requirement in OF_A_COHORT else [])


def test_an_edition_asks_every_number_somewhere_else_too() -> None:
    """The gap between observers, the visits to be made and the days foretold."""
    first = GOOD.observations[0]
    low = observation(EDITION, first.activity, "omar", 3)
    two = replace(GOOD, observations=(*GOOD.observations, low))
    variant = with_cycle(GOOD, variant=GROUP)
    assert missing(EDITION, two) == []
    for part, key in (("modules", "WPC"), ("overlays", "ID")):
        assert missing(changed(part, key, "reconcile_gap", 1), two) == ["mean-score"]
        assert visits_made(changed(part, key, "visits_per_enterprise", 4), GOOD, TODAY) == (12, 16)
    assert visits_made(changed("variants", GROUP, "visits_per_enterprise", 2), variant, TODAY) == (8, 8)

    def foretold(name: str, days: int) -> date:
        empty = with_cycle(variant, happenings=())
        return earliest_starts(changed("variants", GROUP, name, days), empty, TODAY)["assessment"]

    assert foretold("visits_span_days", 30) == date(2026, 6, 6)
    assert foretold("classroom_days", 10) == date(2026, 6, 5)


def test_a_sheet_alone_is_judged_by_module_and_country_too() -> None:
    scores = dict.fromkeys((item.id for item in EDITION.screening), 3)
    assert screening_result(EDITION, scores, module="WPC", country="ID").passed
    for name, value in (("mandatory_minimum", 4), ("screening_percent", 61), ("score_max", 6)):
        for part, key in (("modules", "WPC"), ("overlays", "ID")):
            edition = changed(part, key, name, value)
            assert not screening_result(edition, scores, module="WPC", country="ID").passed
            assert screening_result(edition, scores).passed
