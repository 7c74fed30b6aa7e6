"""What each role comes for, on a wide screen with JavaScript and on a phone without it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import scenes
from tests.browser.anew import Stage, playing
from tests.browser.window import DESKTOP, PHONE, Window
from tests.databases import Sqlite

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
MODES = {
    "wide": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "java_script_enabled": False},
}
MEAN_SCORE = "mean-score: The mean of the observations is high enough."
# Who they are stands in certify/demo/people.py.
PEOPLE = ("hang", "bao", "ha", "mai", "lananh", "thinh", "sarah", "claire", "mehmet", "uyen")


@pytest.fixture(scope="module")
def stage(sqlite_kind: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with playing(sqlite_kind, tmp_path_factory.mktemp("journeys"), *PEOPLE) as stage:
        yield stage


@pytest.fixture(scope="module", params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def window(mode: str, chromium: Browser, stage: Stage) -> Iterator[Window]:
    with Window.opened(chromium, stage.address, stage.cookies, **MODES[mode]) as window:
        window.page.set_default_timeout(10_000)
        yield window


@pytest.fixture
def page(stage: Stage, window: Window) -> Page:
    stage.begin()
    return window.page


def follow(within: Page | Locator, name: str) -> None:
    """Click the link of that name; where a card has two to the same page, the first."""
    within.get_by_role("link", name=name).first.click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def unfold(page: Page, mode: str) -> None:
    """A phone folds the filters of a list until one is set."""
    folded = page.locator(".filter-fold > summary")
    expect(folded).to_be_visible(visible=mode == "phone")
    if mode == "phone":
        folded.click()


def arrive(window: Window, somebody: str, path: str = "/desk") -> None:
    """Sign somebody in, at the desk unless another page of the navigation is where the work lies."""
    window.become(somebody)
    window.open(path)


def test_a_candidate_learns_what_is_next_and_scores_the_own_work(window: Window, page: Page) -> None:
    arrive(window, "hang", "/my-path")
    path = page.get_by_role("region", name="Workplace Cooperation (WPC)")
    expect(path.get_by_role("listitem").filter(has_text="Supervised visits")).to_contain_text("(Now)")
    expect(path).to_contain_text(re.compile(r"Certified at the earliest on \d+ \w+ 20\d\d"))
    holding = path.get_by_role("listitem").filter(has_text="May Bình Minh")
    expect(holding).to_contain_text("Enterprise visit, 17 Nov 2026, waits to be confirmed.")
    follow(path, "Requirements, evidence and actions")
    expect(page.get_by_role("heading", name="For you to do")).to_be_visible()
    follow(page, "Score yourself")
    first, second = (page.get_by_role("group", name=re.compile(f"^{n} ")) for n in (1, 2))
    first.get_by_label("4", exact=True).check()
    second.get_by_label("3", exact=True).check()
    press(page, "Keep, and go on later")
    window.open(page.url)
    expect(page.get_by_role("status").filter(has_text="items scored")).to_contain_text("2 of 20 items scored")
    expect(first.get_by_label("4", exact=True)).to_be_checked()


def test_an_application_goes_on_where_it_was_left(window: Window, page: Page) -> None:
    arrive(window, "bao")
    follow(page, "Apply for certification")
    page.get_by_label("Module").select_option("Workplace Cooperation (WPC)")
    page.get_by_label("Country").select_option("Vietnam")
    press(page, "Open the application")
    expect(page.get_by_role("heading", name="0 of 5 steps done")).to_be_visible()
    follow(page, "Begin")
    page.get_by_label("Specialisation").fill("Lean production, dialogue")
    press(page, "Save and come back later")
    expect(page.get_by_role("main")).to_contain_text("You can go on whenever you like")

    arrive(window, "bao")  # on another device
    follow(page, "Complete the application")
    expect(page.get_by_role("heading", name="1 of 5 steps done")).to_be_visible()
    follow(page, "Your background")
    expect(page.get_by_label("Specialisation")).to_have_value("Lean production, dialogue")


def test_an_expert_trainer_scores_a_visit_and_hands_the_sheet_in(
    window: Window, page: Page, stage: Stage, mode: str
) -> None:
    scenes.asked_to_observe(stage.site, "ha", candidate="hang")
    arrive(window, "ha")
    follow(page, "Nguyễn Thị Minh Hằng")
    press(page, "Declare and go on")
    items = page.get_by_role("group", name=re.compile(r"^\d+ "))
    expect(items).to_have_count(14)
    for item in items.all()[:-1]:
        item.get_by_label("4", exact=True).check()
    if mode == "wide":
        expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    else:
        press(page, "Save draft")
        expect(page.get_by_role("main")).to_contain_text("Draft saved: 13 of 14 items scored.")

    arrive(window, "ha", page.url)  # after a sign-out, or on another device
    expect(items.first.get_by_label("4", exact=True)).to_be_checked()
    items.last.get_by_label("5", exact=True).check()
    press(page, "Hand in the scores")
    expect(page.get_by_text("Submitted", exact=True).first).to_be_visible()
    window.open("/desk")
    expect(page.get_by_role("main")).not_to_contain_text("Nguyễn Thị Minh Hằng")


def test_a_master_trainer_decides_one_file_after_the_other(window: Window, page: Page) -> None:
    arrive(window, "mai")
    follow(page, "Quách Kiều Oanh")
    expect(page.get_by_role("main")).to_contain_text("24 of 24 met or waived")
    expect(page.get_by_role("main")).to_contain_text("No relation between you and the candidate is known")
    page.get_by_label("Grant: certify for this module").check()
    because = page.get_by_role("group", name="Reason 1")
    because.get_by_label("Requirement").select_option(MEAN_SCORE)
    because.get_by_label("Reason", exact=True).fill("Both observers scored well above what is asked.")
    page.get_by_label("I have read this file").check()
    press(page, "Record and open the next file")
    expect(page.get_by_role("status").first).to_contain_text(
        "Grant the certificate: recorded for Quách Kiều Oanh."
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("Phùng Anh Đức")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
    window.open("/decisions")
    expect(page.get_by_role("main")).to_contain_text("Phùng Anh Đức")
    expect(page.get_by_role("main")).not_to_contain_text("Quách Kiều Oanh")


def test_a_coordinator_finds_a_case_and_names_an_observer(window: Window, page: Page, mode: str) -> None:
    arrive(window, "lananh", "/board")
    unfold(page, mode)
    page.get_by_label("Supervisor").select_option("Lê Thị Thu Hà")
    press(page, "Filter")
    expect(page).to_have_url(re.compile("supervisor=[^&]"))
    delivering = page.get_by_role("region", name="Training of enterprises")
    expect(delivering.get_by_role("link", name="Nguyễn Thị Minh Hằng")).to_have_count(0)
    follow(delivering, "Tô Lệ Quyên")
    follow(page, "Assign an observer")
    tied = page.get_by_role("row").filter(has_text="Đỗ Hải Long")
    expect(tied).to_contain_text("Đỗ Hải Long facilitated the candidate's ToT.")
    free = page.get_by_role("row").filter(has_text="Trần Văn Dũng")
    expect(free).to_contain_text("No conflict")
    free.get_by_role("radio").check()
    page.get_by_label("Workshop or visit to observe").select_option(index=1)
    press(page, "Assign an observer")
    expect(page.get_by_role("status").first).to_have_text("Recorded: Assign an observer.")
    observer = page.get_by_role("definition").filter(has_text="Classroom workshop of")
    expect(observer).to_contain_text("Trần Văn Dũng")


def test_a_coordinator_confirms_several_activities_at_once(window: Window, page: Page, stage: Stage) -> None:
    scenes.baselines_to_confirm(stage.site, "uyen", coordinator="lananh")
    arrive(window, "lananh")
    follow(page, "To confirm (3)")
    follow(page, "Confirm several at once")
    boxes = page.get_by_role("checkbox", name="Baseline assessment")
    expect(boxes).to_have_count(3)
    for box in boxes.all()[:2]:
        box.check()
    press(page, "Confirm the ticked ones")
    expect(page.get_by_role("status").first).to_have_text("2 activities confirmed.")
    expect(boxes).to_have_count(1)


def test_a_provider_nominates_several_and_mends_the_row_that_was_wrong(window: Window, page: Page) -> None:
    arrive(window, "thinh", "/trainers")
    trainer = page.get_by_role("region", name="Mai Thị Tuyết Nhung")
    expect(trainer).to_contain_text("Next: Get a place in a training of trainers")
    follow(page, "Nominate several")
    for n, (name, email) in enumerate(
        (("Lò Thị Mây", "may@song.example"), ("Vi Khuê", "khue@song")), start=1
    ):
        row = page.get_by_role("group", name=f"Row {n}", exact=True)
        row.get_by_label("Full name").fill(name)
        row.get_by_label("E-mail address").fill(email)
        row.get_by_label("Module").select_option("Workplace Cooperation (WPC)")
    press(page, "Nominate them")
    expect(page.get_by_role("status").first).to_contain_text(
        "Asked to confirm by mail: Lò Thị Mây <may@song.example>"
    )
    expect(page.get_by_role("alert")).to_contain_text("Give an e-mail address like name@example.org.")
    row = page.get_by_role("group", name="Row 1", exact=True)
    expect(row.get_by_label("Full name")).to_have_value("Vi Khuê")
    row.get_by_label("E-mail address").fill("khue@song.example")
    press(page, "Nominate them")
    expect(page.get_by_role("status").first).to_have_text("1 person is asked to confirm by mail.")


def test_a_provider_checks_the_certificates_of_others(window: Window, page: Page, stage: Stage) -> None:
    good, bad, never = (*scenes.numbers_of(stage.site, "uyen", "an"), "TC-0000-0000-0000-0")
    arrive(window, "thinh", "/trainers")
    follow(page, "Check others' certificates")
    page.get_by_label("Numbers of certificates").fill(f"{good.lower()}\n{bad}\n{never}")
    press(page, "Check them")
    for number, name, verdict in (
        (good, "La Tố Uyên", "Valid"),
        (bad, "Doãn Bình An", "Suspended"),
        (never, "–", "Unknown number"),
    ):
        row = page.get_by_role("row").filter(has_text=number)
        expect(row).to_contain_text(name)
        expect(row.get_by_text(verdict, exact=True)).to_be_visible()


def test_a_contact_confirms_a_visit_in_two_taps(window: Window, page: Page, stage: Stage) -> None:
    window.become("visitor")
    page.goto(stage.mailed("yen@score.example"))
    expect(page.get_by_role("main")).to_contain_text("recorded a visit to you on 17 Nov 2026.")
    press(page, "Yes, this visit happened")
    expect(page.get_by_role("main")).to_contain_text("You confirmed the visit.")
    arrive(window, "hang", "/my-path")
    path = page.get_by_role("region", name="Workplace Cooperation (WPC)")
    expect(path).to_contain_text("Nhựa Đại Lợi")
    expect(path).not_to_contain_text("May Bình Minh")


def test_a_role_takes_two_people_and_a_sign_in_is_ended_by_one(window: Window, page: Page, mode: str) -> None:
    arrive(window, "sarah", "/people")
    unfold(page, mode)
    page.get_by_label("Name or address").fill("thịnh")
    press(page, "Filter")
    follow(page, "Bùi Đức Thịnh")
    follow(page, "Open sign-ins: 1")
    press(page, "Sign out everywhere")
    expect(page.get_by_role("main")).to_contain_text("Signed in nowhere")
    follow(page, "Bùi Đức Thịnh")
    follow(page, "Propose a role")
    page.get_by_label("Expert Trainer").check()
    page.get_by_label("Module").select_option("Workplace Cooperation (WPC)")
    press(page, "Propose it")
    expect(page.get_by_role("button", name="Confirm the role")).to_be_disabled()
    expect(page.get_by_role("main")).to_contain_text(
        "You proposed this role: somebody else has to confirm it."
    )
    arrive(window, "claire")
    follow(page, "Look and confirm")
    press(page, "Confirm the role")
    expect(page.get_by_role("definition").filter(has_text="In force")).to_be_visible()
    arrive(window, "thinh", "/trainers")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_auditor_reads_everything_and_can_press_nothing(window: Window, page: Page, mode: str) -> None:
    arrive(window, "mehmet")
    if mode == "wide":
        page.keyboard.press("/")
        page.keyboard.type("oanh quach")
        page.keyboard.press("Enter")
    else:
        follow(page, "Search")
        page.get_by_role("searchbox").fill("oanh quach")
        press(page, "Search")
    follow(page.get_by_role("region", name="Cases"), "Quách Kiều Oanh")
    expect(page.get_by_role("heading", level=1)).to_have_text("Quách Kiều Oanh")
    nothing = page.get_by_role("main").get_by_role("button")
    expect(nothing).to_have_count(0)
    follow(page, "The whole history")
    expect(page.get_by_role("main")).to_contain_text("Trần Văn Dũng recommended the candidate.")
    expect(nothing).to_have_count(0)


def test_a_visitor_verifies_a_number_and_reads_the_scheme(window: Window, page: Page, stage: Stage) -> None:
    (number,) = scenes.numbers_of(stage.site, "uyen")
    window.become("visitor")
    window.open("/")
    page.get_by_label("Number on the certificate").fill(number.replace("-", " ").lower())
    press(page, "Verify")
    expect(page.get_by_role("heading", level=1)).to_have_text("La Tố Uyên")
    expect(page.get_by_role("heading", name="Valid", exact=True)).to_be_visible()
    follow(page, "The scheme in plain words")
    expect(page.get_by_role("main")).to_contain_text("36 months")
