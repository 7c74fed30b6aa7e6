"""Enterprises: added with a contact, listed as policy allows, corrected, given more contacts."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Enterprise, db
from certify.policy import may
from certify.queries.enterprises import enterprise_page
from tests.cast import Member, World
from tests.client import StrictClient
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


def test_anyone_with_an_account_adds_an_enterprise(world: World, client_of: ClientOf) -> None:
    kim = client_of(world.kim)
    answer = send(kim, "/enterprises/new", **TYPED)
    assert answer.status_code == 303, answer.text
    made = db.session.get_one(Enterprise, answer.location.rpartition("/")[2])
    assert (made.name, made.country, made.sector, made.size, str(made.consent)) == (
        "Dệt Phong Phú", "VN", "C13 Textiles", 180, "aggregate",
    )  # fmt: skip
    assert [(one.name, one.email) for one in made.contacts] == [("Hoàng Yến", "yen@phongphu.example")]
    assert "yen@phongphu.example" in kim.get(answer.location).text


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
    bo = client_of(world.bo)
    assert bo.get(path).status_code == 200
    assert bo.get(f"{path}/edit").status_code == 403
    assert bo.post(f"{path}/contacts", data={}).status_code == 403


def test_a_coordinator_corrects_it(world: World, client_of: ClientOf) -> None:
    path = f"/enterprises/{world.enterprises[0]}"
    assert send(client_of(world.olu), f"{path}/edit", size="95").status_code == 303
    assert db.session.get_one(Enterprise, world.enterprises[0]).size == 95


def test_a_second_contact_is_added_and_a_doubled_one_is_not(world: World, client_of: ClientOf) -> None:
    path, olu = f"/enterprises/{world.enterprises[1]}", client_of(world.olu)
    typed = {"contact_name": "Second", "contact_email": "second@example.org"}
    assert send(olu, path, f"{path}/contacts", **typed).status_code == 303
    again = send(olu, path, f"{path}/contacts", **{**typed, "contact_email": "SECOND@example.org"})
    assert again.status_code == 422
    assert fields_on(again.text, f"{path}/contacts")["contact_email"] == ["SECOND@example.org"]


def test_the_list_shows_exactly_what_policy_allows(app: Flask, world: World) -> None:
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
