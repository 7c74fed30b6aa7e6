"""Lists sorted by column: every row once, in order, both ways, whatever ties there are."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Certification, db
from certify.models.store import write_tx
from certify.policy import Actor
from certify.presentation import country
from certify.queries.certifications import Filters, certification_page
from certify.scheme.folding import fold
from certify.scheme.words import CertificationState
from tests.cast import WORLD
from tests.client import StrictClient, sign_in
from tests.conftest import DATABASES, NOW
from tests.policy.ground import placed
from tests.views.crowd import SINCE, crowd
from tests.views.walking import rows, walked

NAMES = ("Žofia Nová", "Ана Мороз", "أحمد علي", "王小明", "สมชาย ใจดี", "Đức Trần", "ana moroz", "Zofia Nova")
S = CertificationState


@pytest.fixture(scope="module", params=DATABASES)
def listed(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Cases in five scripts, three countries and three states; many moved in the same moment."""
    with placed(request, request.param, "world") as app:
        _many_cases()
        yield app


def _many_cases() -> None:
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


@pytest.fixture
def cases(listed: Flask) -> list[Certification]:
    """Read afresh; they are made once for all tests that only read."""
    db.session.rollback()
    return list(db.session.scalars(select(Certification)))


@pytest.fixture
def asa(listed: Flask) -> StrictClient:
    """The auditor, who sees every case."""
    return sign_in(StrictClient(listed), WORLD.asa)


def auditor() -> Actor:
    return WORLD.actor(db.session(), WORLD.asa)


VALUES = {
    "name": lambda case: fold(case.holder.name),
    "module": lambda case: case.module,
    "country": lambda case: country(case.country),
    "state": lambda case: list(S).index(case.state),
    "since": lambda case: case.state_since,
}


@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in VALUES for sign in ("", "-")])
def test_a_walk_through_a_sorted_list_meets_every_case_once_in_order(
    cases: list[Certification], sort: str
) -> None:
    session, actor = db.session(), auditor()
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
def test_a_list_narrowed_by_name_can_be_sorted_too(cases: list[Certification], sort: str) -> None:
    session, actor = db.session(), auditor()
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


def test_a_cursor_of_another_sort_starts_at_the_first_page(cases: list[Certification]) -> None:
    session, actor = db.session(), auditor()
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
def test_a_cursor_that_nobody_made_starts_at_the_first_page(cases: list[Certification], told: str) -> None:
    session, actor = db.session(), auditor()
    cursor = base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")
    for sort in ("", "state"):
        fresh = certification_page(session, actor, NOW, Filters(), sort=sort)
        again = certification_page(session, actor, NOW, Filters(), sort=sort, cursor=cursor)
        assert (again.items, again.next) == (fresh.items, fresh.next)


# on the page


def _headings(page: str) -> Iterator[tuple[str, str, str]]:
    for head, url, label in re.findall(
        r'<th scope="col"([^>]*)><a class="sorts" href="([^"]+)">([^<]+)', page
    ):
        found = re.search(r'aria-sort="(\w+)"', head)
        yield label, url.replace("&amp;", "&"), found[1] if found else ""


def test_a_heading_keeps_the_filters_and_turns_its_own_sort(
    cases: list[Certification], asa: StrictClient
) -> None:
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


def test_an_unknown_sort_is_ignored(cases: list[Certification], asa: StrictClient) -> None:
    usual = list(_headings(asa.get("/certifications").text))
    for sort in ("password_hash", "--name", "-", "name desc", "since;drop"):
        page = asa.get("/certifications", query_string={"sort": sort})
        assert (page.status_code, list(_headings(page.text))) == (200, usual)
