"""No page tells a score, or what follows from one, to a reader who may not see it yet."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from certify.models import Certification, Event, db
from certify.models.store import write_tx
from certify.workflows.result_sight import OWN_FIRST
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import APPLIED_ON, ASSESSED_ON, DECIDED_ON, EDITION, REPORT_ON, Player

ClientOf = Callable[[Member], StrictClient]
LOW_ITEM = next(item for item in EDITION.checklist if item.critical and "classroom" in item.applies)
GOOD = {item.id: 4 for item in EDITION.checklist if "classroom" in item.applies}
BAD = {**dict.fromkeys(GOOD, 2), LOW_ITEM.id: 2}
HIDDEN = "The scores are not shown to you yet."
STAND = "4 requirements stand in the way"
TELLING = ("A critical item scored", "have a mean of", "must reconcile")


def text_of(page: str) -> str:
    """What the page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def requirement_on(page: str, id: str) -> str:
    """What the page says of one requirement, from its heading to the next one's."""
    found = re.search(rf'id="requirement-{id}".*?(?=id="requirement-|</section)', page, re.DOTALL)
    assert found, f"no requirement {id} on the page"
    return text_of(found.group())


@pytest.fixture
def played(visited: Player, world: World, turn: Turn) -> Player:
    """Ana in assessment; Tuấn and Bea are to observe her workshop."""
    for observer in (world.tuan, world.bea):
        visited.move("assign_observer", world.olu, REPORT_ON, person=observer.id, activity=visited.workshop)
    turn(ASSESSED_ON)
    return visited


@pytest.mark.parametrize("scores", [BAD, GOOD], ids=["bad", "good"])
def test_before_both_observers_are_in_neither_candidate_nor_second_observer_learns_a_result(
    played: Player, world: World, client_of: ClientOf, scores: dict[str, int | None]
) -> None:
    """The page reads the same whether the scores suffice or not."""
    played._score("observation", world.tuan, ASSESSED_ON, scores)
    for reader in (world.ana, world.bea):
        page = client_of(reader).get(f"/certifications/{played.certification}").text
        assert not [one for one in TELLING if one in text_of(page)], reader.name
        for id in ("mean-score", "critical-items"):
            assert HIDDEN in requirement_on(page, id)
            assert "Not met" in requirement_on(page, id)
        next_step = text_of(page.split('id="requirement-')[0])
        assert STAND in next_step, "mean-score and critical-items among them, whatever they came to"


def test_the_scores_reasons_are_told_to_those_who_may_see_the_scores(
    played: Player, world: World, client_of: ClientOf
) -> None:
    played._score("observation", world.tuan, ASSESSED_ON, BAD)
    for reader in (world.bo, world.olu, world.maya, world.tuan):
        page = client_of(reader).get(f"/certifications/{played.certification}").text
        assert HIDDEN not in text_of(page), reader.name
        assert "The observations have a mean of 2.00; 3.5 is needed." in requirement_on(page, "mean-score")
        assert "A critical item scored 2" in requirement_on(page, "critical-items")


def test_the_second_observer_reads_the_result_once_both_are_in(
    played: Player, world: World, client_of: ClientOf
) -> None:
    for observer in (world.tuan, world.bea):
        played._score("observation", observer, ASSESSED_ON, BAD)
    assert "have a mean of 2.00" in text_of(
        client_of(world.bea).get(f"/certifications/{played.certification}").text
    )
    page = text_of(client_of(world.ana).get(f"/certifications/{played.certification}").text)
    assert HIDDEN in page
    assert "have a mean of" not in page


def test_the_candidate_reads_the_result_once_asked_for_more_practice(
    played: Player, world: World, client_of: ClientOf
) -> None:
    played._score("observation", world.tuan, ASSESSED_ON, BAD)
    played.move(
        "ask_more_practice", world.bo, ASSESSED_ON, what="Listen to workers.", by_on=date(2026, 6, 30),
        back_to="classroom_delivery", exclude=[],
    )  # fmt: skip
    page = client_of(world.ana).get(f"/certifications/{played.certification}").text
    assert "have a mean of 2.00" in requirement_on(page, "mean-score")


def test_a_supervisor_who_still_has_to_observe_reads_no_result(
    played: Player, world: World, client_of: ClientOf
) -> None:
    """Also not on the page of the recommendation, when a visit to it is answered or when it is refused."""
    change = {"role": "supervisor", "from": world.bo.id, "to": world.bea.id, "reason": "Bo is away."}
    played.move("reassign", world.olu, REPORT_ON, **change)
    played._score("observation", world.tuan, ASSESSED_ON, BAD)
    bea = client_of(world.bea)
    path = f"/certifications/{played.certification}"
    pages = [bea.get(f"{path}/recommendation"), bea.get(f"{path}/moves/recommend"), bea.get(path)]
    token = bea.token(f"{path}/moves/recommend")
    pages += [
        bea.post(f"{path}/moves/recommend", data={"csrf_token": token, "narrative": "Good."}),
        bea.post(
            f"{path}/recommendation",
            data={"csrf_token": token, "outcome": "recommend", "narrative": "Good."},
        ),
    ]
    assert [page.status_code for page in pages] == [200, 200, 200, 409, 409]
    for page in pages:
        assert OWN_FIRST in text_of(page.text)
        assert not [one for one in TELLING if one in text_of(page.text)]


