"""The page that tells why a certification stands as it does."""

import re

import pytest
from sqlalchemy import select

from certify.models import Certification, Credential, db
from certify.models.store import own_tx
from tests.cast import World
from tests.conftest import Turn
from tests.player import Player
from tests.views.conftest import ClientOf
from tests.views.sending import send
from tests.workflows.renewing import DAY, ENDS, Renewing

LINES = re.compile(r'<ol class="standing-lines">(.*?)</ol>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def path_of(player: Player, day: str = "") -> str:
    return f"/certifications/{player.certification}/standing" + (f"?on={day}" if day else "")


def lines_on(page: str) -> list[str]:
    found = LINES.search(page)
    assert found, "no reasoning on the page"
    return [" ".join(TAG.sub(" ", each).split()) for each in found[1].split("</li>")][:-1]


def test_the_trainer_reads_every_question_of_a_valid_certificate(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.ana).get(path_of(certified))
    assert page.status_code == 200
    told = lines_on(page.text)
    assert told[:5] == [
        "The certification has not been withdrawn.",
        "The trainer has not given the certification up.",
        "The certification has not been suspended.",
        "This certificate has not been revoked.",
        "No other certificate follows this one.",
    ]
    assert len(told) == 7
    assert "None of them speaks against it: it is valid." in page.text


def test_what_settled_it_stands_last_and_is_marked(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    suspend = f"/certifications/{certified.certification}/moves/suspend"
    assert send(client_of(world.maya), suspend, grounds="No deliveries.").status_code == 303
    told = lines_on(client_of(world.olu).get(path_of(certified)).text)
    assert len(told) == 3
    assert told[-1].startswith("The certification was suspended on")
    assert told[-1].endswith("This settles it.")


def test_another_day_can_be_asked_about(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    until = db.session.get_one(Certification, certified.certification).valid_until
    assert until
    olu = client_of(world.olu)
    last, next_day = (f"{until.year + late}-{until:%m-%d}" for late in (0, 1))
    assert "None of them speaks against it" in olu.get(path_of(certified, last)).text
    assert lines_on(olu.get(path_of(certified, next_day)).text)[-1].endswith("This settles it.")


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "1066-10-14"])
def test_a_day_that_is_none_is_told_beside_its_field(
    certified: Player, world: World, client_of: ClientOf, day: str
) -> None:
    page = client_of(world.ana).get(path_of(certified, day))
    assert page.status_code == 422
    assert page.text.count("Give a day like 2026-11-22, between 1990 and 2200.") == 2
    assert f'value="{day}"' in page.text
    assert LINES.search(page.text) is None


def test_a_case_without_a_certificate_says_so(recommended: Player, world: World, client_of: ClientOf) -> None:
    assert "No certificate yet" in client_of(world.ana).get(path_of(recommended)).text


def test_where_another_body_renewed_each_certificate_names_its_own_clock(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    with own_tx() as session:
        session.scalars(select(Credential)).one().zone = "America/Bogota"
    Renewing(certified).reviewed(ENDS - 60 * DAY).grant(ENDS - 60 * DAY)
    turn(ENDS + DAY)
    page = client_of(world.ana).get(path_of(certified, f"{ENDS + DAY}")).text
    clocks = re.findall(r"Days and times are those of the issuing body: ([^<]+)\.", page)
    assert clocks == ["Vietnam Time", "Colombia Time"]
    assert "follows this one from 5 May 2029, in Vietnam Time." in page
