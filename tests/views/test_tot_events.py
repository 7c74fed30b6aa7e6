"""ToT events: who may list and plan them, what a wrong or refused form answers, the roster in one grid."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Activity, RosterEntry, db
from certify.models.store import write_tx
from certify.policy import may
from certify.queries.activities import tot_event_page
from certify.workflows.activity_edit import edit_activity
from certify.workflows.attendance import OTHERWISE
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import Player, at
from tests.views.sending import fields_on, send
from tests.views.undoing import press, refused, told, undone

ClientOf = Callable[[Member], StrictClient]
NEW = "/tot-events/new?module=WPC&country=VN"
DAYS = {
    "days__0__on": "2026-05-11", "days__0__hours": "7", "days__1__on": "2026-05-12", "days__1__hours": "6.5",
}  # fmt: skip


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


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
        f"{cell}-2026-05-11": "x",
        f"{cell}-2026-05-12": "6.5",
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
    wrong = {f"{cell}-2026-05-11": "all", f"{cell}-test_percent": "101", f"{cell}-micro_teaching": "6"}
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
    assert "somebody else saved “70”, here it is “75”" in stale.text
    again = fields_on(stale.text, f"{path}/roster")
    assert again[cell] == ["75"]
    assert mine.post(f"{path}/roster", data=again).status_code == 303
    assert entry_of(planned).test_percent == 75


def test_two_people_fill_in_one_roster_at_once(planned: str, world: World, client_of: ClientOf) -> None:
    path = f"/activities/{planned}"
    mine, theirs = client_of(world.bea), client_of(world.olu)
    page = fields_on(mine.get(path).text, f"{path}/roster")
    test = next(name for name in page if name.endswith("test_percent"))
    day = next(name for name in page if name.endswith("2026-05-11"))
    assert send(theirs, path, f"{path}/roster", **{test: "70"}).status_code == 303
    assert mine.post(f"{path}/roster", data={**page, day: "x"}).status_code == 303
    assert (entry_of(planned).test_percent, entry_of(planned).hours_present) == (70, 7)


def entry_of(event: str) -> RosterEntry:
    db.session.rollback()
    return db.session.scalars(select(RosterEntry).where(RosterEntry.activity_id == event)).first()


def test_hours_present_are_the_sum_of_the_days(planned: str, world: World, client_of: ClientOf) -> None:
    path = f"/activities/{planned}"
    cell = f"roster-{entry_of(planned).certification_id}"
    half = {f"{cell}-2026-05-11": "3,5", f"{cell}-2026-05-12": "0"}
    assert send(client_of(world.bea), path, f"{path}/roster", **half).status_code == 303
    kept = entry_of(planned)
    assert (kept.hours_present, kept.days_present) == (
        Decimal("3.5"), [{"on": "2026-05-11", "hours": "3.5"}, {"on": "2026-05-12", "hours": "0"}],
    )  # fmt: skip


def test_a_sum_that_is_not_that_of_the_days_is_a_slip(
    planned: str, world: World, client_of: ClientOf
) -> None:
    path = f"/activities/{planned}"
    cell = f"roster-{entry_of(planned).certification_id}"
    typed = {f"{cell}-2026-05-11": "7", f"{cell}-2026-05-12": "6", f"{cell}-hours_present": "12"}
    answer = send(client_of(world.bea), path, f"{path}/roster", **typed)
    assert answer.status_code == 422
    assert "The days add up to 13; leave this empty." in answer.text
    assert (
        send(client_of(world.bea), path, f"{path}/roster", **{f"{cell}-hours_present": "13"}).status_code
        == 303
    )
    assert entry_of(planned).hours_present == 13


def test_nobody_is_present_longer_than_the_day_lasted(
    planned: str, world: World, client_of: ClientOf
) -> None:
    path = f"/activities/{planned}"
    cell = f"roster-{entry_of(planned).certification_id}"
    answer = send(client_of(world.bea), path, f"{path}/roster", **{f"{cell}-2026-05-12": "7"})
    assert answer.status_code == 422
    assert f'href="#{cell}-2026-05-12"' in answer.text


def test_a_cell_that_cannot_be_read_holds_up_no_other(
    planned: str, world: World, client_of: ClientOf
) -> None:
    path = f"/activities/{planned}"
    cell = f"roster-{entry_of(planned).certification_id}"
    typed = {f"{cell}-2026-05-11": "x", f"{cell}-test_percent": "most"}
    answer = send(client_of(world.bea), path, f"{path}/roster", **typed)
    assert answer.status_code == 422
    assert "Every other cell is saved." in answer.text
    assert fields_on(answer.text, f"{path}/roster")[f"{cell}-test_percent"] == ["most"]
    assert (entry_of(planned).hours_present, entry_of(planned).test_percent) == (7, None)


@pytest.mark.parametrize(("button", "hours"), [("present-2026-05-11", 7), ("present-all", Decimal("13.5"))])
def test_everybody_without_an_entry_is_marked_present_at_once(
    planned: str, world: World, client_of: ClientOf, button: str, hours: Decimal
) -> None:
    other = Player(holder=world.lan).apply().admit()
    other.move("enrol", world.olu, date(2026, 5, 4), activity=planned)
    path = f"/activities/{planned}"
    absent = f"roster-{other.certification}-2026-05-11"
    answer = send(client_of(world.bea), path, f"{path}/roster", **{absent: "0", "do": button})
    assert answer.status_code == 303
    db.session.rollback()
    entries = db.session.scalars(select(RosterEntry).where(RosterEntry.activity_id == planned)).all()
    present = {entry.certification_id: entry.hours_present for entry in entries}
    assert present.pop(other.certification) == hours - 7
    assert list(present.values()) == [hours]


def test_marks_of_presence_are_taken_back_at_once_and_what_was_typed_stays(
    planned: str, world: World, client_of: ClientOf
) -> None:
    bea, path = client_of(world.bea), f"/activities/{planned}"
    cell = f"roster-{entry_of(planned).certification_id}"
    sent = {f"{cell}-2026-05-11": "6", f"{cell}-test_percent": "80", "do": "present-all"}
    shown = bea.get(send(bea, path, f"{path}/roster", **sent).location).text
    assert told(shown) == ["1 person was marked present."]
    assert entry_of(planned).hours_present == Decimal("12.5")
    assert told(undone(bea, shown)) == ["Undone."]
    kept = entry_of(planned)
    assert (kept.days_present, kept.hours_present, kept.test_percent) == (
        [{"on": "2026-05-11", "hours": "6"}], 6, 80,
    )  # fmt: skip
    assert told(undone(bea, shown)) == ["This was undone already."]


def test_a_mark_that_somebody_changed_since_is_not_taken_back(
    planned: str, world: World, client_of: ClientOf
) -> None:
    bea, path = client_of(world.bea), f"/activities/{planned}"
    cell = f"roster-{entry_of(planned).certification_id}"
    shown = bea.get(send(bea, path, f"{path}/roster", do="present-all").location).text
    send(client_of(world.olu), path, f"{path}/roster", **{f"{cell}-2026-05-12": "2"})
    assert refused(press(bea, shown, "/undo")) == (409, [str(OTHERWISE)])
    assert entry_of(planned).hours_present == 9


def test_the_room_says_who_is_short_of_what(planned: str, world: World, client_of: ClientOf) -> None:
    path = f"/activities/{planned}"
    bea, cell = client_of(world.bea), f"roster-{entry_of(planned).certification_id}"
    assert 'id="short"' not in bea.get(path).text
    send(bea, path, f"{path}/roster", **{f"{cell}-2026-05-11": "7", f"{cell}-test_percent": "69"})
    page = text_of(bea.get(path).text)
    assert "Present for 7 of 13.5 hours of the ToT; 90 % are needed." in page
    assert "69 % in the knowledge test; 70 % are needed." in page
    assert "No micro-teaching score is recorded." in page
    rest = {f"{cell}-2026-05-12": "x", f"{cell}-test_percent": "70", f"{cell}-micro_teaching": "3 3"}
    send(bea, path, f"{path}/roster", **rest)
    assert "Everybody with results has what the ToT asks for" in bea.get(path).text


def test_attendance_of_a_day_that_is_taken_away_is_not_lost_unseen(
    planned: str, world: World, client_of: ClientOf
) -> None:
    path = f"/activities/{planned}"
    bea, cell = client_of(world.bea), f"roster-{entry_of(planned).certification_id}"
    send(bea, path, f"{path}/roster", **{f"{cell}-2026-05-12": "2"})
    answer = send(bea, f"{path}/edit", **{"days-1-on": "", "days-1-hours": ""})
    assert answer.status_code == 422
    assert "12 May 2026 is no day of this event, but has attendance." in answer.text
    assert entry_of(planned).hours_present == 2


def test_hours_recorded_without_their_days_stay_and_can_be_changed(
    planned: str, world: World, client_of: ClientOf
) -> None:
    with write_tx() as session:
        event = session.get_one(Activity, planned)
        id = event.roster[0].certification_id
        edit_activity(
            session, event, world.actor(session, world.bea), at(date(2026, 5, 20)),
            {"roster": [{"certification": id, "hours_present": "12"}]},
        )  # fmt: skip
    path, cell = f"/activities/{planned}", f"roster-{id}-hours_present"
    bea = client_of(world.bea)
    assert fields_on(bea.get(path).text, f"{path}/roster")[cell] == ["12"]
    assert send(bea, path, f"{path}/roster", **{cell: "13"}).status_code == 303
    assert (entry_of(planned).hours_present, entry_of(planned).days_present) == (13, [])


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


def test_nobody_is_present_on_a_day_that_has_not_come(
    planned: str, world: World, client_of: ClientOf, turn: Turn
) -> None:
    path = f"/activities/{planned}"
    turn(date(2026, 5, 11))
    bea, cell = client_of(world.bea), f"roster-{entry_of(planned).certification_id}"
    page = bea.get(path).text
    assert _closed_inputs(page) == [f"{cell}-2026-05-12"]
    assert 'value="present-2026-05-11"' in page
    assert 'value="present-2026-05-12"' not in page
    refused = send(bea, path, f"{path}/roster", **{f"{cell}-2026-05-11": "7", f"{cell}-2026-05-12": "6.5"})
    assert refused.status_code == 422
    assert f'href="#{cell}-2026-05-12"' in refused.text
    assert "12 May 2026 has not come yet: attendance is recorded from that day on." in refused.text
    assert entry_of(planned).days_present == [{"on": "2026-05-11", "hours": "7"}]
    turn(date(2026, 5, 12))
    assert send(bea, path, f"{path}/roster", **{f"{cell}-2026-05-12": "6.5"}).status_code == 303
    assert entry_of(planned).hours_present == Decimal("13.5")


@pytest.mark.parametrize(
    ("on", "hours"), [(date(2026, 5, 10), None), (date(2026, 5, 11), 7), (date(2026, 5, 12), Decimal("13.5"))]
)
def test_everybody_is_marked_present_on_the_days_that_have_come(
    planned: str, world: World, client_of: ClientOf, turn: Turn, on: date, hours: Decimal | None
) -> None:
    path = f"/activities/{planned}"
    turn(on)
    send(client_of(world.bea), path, f"{path}/roster", do="present-all")
    assert entry_of(planned).hours_present == hours


def test_an_event_that_has_not_begun_has_no_hours(
    planned: str, world: World, client_of: ClientOf, turn: Turn
) -> None:
    path = f"/activities/{planned}"
    turn(date(2026, 5, 10))
    bea, cell = client_of(world.bea), f"roster-{entry_of(planned).certification_id}"
    assert 'value="present-all"' not in bea.get(path).text
    answer = send(bea, path, f"{path}/roster", **{f"{cell}-hours_present": "7"})
    assert answer.status_code == 422
    assert f'href="#{cell}-hours_present"' in answer.text
    assert entry_of(planned).hours_present is None


def _closed_inputs(page: str) -> list[str]:
    return re.findall(r'<input[^>]*name="([^"]+)"[^>]* disabled', page)
