"""A refusal: its reasons, the right to appeal, and the six months until the next application."""

from datetime import date

from tests.cast import World
from tests.journeys.path import SURE, Journey
from tests.player import DECIDED_ON


def _refuse(journey: Journey, world: World) -> None:
    journey.turn(DECIDED_ON)
    maya = journey.walk(world.maya)
    one = maya.open(f"{journey.path}/approval").form("Add another reason")
    one.fill("Outcome", "Refuse, with the right to appeal")
    one.fill("Requirement", "critical-items", within="Reason 1")
    one.fill("Reason", "Workers were not heard in two of the factories.", within="Reason 1")
    form = maya.send_refused(one, 422).form("Record decision")
    form.fill("Requirement", "satisfaction", within="Reason 2")
    form.fill("Reason", "The feedback of the managers says the same.", within="Reason 2")
    maya.send(form.fill(SURE, True))


def test_a_refusal_tells_its_reasons_and_the_right_to_appeal(recommended: Journey, world: World) -> None:
    _refuse(recommended, world)
    page = recommended.walk(world.ana).open(recommended.path)
    assert page.card("Reasons of the decision") == (
        "Workers were not heard in two of the factories. "
        "What is required: No critical item was scored below what is sufficient. critical-items "
        "The feedback of the managers says the same. "
        "What is required: Enough participants answered, and enough of them were satisfied with the "
        "training. satisfaction How to appeal"
    )
    letter = recommended.mail(world.ana.email)[-1]
    assert letter.subject == "The decision on module WPC: refused"
    assert "You can appeal within 30 days of this notice, and apply again after 6 months." in letter.text


def test_a_refusal_without_a_reason_is_not_taken(recommended: Journey, world: World) -> None:
    recommended.turn(DECIDED_ON)
    maya = recommended.walk(world.maya)
    form = maya.open(f"{recommended.path}/approval").form("Record decision")
    page = maya.send_refused(form.fill("Outcome", "Refuse, with the right to appeal"), 422)
    assert "Fill in: Reasons." in page.text
    assert "Recommended" in maya.open(recommended.path).text


def test_a_new_application_is_possible_six_months_after_a_refusal(recommended: Journey, world: World) -> None:
    _refuse(recommended, world)
    ana = recommended.walk(world.ana)
    for day, taken in ((date(2026, 5, 4), False), (date(2026, 11, 3), False), (date(2026, 11, 4), True)):
        recommended.turn(day)
        form = ana.open("/apply?another=1").form("Open the application")
        form.fill("Module", "Workplace Cooperation (WPC)").fill("Country", "Vietnam")
        if taken:
            assert ana.send(form).path.endswith("/application")
        else:
            page = ana.send_refused(form)
            assert "Earliest: 4 Nov 2026." in page.problem
