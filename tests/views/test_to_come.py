"""Messages to come: to their recipient and to who coordinates the case, live, with what stops each."""

from collections.abc import Callable
from datetime import time

from flask import Flask
from sqlalchemy import func, select

from certify.models import Absence, CalendarFeed, Preference, RefusedAddress, db
from certify.models.store import own_tx
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.player import Player
from tests.reminders.sink import owe_to

ClientOf = Callable[[Member], StrictClient]
MINE = "/my-path/messages"


def test_a_holder_reads_what_will_come_and_what_stops_it(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.ana).get(f"{MINE}/to-come").text
    assert "Renew your certification by 4 May 2029" in page
    assert "when a renewal is filed" in page
    assert "Nothing lies ahead" in client_of(world.kim).get(f"{MINE}/to-come").text


def test_the_coordinator_reads_everybodys_and_each_reader_their_own(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    path = f"/certifications/{certified.certification}/messages"
    told = "A certification of yours runs out on 4 May 2029: Ana Trần"  # to her service provider
    assert told in client_of(world.olu).get(path).text
    assert told not in client_of(world.ana).get(path).text
    assert "Renew your certification" not in client_of(world.bo).get(path).text
    assert client_of(world.kim).get(path).status_code == 404


def test_each_message_says_what_became_of_its_mail_and_a_digest_is_no_line(
    world: World, client_of: ClientOf
) -> None:
    owe_to("m", kind="tot-soon", origin="clock")
    owe_to("d", kind="digest", origin="digest", params={"n": 4})
    page = client_of(world.ana).get(MINE).text
    assert ("On its way" in page, "4 messages for you" in page) == (True, False)


def test_ones_own_data_tell_of_the_mailbox_and_an_erasure_empties_it(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    days = {"from_on": NOW.date(), "until_on": NOW.date(), "told_at": NOW}
    wishes = {"is_daily": True, "digest_hour": 9, "quiet_from": time(22), "quiet_until": time(6)}
    with own_tx() as session:
        session.add(Preference(person_id=world.maya.id, opted_out=["news"], **wishes))
        session.add(Absence(person_id=world.maya.id, deputy_id=world.mika.id, note="By phone.", **days))
        session.add(CalendarFeed(person_id=world.maya.id, secret_hash="x", created_at=NOW))
        session.add(RefusedAddress(email=world.maya.email, refused_at=NOW, error="550"))
    told = client_of(world.maya).get("/my-path/data.json").json
    assert told["mail_wishes"] == {
        "once_a_day": True, "hour": 9, "quiet_from": "22:00", "quiet_until": "06:00",
        "done_without": ["news"],
    }  # fmt: skip
    assert [(one["name"], one["note"]) for one in told["absences"]] == [("Mika Hoàng", "By phone.")]
    assert (len(told["calendar_addresses"]), told["refused_address"]["reason"]) == (1, "550")
    deputys = client_of(world.mika).get("/my-path/data.json").json
    assert [one["name"] for one in deputys["stands_in"]] == ["Maya Đặng"]
    asked = ["audit", "erase", "--person", world.maya.email, "--reason", "Asked for.", "--yes"]
    result = app.test_cli_runner().invoke(args=asked)
    assert "4 rows of the mailbox erased" in result.output
    db.session.rollback()
    tables = (Preference, Absence, CalendarFeed, RefusedAddress)
    assert [db.session.scalar(select(func.count()).select_from(row)) for row in tables] == [0, 0, 0, 0]
