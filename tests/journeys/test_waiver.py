"""A cohort of three enterprises: refused, waived with a reason by who may, and then possible."""

from datetime import timedelta

import pytest

from tests.cast import World
from tests.journeys.path import ENTERPRISES, Journey
from tests.player import CLASSROOM_ON

THREE = ENTERPRISES[:3]
REASON = "No fourth enterprise of the valley wanted to take part this season."


@pytest.fixture
def with_three(trained: Journey) -> Journey:
    return trained.gather(THREE).baselines(enterprises=THREE).teach(THREE)


def test_a_small_cohort_is_refused_until_the_coordinator_waives_it(with_three: Journey, world: World) -> None:
    assert with_three.refused("begin_visits", world.ana).refusals == ["cohort-size"]
    with_three.make("waive", world.olu, "Waive a requirement", Requirement="The cohort has as", Reason=REASON)
    page = with_three.make("begin_visits", world.ana, "Begin the supervised visits")
    assert page.state == "Supervised visits"
    assert page.requirement("cohort-size") == "Waived"
    assert page.card("Waivers") == (
        f"{REASON} What is required: The cohort has as many enterprises as the module is made for; they are "
        "of the right size and gave their consent. cohort-size Olu Adeyemi, 10 Mar 2026"
    )


def test_only_what_the_scheme_lets_be_waived_is_offered(with_three: Journey, world: World) -> None:
    form = with_three.walk(world.olu).open(f"{with_three.path}/moves/waive").form("Waive a requirement")
    assert len(form.options("Requirement")) == 1 + 10


def test_a_waiver_needs_its_reason(with_three: Journey, world: World) -> None:
    olu = with_three.walk(world.olu)
    form = olu.open(f"{with_three.path}/moves/waive").form("Waive a requirement")
    page = olu.send_refused(form.fill("Requirement", "The cohort has as"), 422)
    assert "Fill in: Reason." in page.problem


def test_the_supervisor_who_also_coordinates_waives_nothing(with_three: Journey, world: World) -> None:
    with_three.turn(CLASSROOM_ON + timedelta(1))
    with_three.give_role(world.bo, "National coordinator")
    page = with_three.walk(world.bo).open(f"{with_three.path}/moves/waive")
    assert "supervis" in page.problem
    assert "Waive a requirement" not in page.buttons
