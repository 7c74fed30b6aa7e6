"""Nobody is at an address: noted at once, not tried for a week, shown, and cleared when somebody says so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from certify.models import Certification, Message, Person, RefusedAddress, db
from certify.models.store import own_tx
from certify.reminders.outbox import deliver_owed, send_again
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.player import Player
from tests.reminders.sink import Sink, owe_to, states
from tests.views.sending import send

ClientOf = Callable[[Member], StrictClient]
NOBODY = "550 5.1.1 no such mailbox"


@pytest.fixture
def sink(sink: Sink) -> Sink:
    """The server knows nobody at Ana's address."""
    sink.refused = {"ana@example.org": NOBODY}
    return sink


def later(days: int) -> None:
    """As if the address had been refused so many days ago."""
    with own_tx() as session:
        for mark in session.scalars(select(RefusedAddress)):
            mark.refused_at -= timedelta(days=days)


def test_a_refused_recipient_is_bounced_at_once_and_the_rest_goes_on(world: World, sink: Sink) -> None:
    owe_to("a")
    owe_to("b", to="kim")
    assert deliver_owed(NOW) == 1
    assert states() == [("bounced", 1), ("sent", 1)]
    row = db.session.scalars(select(Message).where(Message.key == "a")).one()
    assert row.last_error is not None
    assert "no such mailbox" in row.last_error


def test_nothing_is_tried_at_a_refused_address_for_a_week(world: World, sink: Sink) -> None:
    owe_to("a")
    deliver_owed(NOW)
    sink.refused = {}
    owe_to("b")
    later(days=6)
    assert deliver_owed(NOW) == 0
    assert states() == [("bounced", 1), ("bounced", 0)]
    assert sink.tried == ["ana@example.org"]
    later(days=1)
    owe_to("c")
    assert deliver_owed(NOW) == 1
    assert states() == [("bounced", 1), ("bounced", 0), ("sent", 1)]


def test_sending_again_clears_the_mark(world: World, sink: Sink) -> None:
    owe_to("a")
    deliver_owed(NOW)
    sink.refused = {}
    with own_tx() as session:
        assert send_again(session, session.scalars(select(Message.id)).one()) is True
    owe_to("b")
    assert deliver_owed(NOW) == 2
    assert states() == [("sent", 1), ("sent", 1)]
    assert db.session.scalars(select(RefusedAddress)).all() == []


def test_what_is_sent_again_goes_to_the_address_that_its_reader_has_by_now(world: World, sink: Sink) -> None:
    owe_to("a")
    deliver_owed(NOW)
    with own_tx() as session:
        session.get_one(Person, world.ana.id).email = "ana@new.example"
        assert send_again(session, session.scalars(select(Message.id)).one()) is True
    assert (deliver_owed(NOW), sink.tried) == (1, ["ana@example.org", "ana@new.example"])


def test_another_address_of_the_same_person_is_not_marked(world: World, sink: Sink) -> None:
    owe_to("a")
    deliver_owed(NOW)
    with own_tx() as session:
        session.execute(update(Message).values(email="ana@other.example", state="owed", claimed_at=None))
    assert deliver_owed(NOW) == 1


@pytest.mark.parametrize(
    "words",
    [
        "450 4.2.1 try later",
        "452 4.2.2 mailbox full",
        "550 5.7.1 relaying denied",
        "530 5.7.0 authentication required",
        "554 5.7.1 your network is listed",
    ],
)
def test_what_the_server_has_against_us_or_for_now_marks_no_address(
    world: World, sink: Sink, words: str
) -> None:
    sink.refused = {"ana@example.org": words}
    owe_to("a")
    assert deliver_owed(NOW) == 0
    assert states() == [("owed", 1)]
    assert db.session.scalars(select(RefusedAddress)).all() == []


def test_the_mark_is_shown_to_the_person_the_administrator_and_the_coordinator_of_the_case(
    admitted: Player, world: World, sink: Sink, client_of: ClientOf
) -> None:
    with own_tx() as session:
        session.execute(update(Message).values(state="sent"))
    case = db.session.get_one(Certification, admitted.certification)
    owe_to("a", case_id=case.case_id)
    deliver_owed(NOW)
    assert "no such mailbox" in client_of(world.ana).get("/account/mail").text
    for address in ("/mail", f"/people/{world.ana.id}"):
        assert "no such mailbox" in client_of(world.ada).get(address).text
    messages = f"/certifications/{admitted.certification}/messages"
    assert "no such mailbox" in client_of(world.olu).get(messages).text
    screener = client_of(world.bea).get(messages).text  # sees the case and coordinates nothing
    assert "no such mailbox" not in screener
    id = db.session.scalars(select(Message.id).where(Message.key == "a")).one()
    sink.refused = {}
    answer = send(client_of(world.ada), "/mail", f"/mail/{id}/send-again")
    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.get_one(Message, id).state == "sent"


def test_a_message_whose_time_is_over_is_not_sent(world: World, sink: Sink) -> None:
    owe_to("a", to="kim", not_after=NOW)
    owe_to("b", to="kim", not_after=NOW + timedelta(seconds=1))
    assert deliver_owed(NOW) == 1
    assert states() == [("superseded", 0), ("sent", 1)]
