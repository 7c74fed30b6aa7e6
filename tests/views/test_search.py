"""One box finds everything that its reader may see, by any word of a name, and nothing else."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import event

from certify.models import Certification, Credential, Person, RoleGrant, db
from certify.models.store import write_tx
from certify.scheme.words import CertificationState
from certify.workflows import account_holders
from tests.cast import Member, World, named
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import Player
from tests.views.crowd import crowd

ClientOf = Callable[[Member], StrictClient]


def found(client: StrictClient, text: str, **more: str) -> dict[str, list[str]]:
    """Names by group, as the page shows them."""
    answer = client.get("/search", query_string={"q": text, **more})
    assert answer.status_code == 200
    groups = re.split(r'<section class="card" aria-labelledby="group-(\w+)"', answer.text)[1:]
    return {
        name: [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r'found-name">(.*?)</p>', body)]
        for name, body in zip(groups[::2], groups[1::2], strict=True)
    }


def test_a_coordinator_finds_people_and_their_cases_by_any_word_without_accents(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    olu = client_of(world.olu)
    for text in ("tran an", "TRẦN ANA", "ana tr", "  Ana  "):
        assert found(olu, text) == {"cases": ["Ana Trần"], "people": ["Ana Trần"]}, text


def test_letters_inside_a_word_find_nothing_and_wildcards_are_taken_literally(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    olu = client_of(world.olu)
    assert [found(olu, text) for text in ("rần", "%", "_", "%ana zz", "trần zz")] == [{}] * 5


def test_a_stranger_finds_nobody(recommended: Player, world: World, client_of: ClientOf) -> None:
    kim = client_of(world.kim)
    assert [found(kim, text) for text in ("ana", "gỗ", "spring", "sông", "olu")] == [{}, {}, {}, {}, {}]


def test_each_reader_finds_what_the_lists_show_them(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    asked = {
        "ana": ("cases",),
        "spring": ("cohorts",),
        "gỗ tân": ("enterprises",),
        "sông": ("organisations",),
    }
    seen = {
        member.key: sorted({group for text in asked for group in found(client_of(member), text)})
        for member in (world.ana, world.bo, world.tuan, world.sami, world.olu, world.asa, world.ada)
    }
    everything = ["cases", "cohorts", "enterprises", "organisations", "people"]
    assert seen == {
        "ana": ["cases", "cohorts", "enterprises"],
        "bo": ["cases", "cohorts", "enterprises"],
        "tuan": [],
        "sami": ["organisations"],
        "olu": everything,
        "asa": everything,
        "ada": ["organisations", "people"],
    }


def test_a_number_however_typed_leads_to_the_case_or_to_what_the_public_is_told(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    number = db.session.query(Credential).one().number
    typed = number.lower().replace("-", " ")
    answer = {
        member.key: client_of(member).get("/search", query_string={"q": typed}).location
        for member in (world.olu, world.ana, world.kim)
    }
    case = f"/certifications/{certified.certification}"
    assert answer == {"olu": case, "ana": case, "kim": f"/verify/{number}"}


def test_a_number_with_a_slip_is_told_so(certified: Player, world: World, client_of: ClientOf) -> None:
    page = client_of(world.kim).get("/search?q=TC-7F3K-Q2MX-9B4D-0")
    assert (page.status_code, "with a slip in it" in page.text) == (200, True)


@pytest.mark.parametrize("begun", ["TC-", "tc-7F3K", "TC7F3K", "ta 7f3k q2"])
def test_the_beginning_of_a_number_is_told_to_be_one(world: World, client_of: ClientOf, begun: str) -> None:
    page = client_of(world.olu).get("/search", query_string={"q": begun}).text
    assert "Type the whole number" in page
    assert "has such a name" not in page


@pytest.mark.parametrize("name", ["tc", "Ta Van", "Pa-Pa O-o", "Zed"])
def test_a_name_is_not_taken_for_a_number(world: World, client_of: ClientOf, name: str) -> None:
    page = client_of(world.olu).get("/search", query_string={"q": name}).text
    assert "has such a name" in page
    assert "whole number" not in page


def test_an_address_finds_a_person_but_not_a_case(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    with write_tx() as session:
        session.get_one(Person, world.ana.id).email = "secret@address.example"
    assert found(client_of(world.olu), "secret@addr") == {"people": ["Ana Trần"]}
    assert found(client_of(world.sami), "secret@addr") == {}


def test_a_new_name_is_found_at_once_and_the_old_one_no_more(world: World, client_of: ClientOf) -> None:
    with write_tx() as session:
        ada, kim = world.actor(session, world.ada), session.get_one(Person, world.kim.id)
        account_holders.correct(session, ada, kim, NOW, name="Ümit Şahin", country="VN", sex=None)
    ada = client_of(world.ada)
    assert [found(ada, text) for text in ("sahin um", "park")] == [{"people": ["Ümit Şahin"]}, {}]


def test_a_group_pages_through_everybody_once(world: World, client_of: ClientOf) -> None:
    with write_tx() as session:
        for n in range(60):
            session.add(
                Person(name=f"Ngọc Nguyễn {n:02}", email=f"p{n}@example.org", country="VN", created_at=NOW)
            )
    ada = client_of(world.ada)
    first = found(ada, "ng")["people"]
    assert len(first) == 5
    names, url = [], "/search?q=ng&group=people"
    while url:
        page = ada.get(url).text
        names += re.findall(r">(Ngọc Nguyễn \d\d)</a>", page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        url = more.group(1).replace("&amp;", "&") if more else ""
    assert names == [f"Ngọc Nguyễn {n:02}" for n in range(60)]


def test_pages_of_cases_are_full_and_no_cursor_names_somebody_hidden(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    """Sami may see every third: the other nominations are not confirmed yet."""
    ids = crowd(90, CertificationState.DRAFT)
    with write_tx() as session:
        for n, id in enumerate(ids):
            case = session.get_one(Certification, id)
            case.nominated_by_id, case.nominating_organisation_id = world.sami.id, world.provider
            case.nomination_confirmed_at = NOW if n % 3 == 0 else None
    names, sizes, url = [], [], "/search?q=holder&group=cases"
    sami = client_of(world.sami)
    while url:
        page = sami.get(url).text
        shown = re.findall(r"found-name\">[^H]*(Holder \d+)", page)
        names, sizes = names + shown, [*sizes, len(shown)]
        more = re.search(r'rel="next" href="([^"]+)"', page)
        url = more.group(1).replace("&amp;", "&") if more else ""
        if more:
            cursor = re.search(r"cursor=([\w-]+)", url)
            assert cursor
            told = base64.urlsafe_b64decode(cursor[1] + "=" * (-len(cursor[1]) % 4)).decode()
            assert f'"{shown[-1].lower()}"' in told
    assert (names, sizes) == ([f"Holder {n:03}" for n in range(0, 90, 3)], [25, 5])


def test_whom_the_policy_alone_hides_shortens_no_page(
    app: Flask, world: World, client_of: ClientOf, turn: Turn
) -> None:
    """Late in the evening by UTC a grant that ends today has ended in Viet Nam, and not yet in Ethiopia."""
    turn(datetime(2026, 6, 1, 20, tzinfo=UTC))
    crowd(40, CertificationState.TRAINING)
    crowd(40, CertificationState.TRAINING, country="ET")
    with write_tx() as session:
        grant = session.get_one(RoleGrant, named("grantolu"))
        grant.country, grant.until_on = None, date(2026, 6, 1)
    page = client_of(world.olu).get("/search?q=holder&group=cases").text
    assert re.findall(r"found-name\">[^H]*(Holder \d+)", page) == [f"Holder {n:03}" for n in range(25)]
    assert "Viet Nam" not in page


def test_a_search_costs_the_same_for_one_and_for_many(
    app: Flask, submitted: Player, world: World, client_of: ClientOf
) -> None:
    olu, asked, counts = client_of(world.olu), [], []
    event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for round in range(2):
        with write_tx() as session:
            for n in range(40 * round):
                email = f"t{n}@example.org"
                session.add(Person(name=f"Trần {n:02}", email=email, country="VN", created_at=NOW))
        asked.clear()
        found(olu, "tran")
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("query", ["", "?q=", "?q=ana&group=cases&cursor=garbage", "?q=" + "x" * 5000])
def test_any_question_gets_an_answer(world: World, client_of: ClientOf, query: str) -> None:
    assert client_of(world.olu).get("/search" + query).status_code == 200


def test_an_unknown_group_is_no_page_and_who_is_signed_out_signs_in(
    world: World, client: StrictClient, client_of: ClientOf
) -> None:
    assert client_of(world.olu).get("/search?q=a&group=secrets").status_code == 404
    assert client.get("/search?q=a").status_code == 303
