"""Undoing what the office did: accounts, sign-ins, proposals, last days, cohorts; never a later change."""

import re
import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from certify.models import Affiliation, Cohort, Event, Person, RoleGrant, db
from certify.models.store import own_tx, write_tx
from certify.scheme.words import RoleName
from certify.workflows import account_holders, role_rules, roles, ties
from certify.workflows.cohort import create_cohort, edit_cohort
from tests.cast import SINCE, World, named
from tests.client import StrictClient
from tests.conftest import NOW
from tests.player import Player
from tests.views.sending import fields_on, send
from tests.views.undoing import CHANGED, ClientOf, fresh, press, refused, told, undone


def test_a_disabled_account_opens_again_with_its_browsers(world: World, client_of: ClientOf) -> None:
    ada, kim = client_of(world.ada), client_of(world.kim)
    page = f"/people/{world.kim.id}/disable"
    shown = ada.get(press(ada, ada.get(page).text, page).location).text
    assert kim.get("/desk").status_code == 303
    undone(ada, shown)
    assert kim.get("/desk").status_code == 200


def test_an_account_opened_by_mistake_is_closed_again(world: World, client_of: ClientOf) -> None:
    ada = client_of(world.ada)
    with write_tx() as session:
        account_holders.disable(world.actor(session, world.ada), session.get_one(Person, world.kim.id), NOW)
    person = f"/people/{world.kim.id}"
    shown = ada.get(press(ada, ada.get(person).text, f"{person}/enable").location).text
    assert fresh(Person, world.kim.id).disabled_at is None
    undone(ada, shown)
    assert fresh(Person, world.kim.id).disabled_at == NOW


def test_a_browser_that_was_signed_out_is_signed_in_again(world: World, client_of: ClientOf) -> None:
    ada, kim = client_of(world.ada), client_of(world.kim)
    page = f"/people/{world.kim.id}/sign-ins"
    shown = ada.get(press(ada, ada.get(page).text, f"{page}/end").location).text
    assert kim.get("/desk").status_code == 303
    assert told(undone(ada, shown)) == ["Undone."]
    assert kim.get("/desk").status_code == 200
    assert told(undone(ada, shown)) == ["This was undone already."]


def test_a_new_password_keeps_out_what_was_signed_out_before(world: World, client_of: ClientOf) -> None:
    here, there = client_of(world.kim), client_of(world.kim)
    shown = here.get("/account").text
    [end] = re.findall(r'action="(/account/browsers/\w{20}/end)"', shown)
    shown = here.get(press(here, shown, end).location).text
    with write_tx() as session:
        account_holders.set_password(session, session.get_one(Person, world.kim.id), "another hash", NOW)
    assert refused(press(here, shown, "/undo")) == (409, [CHANGED])
    assert there.get("/desk").status_code == 303


def test_the_own_browser_comes_back(world: World, client_of: ClientOf) -> None:
    here, there = client_of(world.kim), client_of(world.kim)
    shown = here.get("/account").text
    [end] = re.findall(r'action="(/account/browsers/\w{20}/end)"', shown)
    undone(here, here.get(press(here, shown, end).location).text)
    assert there.get("/desk").status_code == 200


@pytest.fixture
def proposal(app: Flask, world: World) -> str:
    return proposed(world)


def proposed(world: World) -> str:
    """Ada proposes Kim as auditor."""
    with write_tx() as session:
        wish = role_rules.Proposal(
            session.get_one(Person, world.kim.id), RoleName.AUDITOR, None, None, NOW.date()
        )
        return roles.propose(session, world.actor(session, world.ada), wish, NOW).id


def put_aside(client: StrictClient, grant: str) -> str:
    page = f"/roles/{grant}/end"
    return client.get(press(client, client.get(page).text, page).location).text


def test_a_proposal_put_aside_waits_again(proposal: str, world: World, client_of: ClientOf) -> None:
    sol = client_of(world.sol)
    shown = put_aside(sol, proposal)
    assert fresh(RoleGrant, proposal).ended_at == NOW
    undone(sol, shown)
    grant = fresh(RoleGrant, proposal)
    assert (grant.ended_at, grant.ended_by_id, grant.confirmed_at) == (None, None, None)


def test_a_proposal_that_was_made_anew_is_not_taken_up_twice(
    proposal: str, world: World, client_of: ClientOf
) -> None:
    sol = client_of(world.sol)
    shown = put_aside(sol, proposal)
    proposed(world)
    reason = "Kim Park has this role already, or it is proposed."
    assert refused(press(sol, shown, "/undo")) == (409, [reason])
    assert fresh(RoleGrant, proposal).ended_at == NOW


def test_a_role_that_ended_is_not_undone(proposal: str, world: World, client_of: ClientOf) -> None:
    with write_tx() as session:
        grant = session.get_one(RoleGrant, proposal)
        roles.confirm(session, world.actor(session, world.sol), grant, NOW)
    shown = put_aside(client_of(world.sol), proposal)
    assert told(shown) == ["The role has ended."]
    assert 'action="/undo"' not in shown


