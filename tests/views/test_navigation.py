"""The head of a page shows each reader the places that the policy opens to them, and no others."""

import re
from collections.abc import Callable

import pytest

from tests.cast import Member, World
from tests.client import StrictClient
from tests.player import Player

ClientOf = Callable[[Member], StrictClient]
EVERYBODY = ["/desk", "/certifications", "/cohorts"]
PLACES = {
    "ana": [*EVERYBODY, "/verify"],
    "bo": [
        "/desk",
        "/supervision",
        "/certifications",
        "/tot-events",
        "/cohorts",
        "/enterprises",
        "/assessments",
        "/verify",
    ],
    "kim": [*EVERYBODY, "/verify"],
    "eka": ["/desk", "/verify"],  # confirms the visits to an enterprise
}


def links(page: str) -> list[str]:
    """The addresses in the main navigation."""
    nav = re.search(r'<nav class="site-nav[ a-z-]*".*?</nav>', page, re.DOTALL)
    assert nav
    return re.findall(r'href="([^"]+)"', nav.group())


@pytest.mark.parametrize("key", PLACES)
def test_each_reader_sees_their_own_places(client_of: ClientOf, world: World, key: str) -> None:
    page = client_of(getattr(world, key)).get("/").text
    assert links(page) == PLACES[key]


def test_my_path_stands_there_for_who_has_a_case(
    submitted: Player, client_of: ClientOf, world: World
) -> None:
    assert links(client_of(world.ana).get("/").text)[1] == "/my-path"
    assert "/my-path" not in links(client_of(world.kim).get("/").text)


@pytest.mark.parametrize("key", ["ana", "bo", "maya", "olu", "sami", "quy", "sol", "asa", "ada", "kim"])
def test_every_link_of_the_navigation_opens(client_of: ClientOf, world: World, key: str) -> None:
    client = client_of(getattr(world, key))
    shown = [link for link in links(client.get("/").text) if link != "/verify"]
    assert {link: client.get(link).status_code for link in shown} == dict.fromkeys(shown, 200)


def test_the_present_place_is_marked(client_of: ClientOf, world: World) -> None:
    page = client_of(world.olu).get("/scheme").text
    assert "aria-current" not in page.partition("</header>")[0]
    page = client_of(world.olu).get("/certifications").text
    assert re.search(r'href="/certifications"\s+aria-current="page"', page)


def test_who_is_signed_in_stands_in_the_head_with_the_role(client_of: ClientOf, world: World) -> None:
    head = client_of(world.maya).get("/").text.partition("</header>")[0]
    assert "Maya Đặng · Master Trainer" in head
    assert 'action="/sign-out"' in head


def test_public_verification_does_not_know_who_reads_and_leads_everybody_back_to_their_desk(
    client: StrictClient, client_of: ClientOf, world: World
) -> None:
    head = client_of(world.maya).get("/verify").text.partition("</header>")[0]
    assert "Maya" not in head
    assert 'href="/sign-in"' not in head
    assert '<a href="/desk">My desk</a>' in head
    assert client.get("/verify").text.partition("</header>")[0] == head
    assert client.get("/desk").location.startswith("/sign-in")


def test_a_page_that_knows_who_reads_offers_the_sign_in_to_strangers(client: StrictClient) -> None:
    assert '<a href="/sign-in">Sign in</a>' in client.get("/").text.partition("</header>")[0]
