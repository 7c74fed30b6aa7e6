"""A certified trainer goes on to another module: what it opens, takes over, and what stands in the way."""

from dataclasses import replace
from datetime import date, timedelta

from tests.cast import World
from tests.journeys.path import Journey
from tests.player import DECIDED_ON

LATER = DECIDED_ON + timedelta(days=7)


def _tick(journey: Journey) -> None:
    """A round of the clock, by hand; whoever looks then looks with fresh eyes."""
    done = journey.app.test_cli_runner().invoke(args=["tick"])
    assert done.exit_code == 0, done.output
    for browser in journey.browsers.values():
        browser.client.met.clear()


def test_the_path_shows_what_is_open_and_takes_over_what_was_answered(
    certified: Journey, world: World
) -> None:
    ana = certified.walk(world.ana)
    certified.turn(LATER)
    page = ana.open("/my-path")
    assert "Safety & Health at Work (OSH) Apply" in page.card("Modules")
    form = ana.open("/apply?another=1&module=OSH").form("Open the application")
    case = ana.send(form.fill("Country", "Vietnam")).path.split("/")[2]
    taken = ana.open(f"/certifications/{case}/application").form("Take these answers over")
    ana.send(taken)
    step = ana.open(f"/certifications/{case}/application/background").form("Save and continue")
    assert step.sent["specialisation"] == ["Lean in garment factories"]


def test_a_module_is_admitted_while_the_first_one_is_valid_and_waits_while_it_is_not(
    certified: Journey, world: World
) -> None:
    further = replace(certified, module="OSH").apply(LATER).admit()
    suspended_on = LATER + timedelta(days=30)
    certified.turn(suspended_on)
    page = certified.walk(world.maya).open(f"{certified.path}/moves/suspend")
    assert "The path to OSH is put on hold until it is reinstated." in page.text
    certified.make("suspend", world.maya, "Suspend", Grounds="A complaint.")
    _tick(certified)
    assert certified.walk(world.ana).open(further.path).state == "On hold"
    assert "is suspended" in certified.mail(world.ana.email)[-1].text
    certified.turn(suspended_on + timedelta(days=10))
    certified.make("reinstate", world.maya, "Reinstate", Findings="It was unfounded.")
    _tick(certified)
    assert certified.walk(world.ana).open(further.path).state == "Admitted"


def test_what_was_admitted_is_not_granted_once_the_first_module_fell(
    certified: Journey, world: World
) -> None:
    further = replace(certified, module="OSH").apply(LATER).admit()
    certified.turn(date(2029, 5, 5))  # Workplace Cooperation ran out the day before
    page = certified.walk(world.ana).open(further.path)
    assert page.requirement("prerequisite") == "Not met"
