"""How a visit comes to be confirmed: by the enterprise's contact from the mail, or later in its place."""

from datetime import date

import pytest

from tests.cast import World
from tests.journeys.path import CONTACTS, ENTERPRISES, Journey

VISITED_ON = date(2026, 3, 3)
ENTERPRISE, CONTACT = ENTERPRISES[1], CONTACTS[1]
MET: dict[str, str | bool] = {"Enterprise": ENTERPRISE, "People_met": "Line leads"}


@pytest.fixture
def visit(trained: Journey, world: World) -> str:
    """A visit that Ana has submitted."""
    trained.gather().turn(VISITED_ON)
    made = trained.recorded("visit", VISITED_ON, counts=False, **MET)
    trained.do(made, "submit", world.ana, "Submit")
    return made


def test_the_link_of_a_visit_works_once(trained: Journey, world: World, visit: str) -> None:
    link, contact = trained.mail(CONTACT)[-1].link("/confirm-visit"), trained.visitor
    contact.send(contact.open(link).form("Yes, this visit happened"))
    assert trained.walk(world.ana).open(f"/activities/{visit}").state == "Confirmed"
    assert trained.visitor.look(link).status == 404


def test_a_visit_that_was_sent_back_is_corrected_and_asked_about_again(
    trained: Journey, world: World, visit: str
) -> None:
    first, contact = trained.mail(CONTACT)[-1].link("/confirm-visit"), trained.visitor
    form = contact.open(first).form("Send it back to the trainer")
    assert "Say what was different" in contact.send_refused(form, 422).problem
    contact.send(form.fill("What was different?", "It was on Wednesday."))
    ana = trained.walk(world.ana)
    page = ana.open(f"/activities/{visit}")
    assert page.state == "Returned"
    assert "Reason given: It was on Wednesday." in page.text
    trained.turn(date(2026, 3, 4))
    ana.send(ana.open(f"/activities/{visit}/edit").form("Save").fill("Held on", "2026-03-04"))
    trained.do(visit, "submit", world.ana, "Submit")
    again = trained.mail(CONTACT)[-1].link("/confirm-visit")
    assert contact.look(first).status == 404
    contact.send(contact.open(again).form("Yes, this visit happened"))
    assert ana.open(f"/activities/{visit}").state == "Confirmed"


def test_a_visit_is_submitted_once(trained: Journey, world: World) -> None:
    trained.gather().turn(VISITED_ON)
    visit = trained.recorded("visit", VISITED_ON, counts=False, **MET)
    ana = trained.walk(world.ana)
    form = ana.open(f"/activities/{visit}/moves/submit").form("Submit")
    ana.send(form)
    again = ana.send_refused(form)
    assert "This changed while your page was open." in again.problem
    assert "Ana Trần submitted the activity." in again.text
    assert len(trained.mail(CONTACT)) == 1


@pytest.mark.parametrize("days", [13, 14])
def test_the_supervisor_confirms_in_the_enterprises_place_after_14_days(
    trained: Journey, world: World, visit: str, days: int
) -> None:
    trained.turn(date(2026, 3, 3 + days))
    bo = trained.walk(world.bo)
    form = bo.open(f"/activities/{visit}/moves/confirm").form("Confirm").fill("Reason", "No answer came.")
    if days == 14:
        assert bo.send(form).state == "Confirmed"
    else:
        assert "Earliest: 17 Mar 2026." in bo.send_refused(form).problem
