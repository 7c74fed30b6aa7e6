"""A certificate of another body, recognised: shown everywhere as recognised, its evidence not held."""

from datetime import date

from tests.cast import World
from tests.journeys.path import Journey

RECOGNISED_ON = date(2026, 6, 1)


def test_a_recognised_trainer_is_shown_as_recognised_everywhere(journey: Journey, world: World) -> None:
    journey.turn(RECOGNISED_ON)
    maya = journey.walk(world.maya)
    form = maya.open("/recognise").form("Recognise")
    form.fill("E-mail address of the trainer", world.kim.email)
    form.fill("Module", "Workplace Cooperation (WPC)").fill("Country", "Vietnam")
    form.fill("Issued by", "ILO Turin").fill("Its number there", "T-2024-17")
    form.fill("Valid from", "2025-03-01").fill("Valid until", "2028-03-01")
    page = maya.send(form.fill("Grounds", "The same path, the same checklist."))
    shown = "Recognised, evidence not held"
    assert f"{shown}: certificate T-2024-17 of ILO Turin." in page.text
    assert page.state == "Valid"
    assert shown.lower() in maya.open("/certifications").text.lower()
    number = page.number
    public = journey.visitor.open(f"/verify/{number}")
    assert (public.heading, public.state) == ("Kim Park", "Valid")
    assert "Recognised from ILO Turin, number T-2024-17 there; the evidence is not held here." in public.text
    told = journey.visitor.json(f"/api/v1/verify/{number}")
    wanted = ("verdict", "reason", "holder", "module", "valid_from", "valid_until", "recognised")
    assert {name: told[name] for name in wanted} == {
        "verdict": "valid",
        "reason": None,
        "holder": "Kim Park",
        "module": "WPC",
        "valid_from": "2025-03-01",
        "valid_until": "2028-03-01",
        "recognised": {"source": "ILO Turin", "number": "T-2024-17"},
    }
    assert journey.mail(world.kim.email)[-1].subject == "Your certification was recognised"
    assert shown in journey.walk(world.kim).open(page.path).text
