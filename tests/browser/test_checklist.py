"""The checklist in a real browser: kept at each change, without a connection, signed out, in two tabs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from certify.extensions import clock
from certify.models import Activity, Assessment, Certification, Person, db
from certify.models.store import write_tx
from certify.workflows.engine import perform
from certify.workflows.people import actor_of
from tests.browser.conftest import PHONE
from tests.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SAVED = "[data-save-state][data-tone=good]"
SOON = 300  # milliseconds in which a page has long read an answer that arrived


@pytest.fixture(scope="module")
def sheet(demo: Demo) -> str:
    """An observation that an Expert Trainer of the demonstration may fill in; its address."""
    app = demo.app()
    with app.app_context():
        at = clock().now()
        observer = _person(demo, "expert_trainer", 2)
        case = db.session.scalars(
            select(Certification).where(Certification.state == "supervised_visits")
        ).first()
        assert case is not None
        case_id, workshop = case.id, _workshop(case)
        with write_tx() as session:
            case = session.get_one(Certification, case_id)
            by = actor_of(session, _person(demo, "coordinator"), at.date())
            perform(case, "assign_observer", by, at, person=observer, activity=workshop)
        asked = select(Assessment).where(
            Assessment.certification_id == case_id, Assessment.assessor_id == observer
        )
        with write_tx() as session:
            found = session.scalars(asked).one()
            actor = actor_of(session, observer, at.date())
            perform(found, "declare", actor, at, conflicts=[])
            return f"/assessments/{found.id}"


def _person(demo: Demo, role: str, nth: int = 0) -> str:
    entry = [one for one in demo.entries if one["role"] == role][nth]
    return db.session.scalars(select(Person.id).where(Person.email == entry["email"])).one()


def _workshop(case: Certification) -> str:
    held = db.session.scalars(select(Activity).where(Activity.kind == "workshop")).all()
    return next(one.id for one in held if any(part.person_id == case.holder_id for part in one.people))


@pytest.fixture
def context(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    made = chromium.new_context(base_url=address, viewport=PHONE)
    yield made
    made.close()


def sign_in(page: Page, demo: Demo) -> None:
    entry = [one for one in demo.entries if one["role"] == "expert_trainer"][2]
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(str(entry["email"]))
    page.get_by_label("Password", exact=True).fill(str(entry["password"]))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")


def items(page: Page) -> list[str]:
    return [item.get_attribute("id") or "" for item in page.locator("fieldset.check-item").all()]


def score(page: Page, item: str, value: str) -> None:
    page.locator(f"input[name='{item}'][value='{value}']").check()


def chosen(page: Page, item: str) -> str | None:
    return page.locator(f"input[name='{item}']:checked").get_attribute("value")


def test_a_checklist_is_never_lost(context: BrowserContext, demo: Demo, sheet: str) -> None:
    page = context.new_page()
    sign_in(page, demo)
    page.goto(sheet)
    first, second, third, fourth, *_ = items(page)
    said = page.locator("[data-save-state]")

    score(page, first, "4")
    page.wait_for_selector(SAVED)
    expect(page.locator("[data-progress] strong")).to_have_text("1 of 14")

    # Another tab scores another item; the first one learns of it.
    other = context.new_page()
    other.goto(sheet)
    score(other, second, "2")
    other.wait_for_selector(SAVED)
    expect(page.locator(f"input[name='{second}'][value='2']")).to_be_checked()

    # Without a connection nothing is lost, and it is sent once there is one.
    context.set_offline(True)
    score(page, third, "5")
    expect(said).to_contain_text("kept in this browser")
    context.set_offline(False)
    page.wait_for_selector(SAVED)

    # Signed out in another tab: what is typed stays in the browser and is back after signing in.
    other.goto("/desk")
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url(lambda url: "/desk" not in url)
    score(page, fourth, "3")
    expect(page.locator("#signed-out")).to_contain_text("sign in again in a new tab")
    sign_in(other, demo)
    other.goto(sheet)
    expect(other.locator("#restored")).to_contain_text("is back")
    assert chosen(other, fourth) == "3"
    other.wait_for_selector(SAVED)
    assert [chosen(other, item) for item in (first, second, third)] == ["4", "2", "5"]
    page.get_by_role("button", name="I have signed in").click()
    page.wait_for_selector(SAVED)


def test_one_item_scored_on_two_devices_is_asked_about(
    chromium: Browser, context: BrowserContext, address: str, demo: Demo, sheet: str
) -> None:
    page = context.new_page()
    sign_in(page, demo)
    page.goto(sheet)
    elsewhere = chromium.new_context(base_url=address)
    other = elsewhere.new_page()
    sign_in(other, demo)
    other.goto(sheet)
    item = items(page)[5]
    score(page, item, "2")
    page.wait_for_selector(SAVED)
    score(other, item, "5")
    expect(other.locator("[data-save-notices]")).to_contain_text("another window saved “2”, here it is “5”")
    other.get_by_role("button", name="Keep “5”").click()
    other.wait_for_selector(SAVED)
    page.reload()
    assert chosen(page, item) == "5"
    elsewhere.close()


def test_what_the_browser_kept_is_gone_once_handed_in(
    context: BrowserContext, demo: Demo, sheet: str
) -> None:
    """Even if a save is answered while the sheet is on its way: then nothing is written any more."""
    page = context.new_page()
    sign_in(page, demo)
    page.goto(sheet)
    for item in items(page):
        score(page, item, "4")
    page.wait_for_selector(SAVED)
    saving: list[Route] = []
    page.route("**/draft", lambda route: saving.append(route))
    with page.expect_request("**/draft"):
        score(page, items(page)[0], "5")
    page.evaluate("localStorage.clear()")
    page.dispatch_event("form[data-autosave]", "submit")
    with page.expect_response("**/draft"):
        saving[0].continue_()
    assert (
        page.evaluate(f"new Promise(done => setTimeout(() => done(Object.keys(localStorage)), {SOON}))") == []
    )
    page.get_by_role("button", name="Hand in the scores").click()
    page.wait_for_selector("[data-sheet-done]", state="attached")
    page.wait_for_function("Object.keys(localStorage).every(key => !key.startsWith('certify.sheet.'))")
