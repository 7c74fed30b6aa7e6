"""Lists in order whatever gaps there are, and read in bounds where most rows are hidden."""

import base64
import json

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import CaseFile, Certification, Cohort, Person, PersonKey, db
from certify.models.store import write_tx
from certify.queries import paging
from certify.queries.cohorts import cohort_page
from certify.queries.paging import Order, Page, read_page
from certify.queries.sorting import by_country
from certify.scheme.folding import fold
from certify.scheme.words import CertificationState
from tests.cast import World
from tests.conftest import NOW
from tests.views.conftest import ClientOf
from tests.views.crowd import asked, crowd
from tests.views.walking import rows, walked

S = CertificationState


def test_rows_without_a_value_come_last_both_ways(app: Flask, world: World) -> None:
    supervisors = [world.bo, None, world.bea, None, world.bo]
    with write_tx() as session:
        for number in range(30):
            member = supervisors[number % 5]
            session.add(
                Cohort(
                    case=CaseFile(kind="cohort", opened_at=NOW), name=f"Cohort {number:02}", module="WPC",
                    country="VN", supervisor_id=member and member.id, created_by_id=world.olu.id,
                    created_at=NOW,
                )
            )  # fmt: skip
    session = db.session()
    actor = world.actor(session, world.olu)
    everything = session.scalars(select(Cohort)).all()

    def supervised_by(cohort: Cohort) -> str:
        return fold(cohort.supervisor.name) if cohort.supervisor else ""

    for sort, down in (("supervisor", False), ("-supervisor", True)):
        listed = rows(
            walked(
                lambda cursor, sort: cohort_page(session, actor, NOW.date(), sort=sort, cursor=cursor),
                sort=sort,
            )
        )
        named = [one for one in everything if one.supervisor]
        unnamed = [one for one in everything if not one.supervisor]
        expected = [
            *sorted(named, key=lambda one: (supervised_by(one), one.id), reverse=down),
            *sorted(unnamed, key=lambda one: one.id, reverse=down),
        ]
        assert len(unnamed) == 12
        assert [one.id for one in listed] == [one.id for one in expected]


def test_countries_are_in_the_order_of_their_names(app: Flask) -> None:
    """China, Switzerland, Viet Nam: CN, CH and VN by code would not be."""
    order = by_country(Person.country).by()
    with write_tx() as session:
        for code in ("VN", "CH", "CN"):
            session.add(Person(name=code, email=f"{code}@example.org".lower(), country=code, created_at=NOW))
    found = db.session.scalars(select(Person.name).where(Person.name.in_(("VN", "CH", "CN"))).order_by(order))
    assert list(found) == ["CN", "CH", "VN"]


# bounded reading


def _read(world: World, seen: set[str], cursor: str | None) -> Page:
    statement = select(PersonKey).where(PersonKey.key >= "holder", PersonKey.sort == 0)
    return read_page(
        db.session(),
        statement,
        order=Order(PersonKey.key, PersonKey.owner_id),
        cursor=cursor,
        allowed=lambda key: key.key in seen,
        limit=3,
    )


def test_a_reader_who_may_see_next_to_nothing_goes_on_page_by_page(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_CHUNKS", 4)  # of four rows
    crowd(60, S.TRAINING)
    seen = {f"holder {number:03}" for number in (2, 40, 41, 42, 43, 59)}
    with asked() as queries:
        first = _read(world, seen, None)
    assert len(queries) == 4
    pages = [first, *walked(lambda cursor: _read(world, seen, cursor or first.next))]
    assert [key.key for key in rows(pages)] == sorted(seen)
    assert [len(page.items) for page in pages] == [1, 0, 3, 1, 1]
    for page in pages[:-1]:
        told = json.loads(base64.urlsafe_b64decode(page.next + "=="))
        assert told[1] is None or told[1] in seen, "a cursor names somebody hidden"


def test_a_page_on_which_everything_is_hidden_says_so_and_leads_on(
    app: Flask, world: World, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_CHUNKS", 1)
    ids = crowd(60, S.TRAINING)
    assert ids
    monkeypatch.setattr(paging, "PAGE", 5)
    olu = client_of(world.olu)
    page = olu.get("/certifications").text
    assert "Nothing on this page that you may see" not in page
    past = db.session.scalars(select(Certification).order_by(Certification.state_since)).first()
    assert past
    plain = ["-since", past.state_since.isoformat(), past.id, 0]
    cursor = base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")
    page = olu.get(f"/certifications?cursor={cursor}").text
    assert "Nothing on this page that you may see" in page
    assert "The list ends here." in page
    assert 'rel="first" href="/certifications"' in page
