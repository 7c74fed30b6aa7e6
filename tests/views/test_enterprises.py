"""Enterprises: added with a contact, listed as policy allows, corrected, given more contacts."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Certification, Cohort, Enterprise, Event, db
from certify.models.store import write_tx
from certify.policy import may
from certify.queries import choices
from certify.queries.enterprises import enterprise_page
from certify.workflows.engine import Forbidden
from certify.workflows.enterprises import amend, take_on
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.player import Player
from tests.replayed import replay
from tests.store.locks import locked_cases
from tests.views.sending import fields_on, send

ClientOf = Callable[[Member], StrictClient]
TYPED = {
    "name": "Dệt Phong Phú",
    "country": "VN",
    "sector": "C13 Textiles",
    "size": "180",
    "consent": "aggregate",
    "contact_name": "Hoàng Yến",
    "contact_email": "yen@phongphu.example",
}


def test_who_delivers_adds_an_enterprise_and_finds_it_again(world: World, client_of: ClientOf) -> None:
    sami = client_of(world.sami)
    answer = send(sami, "/enterprises/new", **TYPED)
    assert answer.status_code == 303, answer.text
    made = db.session.get_one(Enterprise, answer.location.rpartition("/")[2])
    assert (made.name, made.country, made.sector, made.size, str(made.consent)) == (
        "Dệt Phong Phú", "VN", "C13 Textiles", 180, "aggregate",
    )  # fmt: skip
    assert [(one.name, one.email) for one in made.contacts] == [("Hoàng Yến", "yen@phongphu.example")]
    assert "yen@phongphu.example" in sami.get(answer.location).text


def test_who_has_no_part_in_delivery_adds_neither_enterprises_nor_cohorts(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    for member in (world.kim, world.ana, world.maya, world.asa):
        for page in ("/enterprises/new", "/cohorts/new"):
            assert client_of(member).get(page).status_code == 403, (member.name, page)
    kim = world.actor(db.session(), world.kim)
    with pytest.raises(Forbidden):
        take_on(db.session(), kim, NOW, **{**TYPED, "size": 180})
    Player(holder=world.lan).apply().admit()
    for member in (world.lan, world.olu, world.bo, world.sami):
        for page in ("/enterprises/new", "/cohorts/new"):
            assert client_of(member).get(page).status_code == 200, (member.name, page)


def test_only_who_serves_an_enterprise_or_watches_over_its_country_sees_it(
    trained: Player, world: World
) -> None:
    """Sami provides for another organisation, Bea and Tuấn train others: neither reads its contact's mail."""
    trained.deliver()
    seen = {
        enterprise: {
            member.key
            for member in world.members
            if may(world.actor(db.session(), member), "enterprise.see", row(enterprise), NOW.date())
        }
        for enterprise in (world.enterprises[0], world.enterprises[4])
    }
    readers = {"olu", "maya", "mika", "quy", "asa"}
    assert seen == {
        world.enterprises[0]: readers | {"ana", "bo", "eka"},
        world.enterprises[4]: readers,
    }


def test_the_provider_of_a_cohort_sees_its_enterprises(app: Flask, world: World) -> None:
    Player(holder=world.lan).apply().admit().train().deliver()
    sami = world.actor(db.session(), world.sami)
    assert may(sami, "enterprise.see", row(world.enterprises[0]), NOW.date())
    assert not may(sami, "enterprise.see", row(world.enterprises[4]), NOW.date())
    offered = choices.enterprises(db.session(), sami, "VN", NOW.date())
    assert {id for id, _ in offered} == set(world.enterprises[:4])


def row(enterprise: str) -> Enterprise:
    return db.session.get_one(Enterprise, enterprise)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("size", "many"), ("size", "0"), ("contact_email", "nobody"), ("name", ""), ("consent", "all")],
)
def test_a_wrong_form_keeps_everything_that_was_typed(
    world: World, client_of: ClientOf, name: str, wrong: str
) -> None:
    typed = {**TYPED, name: wrong}
    answer = send(client_of(world.olu), "/enterprises/new", **typed)
    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text
    kept = fields_on(answer.text, "/enterprises/new")
    if name != "consent":
        assert {field: kept[field] for field in typed} == {field: [text] for field, text in typed.items()}
    assert db.session.scalars(select(Enterprise).where(Enterprise.name == TYPED["name"])).first() is None


