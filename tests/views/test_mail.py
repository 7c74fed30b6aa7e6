"""The administrator's page about mail: does the clockwork run, and what did not get through."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from certify.models import Message, Person, SchedulerRound, db
from certify.models.store import own_tx, write_tx
from certify.reminders import rounds
from certify.workflows.notices import owe
from tests.cast import World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.views.conftest import ClientOf

REFUSED = "Undeliverable: 550 no such mailbox <b>here</b>"


def stuck(key: str, state: str) -> str:
    """A message that a mail server refused."""
    with write_tx() as session:
        owe(session, key=key, kind="admitted", recipient=session.get_one(Person, f"{'ana':0<20}"), at=NOW)
        session.execute(
            update(Message).where(Message.key == key).values(state=state, attempts=9, last_error=REFUSED)
        )
        return session.scalars(select(Message.id).where(Message.key == key)).one()


@pytest.fixture
def ada(world: World, client_of: ClientOf) -> StrictClient:
    return client_of(world.ada)


def test_without_a_round_it_says_how_to_start_one(ada: StrictClient) -> None:
    page = ada.get("/mail").text
    assert "Not running" in page
    assert "flask scheduler" in page
    assert "Everything gets through" in page


def test_a_running_clockwork_is_shown_with_its_last_round(app: Flask, ada: StrictClient) -> None:
    rounds.take_round(NOW)
    page = ada.get("/mail").text
    assert "Running" in page
    assert "flask scheduler" not in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [({}, "Late"), ({"failed_with": "ServerDown: no route"}, "ServerDown: no route")],
)
def test_a_late_or_failing_clockwork_is_told(
    app: Flask, ada: StrictClient, changed: dict[str, str], told: str
) -> None:
    rounds.take_round(NOW)
    ago = timedelta(0) if changed else timedelta(minutes=6)
    with own_tx() as session:
        row = session.scalars(select(SchedulerRound)).one()
        session.execute(update(SchedulerRound).values(begun_at=row.begun_at - ago, **changed))
    page = ada.get("/mail").text
    assert told in page
    assert ("flask scheduler" in page) == (not changed)


def test_what_was_given_up_is_sent_again_and_what_is_tried_anyway_is_left(
    app: Flask, ada: StrictClient
) -> None:
    given_up, tried = stuck("a", "failed"), stuck("b", "owed")
    page = ada.get("/mail").text
    assert page.count("550 no such mailbox &lt;b&gt;here&lt;/b&gt;") == 2
    assert page.count("You are admitted") == 2
    assert f"/mail/{given_up}/send-again" in page
    assert f"/mail/{tried}/send-again" not in page
    token = {"csrf_token": ada.token("/mail")}
    answer = ada.post(f"/mail/{given_up}/send-again", data=token)
    assert (answer.status_code, answer.location) == (303, "/mail")
    assert "It is tried again with the next round." in ada.get("/mail").text
    db.session.rollback()
    row = db.session.get_one(Message, given_up)
    assert (row.state, row.attempts) == ("sent", 1)
    ada.post(f"/mail/{tried}/send-again", data=token)
    assert "It is not given up: nothing was changed." in ada.get("/mail").text


def test_a_message_that_is_not_there_is_not_found(ada: StrictClient) -> None:
    stuck("a", "failed")
    answer = ada.post("/mail/00000000000000000000/send-again", data={"csrf_token": ada.token("/mail")})
    assert answer.status_code == 404
