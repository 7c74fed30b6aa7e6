"""A walk over the pages: no fault of accessibility on desktop or phone, nothing wider than the phone."""

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from werkzeug.routing import MapAdapter

from tests.browser.conftest import Enter
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
ROLES = (
    "visitor", "candidate", "expert_trainer", "master_trainer", "coordinator", "provider",
    "enterprise_contact", "qa_reviewer", "scheme_owner", "auditor", "administrator",
)  # fmt: skip
MOST = 12  # pages that one role opens in the browser; the strict client opens them all


@pytest.fixture(scope="session")
def routes(demo: Demo) -> MapAdapter:
    """What a path leads to."""
    return demo.app().url_map.bind("localhost")


@pytest.fixture(scope="module")
def shown() -> dict[str, set[str]]:
    """Which routes were looked at already, by kind of check: one look at each is enough for all roles."""
    return defaultdict(set)


def _walk(page: Page, routes: MapAdapter, start: tuple[str, ...], shown: set[str]) -> Iterator[str]:
    """Open one page of each route that can be reached by links, the nearest first."""
    waiting, opened = list(start), 0
    while waiting and opened < MOST:
        path = waiting.pop(0)
        endpoint = str(routes.match(urlsplit(path).path, method="GET")[0])
        if endpoint.startswith(("static", "files.")) or (endpoint in shown and path not in start):
            continue
        shown.add(endpoint)
        opened += 1
        answer = page.goto(path)
        assert answer is not None
        if answer.status >= 400:
            continue  # the strict client reports these
        yield path
        links = page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.getAttribute('href'))")
        waiting += [urldefrag(link)[0] for link in links]


def _faults(page: Page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.parametrize("role", ROLES)
def test_pages_have_no_fault_of_accessibility(
    signed_in: Enter, routes: MapAdapter, shown: dict[str, set[str]], role: str
) -> None:
    page, said = signed_in(role), list[str]()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    pages = _walk(page, routes, _start(role), shown["desktop"])
    faults = {path: found for path in pages if (found := _faults(page))}
    page.close()
    assert (faults, said) == ({}, [])


@pytest.mark.parametrize("role", ROLES)
def test_pages_fit_a_phone_without_javascript(
    signed_in: Enter, routes: MapAdapter, shown: dict[str, set[str]], role: str
) -> None:
    page = signed_in(role, phone=True)
    wide = {}
    for path in _walk(page, routes, _start(role), shown["phone"]):
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[path] = width
    page.close()
    assert wide == {}


def _start(role: str) -> tuple[str, ...]:
    return ("/", "/verify", "/scheme") if role == "visitor" else ("/desk", "/account")
