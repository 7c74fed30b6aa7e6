"""Stalls: who waits for whom since when, in agreement with the page of each case; and nudging them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from certify.audit import states
from certify.models import Activity, Certification, Event, Message, Person, RoleGrant, db
from certify.models.store import write_tx
from certify.queries.forecast import holding_up
from certify.queries.holds_of_path import holds_of
from certify.queries.journey import next_of
from certify.queries.paging import Page
from certify.queries.stalled import Stall, StallFilters, WaitsFor, stalls_page, waits_by_person
from certify.scheme.words import ActivityState, CertificationState
from certify.views.stalls import listed_names
from certify.workflows.result_sight import ReadersDossier
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import EDITION, REPORT_ON, Player, at
from tests.views.conftest import ClientOf
from tests.views.crowd import asked, crowd
from tests.views.sheets import assign
from tests.views.test_certifications import text_of

TODAY = NOW.date()
SOON = date(2026, 7, 1)


def stalls(
    world: World,
    member: Member,
    day: date = TODAY,
    cursor: str | None = None,
    *,
    sort: str = "",
    **narrowed: str,
) -> Page[Stall]:
    db.session.rollback()
    session = db.session()
    return stalls_page(
        session,
        world.actor(session, member, day),
        at(day),
        EDITION,
        StallFilters(**narrowed),
        sort=sort,
        cursor=cursor,
    )


def waits(world: World, day: date = TODAY, **narrowed: str) -> tuple[WaitsFor, ...]:
    db.session.rollback()
    session = db.session()
    actor = world.actor(session, world.olu, day)
    return waits_by_person(session, actor, at(day), EDITION, StallFilters(**narrowed))[0]


def held(case: Player, world: World, day: date) -> tuple[set[tuple[str, str | None, int]], ...]:
    """On whom it waits, as the list says it and as its own page does."""
    db.session.rollback()
    session, row = db.session(), db.session.get_one(Certification, case.certification)
    actor = world.actor(session, world.olu, day)
    following = next_of(ReadersDossier(session, row, at(day), actor), row, at(day))
    own = holding_up(session, row, following, at(day))
    listed = holds_of(session, [row], at(day))[row.id]
    return tuple({(one.who, one.name, one.days) for one in found} for found in (listed, own))


def queries_of_both(world: World) -> int:
    with asked() as queries:
        stalls(world, world.olu, date(2027, 6, 1))
        waits(world, date(2027, 6, 1))
    return len(queries)


def messages(kind: str = "nudge%") -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.kind.like(kind)).order_by(Message.key)))


def press(client: StrictClient, id: str, **more: str) -> TestResponse:
    return client.post("/stalls/nudge", data={"csrf_token": client.token("/stalls"), "cases": id, **more})


def test_the_list_names_whom_the_page_of_the_case_names(submitted: Player, world: World) -> None:
    case, steps = submitted, []
    for step in (case.admit, case.train, case.deliver, case.visit, case.recommend):
        listed, own = held(case, world, SOON)
        assert listed == own != set()
        steps += [who for who, _, _ in listed]
        step()
    assert steps == ["coordinator", "coordinator", "candidate", "candidate", "supervisor"]
    assert {who for who, _, _ in held(case, world, SOON)[0]} == {"master_trainer"}


def test_records_and_sheets_that_are_waited_for_are_named_on_both(visited: Player, world: World) -> None:
    assign(visited, world.tuan, world)
    with write_tx() as session:
        visit = session.scalars(select(Activity).where(Activity.kind == "visit")).first()
        assert visit is not None
        visit.state = ActivityState.SUBMITTED
    listed, own = held(visited, world, SOON)
    assert {who for who, _, _ in listed} == {"observer", "enterprise_contact"}
    assert listed <= own


def test_a_case_comes_when_the_scheme_reminds_and_stalls_when_it_has_ended(
    submitted: Player, world: World
) -> None:
    """`screening-due` counts 5 and 10 days from the application, which is of 12 January."""
    found = {
        day: [one.mark for one in stalls(world, world.olu, date(2026, 1, day)).items] for day in (16, 17, 22)
    }
    assert found == {16: [], 17: ["slow"], 22: ["stalled"]}
    (one,) = stalls(world, world.olu, date(2026, 1, 22)).items
    assert (one.days, one.ends_on) == (10, date(2026, 1, 22))
    assert [(hold.who, hold.name, hold.days) for hold in one.holds] == [("coordinator", None, 10)]


def test_the_time_of_a_file_is_that_of_its_decision(recommended: Player, world: World) -> None:
    (one,) = stalls(world, world.olu, SOON).items
    assert one.ends_on == date(2026, 5, 27)
    assert [hold.who for hold in one.holds] == ["master_trainer"]


def test_a_time_has_passed_when_its_day_is_over_where_the_case_lives(
    recommended: Player, world: World
) -> None:
    """Its last day is the 27th of May; in Hanoi it is over at five in the afternoon of Greenwich."""
    db.session.rollback()
    session, found = db.session(), []
    for hour in (16, 17):
        moment = datetime(2026, 5, 27, hour, 30, tzinfo=UTC)
        actor = world.actor(session, world.olu, moment.date())
        (one,) = stalls_page(session, actor, moment, EDITION, StallFilters()).items
        found.append(one.is_over)
    assert found == [False, True]


def test_it_is_narrowed_by_module_mark_and_whom_it_waits_for(visited: Player, world: World) -> None:
    crowd(2, CertificationState.SUBMITTED)
    crowd(1, CertificationState.SUBMITTED, module="QUA")
    assert [len(stalls(world, world.olu, SOON, **given).items) for given in (
        {}, {"module": "QUA"}, {"stall": "slow"}, {"who": "coordinator"}, {"who": "supervisor"},
        {"on": world.bo.id}, {"on": world.ana.id}, {"on": "nobody"}, {"who": "candidate", "on": world.bo.id},
    )] == [4, 1, 0, 3, 1, 1, 0, 0, 0]  # fmt: skip


def test_it_is_told_by_person(visited: Player, world: World) -> None:
    crowd(3, CertificationState.SUBMITTED)
    crowd(2, CertificationState.ASSESSMENT)
    found = [(one.who, one.name, one.cases) for one in waits(world, SOON)]
    assert sorted(found) == [("coordinator", None, 3), ("supervisor", "Bo Nguyễn", 3)]
    assert waits(world, SOON)[0].days >= waits(world, SOON)[1].days
    assert [one.cases for one in waits(world, SOON, on=world.bo.id)] == [3]


def test_a_coordinator_sees_the_own_countries_and_an_auditor_all(app: Flask, world: World) -> None:
    crowd(1, CertificationState.SUBMITTED)
    crowd(1, CertificationState.SUBMITTED, country="ET")
    assert [len(stalls(world, member).items) for member in (world.olu, world.asa)] == [1, 2]


def test_pages_of_fifty_lose_and_repeat_nobody(app: Flask, world: World) -> None:
    ids = crowd(60, CertificationState.SUBMITTED) + crowd(9, CertificationState.ASSESSMENT)
    first = stalls(world, world.olu, SOON)
    second = stalls(world, world.olu, SOON, cursor=first.next)
    shown = [one.case.id for page in (first, second) for one in page.items]
    assert (len(first.items), len(second.items), second.next) == (50, 19, None)
    assert sorted(shown) == sorted(ids)


def test_fifty_cases_cost_as_many_queries_as_one(app: Flask, world: World) -> None:
    counts = []
    for n, state in ((1, CertificationState.CLASSROOM_DELIVERY), (49, CertificationState.SUPERVISED_VISITS)):
        crowd(n, state)
        counts.append(queries_of_both(world))
    assert counts[0] == counts[1]


def test_one_press_owes_one_message_and_stands_in_the_history(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(SOON)
    olu = client_of(world.olu)
    answer = press(olu, visited.certification, next="/stalls?who=supervisor")
    assert (answer.status_code, answer.location) == (303, "/stalls?who=supervisor")
    assert "Bo Nguyễn was nudged." in olu.get("/stalls").text
    (message,) = messages()
    assert (message.recipient_id, message.origin, message.kind) == (world.bo.id, "nudge", "nudge_step")
    assert message.params["since_on"] == REPORT_ON.isoformat()
    page = text_of(olu.get(f"/certifications/{visited.certification}").text)
    assert "Olu Adeyemi nudged Bo Nguyễn." in page
    assert "last 1 Jul 2026" in text_of(olu.get("/stalls").text)
    with db.engine.connect() as connection:
        assert list(states.findings(connection)) == []


def test_a_second_press_that_day_says_who_nudged_when(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(SOON)
    olu = client_of(world.olu)
    press(olu, visited.certification)
    press(olu, visited.certification)
    page = text_of(olu.get("/stalls").text)
    assert "Bo Nguyễn was nudged about this case today already, by Olu Adeyemi" in page
    assert len(messages()) == 1
    assert len(db.session.scalars(select(Event).where(Event.move == "nudge")).all()) == 1
    turn(SOON + timedelta(1))
    press(olu, visited.certification)
    assert len(messages()) == 2


def test_what_goes_to_several_is_asked_first(
    recommended: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    """Both Master Trainers could decide."""
    turn(SOON)
    olu = client_of(world.olu)
    answer = press(olu, recommended.certification)
    assert (answer.status_code, messages()) == (303, [])
    page = olu.get(answer.location).text
    assert "Send 2 nudges" in page
    assert "goes to Maya Đặng, Mika Hoàng" in text_of(page)
    assert "where whoever it is about reads it too" in page
    sent = {"csrf_token": olu.token(answer.location), "cases": recommended.certification, "sure": "1"}
    assert olu.post("/stalls/nudge", data={**sent, "line": "x" * 501}).status_code == 422
    assert olu.post("/stalls/nudge", data={**sent, "line": "The donor asks."}).status_code == 303
    assert {one.recipient_id for one in messages()} == {world.maya.id, world.mika.id}
    assert {one.params["line"] for one in messages()} == {"The donor asks."}
    assert "Maya Đặng, Mika Hoàng: The donor asks." in text_of(
        olu.get(f"/certifications/{recommended.certification}").text
    )


def test_several_cases_at_once_go_to_the_one_who_is_chosen(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    ids = [visited.certification, *crowd(2, CertificationState.ASSESSMENT)]
    turn(SOON)
    olu = client_of(world.olu)
    query = "&".join(f"cases={id}" for id in ids)
    page = olu.get(f"/stalls/nudge?{query}&on={world.bo.id}").text
    assert page.count("goes to Bo Nguyễn") == 3
    data = {"csrf_token": olu.token(f"/stalls/nudge?{query}"), "cases": ids, "sure": "1", "on": world.bo.id}
    assert olu.post("/stalls/nudge", data=data).status_code == 303
    assert [one.recipient_id for one in messages()] == [world.bo.id] * 3
    assert "Bo Nguyễn was nudged." in olu.get("/stalls").text


def test_the_enterprise_gets_the_link_that_confirms_its_visit(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    with write_tx() as session:
        visit = session.scalars(
            select(Activity).where(Activity.kind == "visit").order_by(Activity.id)
        ).first()
        assert visit is not None
        visit.state = ActivityState.SUBMITTED
        contacts = {contact.email for contact in visit.enterprise.contacts}
    turn(SOON)
    olu = client_of(world.olu)
    press(olu, visited.certification, sure="1")
    nudges = messages("nudge_visit")
    assert {one.email for one in nudges} == contacts
    assert {(one.link_purpose, one.link_subject) for one in nudges} == {("confirm_visit", visit.id)}


@pytest.mark.parametrize(("who", "closed"), [("kim", True), ("ana", False)])
def test_a_contact_with_a_closed_account_or_who_made_the_visit_is_not_nudged(
    visited: Player, world: World, client_of: ClientOf, turn: Turn, who: str, closed: bool
) -> None:
    with write_tx() as session:
        for visit in session.scalars(select(Activity).where(Activity.kind == "visit")):
            visit.state = ActivityState.SUBMITTED
            for contact in visit.enterprise.contacts:
                contact.person_id = getattr(world, who).id
        session.get_one(Person, getattr(world, who).id).disabled_at = visit.state_since if closed else None
    turn(SOON)
    press(client_of(world.olu), visited.certification, sure="1")
    assert messages("nudge_visit") == []


def test_who_may_not_read_the_record_any_more_is_not_nudged_about_it(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    """Bo is an Expert Trainer no longer, and still named as the supervisor of the cohort."""
    with write_tx() as session:
        for workshop in session.scalars(select(Activity).where(Activity.kind == "workshop")):
            workshop.state = ActivityState.SUBMITTED
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.bo.id)):
            grant.until_on = date(2026, 6, 1)
    (one,) = stalls(world, world.olu, SOON).items
    assert [hold.people for hold in one.holds] == [(world.bo.id,)]
    turn(SOON)
    press(client_of(world.olu), visited.certification, sure="1")
    assert messages() == []


def test_what_waits_for_oneself_reaches_nobody(
    submitted: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(SOON)
    olu = client_of(world.olu)
    answer = press(olu, submitted.certification)
    page = text_of(olu.get(answer.location).text)
    assert "Nobody to nudge" in page
    assert "waits for you: nothing is sent" in page
    assert messages() == []


def test_what_waits_for_nobody_with_an_account_says_so_and_not_that_it_waits_for_oneself(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    with write_tx() as session:
        session.get_one(Person, world.bo.id).disabled_at = NOW
    turn(SOON)
    page = text_of(client_of(world.olu).get(f"/stalls/nudge?cases={visited.certification}").text)
    assert "waits for nobody who could go on with it and has an account: nothing is sent" in page
    assert "waits for you" not in page


@pytest.mark.parametrize(
    ("n", "told"), [(3, "A, B, C"), (4, "A, B, C and 1 other"), (5, "A, B, C and 2 others")]
)
def test_many_names_are_cut_with_how_many_are_left_out(app: Flask, n: int, told: str) -> None:
    with app.test_request_context():
        assert listed_names(set("ABCDE"[:n])) == told


def test_a_role_that_cases_wait_for_is_named_once(
    submitted: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(SOON)
    page = text_of(client_of(world.olu).get("/stalls/people").text)
    assert "National coordinator whoever has the role" in page


def test_who_may_not_coordinate_nudges_nobody(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(SOON)
    (abroad,) = crowd(1, CertificationState.SUBMITTED, country="ET")
    asa, olu = client_of(world.asa), client_of(world.olu)
    assert re.findall(r'action="(/stalls/nudge)"', asa.get("/stalls").text) == []
    token = {"csrf_token": asa.token("/desk")}
    assert asa.post("/stalls/nudge", data={**token, "cases": visited.certification}).status_code == 403
    assert [press(olu, id).status_code for id in (abroad, "0" * 20)] == [404, 404]
    assert "Nothing was ticked" in olu.get("/stalls/nudge").text
    assert messages() == []


def test_bad_filters_and_cursors_are_read_as_none(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(SOON)
    olu = client_of(world.olu)
    for query in ("?who=king", "?stall=x&module=../", "?cursor=zzzz", "?sort=-nothing", "?on=x"):
        for page in ("/stalls", "/stalls/people"):
            assert olu.get(page + query).status_code == 200
    assert "Ana Trần" in olu.get("/stalls?who=king").text


def test_nothing_that_stands_still_is_said(app: Flask, world: World, client_of: ClientOf) -> None:
    for page in ("/stalls", "/stalls/people"):
        assert "Nothing stands still" in client_of(world.olu).get(page).text
    assert "Nothing fits these filters" in client_of(world.olu).get("/stalls?who=candidate").text
