"""A walk over the pages: no fault of accessibility on desktop or phone, nothing wider than the phone."""

from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Enter
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
ROLES = (
    "visitor", "candidate", "expert_trainer", "master_trainer", "coordinator", "provider",
    "enterprise_contact", "qa_reviewer", "scheme_owner", "auditor", "administrator",
)  # fmt: skip
MOST = 12  # pages that one role opens in the browser; the strict client opens them all


def _endpoint(demo: Demo, path: str) -> str:
    adapter = _maps.setdefault(demo.path.as_posix(), demo.app().url_map.bind("localhost"))
    return str(adapter.match(urlsplit(path).path, method="GET")[0])


_maps: dict[str, object] = {}


def _walk(page: Page, demo: Demo, start: tuple[str, ...]) -> Iterator[str]:
    """Open one page of each route that can be reached by links, the nearest first."""
    waiting, known = list(start), set[str]()
    while waiting and len(known) < MOST:
        path = waiting.pop(0)
        endpoint = _endpoint(demo, path)
        if endpoint in known or endpoint.startswith(("static", "files.")):
            continue
        known.add(endpoint)
        answer = page.goto(path)
        assert answer is not None
        if answer.status >= 400:
            continue  # the strict client reports these
        yield path
        links = page.locator("main a[href^='/'], header a[href^='/'], nav a[href^='/']").all()
        waiting += [urldefrag(link.get_attribute("href") or "/")[0] for link in links]


def _faults(page: Page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.parametrize("role", ROLES)
def test_pages_have_no_fault_of_accessibility(signed_in: Enter, demo: Demo, role: str) -> None:
    page, said = signed_in(role), list[str]()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    faults = {path: found for path in _walk(page, demo, _start(role)) if (found := _faults(page))}
    page.close()
    assert (faults, said) == ({}, [])


@pytest.mark.parametrize("role", ROLES)
def test_pages_fit_a_phone_without_javascript(signed_in: Enter, demo: Demo, role: str) -> None:
    page = signed_in(role, phone=True)
    wide = {}
    for path in _walk(page, demo, _start(role)):
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[path] = width
    page.close()
    assert wide == {}


def _start(role: str) -> tuple[str, ...]:
    return ("/", "/verify", "/scheme") if role == "visitor" else ("/desk", "/account")
