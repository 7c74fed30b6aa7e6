"""ToT events: who may list and plan them, what a wrong or refused form answers, the roster in one grid."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Activity, RosterEntry, db
from certify.policy import may
from certify.queries.activities import tot_event_page
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import Player
from tests.views.sending import fields_on, send

ClientOf = Callable[[Member], StrictClient]
NEW = "/tot-events/new?module=WPC&country=VN"
DAYS = {
    "days__0__on": "2026-05-11", "days__0__hours": "7", "days__1__on": "2026-05-12", "days__1__hours": "6.5",
}  # fmt: skip


@pytest.fixture
def event(trained: Player, world: World) -> str:
    """The ToT of Ana's path, confirmed."""
    return db.session.scalars(select(Activity.id).where(Activity.kind == "tot_event")).one()


@pytest.fixture
def empty(app: Flask, world: World, client_of: ClientOf) -> str:
    """A ToT event by Bea with nobody on its roster."""
    answer = send(client_of(world.olu), NEW, lead=world.bea.id, **DAYS)
    return answer.location.rpartition("/")[2]


@pytest.fixture
def planned(admitted: Player, empty: str, world: World) -> str:
    """A ToT event by Bea with Ana on its roster, held and open."""
    admitted.move("enrol", world.olu, date(2026, 5, 4), activity=empty)
    return empty


def test_a_coordinator_plans_an_event_with_its_days_and_facilitators(
    world: World, client_of: ClientOf
) -> None:
    answer = send(
        client_of(world.olu), NEW, lead=world.bo.id, facilitators=[world.bea.id, world.bo.id], **DAYS
    )
    assert answer.status_code == 303
    made = db.session.get_one(Activity, answer.location.rpartition("/")[2])
    assert (made.module, made.country, made.held_on, made.last_on) == (
        "WPC", "VN", date(2026, 5, 11), date(2026, 5, 12),
    )  # fmt: skip
    assert [one.person_id for one in made.people] == [world.bo.id, world.bea.id]
    assert made.facts == {"days": [{"on": "2026-05-11", "hours": "7"}, {"on": "2026-05-12", "hours": "6.5"}]}


def test_module_and_country_are_asked_first(world: World, client_of: ClientOf) -> None:
    page = client_of(world.olu).get("/tot-events/new?module=nothing&country=VN")
    assert page.status_code == 200
    assert 'name="module"' in page.text
    assert "days-0-on" not in page.text


@pytest.mark.parametrize("page", ["/tot-events", "/tot-events/new"])
def test_who_has_no_role_may_not_list_or_plan(world: World, client_of: ClientOf, page: str) -> None:
    assert client_of(world.kim).get(page).status_code == 403


def test_signed_out_readers_are_sent_to_sign_in(client: StrictClient, world: World) -> None:
    assert client.get("/tot-events").location == "/sign-in?next=/tot-events"


def test_a_wrong_form_keeps_everything_that_was_typed(world: World, client_of: ClientOf) -> None:
    wrong = {**DAYS, "days__1__hours": "many", "days__2__on": "2026-02-30"}
    answer = send(client_of(world.olu), NEW, lead=world.bea.id, **wrong)
    assert answer.status_code == 422
    kept = fields_on(answer.text, NEW)
    assert kept["days-1-hours"] == ["many"]
    assert kept["days-2-on"] == ["2026-02-30"]
    assert kept["lead"] == [world.bea.id]
    assert 'href="#days-1-hours"' in answer.text
    assert 'href="#days-2-on"' in answer.text


def test_days_may_not_span_more_than_the_module_allows(world: World, client_of: ClientOf) -> None:
    answer = send(client_of(world.olu), NEW, lead=world.bea.id, **{**DAYS, "days__1__on": "2026-07-12"})
    assert answer.status_code == 422
    assert 'href="#days"' in answer.text
    assert fields_on(answer.text, NEW)["days-1-on"] == ["2026-07-12"]


