"""Lists that go on: with JavaScript the next rows are added in place, and coming back finds them again."""

import pytest
from playwright.sync_api import expect

from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_more_rows_are_added_where_the_others_are_and_stay_for_who_comes_back(desktop: Window) -> None:
    desktop.become("coordinator")
    page = desktop.page
    desktop.open("/certifications")
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(25)
    page.get_by_role("link", name="Show more").press("Enter")
    expect(rows).not_to_have_count(25)
    every = rows.count()
    expect(page.locator(".pager-told")).to_have_text(f"More rows are shown: {every - 25}")
    assert page.url.endswith("/certifications")
    first = rows.nth(25).get_by_role("link")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/certifications/*")
    page.go_back()
    expect(rows).to_have_count(every)


def test_without_it_the_link_leads_to_the_next_page(phone: Window) -> None:
    phone.become("coordinator")
    phone.open("/certifications")
    phone.page.get_by_role("link", name="Show more").click()
    phone.page.wait_for_url("**cursor=*")
    expect(phone.page.get_by_role("link", name="Back to the first page")).to_be_visible()