def test_a_screening_result_is_told_to_the_panel_once_in_and_to_the_applicant_once_decided(
    submitted: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(APPLIED_ON)
    low = {item.id: 2 for item in EDITION.screening}
    for member in (world.bea, world.quy):
        submitted.move("assign_screener", world.olu, APPLIED_ON, person=member.id)
    path, result = f"/certifications/{submitted.certification}", "A sheet scores 40.0 %"

    def told() -> dict[str, bool]:
        readers = (world.ana, world.bea, world.quy, world.olu)
        return {
            one.key: result in requirement_on(client_of(one).get(path).text, "screening") for one in readers
        }

    submitted._score("screening", world.bea, APPLIED_ON, low)
    assert told() == {"ana": False, "bea": True, "quy": False, "olu": True}
    assert HIDDEN in requirement_on(client_of(world.ana).get(path).text, "screening")
    submitted._score("screening", world.quy, APPLIED_ON, low)
    assert told() == {"ana": False, "bea": True, "quy": True, "olu": True}
    reasons = [{"requirement": "screening", "reason": "Too little experience yet."}]
    submitted.move("decline_application", world.olu, APPLIED_ON, reasons=reasons)
    assert told() == {"ana": True, "bea": True, "quy": True, "olu": True}


def refused_on_low_scores(recommended: Player, world: World) -> dict[str, Any]:
    """A refusal whose evidence speaks: every score of the observations is a 2. What its event keeps."""
    with write_tx() as session:
        for one in session.get_one(Certification, recommended.certification).assessments:
            if one.kind == "observation":
                one.scores = dict.fromkeys(one.scores or {}, 2)
    reasons = [{"requirement": "critical-items", "reason": "Workers were not heard."}]
    recommended.move("refuse", world.maya, DECIDED_ON, reasons=reasons)
    return db.session.scalars(select(Event).where(Event.move == "refuse")).one().facts


def test_the_history_tells_no_result_of_the_decision_s_evidence(
    recommended: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    """The event keeps every requirement's reasons and evidence; the history reads none of it out."""
    kept = refused_on_low_scores(recommended, world)
    turn(date(2026, 6, 1))
    reasons = {each for one in kept["requirements"] for each in one["reasons"]}
    sheets = {
        one.id
        for one in db.session.get_one(Certification, recommended.certification).assessments
        if one.kind == "observation"
    }
    evidence = {id for one in kept["requirements"] for id in one["evidence"]}
    evidence |= {one["activity"] for one in kept["counted"]}
    path = f"/certifications/{recommended.certification}"
    page = unescape(text_of(client_of(world.bo).get(path).text))
    assert "The observations have a mean of 2.00; 3.5 is needed." in reasons
    assert [one for one in reasons if one not in page] == [], "the case itself tells them"
    assert sheets < evidence
    for reader in (world.ana, world.bo, world.olu, world.maya, world.asa):
        history = unescape(client_of(reader).get(f"{path}/history").text)
        said = text_of(history).partition("Maya Đặng refused the certification.")[2]
        assert said.partition(" 27 Apr 2026")[0] == (
            " Reasons: Workers were not heard. What is required: "
            "No critical item was scored below what is sufficient. critical-items"
        ), reader.name
        assert [one for one in reasons if one in text_of(history)] == [], reader.name
        assert [id for id in evidence if id in history] == [], reader.name
        assert re.findall(r"\d\.\d", text_of(history)) == [], reader.name


@pytest.mark.parametrize("scores", [BAD, GOOD], ids=["bad", "good"])
def test_a_supervisor_who_owes_an_own_sheet_learns_nothing_from_the_recommendation(
    visited: Player, world: World, client_of: ClientOf, turn: Turn, scores: dict[str, int | None]
) -> None:
    """Neither the button nor the answer tells whether the other observer's scores suffice."""
    visit, workshop = visited.visits[0], visited.workshop
    for observer, activity in ((world.tuan, workshop), (world.bea, visit), (world.bo, workshop)):
        visited.move("assign_observer", world.olu, REPORT_ON, person=observer.id, activity=activity)
    turn(ASSESSED_ON)
    visited._score("observation", world.tuan, ASSESSED_ON, scores)
    good = {item.id: 4 for item in EDITION.checklist if "visit" in item.applies}
    visited._score("observation", world.bea, ASSESSED_ON, good)
    bo, page = client_of(world.bo), f"/certifications/{visited.certification}/recommendation"
    told = text_of(bo.get(page).text)
    assert OWN_FIRST in told
    assert not [one for one in TELLING if one in told]
    token = bo.token(page)
    for path in (page, f"/certifications/{visited.certification}/moves/recommend"):
        sent = {"csrf_token": token, "outcome": "recommend", "narrative": "Well done throughout."}
        answer = bo.post(path, data=sent)
        assert answer.status_code == 409
        assert OWN_FIRST in text_of(answer.text)
    db.session.rollback()
    assert str(db.session.get_one(Certification, visited.certification).state) == "assessment"
