"""The pages for everybody: the first page with its verify box, and the scheme in plain words."""

from certify.scheme.catalogue import shipped
from tests.cast import World
from tests.client import StrictClient


def test_the_first_page_offers_to_verify_to_apply_and_to_sign_in(client: StrictClient) -> None:
    page = client.get("/").text
    assert 'action="/verify"' in page
    assert 'name="number"' in page
    for link in ('href="/apply"', 'href="/sign-in"', 'href="/scheme"'):
        assert link in page


def test_the_first_page_leaves_no_cookie(client: StrictClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_the_scheme_page_says_every_requirement_with_its_numbers(client: StrictClient, world: World) -> None:
    edition = shipped("score-2026")
    page = client.get("/scheme").text
    missing = [each for each in edition.requirements if f'id="{each}"' not in page]
    missing += [each for each in edition.modules if f"({each})" not in page]
    assert missing == []
    assert "36 months" in page


def test_before_an_edition_is_published_the_scheme_page_says_so(client: StrictClient) -> None:
    assert "The scheme owner has not published an edition yet." in client.get("/scheme").text


def test_a_stranger_finds_only_public_places_in_the_navigation(client: StrictClient) -> None:
    page = client.get("/").text
    assert 'href="/people"' not in page
    assert 'href="/desk"' not in page
