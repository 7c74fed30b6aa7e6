"""Certified trainers on the board and in the coordinator's list: counted, narrowed, taken along."""

from datetime import date, timedelta

import pytest
from flask import Flask

from certify.models import Certification, db
from certify.models.store import write_tx
from certify.queries.journey import path_of
from certify.queries.trainer_counts import trainer_counts
from certify.queries.trainers import TrainerFilters, trainers_page
from certify.queries.trainers_shown import Shown
from certify.scheme.words import CertificationState as S
from tests import practice
from tests.cast import Member, World
from tests.conftest import NOW, Turn
from tests.player import DECIDED_ON, EDITION, Player, at
from tests.views.conftest import ClientOf
from tests.views.crowd import asked, crowd
from tests.views.test_board import plan_of
from tests.views.test_certifications import text_of
from tests.workflows.renewing import DAY, ENDS, Renewing

TODAY = NOW.date()


def until(ids: list[str], day: date) -> list[str]:
    with write_tx() as session:
        for id in ids:
            case = session.get_one(Certification, id)
            case.valid_from, case.valid_until = day - timedelta(1095), day
    return ids


def counts(world: World, member: Member, day: date = TODAY) -> dict[str, int]:
    db.session.rollback()
    found = trainer_counts(db.session(), world.actor(db.session(), member, day), at(day), EDITION)
    return {str(one.shows): one.count for one in found if one.count}


def shown(world: World, day: date = TODAY, **narrowed: str) -> list[str]:
    db.session.rollback()
    actor = world.actor(db.session(), world.olu, day)
    page = trainers_page(db.session(), actor, at(day), EDITION, TrainerFilters(**narrowed))
    return [one.case.id for one in page.items]


def test_each_stands_where_its_dates_put_it(app: Flask, world: World) -> None:
    valid = until(crowd(1, S.CERTIFIED), TODAY + timedelta(91))
    ends = until(crowd(1, S.CERTIFIED, module="QUA"), TODAY + timedelta(90))
    today = until(crowd(1, S.CERTIFIED, module="REF"), TODAY)
    grace = until(crowd(1, S.CERTIFIED, module="WFM"), TODAY - timedelta(90))
    over = until(crowd(1, S.CERTIFIED, module="OSH"), TODAY - timedelta(91))
    suspended = until(crowd(1, S.SUSPENDED), TODAY + timedelta(30))
    held = crowd(2, S.ON_HOLD)
    until(crowd(3, S.CERTIFIED, country="ET"), TODAY)
    assert counts(world, world.olu) == {
        "valid": 3, "expiring": 2, "in_grace": 1, "expired": 1, "suspended": 1, "on_hold": 2
    }  # fmt: skip
    assert counts(world, world.asa)["valid"] == 6
    assert [shown(world, shows=one) for one in Shown if one is not Shown.ON_HOLD] == [
        [*today, *ends, *valid], [], [*today, *ends], grace, over, suspended,
    ]  # fmt: skip
    assert sorted(shown(world, shows=Shown.ON_HOLD)) == sorted(held)
    assert shown(world) == [*over, *grace, *today, *suspended, *ends, *valid]


def test_who_delivered_in_the_practice_months_is_practising(seasoned: Player, world: World) -> None:
    day = date(2027, 6, 1)
    assert counts(world, world.olu, day) == {"valid": 1, "practising": 1}
    page = trainers_page(
        db.session(), world.actor(db.session(), world.olu, day), at(day), EDITION, TrainerFilters()
    )
    assert [one.practising for one in page.items] == [True]
    assert counts(world, world.olu, date(2028, 12, 1)) == {"valid": 1}


def test_the_board_leads_to_the_list_and_the_list_to_a_file(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(DECIDED_ON)
    olu = client_of(world.olu)
    assert 'href="/board/trainers?shows=valid"' in olu.get("/board").text
    assert "Ana Trần" in olu.get("/board/trainers?shows=valid").text
    assert "Nobody fits" in olu.get("/board/trainers?shows=suspended").text
    file = olu.get("/board/trainers.csv?module=WPC")
    assert file.mimetype == "text/csv"
    head, line = file.text.splitlines()
    assert line == "Ana Trần,WPC,Vietnam,Valid,no,2026-05-04,2029-05-04,"
    assert len(head.split(",")) == 8


@pytest.mark.parametrize(
    "query", ["?shows=none", "?sort=-x", "?cursor=zz", "?module=../&country=XX", "?name=%25"]
)
def test_bad_input_is_read_as_none(certified: Player, world: World, client_of: ClientOf, query: str) -> None:
    for page in ("/board/trainers", "/board/trainers.csv"):
        assert client_of(world.olu).get(page + query).status_code == 200


def test_the_counts_read_indexes_and_the_list_keeps_its_number_of_queries(app: Flask, world: World) -> None:
    until(crowd(3, S.CERTIFIED), TODAY)
    with asked() as few:
        counts(world, world.olu)
        shown(world)
    until(crowd(30, S.CERTIFIED, module="QUA"), TODAY)
    with asked() as many:
        counts(world, world.olu)
        shown(world)
    assert len(few) == len(many)
    if db.engine.dialect.name == "sqlite":
        plans = [step for query in many for step in plan_of(db.session(), *query)]
        assert [step for step in plans if step.startswith("SCAN certification")] == []


def test_nobody_certified_is_said(app: Flask, world: World, client_of: ClientOf) -> None:
    assert "Nobody is certified yet" in text_of(client_of(world.olu).get("/board/trainers").text)


def test_who_was_renewed_still_delivered_lately(certified: Player, world: World) -> None:
    renewing = Renewing(certified)
    practice.cycle(practice.cohort(certified, ENDS - 80 * DAY), ENDS - 80 * DAY)
    renewing.reviewed(ENDS - 20 * DAY).grant(ENDS - 10 * DAY)
    for day in (ENDS - 5 * DAY, ENDS + 5 * DAY):
        assert counts(world, world.olu, day)["practising"] == 1, day
        assert shown(world, day, shows=Shown.PRACTISING) == [certified.certification]


def test_a_renewal_granted_ahead_of_time_is_no_day_on_which_they_were_certified(
    certified: Player, world: World
) -> None:
    renewing = Renewing(certified)
    first_on = renewing.case.valid_from
    renewing.reviewed(ENDS - 20 * DAY).grant(ENDS - 10 * DAY)
    db.session.rollback()
    assert renewing.case.valid_from == ENDS + DAY  # of the latest certificate
    assert path_of(db.session(), renewing.case)[-1].date == first_on
    actor = world.actor(db.session(), world.olu, ENDS - 5 * DAY)
    for day, valid_from in ((ENDS - 5 * DAY, first_on), (ENDS + 5 * DAY, ENDS + DAY)):
        (line,) = trainers_page(db.session(), actor, at(day), EDITION, TrainerFilters()).items
        assert line.valid_from == valid_from
