"""Lists sorted by column: every row once, in order, both ways, whatever ties and gaps there are."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import CaseFile, Certification, Cohort, Person, PersonKey, db
from certify.models.store import write_tx
from certify.presentation import country
from certify.queries import paging
from certify.queries.certifications import Filters, certification_page
from certify.queries.cohorts import cohort_page
from certify.queries.paging import Order, Page, read_page
from certify.queries.sorting import by_country
from certify.scheme.folding import fold
from certify.scheme.words import CertificationState
from tests.cast import World
from tests.conftest import NOW
from tests.views.conftest import ClientOf
from tests.views.crowd import SINCE, asked, crowd

NAMES = ("Žofia Nová", "Ана Мороз", "أحمد علي", "王小明", "สมชาย ใจดี", "Đức Trần", "ana moroz", "Zofia Nova")
S = CertificationState


def walked(page_of, **asked_of: object) -> list[Page]:
    """Every page of a list."""
    pages, cursor = [], None
    while not pages or cursor:
        pages.append(page_of(cursor=cursor, **asked_of))
        cursor = pages[-1].next
    return pages


def rows(pages: list[Page]) -> list:
    return [row for page in pages for row in page.items]


@pytest.fixture
def cases(app: Flask, world: World) -> list[Certification]:
    """Cases in five scripts, three countries and three states; many moved in the same moment."""
    for state, module, where in (
        (S.TRAINING, "WPC", "VN"),
        (S.DRAFT, "QUA", "CH"),
        (S.CERTIFIED, "WPC", "CN"),
    ):
        crowd(24, state, module=module, country=where)
    with write_tx() as session:
        found = session.scalars(select(Certification).order_by(Certification.id)).all()
        for number, case in enumerate(found):
            case.holder.name = NAMES[number % len(NAMES)]
            case.state_since = SINCE + timedelta(days=number % 3)
    return list(db.session.scalars(select(Certification)))


VALUES = {
    "name": lambda case: fold(case.holder.name),
    "module": lambda case: case.module,
    "country": lambda case: country(case.country),
    "state": lambda case: list(S).index(case.state),
    "since": lambda case: case.state_since,
}


@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in VALUES for sign in ("", "-")])
def test_a_walk_through_a_sorted_list_meets_every_case_once_in_order(
    cases: list[Certification], world: World, sort: str
) -> None:
    session = db.session()
    actor = world.actor(session, world.asa)
    pages = walked(
        lambda cursor, sort: certification_page(
            session, actor, NOW, Filters(), sort=sort, cursor=cursor, limit=10
        ),
        sort=sort,
    )
    value = VALUES[sort.removeprefix("-")]
    expected = sorted(cases, key=lambda case: (value(case), case.id), reverse=sort.startswith("-"))
    assert [case.id for case in rows(pages)] == [case.id for case in expected]
    assert [len(page.items) for page in pages] == [10] * 7 + [2]


@pytest.mark.parametrize("sort", ["name", "-name", "since", "-state"])
def test_a_list_narrowed_by_name_can_be_sorted_too(
    cases: list[Certification], world: World, sort: str
) -> None:
    session = db.session()
    actor = world.actor(session, world.asa)
    pages = walked(
        lambda cursor: certification_page(
            session, actor, NOW, Filters(name="nov"), sort=sort, cursor=cursor, limit=4
        )
    )
    expected = sorted(
        (case for case in cases if "nova" in fold(case.holder.name)),
        key=lambda case: (VALUES[sort.removeprefix("-")](case), case.id),
        reverse=sort.startswith("-"),
    )
    assert len(expected) == 18
    assert [case.id for case in rows(pages)] == [case.id for case in expected]


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


def test_a_cursor_of_another_sort_starts_at_the_first_page(cases: list[Certification], world: World) -> None:
    session = db.session()
    actor = world.actor(session, world.asa)
    other = certification_page(session, actor, NOW, Filters(), sort="name").next
    fresh = certification_page(session, actor, NOW, Filters(), sort="state")
    again = certification_page(session, actor, NOW, Filters(), sort="state", cursor=other)
    assert (again.items, again.next) == (fresh.items, fresh.next)


@pytest.mark.parametrize(
    "told",
    [
        "null", "7", "[]", '["-since"]', '["-since",1,2,3]', '["-since","2026-05-01T00:00:00+00:00","x",-1]',
        '["-since","2026-05-01T00:00:00+00:00","x",1e400]', '["-since","\\ud800","x",0]',
        '["state","WPC","x",0]',
        '["state",' + "9" * 30 + ',"x",0]', "[" * 900,
    ],
)  # fmt: skip
def test_a_cursor_that_nobody_made_starts_at_the_first_page(
    cases: list[Certification], world: World, told: str
) -> None:
    session = db.session()
    actor = world.actor(session, world.asa)
    cursor = base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")
    for sort in ("", "state"):
        fresh = certification_page(session, actor, NOW, Filters(), sort=sort)
        again = certification_page(session, actor, NOW, Filters(), sort=sort, cursor=cursor)
        assert (again.items, again.next) == (fresh.items, fresh.next)


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


# on the page


def _headings(page: str) -> Iterator[tuple[str, str, str]]:
    for head, url, label in re.findall(
        r'<th scope="col"([^>]*)><a class="sorts" href="([^"]+)">([^<]+)', page
    ):
        found = re.search(r'aria-sort="(\w+)"', head)
        yield label, url.replace("&amp;", "&"), found[1] if found else ""


def test_a_heading_keeps_the_filters_and_turns_its_own_sort(
    cases: list[Certification], world: World, client_of: ClientOf
) -> None:
    asa = client_of(world.asa)
    heads = {label: (url, way) for label, url, way in _headings(asa.get("/certifications?module=WPC").text)}
    assert heads["Since"] == ("/certifications?module=WPC&sort=since", "descending")
    assert heads["Person"] == ("/certifications?module=WPC&sort=name", "")
    page = asa.get("/certifications?module=WPC&sort=name").text
    heads = {label: (url, way) for label, url, way in _headings(page)}
    assert heads["Person"] == ("/certifications?module=WPC&sort=-name", "ascending")
    assert heads["Since"] == ("/certifications?module=WPC", "")
    assert '<input type="hidden" name="sort" value="name">' in page
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert "module=WPC&amp;sort=name&amp;cursor=" in following[1]


def test_an_unknown_sort_is_ignored(cases: list[Certification], world: World, client_of: ClientOf) -> None:
    asa = client_of(world.asa)
    usual = list(_headings(asa.get("/certifications").text))
    for sort in ("password_hash", "--name", "-", "name desc", "since;drop"):
        page = asa.get("/certifications", query_string={"sort": sort})
        assert (page.status_code, list(_headings(page.text))) == (200, usual)


LISTS = {
    "/certifications": "asa", "/people": "ada", "/organisations": "ada", "/roles": "ada",
    "/enterprises": "olu", "/cohorts": "olu", "/tot-events": "olu", "/board/screening-panels": "olu",
    "/board/waivers": "olu", "/board/departures": "olu", "/decisions": "maya", "/decisions/made": "maya",
    "/my-path/activities": "ana", "/my-path/files": "ana", "/assessments": "bo",
    "/assessments?view=done": "bo", "/supervision": "bo", "/supervision?view=done": "bo",
    "/audit": "asa", "/trainers": "sami",
}  # fmt: skip


@pytest.mark.parametrize(("path", "reader"), LISTS.items())
def test_every_way_to_sort_a_list_opens(
    certified: object, world: World, client_of: ClientOf, path: str, reader: str
) -> None:
    client = client_of(getattr(world, reader))
    links = set(re.findall(r'href="([^"]*[?&](?:amp;)?sort=-?\w+)"', client.get(path).text))
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link
