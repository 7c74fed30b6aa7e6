"""Away: who may stand in, who is told, and when an absence holds."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from certify.models import Absence, Certification, Message, Relationship, db
from certify.models.store import own_tx
from certify.reminders.absences import tell_deputies
from certify.reminders.digests import gather
from certify.workflows.absences import stood_in_for
from tests.cast import LONG_AGO, Member, World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.player import Player
from tests.reminders.sink import owe_to
from tests.views.away import away
from tests.views.sending import send

ClientOf = Callable[[Member], StrictClient]
TODAY = date(2026, 6, 1)
HERE = "/account/absences"
ABOUT = {"holder": "Ana Trần", "module": "WPC"}


def copies() -> list[tuple[Any, ...]]:
    db.session.rollback()
    columns = select(Message.recipient_id, Message.kind, Message.origin, Message.params)
    found = db.session.execute(columns.where(Message.copy_of_id.is_not(None)).order_by(Message.key))
    return [(one.recipient_id[:4], one.kind, one.origin, one.params["in_place_of"]) for one in found]


def test_an_absence_is_noted_and_its_deputy_told_and_it_can_be_ended(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.maya)
    fields = {"from_on": "2026-06-01", "until_on": "2026-06-10", "deputy": world.mika.id, "note": "By phone."}
    answer = send(client, f"{HERE}/new", **fields)
    assert (answer.status_code, answer.location) == (303, HERE)
    page = client.get(HERE).text
    assert "Mika Hoàng" in page
    assert "By phone." in client_of(world.mika).get(HERE).text
    told = db.session.scalars(select(Message).where(Message.kind == "deputy_named")).one()
    assert told.recipient_id == world.mika.id
    row = db.session.scalars(select(Absence)).one()
    stranger = client_of(world.mika)
    token = {"csrf_token": stranger.token(f"{HERE}/new")}
    assert stranger.post(f"{HERE}/{row.id}/end", data=token).status_code == 404
    own = {"csrf_token": client.token(HERE)}
    assert send(client, HERE, f"{HERE}/{row.id}/end").status_code == 303
    assert "You are not away" in client.get(HERE).text
    again = client.post(f"{HERE}/{row.id}/end", data=own)  # from a second tab
    assert (again.status_code, again.location) == (303, HERE)
    assert "The absence had ended already." in client.get(HERE).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"until_on": "2026-05-31"}, "The last day lies before the first."),
        ({"from_on": "2026-05-31"}, "The first day is over already."),
        ({"until_on": "2027-07-01"}, "A year at most: who is away longer hands the tasks over."),
        ({"deputy": "maya0000000000000000"}, "Choose one of the entries."),
        ({"deputy": "bo000000000000000000"}, "Choose one of the entries."),
        ({"from_on": "soon"}, "Give a date like 2026-11-22."),
    ],
)
def test_a_wrong_absence_comes_back_filled(
    world: World, client_of: ClientOf, changes: dict[str, str], sentence: str
) -> None:
    asked = {"from_on": "2026-06-01", "until_on": "2026-06-10", "deputy": world.mika.id, "note": "Kept."}
    answer = send(client_of(world.maya), f"{HERE}/new", **{**asked, **changes})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept." in answer.text


def test_nobody_is_away_twice_on_a_day(world: World, client_of: ClientOf) -> None:
    away("maya", "mika", last=date(2026, 6, 5))
    fields = {"from_on": "2026-06-05", "until_on": "2026-06-10", "deputy": world.mika.id}
    answer = send(client_of(world.maya), f"{HERE}/new", **fields)
    assert (answer.status_code, "You are away on some of these days already" in answer.text) == (422, True)


def test_who_has_no_role_has_nobody_to_stand_in(world: World, client_of: ClientOf) -> None:
    assert "Nobody could stand in for you" in client_of(world.kim).get(HERE).text


def test_a_deputy_reads_tasks_reminders_and_nudges_and_no_news(world: World) -> None:
    away("maya", "mika")
    owe_to("t", to="maya", kind="file_to_decide", params=ABOUT)
    owe_to("r", to="maya", kind="decision-due", origin="clock", params=ABOUT)
    owe_to("g", to="maya", kind="nudge_step", origin="nudge", params=ABOUT)
    owe_to("n", to="maya", kind="waived", params=ABOUT)
    owe_to("o", NOW - timedelta(days=2), to="maya", kind="file_to_decide", params=ABOUT)  # before they left
    assert (tell_deputies(NOW), tell_deputies(NOW)) == (3, 0)
    assert copies() == [
        ("mika", "nudge_step", "nudge", "Maya Đặng"),
        ("mika", "decision-due", "clock", "Maya Đặng"),
        ("mika", "file_to_decide", "move", "Maya Đặng"),
    ]


def test_a_deputy_who_was_told_the_same_is_told_once(world: World) -> None:
    """Both decide, so both were told; of another sheet in the same case the deputy was not."""
    away("maya", "mika")
    for name in ("maya", "mika"):
        owe_to(f"r{name}", to=name, kind="decision-due", origin="clock", params=ABOUT)
        owe_to(f"s{name}", to=name, kind="observation-due", origin="clock", params={"assessment": name})
    assert (tell_deputies(NOW), tell_deputies(NOW)) == (1, 0)
    assert copies() == [("mika", "observation-due", "clock", "Maya Đặng")]


def test_a_tied_deputy_is_not_asked_for_a_decision_in_somebody_s_place(
    recommended: Player, world: World
) -> None:
    away("maya", "mika")
    case_id = db.session.get_one(Certification, recommended.certification).case_id
    declared = {"kind": "family", "declared_by_id": world.mika.id, "declared_at": LONG_AGO}
    with own_tx() as session:
        session.add(Relationship(person_id=world.mika.id, other_id=world.ana.id, **declared))
    owe_to("t", to="maya", kind="file_to_decide", case_id=case_id, params=ABOUT)
    owe_to("g", to="maya", kind="questions", case_id=case_id, params=ABOUT)
    assert tell_deputies(NOW) == 1
    assert [kind for _, kind, _, _ in copies()] == ["questions"]


def test_a_deputy_learns_nothing_of_a_case_that_they_may_not_see(trained: Player, world: World) -> None:
    """Bo supervises Ana; Tuấn, who stands in, has no part in her case."""
    away("bo", "tuan")
    case = db.session.get_one(Certification, trained.certification)
    owe_to("r", to="bo", kind="recommendation-due", origin="clock", case_id=case.case_id, params=ABOUT)
    assert tell_deputies(NOW) == 0


def test_the_deputy_of_who_is_away_too_is_asked_and_a_circle_ends(world: World) -> None:
    away("bo", "bea")
    away("bea", "tuan")
    owe_to("r", to="bo", kind="observation-due", origin="clock", params=ABOUT)
    assert tell_deputies(NOW) == 1
    assert [one[0] for one in copies()] == ["tuan"]
    assert {one.person_id[:3] for one in stood_in_for(db.session(), world.tuan.id, NOW)} == {"bo0", "bea"}
    away("tuan", "bo")
    owe_to("s", to="bo", kind="observation-due", origin="clock", params=ABOUT)
    assert tell_deputies(NOW) == 0


def test_what_is_overtaken_is_overtaken_for_the_deputy_too(world: World) -> None:
    away("maya", "mika")
    owe_to("r", to="maya", kind="decision-due", origin="clock", params=ABOUT)
    tell_deputies(NOW)
    with own_tx() as session:
        session.scalars(select(Message).where(Message.key == "r")).one().state = "superseded"
    gather(NOW)
    db.session.rollback()
    assert set(db.session.scalars(select(Message.state))) == {"superseded"}


def test_the_days_of_an_absence_are_those_of_who_is_away(world: World) -> None:
    away("maya", "mika", first=date(2026, 6, 2), last=date(2026, 6, 2))
    begins = datetime.fromisoformat("2026-06-01T17:00:00+00:00")  # midnight in Hanoi

    def held(at: datetime) -> int:
        return len(stood_in_for(db.session(), world.mika.id, at))

    second = timedelta(seconds=1)
    assert [held(begins - second), held(begins), held(begins + timedelta(days=1) - second)] == [0, 1, 1]
    assert held(begins + timedelta(days=1)) == 0
