"""The coordinator's board and its lists: counted exactly, narrowed by the address, marked by the edition."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from certify.models import Activity, Certification, db
from certify.models.store import write_tx
from certify.policy import Actor, Grant
from certify.presentation.citations import Citation
from certify.queries.board import ROLES, Board, BoardFilters
from certify.queries.board_choices import providers_of, supervisors_of
from certify.queries.departures import departure_page
from certify.queries.limits import SLOW, STALLED
from certify.queries.panels import panel_page
from certify.queries.sight import reached_countries
from certify.queries.stalls import Patience
from certify.scheme.words import ActivityState, RoleName
from certify.scheme.words import CertificationState as S
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import APPLIED_ON, CLASSROOM_ON, EDITION, TOT_ON, Player, at
from tests.views.crowd import SINCE, asked, crowd
from tests.views.test_certifications import text_of

TODAY = NOW.date()
ClientOf = Callable[[Member], StrictClient]


def board(world: World, member: Member, day: date = TODAY, **filters: str) -> Board:
    session = db.session()
    return Board(
        session,
        world.actor(session, member, day),
        at(day),
        patience=Patience(EDITION, at(day)),
        filters=BoardFilters(**filters),
    )


def counts(world: World, member: Member, **filters: str) -> dict[str, tuple[int, int]]:
    return {str(c.state): (c.count, c.stalled) for c in board(world, member, **filters).counts.values()}


def test_every_state_of_a_case_under_way_is_counted_exactly(app: Flask, world: World) -> None:
    crowd(7, S.SUBMITTED)
    crowd(2, S.TRAINING)
    crowd(3, S.LEFT)
    assert counts(world, world.olu) == {"submitted": (7, 7), "training": (2, 0)}
    assert len(board(world, world.olu).page(S.LEFT).items) == 3


def test_cases_at_rest_offer_nobody_to_narrow_by(app: Flask, world: World) -> None:
    ids = crowd(2, S.CERTIFIED)
    with write_tx() as session:
        session.get_one(Certification, ids[0]).nominating_organisation_id = world.provider
    session = db.session()
    olu = world.actor(session, world.olu, TODAY)
    assert supervisors_of(session, olu, TODAY) == []
    assert providers_of(session, olu, TODAY) == []
    (id,) = crowd(1, S.SUSPENDED)
    with write_tx() as writing:
        writing.get_one(Certification, id).nominating_organisation_id = world.provider
    session = db.session()
    assert [one for one, _ in supervisors_of(session, olu, TODAY)] == [world.bo.id]
    assert [one for one, _ in providers_of(session, olu, TODAY)] == [world.provider]


def test_the_board_reads_indexes_and_no_whole_table(app: Flask, world: World) -> None:
    """DESIGN, Scale: however many cases are at rest, the board reads those under way."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a small table is read whole by PostgreSQL, whatever its indexes")
    crowd(3, S.TRAINING)
    crowd(20, S.CERTIFIED)
    session = db.session()
    for member in (world.olu, world.asa):
        actor = world.actor(session, member, TODAY)
        with asked() as queries:
            board(world, member).phases()
            supervisors_of(session, actor, TODAY)
            providers_of(session, actor, TODAY)
        plans = [step for query in queries for step in plan_of(session, *query)]
        assert [step for step in plans if step.startswith("SCAN certification")] == []
        assert len([step for step in plans if "certification USING" in step and "state=?" in step]) >= 5


def plan_of(session: Session, statement: str, values: Any) -> list[str]:
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return [row[3] for row in rows]


