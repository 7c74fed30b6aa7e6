"""Lists of the interface: pages by cursor, narrowed as asked, and never more than the policy lets through."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from certify.models import CaseFile, Certification, Person, db
from certify.models.store import own_tx
from certify.scheme.words import CertificationState
from tests.api.client import Program
from tests.api.conftest import ProgramOf
from tests.cast import LONG_AGO, World
from tests.conftest import NOW
from tests.player import Player


def crowd(n: int, country: str = "VN") -> None:
    """So many people with a submitted application each, a minute apart."""
    with own_tx() as session:
        for number in range(n):
            holder = Person(
                name=f"Person {number:03}",
                email=f"{country}{number}@example.org",
                country=country,
                created_at=LONG_AGO,
            )
            moment = NOW - timedelta(days=60) + timedelta(minutes=number)
            session.add(
                Certification(
                    case=CaseFile(kind="certification", opened_at=moment),
                    holder=holder,
                    module="WPC",
                    country=country,
                    state=CertificationState.SUBMITTED,
                    state_since=moment,
                )
            )


def all_pages(program: Program, path: str, **query: Any) -> list[list[Any]]:
    pages, cursor = [], None
    while not pages or cursor:
        answer = program.get(path, **query, **({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.text
        pages.append(answer.json["items"])
        cursor = answer.json["next"]
    return pages


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("PRAGMA"):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_list_is_read_page_by_page(world: World, program: ProgramOf) -> None:
    crowd(7)
    pages = all_pages(program(world.olu), "certifications", limit=3)
    names = [[one["holder"]["name"] for one in page] for page in pages]
    assert names == [
        ["Person 006", "Person 005", "Person 004"],
        ["Person 003", "Person 002", "Person 001"],
        ["Person 000"],
    ]


def test_a_page_holds_25_unless_asked_otherwise(world: World, program: ProgramOf) -> None:
    crowd(30)
    assert [len(page) for page in all_pages(program(world.olu), "certifications")] == [25, 5]


def test_a_list_shows_what_the_person_may_see(admitted: Player, world: World, program: ProgramOf) -> None:
    crowd(2, country="GH")
    for member, seen in ((world.olu, 1), (world.ana, 1), (world.asa, 3), (world.kim, 0), (world.ada, 0)):
        assert len(all_pages(program(member), "certifications")[0]) == seen, member.key


def test_a_list_is_narrowed(admitted: Player, world: World, program: ProgramOf) -> None:
    crowd(2)
    olu = program(world.olu)
    for narrowed, found in (
        ({"state": "admitted"}, 1),
        ({"state": "submitted"}, 2),
        ({"module": "WPC"}, 3),
        ({"module": "QUA"}, 0),
        ({"country": "GH"}, 0),
        ({"name": "ana"}, 1),
    ):
        assert len(olu.get("certifications", **narrowed).json["items"]) == found, narrowed


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=1e1", "limit"),
        ("limit=", "limit"),
        ("limit=٣", "limit"),
        ("cursor=nobody-made-this", "cursor"),
        ("cursor=W10", "cursor"),
        ("state=lapsed", "state"),
        ("page=2", "page"),
        ("module=WPC&module=QUA", "module"),
    ],
)
def test_a_parameter_that_no_list_knows_is_told(
    world: World, program: ProgramOf, query: str, field: str
) -> None:
    answer = program(world.olu).send("GET", f"certifications?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_the_cursor_of_another_list_is_none_of_this(
    certified: Player, world: World, program: ProgramOf
) -> None:
    crowd(2)
    olu = program(world.olu)
    cursor = olu.get("certifications", limit=1).json["next"]
    events = f"certifications/{certified.certification}/events"
    assert olu.get(events, cursor=cursor).status_code == 422


@pytest.mark.parametrize("path", ["certifications", "certifications/{}/events", "certifications/{}/evidence"])
def test_the_queries_of_a_list_do_not_grow(
    certified: Player, world: World, program: ProgramOf, path: str
) -> None:
    crowd(50)
    olu = program(world.olu)
    path = path.format(certified.certification)
    counts = []
    for limit in (1, 10, 50):  # the first time, the token's first use is written down
        with counted_queries() as queries:
            found = olu.get(path, limit=limit)
        counts.append(len(queries))
    assert len(found.json["items"]) >= 15
    assert counts[2] - counts[1] in (0, 1), counts  # the edition that a decision cites is read once
    assert counts[2] < 40
