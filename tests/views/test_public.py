"""The pages for everybody: home, how to join, how to check, how decisions are made, the statements."""

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import update

from certify.models import Delegation, Person
from certify.models.store import write_tx
from certify.presentation.scheme import figure
from certify.scheme.catalogue import shipped
from certify.scheme.words import Act, CredentialType, Relation
from tests.cast import Member, World
from tests.client import StrictClient

STATEMENTS = (
    "/become-a-trainer",
    "/checking-certificates",
    "/decisions-and-appeals",
    "/accessibility",
    "/privacy",
)
PAGES = ("/", "/scheme", "/verify", *STATEMENTS)


def words(page: str) -> str:
    """The text of a page's main part, with single spaces."""
    main = re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0])
    return " ".join(main.replace("&#39;", "'").replace("&amp;", "&").split()).replace(" , ", ", ")


def test_the_first_page_offers_to_verify_to_apply_and_to_sign_in(client: StrictClient) -> None:
    page = client.get("/").text
    assert 'action="/verify"' in page
    assert 'name="number"' in page
    for link in ('href="/apply"', 'href="/sign-in"', 'href="/scheme"'):
        assert link in page


def test_the_box_comes_first_and_then_each_kind_of_visitor(client: StrictClient) -> None:
    page = client.get("/").text
    visitors = re.findall(r'<section class="visitor">\s*<h2>([^<]+)</h2>', page)
    assert visitors == [
        "You want to be a trainer",
        "You are an Expert or Master Trainer",
        "You are a service provider",
        "You are a lead buyer",
        "You are a national partner",
        "You work in an enterprise",
    ]
    assert page.index('name="number"') < page.index('class="visitor"')


@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_says_what_it_is_and_leaves_no_cookie(
    client: StrictClient, world: World, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert re.search(r'<meta name="description" content="[^"]{40,160}">', answer.text)


def test_every_page_has_its_own_title(client: StrictClient, world: World) -> None:
    titles = [re.search(r"<title>(.*?)</title>", client.get(path).text, re.DOTALL) for path in PAGES]
    assert len({title.group(1).strip() for title in titles if title}) == len(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_there_before_an_edition_is_published(client: StrictClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_public_page_leads_somewhere(client: StrictClient, world: World, path: str) -> None:
    page = client.get(path).text
    links = {link.partition("#") for link in re.findall(r'<a\s[^>]*?href="(/[^"]*)"', page)}
    for target, _, anchor in links:
        answer = client.get(target)
        assert answer.status_code in (200, 303), target
        assert not anchor or f'id="{anchor}"' in answer.text, f"{target}#{anchor}"


def test_the_footer_of_every_page_leads_to_all_of_them(client: StrictClient, world: World) -> None:
    foot = client.get("/sign-in").text.partition("<footer")[2]
    assert [path for path in PAGES[1:] if f'href="{path}"' not in foot] == []


def test_a_stranger_finds_only_public_places_in_the_navigation(client: StrictClient) -> None:
    page = client.get("/").text
    assert 'href="/people"' not in page
    assert 'href="/desk"' not in page


def test_the_signed_in_keep_their_own_places_on_public_pages(
    client_of: Callable[[Member], StrictClient], world: World
) -> None:
    client = client_of(world.maya)
    assert [path for path in STATEMENTS if 'href="/desk"' not in client.get(path).text] == []


def test_who_wants_to_be_a_trainer_reads_steps_time_and_where(client: StrictClient, world: World) -> None:
    edition, page = shipped("score-2026"), words(client.get("/become-a-trainer").text)
    assert [each.id for each in edition.requirements.values() if each.text not in page] == []
    assert [item.id for item in edition.screening if item.mandatory and item.text not in page] == []
    assert "12 enterprise visits: 3 to each of 4 enterprises" in page
    assert "Vietnam · SCORE Việt Nam" in page
    assert "No national coordinator is in office" not in page


def test_a_country_without_a_coordinator_in_office_is_told(client: StrictClient, world: World) -> None:
    with write_tx() as session:
        olu = session.get_one(Person, world.olu.id)
        olu.disabled_at = olu.created_at
    assert "No national coordinator is in office" in client.get("/become-a-trainer").text


def test_a_body_whose_delegation_ended_is_listed_no_more(client: StrictClient, world: World) -> None:
    with write_tx() as session:
        session.execute(
            update(Delegation).values(until_on=session.get_one(Delegation, world.delegation).from_on)
        )
    page = client.get("/become-a-trainer").text
    assert "SCORE Việt Nam" not in page
    assert "No issuing body is delegated at the moment." in page


def test_the_example_for_programs_has_the_keys_that_programs_get(client: StrictClient, world: World) -> None:
    page = client.get("/checking-certificates").text.replace("&#34;", '"')
    found = re.search(r"<code>(\{.*?\})</code>", page, re.DOTALL)
    assert found
    example = json.loads(found.group(1))
    answered = client.get(f"/api/v1/verify/{example['number']}").get_json()
    assert (example["verdict"], answered["verdict"]) == ("valid", "unknown")
    assert sorted(example) == sorted(answered)


def test_the_six_kinds_of_paper_are_told_apart(client: StrictClient, world: World) -> None:
    page, wording = words(client.get("/checking-certificates").text), shipped("score-2026").wording
    told = {
        name: text.replace("{module}", "…").replace("{scheme}", "score-2026")
        for name, text in wording.items()
        if name in {f"{kind}_{part}" for kind in CredentialType for part in ("title", "statement")}
    }
    assert len(told) == 2 * len(CredentialType)
    assert [name for name, text in told.items() if text not in page] == []


def test_the_page_on_decisions_gives_the_times_and_the_whole_table_of_relations(
    client: StrictClient, world: World
) -> None:
    edition, page = shipped("score-2026"), client.get("/decisions-and-appeals").text
    text = words(page)
    for name in ("appeal_days", "appeal_acknowledge_days", "appeal_decide_days", "suspension_months"):
        parameter = edition.parameters[name]
        assert f"{parameter.text} {figure(parameter)}" in text
    assert page.count('class="may may-') == len(Relation) * len(Act)
    blocked = sum(answer.value == "block" for answer in edition.relations.values())
    assert page.count("may may-block") == blocked
    assert "No conformity with it is claimed." in text


def test_the_privacy_statement_takes_its_lengths_from_edition_and_settings(
    client: StrictClient, world: World
) -> None:
    text = words(client.get("/privacy").text)
    assert "At least one full cycle of the certification (36 months)" in text
    assert "60 minutes without a request and 12 hours at most" in text
    assert "24 hours" in text


def test_a_browser_finds_the_icon_where_it_looks_for_one(client: StrictClient) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.location) == (308, "/static/favicon.svg")
