"""/api/v1/cohorts: started by those who deliver, shown to whom they concern."""

from typing import Any

import pytest

from certify.models import CaseFile, Cohort, db
from certify.models.store import own_tx
from tests.api.conftest import ProgramOf
from tests.api.test_lists import all_pages, counted_queries
from tests.cast import World
from tests.conftest import NOW
from tests.player import Player


def wish(world: World, **more: Any) -> dict[str, Any]:
    return {"module": "WPC", "country": "VN", "trainers": [world.ana.id], **more}


def test_a_cohort_is_read_as_it_was_started(trained: Player, world: World, program: ProgramOf) -> None:
    enterprises = sorted(world.enterprises[:2])
    made = program(world.ana).post("cohorts", wish(world, name="Spring", enterprises=enterprises))
    assert made.status_code == 201
    assert {**made.json, "enterprises": sorted(made.json["enterprises"])} == {
        "id": made.json["id"],
        "version": 1,
        "name": "Spring",
        "module": "WPC",
        "country": "VN",
        "variant": None,
        "trainers": [world.ana.id],
        "supervisor": world.bo.id,
        "enterprises": enterprises,
    }
    read = program(world.bo).get(made.headers["Location"])
    assert (read.json, read.headers["ETag"]) == (made.json, '"1"')


@pytest.mark.parametrize(
    ("key", "status"), [("ana", 201), ("bo", 201), ("olu", 201), ("bea", 403), ("kim", 403)]
)
def test_a_cohort_is_started_by_those_who_deliver(
    trained: Player, world: World, program: ProgramOf, key: str, status: int
) -> None:
    assert program(getattr(world, key)).post("cohorts", wish(world)).status_code == status


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"module": None, "trainers": []}, ["module", "trainers"]),
        ({"country": "XX"}, ["country"]),
        ({"trainers": "anna"}, ["trainers"]),
        ({"trainers": ["kim00000000000000000"]}, ["trainers"]),
        ({"supervisor": "bea00000000000000000"}, ["supervisor"]),
        ({"enterprises": ["unknown"]}, ["enterprises"]),
        ({"variant": "unknown"}, ["variant"]),
        ({"state": "open"}, ["state"]),
    ],
)
def test_every_field_is_checked(
    trained: Player, world: World, program: ProgramOf, more: Any, fields: list[str]
) -> None:
    answer = program(world.olu).post("cohorts", wish(world, **more))
    assert (answer.status_code, sorted(answer.json["errors"])) == (422, fields)
    assert db.session.query(Cohort).count() == 0


@pytest.mark.parametrize(
    ("key", "seen"), [("ana", 1), ("bo", 1), ("olu", 1), ("asa", 1), ("lan", 0), ("kim", 0)]
)
def test_a_list_shows_what_each_cohort_shows(
    delivered: Player, world: World, program: ProgramOf, key: str, seen: int
) -> None:
    reader = program(getattr(world, key))
    assert len(reader.get("cohorts").json["items"]) == seen
    assert reader.get(f"cohorts/{delivered.cohort}").status_code == (200 if seen else 404)


def test_the_queries_of_the_list_do_not_grow(world: World, program: ProgramOf) -> None:
    with own_tx() as session:
        for n in range(60):
            session.add(
                Cohort(
                    case=CaseFile(kind="cohort", opened_at=NOW), name=f"Cohort {n}", module="WPC",
                    country="VN", created_by_id=world.olu.id, created_at=NOW,
                )
            )  # fmt: skip
    olu, counts = program(world.olu), []
    for limit in (1, 10, 50):
        with counted_queries() as queries:
            found = olu.get("cohorts", limit=limit)
        counts.append(len(queries))
    assert len(found.json["items"]) == 50
    assert counts[2] <= counts[1] <= 15, counts
    assert [len(page) for page in all_pages(olu, "cohorts", limit=40)] == [40, 20]
    assert olu.get("cohorts", cursor="nobody-made-this").status_code == 422
