"""The clockwork that is late or holds back is told where coordinators look, and nothing while all is well."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from certify.models import DuePoint, Message, Person, SchedulerRound
from certify.models.store import own_tx, write_tx
from certify.reminders import rounds
from certify.reminders.guard import Held
from certify.workflows.notices import owe
from tests.cast import World
from tests.conftest import NOW
from tests.player import Player
from tests.views.conftest import ClientOf
from tests.views.test_certifications import text_of

PAGES = ("/desk", "/board", "/stalls", "/stalls/people")
TELL = "Tell an administrator: Ada Mensah."


def changed(**values: object) -> None:
    with own_tx() as session:
        session.execute(update(SchedulerRound).values(**values))


def begun_earlier(by: timedelta) -> None:
    with own_tx() as session:
        begun = session.scalars(select(SchedulerRound.begun_at)).one()
    changed(begun_at=begun - by)


def test_nothing_is_told_while_it_runs(app: Flask, world: World, client_of: ClientOf) -> None:
    rounds.take_round(NOW)
    olu = client_of(world.olu)
    assert [TELL in olu.get(page).text for page in PAGES] == [False] * 4


def test_that_it_never_ran_is_told_to_coordinators(app: Flask, world: World, client_of: ClientOf) -> None:
    olu = client_of(world.olu)
    assert [TELL in olu.get(page).text for page in PAGES] == [True] * 4
    assert "The clockwork has never run." in olu.get("/board").text
    assert "clockwork" not in client_of(world.maya).get("/desk").text


@pytest.mark.parametrize("held", [*Held, None])
def test_since_when_it_is_late_or_holds_back_is_told(
    app: Flask, world: World, client_of: ClientOf, held: Held | None
) -> None:
    rounds.take_round(NOW)
    if held is None:
        begun_earlier(timedelta(minutes=6))
    else:
        changed(held_by=held)
    page = text_of(client_of(world.olu).get("/stalls").text)
    assert ("The clockwork is late." in page, "The clockwork holds back." in page) == (not held, bool(held))
    assert "Since" in page
    assert TELL in page
    mail = text_of(client_of(world.ada).get("/mail").text)
    assert ("Holds back" in mail, "flask tick" in mail) == (bool(held), bool(held))
    assert ("flask scheduler" in mail) == (not held)


def test_the_administrator_sees_rounds_and_what_is_ahead_and_behind(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    rounds.take_round(NOW)
    with write_tx() as session:
        ana = session.get_one(Person, world.ana.id)
        for n, (state, due) in enumerate(
            [("failed", 0), ("bounced", 0), ("bounced", 0), ("superseded", 1), ("superseded", 9), ("owed", 2)]
        ):
            owe(session, key=f"k{n}", kind="admitted", recipient=ana, at=NOW - timedelta(days=due))
            session.execute(update(Message).where(Message.key == f"k{n}").values(state=state))
        case = session.scalars(select(Message.case_id).where(Message.case_id.is_not(None))).first()
        for n, hours in enumerate((5, 30, 200)):
            session.add(
                DuePoint(
                    case_id=case, reminder="x", kind="x", on=NOW.date(), due_at=NOW + timedelta(hours=hours),
                    params={}, message_key=f"p{n}",
                )
            )  # fmt: skip
        session.execute(update(DuePoint).where(DuePoint.reminder != "x").values(settled_at=NOW))
        session.execute(update(Message).where(Message.key.not_like("k%")).values(state="sent"))
    page = text_of(client_of(world.ada).get("/mail").text)
    for told in (
        "Falls due within a day 1", "Falls due within a week 2", "Letters on their way 1",
        "The oldest of them fell due 30 May 2026", "Given up 1", "Refused: nobody at that address 2",
        "Overtaken in the last week 1", "Last rounds", "cases planned",
    ):  # fmt: skip
        assert told in page, told
