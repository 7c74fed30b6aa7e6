"""/account/mail and the way out that a mail offers: chosen, checked, and never done by looking."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from certify.clock import real_now
from certify.models import Preference, SingleUseLink, db
from certify.models.store import own_tx
from certify.reminders.links import OPT_OUT, make_link
from tests.cast import Member, World
from tests.client import StrictClient
from tests.views.sending import fields_on, send

ClientOf = Callable[[Member], StrictClient]
HERE = "/account/mail"


def chosen() -> tuple[Any, ...]:
    db.session.rollback()
    row = db.session.scalars(select(Preference)).one()
    return row.is_daily, row.digest_hour, row.quiet_from, row.quiet_until, row.opted_out


def way_out(world: World, category: str = "news") -> str:
    with own_tx() as session:
        subject = f"{world.ana.id}:{category}"
        return make_link(session, purpose=OPT_OUT, subject=subject, email=world.ana.email)


def test_wishes_are_kept_and_shown_again(world: World, client_of: ClientOf) -> None:
    client = client_of(world.ana)
    fields = {
        "often": "daily",
        "digest_hour": "18",
        "quiet_from": "20:30",
        "quiet_until": "06:00",
        "wanted": ["ahead"],
    }
    answer = send(client, HERE, **fields)
    assert (answer.status_code, answer.location) == (303, HERE)
    assert chosen() == (True, 18, time(20, 30), time(6), ["news"])
    again = fields_on(client.get(HERE).text, HERE)
    assert {name: again[name] for name in fields} == {
        "often": ["daily"], "digest_hour": ["18"], "quiet_from": ["20:30"], "quiet_until": ["06:00"],
        "wanted": ["ahead"],
    }  # fmt: skip


def test_without_quiet_hours_both_are_left_empty(world: World, client_of: ClientOf) -> None:
    assert send(client_of(world.ana), HERE, quiet_from="", quiet_until="").status_code == 303
    assert chosen() == (False, 8, None, None, [])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"quiet_from": "07:00"}, "Both hours are the same: leave both empty for no quiet hours."),
        ({"quiet_from": ""}, "Give both hours, or neither."),
        ({"quiet_until": ""}, "Give both hours, or neither."),
        ({"quiet_from": "25:00"}, "Give an hour like 21:00."),
        ({"quiet_from": "9"}, "Give an hour like 21:00."),
        (
            {"often": "daily", "digest_hour": "23"},
            "The daily mail would come in the hours without reminders.",
        ),
        ({"digest_hour": "24"}, "Choose one of the entries."),
        ({"often": "never"}, "Choose one of the options."),
        ({"wanted": ["task"]}, "Choose among the entries shown."),
    ],
)
def test_a_wrong_wish_comes_back_with_what_is_wrong(
    world: World, client_of: ClientOf, changes: dict[str, Any], sentence: str
) -> None:
    answer = send(client_of(world.ana), HERE, **changes)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert db.session.scalars(select(Preference)).all() == []


def test_a_stale_page_says_what_another_window_kept(world: World, client_of: ClientOf) -> None:
    client = client_of(world.ana)
    send(client, HERE, digest_hour="9")
    stale = fields_on(client.get(HERE).text, HERE)
    send(client, HERE, digest_hour="10")
    answer = client.post(HERE, data=stale)
    assert (answer.status_code, "while your page was open" in answer.text) == (409, True)


def test_looking_at_a_way_out_changes_nothing_and_pressing_it_does_once(
    client: StrictClient, world: World
) -> None:
    path = way_out(world)
    page = client.get(path)
    assert (page.status_code, "News: what others did" in page.text) == (200, True)
    assert db.session.scalars(select(Preference)).all() == []
    pressed = client.post(path, data={"List-Unsubscribe": "One-Click"})  # as a mail program does
    assert (pressed.status_code, pressed.data, pressed.location) == (200, b"", None)
    assert chosen() == (False, 8, time(21), time(7), ["news"])
    assert [client.get(path).status_code, client.post(path).status_code] == [410, 410]


def test_the_button_of_the_page_leads_to_what_was_done(client: StrictClient, world: World) -> None:
    answer = send(client, way_out(world))
    assert (answer.status_code, answer.location) == (303, "/opt-out/done/news")
    assert "are not mailed any more" in client.get("/opt-out/done/news").text
    assert chosen()[-1] == ["news"]
    assert client.get("/opt-out/done/task").status_code == 404


def test_a_way_out_runs_out_and_unknown_ones_are_told_alike(client: StrictClient, world: World) -> None:
    path = way_out(world)
    with own_tx() as session:
        session.execute(update(SingleUseLink).values(expires_at=real_now() - timedelta(seconds=1)))
    gone, unknown = client.get(path), client.get("/opt-out/nothing")
    assert (gone.status_code, gone.data) == (410, unknown.data)
    assert client.post(path).status_code == 410
    assert db.session.scalars(select(Preference)).all() == []


def test_a_way_out_of_what_is_mandatory_was_never_made(client: StrictClient, world: World) -> None:
    with pytest.raises(ValueError, match="mandatory"):
        client.post(way_out(world, "task"))