def test_a_stranger_does_not_find_the_event(event: str, world: World, client_of: ClientOf) -> None:
    for page in ("", "/edit", "/moves/void"):
        assert client_of(world.kim).get(f"/activities/{event}{page}").status_code == 404


def test_the_roster_of_everybody_is_one_form(
    planned: str, world: World, client_of: ClientOf, turn: Turn
) -> None:
    entry = db.session.scalars(select(RosterEntry).where(RosterEntry.activity_id == planned)).one()
    cell = f"roster-{entry.certification_id}"
    results = {
        f"{cell}-hours_present": "13.5",
        f"{cell}-test_percent": "82",
        f"{cell}-micro_teaching": "4 3, 5",
    }
    answer = send(client_of(world.bea), f"/activities/{planned}", f"/activities/{planned}/roster", **results)
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    assert (float(entry.hours_present), float(entry.test_percent), entry.micro_teaching) == (
        13.5,
        82,
        [4, 3, 5],
    )


def test_a_wrong_roster_keeps_what_was_typed(planned: str, world: World, client_of: ClientOf) -> None:
    entry = db.session.scalars(select(RosterEntry).where(RosterEntry.activity_id == planned)).one()
    cell = f"roster-{entry.certification_id}"
    path = f"/activities/{planned}"
    wrong = {f"{cell}-hours_present": "all", f"{cell}-test_percent": "101", f"{cell}-micro_teaching": "6"}
    answer = send(client_of(world.bea), path, f"{path}/roster", **wrong)
    assert answer.status_code == 422
    kept = fields_on(answer.text, f"{path}/roster")
    assert {name: kept[name] for name in wrong} == {name: [text] for name, text in wrong.items()}
    assert all(f'href="#{name}"' in answer.text for name in wrong)


def test_two_people_at_one_roster_see_each_other(planned: str, world: World, client_of: ClientOf) -> None:
    path = f"/activities/{planned}"
    mine, theirs = client_of(world.bea), client_of(world.olu)
    page = fields_on(mine.get(path).text, f"{path}/roster")
    cell = next(name for name in page if name.endswith("test_percent"))
    assert send(theirs, path, f"{path}/roster", **{cell: "70"}).status_code == 303
    stale = mine.post(f"{path}/roster", data={**page, cell: "75"})
    assert stale.status_code == 409
    again = fields_on(stale.text, f"{path}/roster")
    assert again[cell] == ["75"]
    assert mine.post(f"{path}/roster", data=again).status_code == 303


def test_a_confirmed_event_shows_results_and_no_grid(event: str, world: World, client_of: ClientOf) -> None:
    page = client_of(world.olu).get(f"/activities/{event}").text
    assert "4 4" in page
    assert "Ana Trần" in page
    assert f"/activities/{event}/roster" not in page


def test_a_candidate_sees_the_own_line_alone(planned: str, world: World, client_of: ClientOf) -> None:
    other = Player(holder=world.lan).apply().admit()
    other.move("enrol", world.olu, date(2026, 5, 4), activity=planned)
    assert "Lan Phạm" in client_of(world.olu).get(f"/activities/{planned}").text
    page = client_of(world.ana).get(f"/activities/{planned}").text
    assert "Ana Trần" in page
    assert "Lan Phạm" not in page


def test_the_list_shows_exactly_what_policy_allows(event: str, empty: str, app: Flask, world: World) -> None:
    db.session.rollback()
    on = date(2026, 6, 1)
    events = db.session.scalars(select(Activity).where(Activity.kind == "tot_event")).all()
    assert len(events) == 2
    for member in world.members:
        actor = world.actor(db.session(), member)
        listed = {one.id for one in tot_event_page(db.session(), actor, on).items}
        assert listed == {one.id for one in events if may(actor, "activity.see", one, on)}, member.name


def test_filters_stay_in_the_address(event: str, world: World, client_of: ClientOf) -> None:
    olu = client_of(world.olu)
    assert f"/activities/{event}" in olu.get("/tot-events?module=WPC&country=VN").text
    assert f"/activities/{event}" not in olu.get("/tot-events?module=OSH").text
