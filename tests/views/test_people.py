"""People's pages: finding, inviting, correcting, closing accounts."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Affiliation, Message, Person, db
from certify.models.store import write_tx
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.player import Player

ClientOf = Callable[[Member], StrictClient]


def _post(client: StrictClient, path: str, page: str | None = None, **fields: str):
    return client.post(path, data={"csrf_token": client.token(page or path), **fields})


def _many(number: int, country: str = "VN") -> None:
    with write_tx() as session:
        for n in range(number):
            session.add(
                Person(name=f"Person {n:03}", email=f"p{n}@example.org", country=country, created_at=NOW)
            )


def test_the_list_pages_through_everybody_once(app: Flask, world: World, client_of: ClientOf) -> None:
    _many(60)
    client, url, names = client_of(world.ada), "/people?search=Person", []
    while url:
        page = client.get(url).text
        names += [line.split("<")[0] for line in page.split('">Person ')[1:]]
        url = (
            page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in page
            else ""
        )
    assert names == [f"{n:03}" for n in range(60)]


def test_search_finds_parts_of_names_and_addresses_and_takes_no_wildcards(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.ada)
    assert (
        "Ana Trần" in client.get("/people?search=trần").text
        or "Ana Trần" in client.get("/people?search=Trần").text
    )
    assert "Bo Nguyễn" in client.get("/people?search=bo@exam").text
    nobody = client.get("/people?search=%25").text
    assert "Nobody found" in nobody
    assert "Ana Trần" not in nobody


def test_filters_narrow_by_role_and_country_and_nonsense_is_ignored(
    world: World, client_of: ClientOf
) -> None:
    client = client_of(world.ada)
    masters = client.get("/people?role=master_trainer&country=VN").text
    assert ("Maya Đặng" in masters, "Ana Trần" in masters) == (True, False)
    assert client.get("/people?role=emperor&country=XX&cursor=garbage").status_code == 200


def test_a_coordinator_sees_the_people_of_the_own_country_only(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    _many(1, country="ET")
    client = client_of(world.olu)
    page = client.get("/people").text
    assert ("Ana Trần" in page, "Person 000" in page) == (True, False)
    stranger = db.session.scalars(select(Person).where(Person.country == "ET")).one()
    assert client.get(f"/people/{stranger.id}").status_code == 404


def test_who_may_not_list_people_is_refused_and_who_may_not_see_one_finds_nothing(
    world: World, client_of: ClientOf
) -> None:
    kim = client_of(world.kim)
    assert kim.get("/people").status_code == 403
    assert kim.get(f"/people/{world.ana.id}").status_code == 404
    assert kim.get("/people/nobody").status_code == 404
    assert kim.get(f"/people/{world.kim.id}").status_code == 200
    assert kim.get(f"/people/{world.kim.id}/edit").status_code == 403
    assert kim.post(f"/people/{world.ana.id}/disable").status_code == 404


def test_an_invitation_opens_an_account_and_owes_one_mail(world: World, client_of: ClientOf) -> None:
    client = client_of(world.olu)
    answer = _post(client, "/people/invite", name="Hoa Lê", email="Hoa@Example.org", country="VN")
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "Hoa Lê" in page
    assert "Invited" in page
    [message] = db.session.scalars(select(Message))
    assert (message.kind, message.email, message.state) == ("invitation", "hoa@example.org", "sent")


def test_a_taken_address_comes_back_filled_and_owes_nothing(world: World, client_of: ClientOf) -> None:
    answer = _post(
        client_of(world.olu), "/people/invite", name="Hoa Lê", email="ana@example.org", country="VN"
    )
    assert answer.status_code == 422
    assert "There is an account with this address already." in answer.text
    assert "Hoa Lê" in answer.text
    assert db.session.scalars(select(Message)).all() == []


def test_a_provider_invites_its_own_staff_and_nobody_elses(world: World, client_of: ClientOf) -> None:
    client = client_of(world.sami)
    fields = {"name": "Hoa Lê", "email": "hoa@example.org", "country": "VN"}
    assert "Hiệp hội Gỗ Bình Dương" not in client.get("/people/invite").text
    assert _post(client, "/people/invite", **fields).status_code == 422
    others = _post(client, "/people/invite", organisation=world.other_provider, **fields)
    assert others.status_code == 422
    assert _post(client, "/people/invite", organisation=world.provider, **fields).status_code == 303
    [work] = db.session.scalars(select(Affiliation).join(Person).where(Person.email == "hoa@example.org"))
    assert (work.organisation_id, work.from_on, work.until_on) == (world.provider, NOW.date(), None)


def test_a_disabled_account_is_out_at_once_and_back_when_enabled(world: World, client_of: ClientOf) -> None:
    ada, ana = client_of(world.ada), client_of(world.ana)
    page = f"/people/{world.ana.id}"
    assert _post(ada, f"{page}/disable", page).status_code == 303
    assert ana.get("/account").status_code == 303
    assert "Disabled" in ada.get(page).text
    assert _post(ada, f"{page}/enable", page).status_code == 303
    assert client_of(world.ana).get("/account").status_code == 200


def test_nobody_disables_their_own_account(world: World, client_of: ClientOf) -> None:
    ada = client_of(world.ada)
    page = f"/people/{world.ada.id}"
    answer = _post(ada, f"{page}/disable", page)
    assert (answer.status_code, "Nobody disables their own account." in answer.text) == (409, True)
    assert ada.get("/account").status_code == 200


def test_an_account_in_use_is_not_invited_again(world: World, client_of: ClientOf) -> None:
    ada = client_of(world.ada)
    page = f"/people/{world.ana.id}"
    answer = _post(ada, f"{page}/invite-again", page)
    assert (answer.status_code, "has taken up the account already" in answer.text) == (409, True)


def test_a_correction_is_kept(world: World, client_of: ClientOf) -> None:
    ada = client_of(world.ada)
    path = f"/people/{world.ana.id}/edit"
    assert _post(ada, path, name="Ana Trần Thị", country="VN", sex="f").status_code == 303
    assert db.session.get_one(Person, world.ana.id).name == "Ana Trần Thị"
    assert _post(ada, path, name="", country="VN").status_code == 422


@pytest.mark.parametrize(
    "path", ["/people/{ana}/sign-ins/end", "/people/{ana}/enable", "/people/{ana}/invite-again"]
)
def test_changes_are_made_by_post_with_our_token_only(world: World, client_of: ClientOf, path: str) -> None:
    ada = client_of(world.ada)
    address = path.format(ana=world.ana.id)
    assert ada.get(address).status_code == 405
    assert ada.post(address).status_code == 400


def test_disabling_is_asked_first_and_says_what_follows(
    admitted: Player, world: World, client_of: ClientOf
) -> None:
    admitted.move("assign_supervisor", world.olu, date(2026, 1, 13), person=world.bo.id)
    client_of(world.bo)
    page = client_of(world.ada).get(f"/people/{world.bo.id}/disable").text
    for told in (
        "Disable the account of Bo Nguyễn?",
        "Every browser is signed out at once (now: 1)",
        "The role Expert Trainer (all modules, Vietnam) gives no right meanwhile.",
        "Open cases that lose their supervisor until somebody else is assigned: 1.",
    ):
        assert told in page, told
    assert client_of(world.bo).get("/account").status_code == 200
    without_token = client_of(world.ada).post(f"/people/{world.bo.id}/disable")
    assert without_token.status_code == 422
    assert client_of(world.olu).get(f"/people/{world.bo.id}/disable").status_code == 403


def test_an_administrator_sees_where_a_person_is_signed_in_and_ends_it(
    world: World, client_of: ClientOf
) -> None:
    ada, first, second = client_of(world.ada), client_of(world.ana), client_of(world.ana)
    page = f"/people/{world.ana.id}/sign-ins"
    ends = re.findall(rf'action="({page}/[0-9a-f]+/end)"', ada.get(page).text)
    assert len(ends) == 2
    oldest = ada.get(f"{page}?sort=since").text
    assert re.findall(rf'action="({page}/[0-9a-f]+/end)"', oldest) == ends[::-1]
    assert _post(ada, ends[0], page).status_code == 303
    assert sorted(each.get("/account").status_code for each in (first, second)) == [200, 303]
    assert _post(ada, f"{page}/end", page).status_code == 303
    assert [each.get("/account").status_code for each in (first, second)] == [303, 303]
    assert "Signed in nowhere" in ada.get(page).text


def test_ending_sign_ins_ends_those_of_the_named_person_only(world: World, client_of: ClientOf) -> None:
    ada, ana, kim = client_of(world.ada), client_of(world.ana), client_of(world.kim)
    [end] = re.findall(
        r'action="(/people/[^"]+/[0-9a-f]{20}/end)"', ada.get(f"/people/{world.kim.id}/sign-ins").text
    )
    crossed = end.replace(world.kim.id, world.ana.id)
    assert _post(ada, crossed, f"/people/{world.kim.id}/sign-ins").status_code == 303
    assert (ana.get("/account").status_code, kim.get("/account").status_code) == (200, 200)
    own = f"/people/{world.ada.id}/sign-ins"
    assert _post(ada, f"{own}/end", own).status_code == 303
    assert ada.get(own).status_code == 200


def test_only_an_administrator_sees_sign_ins(world: World, client_of: ClientOf) -> None:
    for member, status in ((world.olu, 403), (world.asa, 403), (world.ana, 403), (world.kim, 404)):
        assert client_of(member).get(f"/people/{world.ana.id}/sign-ins").status_code == status, member.name


def test_names_sort_and_are_found_without_accents(world: World, client_of: ClientOf) -> None:
    page = client_of(world.ada).get("/people").text
    names = re.findall(r'<a href="/people/\w+">([^<]+)</a>', page)
    assert names[:3] == ["Ada Mensah", "Ana Trần", "Asa Lindqvist"]
    assert names.index("Maya Đặng") < names.index("Mika Hoàng") < names.index("Olu Adeyemi")
    assert "Maya Đặng" in client_of(world.ada).get("/people?search=dang%20m").text
