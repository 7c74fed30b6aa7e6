"""Every list opens in every order that its headings offer."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from certify.models.store import own_tx
from tests.api.client import token_for
from tests.cast import WORLD
from tests.client import StrictClient, sign_in
from tests.conftest import DATABASES
from tests.policy.ground import ids_of, settled
from tests.views.plenty import fill

LISTS = {
    "/certifications": "asa", "/people": "ada", "/organisations": "ada", "/roles": "ada",
    "/enterprises": "olu", "/cohorts": "olu", "/tot-events": "olu", "/board/screening-panels": "olu",
    "/board/waivers": "olu", "/board/departures": "olu", "/decisions": "maya", "/decisions/made": "maya",
    "/my-path/activities": "ana", "/my-path/files": "ana", "/assessments": "bo",
    "/assessments?view=done": "tuan", "/supervision": "bo", "/supervision?view=done": "bo",
    "/audit": "asa", "/trainers": "sami",
}  # fmt: skip


@pytest.fixture(scope="module", params=DATABASES)
def filled(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Two of everything, so that every list has headings."""
    with settled(request, request.param, "recommended") as (app, ana):
        sign_in(StrictClient(app), WORLD.ana)
        token_for(app, WORLD.ana)
        ids = ids_of(ana)
        with own_tx() as session:
            fill(session, ids, 2)
        yield app


@pytest.mark.parametrize(("path", "reader"), LISTS.items())
def test_every_way_to_sort_a_list_opens(filled: Flask, path: str, reader: str) -> None:
    client = sign_in(StrictClient(filled), getattr(WORLD, reader))
    links = set(re.findall(r'href="([^"]*[?&](?:amp;)?sort=-?\w+)"', client.get(path).text))
    assert links
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link
