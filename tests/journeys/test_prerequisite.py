"""Workplace Cooperation comes first: certified and valid on the day of another module's admission."""

from dataclasses import replace
from datetime import date

from tests.cast import Member, World
from tests.journeys.path import Journey
from tests.player import DECIDED_ON

SUSPENDED_ON = date(2026, 5, 11)


def _applies(journey: Journey, member: Member, module: str, on: date) -> Journey:
    return replace(journey, holder=member, module=module).apply(on).screen()


def test_without_workplace_cooperation_nobody_is_admitted_to_another_module(
    journey: Journey, world: World
) -> None:
    case = _applies(journey, world.kim, "OSH", DECIDED_ON)
    page = case.refused("admit", world.olu)
    assert page.refusals == ["prerequisite"]
    page = case.walk(world.kim).open(case.path)
    assert page.state == "Submitted"


def test_with_a_valid_one_the_candidate_is_admitted(certified: Journey, world: World) -> None:
    case = _applies(certified, world.ana, "OSH", DECIDED_ON)
    page = case.make("admit", world.olu, "Admit")
    assert page.state == "Admitted"
    assert page.requirement("prerequisite") == "Met"


def test_a_suspended_one_refuses_again_until_it_is_reinstated(certified: Journey, world: World) -> None:
    case = _applies(certified, world.ana, "OSH", SUSPENDED_ON)
    certified.make("suspend", world.maya, "Suspend", Grounds="A complaint of an enterprise.")
    assert case.refused("admit", world.olu).refusals == ["prerequisite"]
    certified.make("reinstate", world.maya, "Reinstate", Findings="The complaint was unfounded.")
    assert case.make("admit", world.olu, "Admit").state == "Admitted"
