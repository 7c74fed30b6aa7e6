"""The calendar address: shown once, ended at once; whole days, stable, and of nobody else."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from certify.auth import guesses
from certify.models import CalendarFeed, Person, db
from certify.models.store import own_tx
from certify.reminders.planning import replan
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import DECIDED_ON, Player, at

ClientOf = Callable[[Member], StrictClient]
HERE = "/account/calendar"
ADDRESS = re.compile(r"http://localhost(/calendar/feed/[\w-]{43}\.ics)")


def made(client: StrictClient) -> str:
    """The path of a new address, as the page shows it."""
    assert client.post(f"{HERE}/new", data={"csrf_token": client.token(HERE)}).status_code == 303
    [path] = ADDRESS.findall(client.get(HERE).text)
    return str(path)


def events(client: StrictClient, path: str) -> list[tuple[str, date, date]]:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return [
        (str(one["SUMMARY"]), one["DTSTART"].dt, one["DTEND"].dt)
        for one in Calendar.from_ical(answer.data).walk("VEVENT")
    ]


def test_an_address_is_shown_once_and_stored_as_a_fingerprint(
    client: StrictClient, world: World, client_of: ClientOf
) -> None:
    here = client_of(world.ana)
    path = made(here)
    assert ADDRESS.findall(here.get(HERE).text) == []
    assert client.get(path).status_code == 200
    row = db.session.scalars(select(CalendarFeed)).one()
    assert path.split("/")[-1].removesuffix(".ics") not in row.secret_hash


def test_another_address_ends_the_first_and_each_can_be_ended(
    client: StrictClient, world: World, client_of: ClientOf
) -> None:
    here = client_of(world.ana)
    first, second = made(here), made(here)
    assert [client.get(path).status_code for path in (first, second)] == [404, 200]
    here.post(f"{HERE}/end", data={"csrf_token": here.token(HERE)})
    unknown = client.get("/calendar/feed/nothing.ics")
    assert (client.get(second).status_code, client.get(second).data) == (404, unknown.data)


def test_a_closed_account_has_no_calendar(client: StrictClient, world: World, client_of: ClientOf) -> None:
    path = made(client_of(world.ana))
    with own_tx() as session:
        session.execute(update(Person).where(Person.id == world.ana.id).values(disabled_at=NOW))
    assert client.get(path).status_code == 404


def test_guessing_addresses_is_held_up(
    client: StrictClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guesses, "LIMIT", 1)
    monkeypatch.setattr(guesses, "FEW", 1)
    answers = [client.get(f"/calendar/feed/{n}.ics") for n in range(2)]
    assert [one.status_code for one in answers] == [404, 429]
    assert int(answers[1].headers["Retry-After"]) > 0


def test_the_days_of_a_trainer_are_whole_days_with_validity_and_what_is_due(
    certified: Player, client: StrictClient, world: World, client_of: ClientOf
) -> None:
    replan(NOW)
    path = made(client_of(world.ana))
    found = events(client, path)
    assert all((ends - begins).days == 1 for _, begins, ends in found)
    days = [(title, begins) for title, begins, _ in found]
    assert ("Last day of the certification, WPC", date(2029, 5, 4)) in days
    assert ("Renewal can be filed, WPC", date(2029, 2, 3)) in days
    assert [title for title, on in days if on == date(2029, 5, 4)] == [
        "Last day of the certification, WPC"
    ]  # and not "Renew your certification by", nor that it ended on that good day
    assert [on for title, on in days if "code of conduct" in title] == [date(2027, 5, 4)]
    assert sum(title.startswith("ToT event, WPC") for title, _ in days) == 5
    assert sum(title.startswith("Classroom workshop, WPC") for title, _ in days) == 2
    assert {"Bo Nguyễn", "Bea Okafor", "Tuấn Lê"} & {title for title, _ in days} == set()


def test_the_calendar_of_who_decides_has_the_day_of_each_decision_once_planned_or_not(
    recommended: Player, client: StrictClient, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(DECIDED_ON)
    path, due = made(client_of(world.maya)), date(2026, 5, 27)
    assert [(title, on) for title, on, _ in events(client, path)] == [
        ("Read the file and decide: Ana Trần, WPC", due)
    ]
    replan(at(DECIDED_ON))
    assert [on for _, on, _ in events(client, path)] == [due]


def test_the_calendar_of_who_is_told_of_anothers_end_names_the_last_good_day(
    certified: Player, client: StrictClient, world: World, client_of: ClientOf, turn: Turn
) -> None:
    replan(NOW)
    turn(date(2029, 5, 10))
    found = events(client, made(client_of(world.olu)))
    assert [title for title, on, _ in found if on == date(2029, 5, 4)] == [
        "Last day of the certification, WPC: Ana Trần"
    ]


def test_an_unchanged_calendar_is_not_sent_again_and_identifiers_stay(
    certified: Player, client: StrictClient, world: World, client_of: ClientOf
) -> None:
    path = made(client_of(world.ana))
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in first.headers
    uids = [str(one["UID"]) for one in Calendar.from_ical(first.data).walk("VEVENT")]
    assert len(uids) == len(set(uids))
    assert uids == [str(one["UID"]) for one in Calendar.from_ical(client.get(path).data).walk("VEVENT")]


def test_the_calendar_of_who_has_nothing_is_empty(
    client: StrictClient, certified: Player, world: World, client_of: ClientOf
) -> None:
    assert events(client, made(client_of(world.kim))) == []


def test_a_calendar_names_its_readers_zone(client: StrictClient, world: World, client_of: ClientOf) -> None:
    answer = client.get(made(client_of(world.ana)))
    assert Calendar.from_ical(answer.data)["X-WR-TIMEZONE"] == "Asia/Ho_Chi_Minh"


def test_no_name_adds_a_line_of_its_own(client: StrictClient, world: World, client_of: ClientOf) -> None:
    path = made(client_of(world.ana))
    with own_tx() as session:
        session.get_one(Person, world.ana.id).name = "Ana\r\nX-EVIL:1\rX-EVIL:2"
    assert not re.search(r"[\r\n]X-EVIL", client.get(path).text)