def test_only_countries_of_the_role_are_offered(app: Flask, world: World) -> None:
    coordinator, elsewhere = (
        Grant(role, None, country, date(2020, 1, 1), None)
        for role, country in ((RoleName.COORDINATOR, "VN"), (RoleName.EXPERT_TRAINER, "ET"))
    )
    ended = Grant(RoleName.COORDINATOR, None, "PE", date(2020, 1, 1), date(2021, 1, 1))
    actor = Actor("x", "X", (coordinator, elsewhere, ended))
    assert reached_countries(actor, ROLES, TODAY) == {"VN"}
    worldwide = Grant(RoleName.AUDITOR, None, None, date(2020, 1, 1), None)
    assert reached_countries(replace(actor, grants=(coordinator, worldwide)), ROLES, TODAY) is None


def test_a_coordinator_counts_no_other_country(app: Flask, world: World) -> None:
    crowd(2, S.SUBMITTED, country="ET")
    assert counts(world, world.olu) == {}
    assert counts(world, world.asa) == {"submitted": (2, 2)}


def test_the_first_of_each_state_are_those_there_longest(app: Flask, world: World) -> None:
    crowd(9, S.ASSESSMENT)
    crowd(1, S.DRAFT)
    shown = {
        column.state: [card.case.holder_name for card in column.cards]
        for phase in board(world, world.olu).phases()
        for column in phase.columns
        if column.count
    }
    assert shown == {S.DRAFT: ["Holder 000"], S.ASSESSMENT: [f"Holder {n:03}" for n in range(5)]}


def test_marks_follow_the_editions_reminders(app: Flask, world: World) -> None:
    """Assessment: reminded of after 7 and 14 days; a decision after 10, 20 and 27, due within 30."""
    for state, days, mark in (
        (S.ASSESSMENT, 6, ""),
        (S.ASSESSMENT, 7, SLOW),
        (S.ASSESSMENT, 13, SLOW),
        (S.ASSESSMENT, 14, STALLED),
        (S.RECOMMENDED, 9, ""),
        (S.RECOMMENDED, 10, SLOW),
        (S.RECOMMENDED, 29, SLOW),
        (S.RECOMMENDED, 30, STALLED),
        (S.ADMITTED, 300, ""),
        (S.SUSPENDED, 100, ""),
        (S.SUSPENDED, 160, SLOW),
    ):
        case = Certification(state=state, country="VN", state_since=SINCE)
        assert Patience(EDITION, SINCE + timedelta(days=days)).mark(case) == mark, (state, days)


def test_practice_asked_for_stalls_after_its_day(app: Flask, world: World) -> None:
    (id,) = crowd(1, S.MORE_PRACTICE)
    with write_tx() as session:
        session.get_one(Certification, id).practice_by_on = date(2026, 6, 1)
    assert board(world, world.olu, date(2026, 6, 1)).counts[S.MORE_PRACTICE].stalled == 0
    assert board(world, world.olu, date(2026, 6, 2)).counts[S.MORE_PRACTICE].stalled == 1


def test_the_filter_and_the_mark_say_the_same(app: Flask, world: World) -> None:
    for state in (S.DRAFT, S.SUBMITTED, S.CLASSROOM_DELIVERY, S.ASSESSMENT, S.RECOMMENDED):
        crowd(3, state)
    for day in (date(2026, 5, 4), date(2026, 5, 9), date(2026, 5, 31), date(2026, 10, 5), date(2026, 11, 30)):
        for mark in (SLOW, STALLED):
            whole, narrowed = board(world, world.olu, day), board(world, world.olu, day, stall=mark)
            wanted = (SLOW, STALLED) if mark == SLOW else (STALLED,)
            for state in S:
                marked = {one.case.id for one in whole.page(state).items if one.mark in wanted}
                assert {one.case.id for one in narrowed.page(state).items} == marked, (day, mark, state)


def test_cases_are_found_by_name_supervisor_and_provider(app: Flask, world: World) -> None:
    ids = crowd(3, S.TRAINING)
    with write_tx() as session:
        one, two, _ = (session.get_one(Certification, id) for id in ids)
        one.supervisor_id, two.nominating_organisation_id = world.bea.id, world.provider
    assert counts(world, world.olu, supervisor=world.bea.id) == {"training": (1, 0)}
    assert counts(world, world.olu, provider=world.provider) == {"training": (1, 0)}
    assert counts(world, world.olu, name="holder 002") == {"training": (1, 0)}
    assert counts(world, world.olu, module="QUA") == {}


