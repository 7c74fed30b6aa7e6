"""/api/v1/people: invited, and read by registrars; a service provider reads of the own staff."""

from typing import Any

import pytest

from certify.models import Affiliation, Message, Person, db
from certify.models.store import own_tx
from tests.api.conftest import ProgramOf
from tests.api.test_lists import all_pages, counted_queries
from tests.cast import LONG_AGO, World

HOA = {"name": "Hoa Lý", "email": "Hoa@example.org", "country": "VN"}


def test_a_person_is_invited(world: World, program: ProgramOf) -> None:
    made = program(world.olu).post("people", HOA)
    assert made.status_code == 201
    assert made.json == {**HOA, "email": "hoa@example.org", "id": made.json["id"], "version": 1}
    read = program(world.ada).get(made.headers["Location"])
    assert (read.json, read.headers["ETag"]) == (made.json, '"1"')
    told = db.session.query(Message).filter_by(recipient_id=made.json["id"]).one()
    assert told.kind == "invitation"
    again = program(world.olu).post("people", HOA)
    assert (again.status_code, list(again.json["errors"])) == (422, ["email"])


@pytest.mark.parametrize(
    ("key", "status"), [("olu", 201), ("ada", 201), ("sami", 201), ("bo", 403), ("maya", 403), ("kim", 403)]
)
def test_a_person_is_invited_by_whom_it_belongs_to(
    world: World, program: ProgramOf, key: str, status: int
) -> None:
    assert program(getattr(world, key)).post("people", HOA).status_code == status


def test_whom_a_provider_invites_works_there(world: World, program: ProgramOf) -> None:
    sami = program(world.sami)
    made = sami.post("people", HOA)
    work = db.session.query(Affiliation).filter_by(person_id=made.json["id"]).one()
    assert work.organisation_id == world.provider
    assert sami.get(made.headers["Location"]).json == made.json
    foreign = sami.post("people", {**HOA, "email": "x@example.org", "organisation": world.other_provider})
    assert (foreign.status_code, list(foreign.json["errors"])) == (422, ["organisation"])


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"name": None, "email": 7}, ["email", "name"]),
        ({"name": "Hoa\u202eLý"}, ["name"]),
        ({"email": "hoa@example"}, ["email"]),
        ({"email": "hoa@example.org\nBcc: x@example.org"}, ["email"]),
        ({"country": "XX"}, ["country"]),
        ({"organisation": "unknown"}, ["organisation"]),
        ({"role": "administrator"}, ["role"]),
    ],
)
def test_every_field_is_checked(world: World, program: ProgramOf, more: Any, fields: list[str]) -> None:
    before = db.session.query(Person).count()
    answer = program(world.olu).post("people", {**HOA, **more})
    assert (answer.status_code, sorted(answer.json["errors"])) == (422, fields)
    assert db.session.query(Person).count() == before


def test_a_person_is_read_by_registrars_the_employer_and_themself(world: World, program: ProgramOf) -> None:
    path = f"people/{world.lan.id}"
    for key, status in (
        ("olu", 200), ("ada", 200), ("asa", 200), ("lan", 200), ("sami", 200), ("ana", 404), ("kim", 404),
    ):  # fmt: skip
        assert program(getattr(world, key)).get(path).status_code == status, key
    assert program(world.sami).get(f"people/{world.ana.id}").status_code == 404


def test_a_list_shows_whom_one_may_read_of(world: World, program: ProgramOf) -> None:
    assert len(program(world.olu).get("people", limit=100).json["items"]) == len(world.members)
    sami = program(world.sami)
    listed = [one["id"] for page in all_pages(sami, "people", limit=1) for one in page]
    readable = [one.id for one in world.members if sami.get(f"people/{one.id}").status_code == 200]
    assert sorted(listed) == sorted(readable)
    assert world.lan.id in listed
    assert program(world.ana).get("people").status_code == 403
    found = program(world.olu).get("people", name="trần").json["items"]
    assert [one["id"] for one in found] == [world.ana.id]


def test_the_queries_of_the_list_do_not_grow(world: World, program: ProgramOf) -> None:
    with own_tx() as session:
        for n in range(60):
            person = Person(name=f"P {n}", email=f"p{n}@example.org", country="VN", created_at=LONG_AGO)
            session.add(person)
            session.add(Affiliation(person=person, organisation_id=world.provider, from_on=LONG_AGO.date()))
    for reader in (program(world.olu), program(world.sami)):
        counts = []
        for limit in (1, 10, 50):
            with counted_queries() as queries:
                found = reader.get("people", limit=limit)
            counts.append(len(queries))
        assert len(found.json["items"]) == 50
        assert counts[2] <= counts[1] <= 15, counts
