"""An Expert Trainer's licence, by number and by document: what ended beneath it shows, in true words."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from certify.models import Credential, db
from tests.cast import World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.licensing import GRANTED_ON, Licensing
from tests.player import Player
from tests.views.test_certifications import text_of

DAY = timedelta(days=1)


@pytest.fixture
def licence(seasoned: Player, turn: Turn) -> Licensing:
    """Ana's, granted until 3 May 2030; her certification ends on 4 May 2029."""
    turn(GRANTED_ON)
    return Licensing(seasoned).nominate().confirm().teach().examine().grant()


def told(client: StrictClient, number: str) -> tuple[str, str | None]:
    """What the page says of a number; the interface and the document say the same."""
    answer = client.get(f"/api/v1/verify/{number}").get_json()
    credential = db.session.scalars(select(Credential).where(Credential.number == number)).one()
    assert credential.document is not None
    posted = client.post("/api/v1/verify", json=json.loads(credential.document.content)).get_json()
    same = ("verdict", "reason", "since")
    assert [posted[name] for name in same] == [answer[name] for name in same]
    return text_of(client.get(f"/verify/{number}").text), answer["reason"]


def test_a_licence_with_days_left_shows_that_the_certification_beneath_it_ended(
    client: StrictClient, licence: Licensing, turn: Turn
) -> None:
    number = licence.values["number"]
    assert "is licensed as Expert Trainer for" in told(client, number)[0]
    turn(date(2029, 5, 5))
    page, reason = told(client, number)
    assert reason == "in_grace"
    assert "own certification, which ended before 5 May 2029" in page
    turn(date(2030, 5, 4))
    page, reason = told(client, number)
    assert (reason, "The licence has expired: its last day was 3 May 2030. It can still" in page) == (
        "in_grace", True
    )  # fmt: skip
    assert "is not certified meanwhile" not in page


@pytest.mark.parametrize(
    ("move", "facts", "reason", "says"),
    [
        ("suspend", {"grounds": "A complaint."}, "suspended", "certification was suspended on 4 May 2027"),
        ("withdraw", {"grounds": "A complaint."}, "withdrawn", "The licence was withdrawn on 4 May 2027"),
        ("retire", {}, "retired", "The trainer gave the certification up on 4 May 2027."),
    ],
)
def test_what_happens_to_the_certification_shows_on_its_licence(
    client: StrictClient, licence: Licensing, seasoned: Player, world: World, turn: Turn,
    move: str, facts: dict[str, str], reason: str, says: str,
) -> None:  # fmt: skip
    on = GRANTED_ON + DAY
    turn(on)
    seasoned.move(move, world.ana if move == "retire" else world.mika, on, **facts)
    page, why = told(client, licence.values["number"])
    assert (why, says in page) == (reason, True)


def test_a_licence_that_was_withdrawn_alone_says_nothing_of_the_certification(
    client: StrictClient, licence: Licensing, world: World, turn: Turn
) -> None:
    turn(GRANTED_ON + DAY)
    licence.move("withdraw", world.mika, GRANTED_ON + DAY, grounds="She passed the exam on.")
    page, reason = told(client, licence.values["number"])
    assert (reason, "The licence was withdrawn on 4 May 2027, alone or with" in page) == ("withdrawn", True)
    assert "The certification was withdrawn" not in page
