"""The self-assessment: one item a row, kept half-done, sent whole, and before any score is seen."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from certify.models import Certification, MoveDraft, db
from certify.scheme.words import CertificationState
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import CLASSROOM_ON, EDITION, REPORT_ON, Player
from tests.views.test_moves import hidden

ClientOf = Callable[[Member], StrictClient]
ITEMS = [item.id for item in EDITION.checklist]


def page_of(case: Player) -> str:
    return f"/certifications/{case.certification}/self-assessment"


def all_scored(score: str = "4") -> dict[str, str]:
    return {f"self_assessment-{item}": score for item in ITEMS}


def send(client: StrictClient, path: str, **given: str):  # type: ignore[no-untyped-def]
    return client.post(path, data={**hidden(client.get(path).text), **given})


@pytest.fixture
def visiting(delivered: Player, turn: Turn) -> Player:
    turn(CLASSROOM_ON + timedelta(3))
    return delivered


def test_it_is_the_candidates_alone(visiting: Player, world: World, client_of: ClientOf) -> None:
    for member, status in ((world.kim, 404), (world.olu, 403), (world.bo, 403), (world.maya, 403)):
        assert client_of(member).get(page_of(visiting)).status_code == status
        assert client_of(member).post(page_of(visiting)).status_code == status


def test_a_part_of_it_is_kept_and_gone_on_with_elsewhere(
    visiting: Player, world: World, client_of: ClientOf
) -> None:
    answer = send(client_of(world.ana), page_of(visiting), keep="y", **{f"self_assessment-{ITEMS[0]}": "4"})
    assert (answer.status_code, answer.location) == (303, page_of(visiting))
    page = client_of(world.ana).get(page_of(visiting)).text
    assert f"1 of {len(ITEMS)} items scored" in page
    assert re.search(rf'id="self_assessment-{ITEMS[0]}-4"[^>]* checked', page)
    assert '<progress id="scored" max="20" value="1">' in page


def test_two_tabs_keep_what_each_typed_and_clash_only_on_one_item(
    visiting: Player, world: World, client_of: ClientOf
) -> None:
    ana, first, second = client_of(world.ana), f"self_assessment-{ITEMS[0]}", f"self_assessment-{ITEMS[1]}"
    stale = hidden(ana.get(page_of(visiting)).text)
    assert send(ana, page_of(visiting), keep="y", **{first: "4"}).status_code == 303
    assert ana.post(page_of(visiting), data={**stale, "keep": "y", second: "2"}).status_code == 303
    assert scores_kept() == {ITEMS[0]: 4, ITEMS[1]: 2}
    late = ana.post(page_of(visiting), data={**stale, "keep": "y", first: "5", second: "2"})
    assert (late.status_code, scores_kept()) == (409, {ITEMS[0]: 4, ITEMS[1]: 2})
    assert "Another window saved “4” for “" in late.text
    assert re.search(rf'id="{first}-5"[^>]* checked', late.text)
    again = ana.post(page_of(visiting), data={**hidden(late.text), "keep": "y", first: "5", second: "2"})
    assert (again.status_code, scores_kept()) == (303, {ITEMS[0]: 5, ITEMS[1]: 2})


def test_what_clashes_with_another_tab_is_not_sent(ready: Player, world: World, client_of: ClientOf) -> None:
    ana, first = client_of(world.ana), f"self_assessment-{ITEMS[0]}"
    stale = hidden(ana.get(page_of(ready)).text)
    assert send(ana, page_of(ready), keep="y", **{first: "2"}).status_code == 303
    late = ana.post(page_of(ready), data={**stale, **all_scored("5")})
    assert (late.status_code, scores_kept()[ITEMS[0]]) == (409, 2)
    again = ana.post(page_of(ready), data={**hidden(late.text), **all_scored("5")})
    db.session.rollback()
    assert (again.status_code, db.session.query(MoveDraft).all()) == (303, [])


def scores_kept() -> dict[str, int]:
    db.session.rollback()
    scores: dict[str, int] = db.session.query(MoveDraft).one().facts["self_assessment"]
    return scores


def test_it_can_be_kept_before_it_can_be_sent(visiting: Player, world: World, client_of: ClientOf) -> None:
    ana = client_of(world.ana)
    page = ana.get(page_of(visiting)).text
    assert "submitting has to wait" in page
    assert "Submit for assessment</button>" not in page
    refused = ana.post(page_of(visiting), data={**hidden(page), **all_scored()})
    assert refused.status_code == 409
    assert "checked" in refused.text


def test_nonsense_is_answered_beside_its_item(visiting: Player, world: World, client_of: ClientOf) -> None:
    wrong = {f"self_assessment-{ITEMS[0]}": "6", f"self_assessment-{ITEMS[1]}": "3"}
    answer = send(client_of(world.ana), page_of(visiting), keep="y", **wrong)
    assert answer.status_code == 422
    assert f'id="self_assessment-{ITEMS[0]}-error"' in answer.text
    assert re.search(rf'id="self_assessment-{ITEMS[1]}-3"[^>]* checked', answer.text)


class Hesitant(Player):
    """Delivers everything, and leaves the self-assessment to the page."""

    def move(self, name: str, actor: Member, day: date, **facts: Any) -> None:
        if name != "submit_for_assessment":
            super().move(name, actor, day, **facts)


@pytest.fixture
def ready(delivered: Player, turn: Turn) -> Player:
    """Everything is delivered; what is left is the self-assessment itself."""
    player = Hesitant(**vars(delivered))
    player.visit()
    turn(REPORT_ON)
    return player


def test_it_is_sent_whole_and_the_draft_is_forgotten(
    ready: Player, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    send(ana, page_of(ready), keep="y", **{f"self_assessment-{ITEMS[0]}": "4"})
    short = send(ana, page_of(ready), **{f"self_assessment-{ITEMS[0]}": "4"})
    assert short.status_code == 422
    assert short.text.count("Give a score:") >= len(ITEMS) - 1
    answer = send(ana, page_of(ready), **all_scored("5"))
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    case = db.session.get_one(Certification, ready.certification)
    assert case.state is CertificationState.ASSESSMENT
    assert case.self_assessment == dict.fromkeys(ITEMS, 5)
    assert db.session.query(MoveDraft).all() == []


def test_what_is_sent_once_the_case_went_on_is_refused_with_the_reason(
    ready: Player, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    form = hidden(ana.get(page_of(ready)).text)
    assert send(ana, page_of(ready), **all_scored("5")).status_code == 303
    for late in ({}, {"keep": "y"}, {f"self_assessment-{ITEMS[0]}": "none"}):
        answer = ana.post(page_of(ready), data={**form, **late})
        assert (answer.status_code, "self_assessment-" in answer.text) == (409, False)


def test_the_case_leads_here(ready: Player, world: World, client_of: ClientOf) -> None:
    page = client_of(world.ana).get(f"/certifications/{ready.certification}").text
    assert f'href="{page_of(ready)}"' in page
