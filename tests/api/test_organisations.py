"""/api/v1/organisations: added by coordinators and administrators."""

from typing import Any

import pytest

from certify.models import Organisation, db
from certify.models.store import own_tx
from tests.api.conftest import ProgramOf
from tests.api.test_lists import counted_queries
from tests.cast import World
from tests.conftest import NOW

NEW = {"name": "Viện Năng suất", "kind": "university", "country": "VN"}


def test_an_organisation_is_read_as_it_was_added(world: World, program: ProgramOf) -> None:
    made = program(world.olu).post("organisations", {**NEW, "agreement_from_on": "2026-01-01"})
    assert made.status_code == 201
    assert made.json == {
        **NEW,
        "id": made.json["id"],
        "version": 1,
        "agreement_from_on": "2026-01-01",
        "agreement_until_on": None,
    }
    read = program(world.ada).get(made.headers["Location"])
    assert (read.json, read.headers["ETag"]) == (made.json, '"1"')


@pytest.mark.parametrize(
    ("key", "status"), [("olu", 201), ("ada", 201), ("sami", 403), ("bo", 403), ("maya", 403), ("kim", 403)]
)
def test_an_organisation_is_added_by_coordinators_and_administrators(
    world: World, program: ProgramOf, key: str, status: int
) -> None:
    assert program(getattr(world, key)).post("organisations", NEW).status_code == status


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"name": " ", "kind": "club", "country": 7}, ["country", "kind", "name"]),
        ({"country": "XX"}, ["country"]),
        ({"agreement_from_on": "2026-02-30"}, ["agreement_from_on"]),
        ({"agreement_from_on": "2026-02-03", "agreement_until_on": "2026-02-02"}, ["agreement_until_on"]),
        ({"id": "own"}, ["id"]),
    ],
)
def test_every_field_is_checked(world: World, program: ProgramOf, more: Any, fields: list[str]) -> None:
    before = db.session.query(Organisation).count()
    answer = program(world.olu).post("organisations", {**NEW, **more})
    assert (answer.status_code, sorted(answer.json["errors"])) == (422, fields)
    assert db.session.query(Organisation).count() == before


@pytest.mark.parametrize(
    ("key", "status"), [("olu", 200), ("ada", 200), ("sami", 200), ("asa", 200), ("bo", 403), ("kim", 403)]
)
def test_a_list_is_for_registrars_and_providers(
    world: World, program: ProgramOf, key: str, status: int
) -> None:
    reader = program(getattr(world, key))
    answer = reader.get("organisations")
    assert answer.status_code == status
    assert reader.get(f"organisations/{world.provider}").status_code == (200 if status == 200 else 404)
    if status == 200:
        assert {one["id"] for one in answer.json["items"]} == {world.provider, world.other_provider}


def test_a_list_is_narrowed_and_its_queries_do_not_grow(world: World, program: ProgramOf) -> None:
    with own_tx() as session:
        for n in range(60):
            session.add(Organisation(name=f"Body {n}", kind="university", country="VN", created_at=NOW))
    olu, counts = program(world.olu), []
    for limit in (1, 10, 50):
        with counted_queries() as queries:
            found = olu.get("organisations", limit=limit, kind="university")
        counts.append(len(queries))
    assert len(found.json["items"]) == 50
    assert counts[2] <= counts[1] <= 15, counts
    assert len(olu.get("organisations", name="hiệp").json["items"]) == 1
    assert olu.get("organisations", kind="club").status_code == 422
