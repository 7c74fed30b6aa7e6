"""Nobody needs a mouse: the way to a task, to the search and back is open to the keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.window import Window
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FOCUSED = "document.activeElement.matches(':focus-visible') ? document.activeElement.innerText : ''"


def _press_until(page: Page, key: str, found: Callable[[], bool]) -> None:
    for _ in range(120):
        page.keyboard.press(key)
        if found():
            return
    pytest.fail(f"{key} does not lead there on {page.url}")


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of that name has a focus that can be seen."""
    _press_until(page, "Tab", lambda: name in str(page.evaluate(FOCUSED)))


def test_the_first_tab_leads_past_the_navigation(desktop: Window) -> None:
    desktop.become("visitor")
    desktop.open("/scheme")
    desktop.page.keyboard.press("Tab")
    expect(desktop.page.get_by_role("link", name="Skip to the main content")).to_be_in_viewport()
    desktop.page.keyboard.press("Enter")
    expect(desktop.page.locator("main")).to_be_focused()


def test_signing_in_takes_a_keyboard_alone(desktop: Window, demo: Demo) -> None:
    entry = next(entry for entry in demo.entries if entry["role"] == "master_trainer")
    desktop.become("visitor")
    page = desktop.page
    desktop.open("/")
    _tab_to(page, "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in*")
    _press_until(
        page, "Tab", lambda: page.get_by_label("E-mail").evaluate("e => e === document.activeElement")
    )
    page.keyboard.type(str(entry["email"]))
    page.keyboard.press("Tab")
    page.keyboard.type(str(entry["password"]))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")


def test_a_slash_goes_to_the_search(desktop: Window) -> None:
    desktop.become("coordinator")
    page = desktop.page
    desktop.open("/desk")
    page.keyboard.press("/")
    expect(page.locator("#site-search")).to_be_focused()
    page.keyboard.type("a/b")
    assert page.locator("#site-search").input_value() == "a/b"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=a%2Fb")
    page.locator("main").focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_a_decision_is_reached_and_filled_in_by_keyboard(desktop: Window) -> None:
    desktop.become("master_trainer")
    page = desktop.page
    desktop.open("/desk")
    _tab_to(page, "Read the file and decide")
    page.keyboard.press("Enter")
    page.wait_for_url("**/approval")
    outcomes = page.locator("input[name=outcome]")
    _press_until(page, "Tab", lambda: page.evaluate("document.activeElement.name") == "outcome")
    page.keyboard.press("ArrowDown")
    expect(outcomes.nth(1)).to_be_checked()
    _press_until(page, "Tab", lambda: page.evaluate("document.activeElement.type") == "submit")
    page.keyboard.press("Enter")
    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    assert re.match("Error: ", page.title())
    _press_until(page, "Tab", lambda: bool(summary.evaluate("e => e.contains(document.activeElement)")))
    target = str(page.evaluate("document.activeElement.hash"))
    page.keyboard.press("Enter")
    expect(page.locator(target)).to_be_in_viewport()