def test_a_stranger_does_not_find_an_enterprise(world: World, client_of: ClientOf) -> None:
    for page in ("", "/edit"):
        assert client_of(world.kim).get(f"/enterprises/{world.enterprises[0]}{page}").status_code == 404


def test_who_only_reads_may_not_change_it(world: World, client_of: ClientOf) -> None:
    path = f"/enterprises/{world.enterprises[0]}"
    maya = client_of(world.maya)
    assert maya.get(path).status_code == 200
    assert maya.get(f"{path}/edit").status_code == 403
    assert maya.post(f"{path}/contacts", data={}).status_code == 403


def test_a_coordinator_corrects_it(world: World, client_of: ClientOf) -> None:
    path = f"/enterprises/{world.enterprises[0]}"
    assert send(client_of(world.olu), f"{path}/edit", size="95").status_code == 303
    assert db.session.get_one(Enterprise, world.enterprises[0]).size == 95


def test_a_correction_stands_in_the_log_of_every_cohort_that_has_it(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    path = f"/enterprises/{world.enterprises[0]}"
    assert send(client_of(world.olu), f"{path}/edit", size="9", name="May").status_code == 303
    assert send(client_of(world.olu), f"{path}/edit", size="9", name="May").status_code == 303  # nothing new
    event = db.session.scalars(select(Event).where(Event.move == "amend_enterprise")).one()
    assert (event.subject_kind, event.subject_id, event.from_state, event.to_state, event.actor_id) == (
        "cohort", delivered.cohort, "open", "open", world.olu.id,
    )  # fmt: skip
    assert event.facts == {
        "enterprise": world.enterprises[0],
        "before": {"name": "May Hòa Bình", "size": 80},
        "after": {"name": "May", "size": 9},
    }
    assert replay(db.session.scalars(select(Event)))[("cohort", delivered.cohort)] == "open"


def test_a_correction_locks_the_cohorts_and_the_certifications_concerned(
    delivered: Player, world: World
) -> None:
    cases = {
        db.session.get_one(Cohort, delivered.cohort).case_id: "cohort",
        db.session.get_one(Certification, delivered.certification).case_id: "certification",
    }
    with locked_cases() as locked, write_tx() as session:
        amend(
            session, session.get_one(Enterprise, world.enterprises[0]), world.actor(session, world.olu), NOW,
            name="May", country="VN", sector="C14", size=9, consent="named",
        )  # fmt: skip
    assert [cases[case] for case in locked] == ["cohort", "certification"]


def test_a_trainer_is_no_contact_of_an_enterprise_of_theirs(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    path, olu = f"/enterprises/{world.enterprises[1]}", client_of(world.olu)
    typed = {"contact_name": "Somebody", "contact_email": "ANA@example.org"}
    answer = send(olu, path, f"{path}/contacts", **typed)
    assert answer.status_code == 422
    assert "A trainer of the enterprise cannot be its contact" in answer.text
    path = f"/enterprises/{world.enterprises[4]}"
    assert send(olu, path, f"{path}/contacts", **typed).status_code == 303


def test_a_second_contact_is_added_and_a_doubled_one_is_not(world: World, client_of: ClientOf) -> None:
    path, olu = f"/enterprises/{world.enterprises[1]}", client_of(world.olu)
    typed = {"contact_name": "Second", "contact_email": "second@example.org"}
    assert send(olu, path, f"{path}/contacts", **typed).status_code == 303
    again = send(olu, path, f"{path}/contacts", **{**typed, "contact_email": "SECOND@example.org"})
    assert again.status_code == 422
    assert fields_on(again.text, f"{path}/contacts")["contact_email"] == ["SECOND@example.org"]


def test_the_list_shows_exactly_what_policy_allows(delivered: Player, world: World) -> None:
    Player(holder=world.lan).apply().admit().train().deliver()
    on = date(2026, 6, 1)
    rows = db.session.scalars(select(Enterprise)).all()
    for member in world.members:
        actor = world.actor(db.session(), member)
        listed = {one.id for one in enterprise_page(db.session(), actor, on).items}
        assert listed == {row.id for row in rows if may(actor, "enterprise.see", row, on)}, member.name


def test_a_search_is_taken_literally(world: World, client_of: ClientOf) -> None:
    olu = client_of(world.olu)
    assert "Gỗ Tân Phú" in olu.get("/enterprises?name=t%C3%A2n").text
    assert "Gỗ Tân Phú" not in olu.get("/enterprises?name=%25").text