def test_a_last_day_reads_as_before(world: World, client_of: ClientOf) -> None:
    ada, one = client_of(world.ada), named("worklan")
    page = f"/people/{world.lan.id}/affiliations/{one}/end"
    shown = ada.get(send(ada, page, until_on="2026-05-31").location).text
    assert str(fresh(Affiliation, one).until_on) == "2026-05-31"
    undone(ada, shown)
    assert fresh(Affiliation, one).until_on is None


def open_work(person: str) -> list[tuple[date, date | None]]:
    db.session.rollback()
    asked = select(Affiliation).where(Affiliation.person_id == person).order_by(Affiliation.from_on)
    return [(one.from_on, one.until_on) for one in db.session.scalars(asked)]


def test_a_last_day_stays_once_the_person_works_there_again(world: World, client_of: ClientOf) -> None:
    ada, one = client_of(world.ada), named("worklan")
    page = f"/people/{world.lan.id}/affiliations/{one}/end"
    shown = ada.get(send(ada, page, until_on="2026-05-31").location).text
    again = {"organisation": world.provider, "position": "", "from_on": "2026-06-01"}
    assert send(ada, f"/people/{world.lan.id}/affiliations/new", **again).status_code == 303
    reason = "Lan Phạm is recorded there for these days already."
    assert refused(press(ada, shown, "/undo")) == (409, [reason])
    assert refused(send(ada, page, until_on="2026-06-01")) == (409, [reason])
    assert open_work(world.lan.id) == [(SINCE, date(2026, 5, 31)), (date(2026, 6, 1), None)]


@pytest.mark.parametrize("by", ["undo", "last day", "joining again"])
def test_whoever_records_where_one_works_waits_for_whoever_does_so_now(
    app: Flask, world: World, client_of: ClientOf, by: str
) -> None:
    """What is compared is read once nobody else can write it, and so nothing of theirs is lost."""
    ada, one = client_of(world.ada), named("worklan")
    person = f"/people/{world.lan.id}/affiliations"
    page = f"{person}/{one}/end"
    shown = ada.get(send(ada, page, until_on="2026-05-31").location).text
    where, text = {
        "undo": ("/undo", shown),
        "last day": (page, ada.get(page).text),
        "joining again": (f"{person}/new", ada.get(f"{person}/new").text),
    }[by]
    data = {**fields_on(text, where), "until_on": "2026-08-01", "from_on": "2026-06-02"}
    if by == "joining again":
        data["organisation"] = world.provider
    answers: list[TestResponse] = []
    with own_tx() as session:
        work = session.get_one(Affiliation, one)
        ties.leave(session, work, date(2026, 7, 1))
        session.flush()
        waiting = threading.Thread(target=lambda: answers.append(ada.post(where, data=data)))
        waiting.start()
        waiting.join(timeout=1)
        assert answers == []
    waiting.join(timeout=30)
    assert [answer.status_code for answer in answers] == [409]
    assert open_work(world.lan.id) == [(SINCE, date(2026, 7, 1))]


def leave_out(client: StrictClient, cohort: str, *left_out: str) -> str:
    """Save the cohort without some of its enterprises; the page that says so."""
    page = f"/cohorts/{cohort}/edit"
    kept = fields_on(client.get(page).text, page)
    kept["enterprises"] = [one for one in kept["enterprises"] if one not in left_out]
    return client.get(client.post(page, data=kept).location).text


@pytest.fixture
def cohort(trained: Player, world: World) -> str:
    """Ana's cohort of two enterprises, in which nothing happened yet."""
    with write_tx() as session:
        made = create_cohort(
            session, world.actor(session, world.olu), NOW, module="WPC", country="VN", name="Hanoi",
            trainers=[world.ana.id], supervisor=world.bo.id, enterprises=world.enterprises[:2],
        )  # fmt: skip
        return made.id


def enterprises_in(cohort: str) -> list[str]:
    return sorted(one.id for one in fresh(Cohort, cohort).enterprises)


def test_an_enterprise_left_out_of_a_cohort_comes_back_as_an_edit(
    cohort: str, world: World, client_of: ClientOf
) -> None:
    olu = client_of(world.olu)
    shown = leave_out(olu, cohort, world.enterprises[0])
    assert enterprises_in(cohort) == [world.enterprises[1]]
    undone(olu, shown)
    assert enterprises_in(cohort) == sorted(world.enterprises[:2])
    case = fresh(Cohort, cohort).case_id
    moves = [one.move for one in db.session.query(Event).filter_by(case_id=case).order_by(Event.seq)]
    assert moves == ["create", "edit", "edit"]
    assert told(undone(olu, shown)) == ["This was undone already."]


def test_a_cohort_that_was_edited_since_stays(cohort: str, world: World, client_of: ClientOf) -> None:
    olu = client_of(world.olu)
    shown = leave_out(olu, cohort, world.enterprises[0])
    with write_tx() as session:
        edit_cohort(
            session, session.get_one(Cohort, cohort), world.actor(session, world.olu), NOW,
            enterprises=[world.enterprises[2]],
        )  # fmt: skip
    assert refused(press(olu, shown, "/undo")) == (409, [CHANGED])
    assert enterprises_in(cohort) == [world.enterprises[2]]


def test_what_changed_nothing_offers_no_way_back(cohort: str, world: World, client_of: ClientOf) -> None:
    shown = leave_out(client_of(world.olu), cohort)
    assert told(shown) == ["Saved."]
    assert 'action="/undo"' not in shown
