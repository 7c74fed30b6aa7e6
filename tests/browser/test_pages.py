"""Every page, and its form in error: no fault of accessibility, light, no wider than the narrowest phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Response
from werkzeug.routing import MapAdapter

from certify.views.styleguide import PARTS
from tests.browser.server import ROLES
from tests.browser.window import DESKTOP, PHONE, Window, walk

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NO_PAGES = {"nowhere", "static", "files.show", "styleguide.first", "styleguide.show", "styleguide.error"}
HEAVIEST = 60_000  # bytes


@pytest.fixture(scope="session")
def routes(site: Flask) -> MapAdapter:
    """What a path leads to."""
    return site.url_map.bind("localhost")


@pytest.fixture(scope="module")
def seen_wide() -> set[str]:
    """Routes that were looked at on the desktop: one look at each is enough for all roles."""
    return set(NO_PAGES)


@pytest.fixture(scope="module")
def seen_narrow() -> set[str]:
    """Routes that were looked at on the phone."""
    return set(NO_PAGES)


def _pages(window: Window, routes: MapAdapter, role: str, seen: set[str]) -> Iterator[tuple[str, Response]]:
    window.become(role)
    window.said.clear()
    yield from walk(window, routes, ("/",) if role == "visitor" else ("/desk",), seen)


@pytest.mark.parametrize("role", ROLES)
def test_pages_and_their_errors_have_no_fault_and_little_weight(
    desktop: Window, routes: MapAdapter, seen_wide: set[str], role: str
) -> None:
    faults, heavy, wide = {}, {}, {}
    for path, answer in _pages(desktop, routes, role, seen_wide):
        if found := desktop.faults():
            faults[path] = found
        if (weight := desktop.weight(answer)) > HEAVIEST:
            heavy[path] = weight
        if desktop.send_empty():
            if found := desktop.faults():
                faults[f"{path} in error"] = found
            if too_wide := desktop.too_wide():
                wide[f"{path} in error"] = too_wide
            desktop.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    said = [line for line in desktop.said if "status of 422" not in line]
    assert (faults, heavy, wide, said) == ({}, {}, {}, [])


@pytest.mark.parametrize("role", ROLES)
def test_pages_fit_a_phone_without_javascript(
    phone: Window, routes: MapAdapter, seen_narrow: set[str], role: str
) -> None:
    pages = _pages(phone, routes, role, seen_narrow)
    assert {path: wide for path, _ in pages if (wide := phone.too_wide())} == {}


@pytest.mark.parametrize("part", PARTS)
def test_every_component_has_no_fault_and_fits(desktop: Window, tmp_path: Path, part: str) -> None:
    desktop.become("visitor")
    desktop.open(f"/styleguide/{part}")
    assert desktop.faults() == []
    photographs = []
    for size in (DESKTOP, PHONE):
        desktop.page.set_viewport_size(size)  # type: ignore[arg-type]
        photographs.append(
            desktop.page.screenshot(path=tmp_path / f"{part}-{size['width']}.jpeg", type="jpeg")
        )
    assert min(map(len, photographs)) > 10_000, "a page that shows nothing"
    assert desktop.too_wide() == []
    desktop.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


PALE = "part => { document.querySelector(part).style.color = '#ccc'; }"


@pytest.mark.parametrize("part", ["main h1", "main label"])
def test_a_pale_word_is_found_on_a_page_that_was_good(desktop: Window, part: str) -> None:
    desktop.become("visitor")
    desktop.open("/verify")
    assert desktop.faults() == []
    desktop.page.evaluate(PALE, part)
    assert [rule for rule, _ in desktop.faults()] == ["color-contrast"]


@pytest.mark.parametrize("status", [403, 404, 409, 500])
def test_error_pages_have_no_fault(desktop: Window, status: int) -> None:
    desktop.become("candidate")
    assert desktop.open(f"/styleguide/errors/{status}").status == status
    assert (desktop.faults(), desktop.too_wide()) == ([], [])
    desktop.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


@pytest.mark.parametrize("part", PARTS)
def test_every_component_fits_from_right_to_left(mirrored: Window, part: str) -> None:
    mirrored.become("visitor")
    mirrored.open(f"/styleguide/{part}")
    assert mirrored.page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert mirrored.too_wide() == []