def test_filters_stay_in_the_address(app: Flask, world: World, client_of: ClientOf) -> None:
    crowd(30, S.TRAINING)
    olu = client_of(world.olu)
    page = olu.get(f"/board?module=WPC&supervisor={world.bo.id}&stall=nonsense").text
    link = re.search(r'href="(/board\?state=training[^"]*)"', page)
    assert link
    assert link[1] == f"/board?state=training&amp;module=WPC&amp;supervisor={world.bo.id}"
    page = olu.get(link[1].replace("&amp;", "&")).text
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    rest = olu.get(following[1].replace("&amp;", "&")).text
    assert re.findall(r">(Holder \d+)</a>", rest) == [f"Holder {n:03}" for n in range(25, 30)]
    assert "30 cases, the longest there first." in text_of(rest)


def test_an_unknown_state_is_not_found(app: Flask, world: World, client_of: ClientOf) -> None:
    assert client_of(world.olu).get("/board?state=crowned").status_code == 404


def test_a_full_board_costs_as_many_queries_as_a_small_one(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    olu = client_of(world.olu)
    for state in (S.DRAFT, S.TRAINING):
        crowd(1, state)
    for path in ("/board", "/board?state=training", "/board/screening-panels", "/board/departures"):
        olu.get(path)
    with asked() as few:
        for path in ("/board", "/board?state=training", "/board/departures"):
            olu.get(path)
    for state in (S.DRAFT, S.TRAINING, S.LEFT, S.REFUSED):
        crowd(20, state, module="QUA")
    with asked() as many:
        for path in ("/board", "/board?state=training", "/board/departures"):
            olu.get(path)
    assert len(many) == len(few)


def test_only_coordinators_and_auditors_see_the_board(app: Flask, world: World, client_of: ClientOf) -> None:
    for path in ("", "/screening-panels", "/waivers", "/departures", "/calendar"):
        assert client_of(world.asa).get(f"/board{path}").status_code == 200
        for member in (world.ana, world.bo, world.maya, world.sami):
            assert client_of(member).get(f"/board{path}").status_code == 403


def test_a_panel_shows_who_is_waited_for_and_since_when(submitted: Player, world: World) -> None:
    for member in (world.bea, world.quy):
        submitted.move("assign_screener", world.olu, APPLIED_ON, person=member.id)
    scores = {item.id: 4 for item in EDITION.screening}
    submitted._score("screening", world.bea, APPLIED_ON, scores)
    for days, overdue in ((10, False), (11, True)):
        day = APPLIED_ON + timedelta(days=days)
        session = db.session()
        (panel,) = panel_page(session, world.actor(session, world.olu, day), at(day)).items
        assert [(s.name, s.is_in, s.overdue) for s in panel.sheets] == [
            ("Bea Okafor", True, False),
            ("Quý Vũ", False, overdue),
        ]
        assert (panel.received, panel.named, panel.needed, panel.overdue) == (1, 2, 2, overdue)


def test_an_application_without_a_panel_leads_to_naming_one(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.olu).get("/board/screening-panels").text
    assert f'href="/certifications/{submitted.certification}/moves/assign_screener"' in page
    assert "Nobody yet" in page
    assert "assign_screener" not in client_of(world.asa).get("/board/screening-panels").text


def test_waivers_are_listed_with_requirement_reason_and_person(
    visited: Player, world: World, client_of: ClientOf
) -> None:
    visited.move("waive", world.olu, date(2026, 4, 21), requirement="visits-span", reason="Two closed early.")
    olu = client_of(world.olu)
    page = text_of(olu.get("/board/waivers").text)
    for said in ("Ana Trần", "visits-span", "Two closed early.", "Olu Adeyemi", "21 Apr 2026"):
        assert said in page
    assert "Two closed early." in olu.get("/board/waivers?requirement=visits-span").text
    assert "Two closed early." not in olu.get("/board/waivers?requirement=satisfaction").text


def test_who_left_may_be_taken_back_for_twelve_months(
    trained: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    left_on = TOT_ON + timedelta(days=10)
    trained.move("leave", world.ana, left_on, reason="A new employer.")
    for day, lapsed in ((date(2027, 2, 12), False), (date(2027, 2, 13), True)):
        session = db.session()
        (one,) = departure_page(session, world.actor(session, world.olu, day), at(day)).items
        assert (one.rejoin_until, one.lapsed, one.reasons) == (
            date(2027, 2, 12),
            lapsed,
            (Citation("A new employer."),),
        )
    turn(date(2027, 2, 12))
    page = client_of(world.olu).get("/board/departures").text
    assert "May be taken back until 12 Feb 2027." in text_of(page)
    assert f'href="/certifications/{trained.certification}/moves/rejoin"' in page


def test_who_was_refused_may_apply_again_after_six_months(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    reasons = [{"requirement": "mean-score", "reason": "Too weak."}]
    recommended.move("refuse", world.maya, date(2026, 5, 4), reasons=reasons)
    page = text_of(client_of(world.olu).get("/board/departures?state=refused").text)
    required = "Too weak. What is required: The mean of the observations is high enough. mean-score"
    for said in ("Ana Trần", required, "By a new application from 4 Nov 2026."):
        assert said in page
    assert "Ana Trần" not in client_of(world.olu).get("/board/departures?state=left").text


def test_the_calendar_shows_each_day_of_a_workshop(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    olu = client_of(world.olu)
    page = text_of(olu.get(f"/board/calendar?month={CLASSROOM_ON:%Y-%m}").text)
    assert "March 2026" in page
    assert page.count("Classroom workshop: Spring cohort") == 2
    assert page.index("day 1 of 2") < page.index("Tuesday 10 Mar") < page.index("day 2 of 2")
    assert "Nothing in this month" in olu.get("/board/calendar?month=2026-04").text
    assert "Nothing in this month" in olu.get("/board/calendar?month=2026-03&kind=visit").text
    february = text_of(olu.get("/board/calendar?month=2026-02").text)
    assert february.count("of 5") == 5


def test_each_day_of_what_goes_on_is_planned_until_it_has_come(
    delivered: Player, world: World, client_of: ClientOf, turn: Callable[[str], None]
) -> None:
    with write_tx() as session:
        session.execute(update(Activity).where(Activity.kind == "workshop").values(state=ActivityState.OPEN))
    turn(f"{CLASSROOM_ON}T06:00:00+00:00")
    page = text_of(client_of(world.olu).get(f"/board/calendar?month={CLASSROOM_ON:%Y-%m}").text)
    assert re.findall(r"day (\d) of 2 (\w+)", page) == [("1", "Held"), ("2", "Planned")]


def test_today_on_the_calendar_is_the_reader_s_day(
    delivered: Player, world: World, client_of: ClientOf, turn: Callable[[str], None]
) -> None:
    """It is the 9th still by UTC, and the 10th in Hanoi."""
    turn(f"{CLASSROOM_ON}T18:00:00+00:00")
    page = text_of(client_of(world.olu).get("/board/calendar?month=2026-03").text)
    assert (page.count("Today"), "Tuesday 10 Mar Today" in page) == (1, True)
    turn("2026-04-30T18:00:00+00:00")
    assert "May 2026" in text_of(client_of(world.olu).get("/board/calendar").text)


def test_a_month_that_nobody_wrote_is_this_month(app: Flask, world: World, client_of: ClientOf) -> None:
    for month in ("", "2026-13", "soon", "1999-01"):
        assert "June 2026" in text_of(client_of(world.olu).get(f"/board/calendar?month={month}").text)
