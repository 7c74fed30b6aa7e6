"""The auditor reads everything, the log across all cases too, and finds nothing to press."""

import base64
import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from certify.models import Event, RoleGrant, db
from certify.models.store import write_tx
from tests.cast import Member, World, named
from tests.client import StrictClient
from tests.player import Player

ClientOf = Callable[[Member], StrictClient]
LISTS = (
    "/desk", "/certifications", "/board", "/tot-events", "/cohorts", "/enterprises", "/assessments",
    "/people", "/organisations", "/roles", "/issuing-bodies", "/audit", "/search?q=a",
)  # fmt: skip

RECORD = (
    "/certifications", "/activities", "/assessments", "/cohorts", "/tot-events", "/enterprises", "/people",
    "/organisations", "/roles", "/issuing-bodies", "/audit", "/search", "/board", "/desk", "/calendar",
)  # fmt: skip


def told(client: StrictClient, query: str = "") -> list[str]:
    """What happened, as the page tells it, the latest first."""
    page = client.get("/audit" + query)
    assert page.status_code == 200
    cells = re.findall(r'data-label="What"><span>(.*?)</span></td>', page.text, re.S)
    return [re.sub(r"<.*", "", cell, flags=re.S).strip() for cell in cells]


@pytest.mark.parametrize("instant", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_cursor_beyond_the_calendar_starts_at_the_first_page(
    admitted: Player, world: World, client_of: ClientOf, instant: str
) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps([instant, "a"]).encode()).decode()
    asa = client_of(world.asa)
    assert told(asa, f"?cursor={cursor}") == told(asa) != []


def test_the_log_tells_what_happened_in_every_case(
    admitted: Player, world: World, client_of: ClientOf
) -> None:
    Player(holder=world.lan).apply()
    sentences = told(client_of(world.asa))
    assert "Olu Adeyemi admitted the candidate." in sentences
    assert len([one for one in sentences if "submitted the application" in one]) == 2


def test_it_is_narrowed_by_person_day_and_move(admitted: Player, world: World, client_of: ClientOf) -> None:
    asa = client_of(world.asa)
    assert all(one.startswith("Olu Adeyemi") for one in told(asa, "?person=olu"))
    assert told(asa, "?move=admit") == ["Olu Adeyemi admitted the candidate."]
    assert told(asa, "?until=2026-01-11") == []
    assert told(asa, "?since=2026-01-12&until=2026-01-12") == told(asa)
    assert told(asa, "?since=2026-01-13") == []
    assert told(asa, "?person=zz") == []
    assert told(asa, "?move=fly&cursor=x") == told(asa)


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("since=2026-11-31", "since", "Give a day like 2026-11-22, between 1990 and 2200."),
        ("until=never", "until", "Give a day like 2026-11-22, between 1990 and 2200."),
        ("since=2026-01-13&until=2026-01-12", "until", "This day lies before the one in “From”."),
    ],
)
def test_days_that_cannot_be_meant_are_told_beside_the_field_and_nothing_is_shown(
    admitted: Player, world: World, client_of: ClientOf, query: str, field: str, said: str
) -> None:
    page = client_of(world.asa).get(f"/audit?{query}")
    assert (page.status_code, said in page.text) == (422, True)
    assert f'id="filter-{field}-error"' in page.text
    assert f'href="#filter-{field}"' in page.text
    assert "admitted the candidate" not in page.text
    assert f'value="{query.partition("=")[2].partition("&")[0]}"' in page.text


def test_it_pages_through_every_event_once(recommended: Player, world: World, client_of: ClientOf) -> None:
    asa, url, seen = client_of(world.asa), "/audit", []
    while url:
        page = asa.get(url).text
        seen += re.findall(r'href="(/[^"]+)">[^<]*</a><br><span class="secondary">\w+ · line (\d+)', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        url = more.group(1).replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == db.session.scalar(select(func.count(Event.id)))


def test_an_auditor_of_one_country_reads_its_cases_alone(
    admitted: Player, world: World, client_of: ClientOf
) -> None:
    for country, expected in (("VN", True), ("ET", False)):
        with write_tx() as session:
            session.execute(
                update(RoleGrant).where(RoleGrant.id == named("grantasa")).values(country=country)
            )
        assert bool(told(client_of(world.asa))) == expected


def test_only_an_auditor_opens_the_log(world: World, client_of: ClientOf) -> None:
    for member in (world.kim, world.ana, world.olu, world.maya, world.ada):
        assert client_of(member).get("/audit").status_code == 403, member.name


def test_the_log_costs_the_same_for_few_and_for_many(
    app: Flask, submitted: Player, world: World, client_of: ClientOf
) -> None:
    asa, asked, counts = client_of(world.asa), [], []
    event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for more in (None, world.lan, world.kim):
        if more:
            Player(holder=more).apply().admit()
        asked.clear()
        told(asa)
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize("path", LISTS)
def test_every_list_opens_for_the_auditor(
    recommended: Player, world: World, client_of: ClientOf, path: str
) -> None:
    assert client_of(world.asa).get(path).status_code == 200


def test_nothing_that_an_auditor_can_reach_has_a_form_that_acts(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    """Followed link by link from every list, as far as the pages of the record reach."""
    asa, waiting, seen, acting = client_of(world.asa), list(LISTS), set(), {}
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 150:
            continue
        seen.add(path)
        page = asa.get(path)
        assert page.status_code == 200, (path, page.status_code)
        if page.mimetype != "text/html":
            continue
        main = page.text.partition('<main id="main"')[2]
        forms = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', main, re.S)
        acts = re.findall(r'href="(/[^"]*/(?:new|edit|move|moves/\w+|propose|invite)\b[^"]*)"', main)
        if forms or acts:
            acting[path] = (forms, acts)
        waiting += [
            link.replace("&amp;", "&")
            for link in re.findall(r'href="(/[a-z][^"#]*)', main)
            if link.startswith(RECORD)
        ]
    assert acting == {}
    assert len(seen) > 60
