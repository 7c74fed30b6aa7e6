"""/api/v1/enterprises: taken on with a contact, who may then answer by an account, too."""

from typing import Any

import pytest

from certify.models import Enterprise, EnterpriseContact, db
from certify.models.store import own_tx
from tests.api.conftest import ProgramOf
from tests.api.test_lists import counted_queries
from tests.cast import World
from tests.conftest import NOW
from tests.player import Player

WORKSHOP = {
    "name": "Xưởng May Một",
    "country": "VN",
    "sector": "C14",
    "size": 80,
    "consent": "aggregate",
    "contact": {"name": "Hoa Lý", "email": "hoa@example.org"},
}


def test_an_enterprise_is_read_as_it_was_taken_on(world: World, program: ProgramOf) -> None:
    made = program(world.olu).post("enterprises", WORKSHOP)
    assert made.status_code == 201
    assert made.json == {
        **WORKSHOP,
        "id": made.json["id"],
        "version": 1,
        "contacts": [WORKSHOP["contact"]],
    }
    read = program(world.olu).get(made.headers["Location"])
    assert (read.json, read.headers["ETag"]) == (made.json, '"1"')


@pytest.mark.parametrize(
    ("key", "status"), [("olu", 201), ("sami", 201), ("bo", 201), ("ana", 201), ("maya", 403), ("kim", 403)]
)
def test_an_enterprise_is_taken_on_by_those_who_deliver(
    trained: Player, world: World, program: ProgramOf, key: str, status: int
) -> None:
    assert program(getattr(world, key)).post("enterprises", WORKSHOP).status_code == status


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"name": "", "country": "XX"}, ["country", "name"]),
        ({"size": 0}, ["size"]),
        ({"size": "80"}, ["size"]),
        ({"consent": "yes", "sector": 14}, ["consent", "sector"]),
        ({"contact": None}, ["contact.email", "contact.name"]),
        ({"contact": {"name": "Hoa", "email": "nobody"}}, ["contact.email"]),
        ({"contact": {"name": "Hoa", "email": "hoa@example.org", "phone": "1"}}, ["contact.phone"]),
        ({"owner": "x"}, ["owner"]),
    ],
)
def test_every_field_is_checked(world: World, program: ProgramOf, more: Any, fields: list[str]) -> None:
    before = db.session.query(Enterprise).count()
    answer = program(world.olu).post("enterprises", {**WORKSHOP, **more})
    assert (answer.status_code, sorted(answer.json["errors"])) == (422, fields)
    assert db.session.query(Enterprise).count() == before


def test_a_contact_with_an_account_answers_by_it(world: World, program: ProgramOf) -> None:
    contact = {"name": "Kim Park", "email": "Kim@example.org"}
    path = program(world.olu).post("enterprises", {**WORKSHOP, "contact": contact}).headers["Location"]
    assert program(world.kim).get(path).status_code == 200
    assert program(world.ana).get(path).status_code == 404


def test_a_contact_who_is_invited_later_answers_by_the_account(world: World, program: ProgramOf) -> None:
    olu = program(world.olu)
    olu.post("enterprises", WORKSHOP)
    person = olu.post("people", {"name": "Hoa Lý", "email": "Hoa@example.org", "country": "VN"}).json
    contact = db.session.query(EnterpriseContact).filter_by(email="hoa@example.org").one()
    assert contact.person_id == person["id"]


def test_a_list_shows_what_each_enterprise_shows(delivered: Player, world: World, program: ProgramOf) -> None:
    for key, seen in (("olu", 5), ("asa", 5), ("ana", 4), ("bo", 4), ("eka", 1), ("lan", 0), ("kim", 0)):
        reader = program(getattr(world, key))
        listed = {one["id"] for one in reader.get("enterprises").json["items"]}
        whole = {id for id in world.enterprises if reader.get(f"enterprises/{id}").status_code == 200}
        assert (listed, len(listed)) == (whole, seen), key
    assert len(program(world.olu).get("enterprises", name="bat").json["items"]) == 1
    assert program(world.olu).get("enterprises", country="GH").json == {"items": [], "next": None}


def test_the_queries_of_the_list_do_not_grow(world: World, program: ProgramOf) -> None:
    with own_tx() as session:
        for n in range(60):
            session.add(
                Enterprise(
                    name=f"Enterprise {n}", country="VN", sector="C14", size=9, consent="none", created_at=NOW
                )
            )
    olu, counts = program(world.olu), []
    for limit in (1, 10, 50):
        with counted_queries() as queries:
            found = olu.get("enterprises", limit=limit)
        counts.append(len(queries))
    assert len(found.json["items"]) == 50
    assert counts[2] <= counts[1] <= 15, counts
    assert olu.get("enterprises", cursor="nobody-made-this").status_code == 422
