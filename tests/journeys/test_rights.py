"""Rights as people meet them: strangers, other providers, conflicts of interest, roles that have ended."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import select

from certify.models import Certification, db
from tests.cast import World
from tests.journeys.path import SURE, Journey
from tests.player import DECIDED_ON


def test_a_stranger_finds_no_page_of_the_case(certified: Journey, world: World, walked: set[str]) -> None:
    case = certified.walk(world.ana).open(certified.path)
    pages = walked | {case.link("cv.pdf"), f"{certified.path}/history"}
    things = {page.split("/")[1] for page in pages}
    assert things == {"activities", "assessments", "certifications", "cohorts", "files"}
    kim = certified.walk(world.kim)
    assert {page: status for page in pages if (status := kim.look(page).status) != 404} == {}


def test_an_auditor_sees_each_thing_that_the_stranger_does_not(
    certified: Journey, world: World, walked: set[str]
) -> None:
    asa = certified.walk(world.asa)
    things = {page for page in walked if page.count("/") == 2}
    assert len(things) > 20
    assert {page: status for page in things if (status := asa.look(page).status) != 200} == {}


def test_a_provider_sees_its_own_people_and_nobody_else(certified: Journey, world: World) -> None:
    sami = certified.walk(world.sami)
    form = sami.open("/nominate").form("Nominate").fill("E-mail address", world.lan.email)
    form.fill("Full name", "Lan")
    page = sami.send(form.fill("Module", "Workplace Cooperation (WPC)"))
    assert world.lan.email in page.text
    nominated = select(Certification.id).where(Certification.holder_id == world.lan.id)
    own = replace(certified, case=str(db.session.scalars(nominated).one()), holder=world.lan)
    own.make("confirm_nomination", world.lan, "Confirm the nomination")
    listed = sami.open("/certifications").text
    assert "Lan Phạm" in listed
    assert "Ana Trần" not in listed
    assert sami.look(certified.path).status == 404
    assert "Lan Phạm confirmed the nomination." in sami.open(own.path).text
    assert "Lan Phạm" not in certified.walk(world.ana).open("/certifications").text


def test_a_conflict_stops_the_decision_and_is_named(recommended: Journey, world: World) -> None:
    recommended.turn(DECIDED_ON)
    mika, ana = recommended.walk(world.mika), recommended.walk(world.ana)
    open_page = mika.open(f"{recommended.path}/approval").form("Record decision")
    tie = ana.open("/account/ties/new").form("Declare it")
    tie.fill("E-mail address of the other person", world.mika.email).fill("What ties you", "Family")
    ana.send(tie)
    open_page.fill("Outcome", "Grant: certify for this module")
    open_page.fill("Requirement", "mean-score", within="Reason 1")
    page = mika.send_refused(open_page.fill("Reason", "Strong.", within="Reason 1").fill(SURE, True))
    assert page.refusals == ["independence"]
    assert "family" in page.problem.lower()
    page = mika.open(f"{recommended.path}/approval")
    assert "You cannot decide on this file; another Master Trainer has to." in page.text
    assert recommended.walk(world.ana).open(recommended.path).state == "Recommended"
    recommended.grant()


def test_a_dated_role_stops_with_its_last_day(certified: Journey, world: World) -> None:
    certified.turn(date(2026, 6, 1))
    certified.give_role(world.kim, "QA reviewer", until=date(2026, 6, 10))
    kim = certified.walk(world.kim)
    certified.turn(datetime(2026, 6, 10, 16, 59, 59, tzinfo=UTC))  # the last second of the day in Hanoi
    assert kim.look(certified.path).status == 200
    certified.turn(datetime(2026, 6, 10, 17, 0, tzinfo=UTC))
    assert kim.look(certified.path).status == 404


def test_a_role_that_was_ended_stops_at_once(recommended: Journey, world: World) -> None:
    recommended.turn(DECIDED_ON)
    maya, sol = recommended.walk(world.maya), recommended.walk(world.sol)
    form = maya.open(f"{recommended.path}/approval").form("Record decision")
    sol.send(sol.open("/roles/grantmaya00000000000/end").form("End it now"))
    form.fill("Outcome", "Refuse, with the right to appeal")
    form.fill("Requirement", "mean-score", within="Reason 1").fill("Reason", "Weak.", within="Reason 1")
    maya.send_refused(form, 404)
    assert recommended.walk(world.ana).open(recommended.path).state == "Recommended"


def test_who_loses_the_role_of_coordinator_cannot_admit(journey: Journey, world: World) -> None:
    journey.apply().screen()
    olu, sol = journey.walk(world.olu), journey.walk(world.sol)
    form = olu.open(f"{journey.path}/moves/admit").form("Admit")
    sol.send(sol.open("/roles/grantolu000000000000/end").form("End it now"))
    olu.send_refused(form, 404)
    assert journey.walk(world.ana).open(journey.path).state == "Submitted"
