"""What is printed: the thing itself under its name and the day, whole tables, nothing to press."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask, url_for
from pypdf import PdfReader
from sqlalchemy import select

from certify.models import Activity, Assessment, Certification, Credential, db
from certify.scheme.words import ActivityKind, ActivityState, AssessmentKind, AssessmentState
from certify.scheme.words import CertificationState as S
from tests.browser.window import Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SHOWN = "all => all.filter(e => e.getClientRects().length).map(e => e.outerHTML.slice(0, 90))"
TO_PRESS = "nav, button, .btn, .site-header, .site-footer, .skip-link, .breadcrumb, .filters"
HEADS = "all => [...new Set(all.map(e => getComputedStyle(e).display))]"
CUT = "all => [...new Set(all.map(e => getComputedStyle(e).breakInside))]"
MANY_ROWS = "all => all.forEach(e => { for (let n = 0; n < 5; n++) e.append(e.rows[0].cloneNode(true)); })"
GROUND = "getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color"


def case() -> str:
    found = db.session.scalars(
        select(Certification).where(Certification.country == "VN", Certification.state == S.RECOMMENDED)
    ).first()
    assert found is not None
    return url_for("certifications.show", id=found.id)


def _sheet(*states: AssessmentState) -> str:
    asked = select(Assessment).where(
        Assessment.kind == AssessmentKind.OBSERVATION, Assessment.state.in_(states)
    )
    found = db.session.scalars(
        asked.join(Assessment.certification).where(Certification.country == "VN")
    ).first()
    assert found is not None
    return url_for("assessments.paper", id=found.id)


def blank_checklist() -> str:
    return _sheet(AssessmentState.ASSIGNED, AssessmentState.DECLARED)


def filled_checklist() -> str:
    return _sheet(AssessmentState.SUBMITTED)


def roster() -> str:
    found = db.session.scalars(
        select(Activity).where(
            Activity.kind == ActivityKind.TOT_EVENT,
            Activity.state == ActivityState.OPEN,
            Activity.roster.any(),
        )
    ).first()
    assert found is not None
    return url_for("activities.show", id=found.id)


def verify() -> str:
    return url_for("verify.show", number=db.session.scalars(select(Credential.number)).first())


PAPERS = (
    (case, "coordinator"), (blank_checklist, "coordinator"), (filled_checklist, "coordinator"),
    (roster, "coordinator"), (verify, "visitor"),
)  # fmt: skip


NAMES = {
    case: " · Workplace Cooperation (WPC) · Vietnam · ",
    blank_checklist: "Observation · ",
    filled_checklist: "Observation · ",
    roster: "ToT event · Workplace Cooperation (WPC) · Vietnam · ",
    verify: "TC-",
}


@pytest.fixture(params=PAPERS, ids=lambda paper: paper[0].__name__)
def paper(
    request: pytest.FixtureRequest, site: Flask, desktop: Window
) -> Iterator[tuple[Callable[[], str], Window]]:
    what, reader = request.param
    with site.test_request_context():
        path = what()
        db.session.remove()
    desktop.become(reader)
    assert desktop.open(path).status == 200
    desktop.page.emulate_media(media="print")
    yield what, desktop
    desktop.page.emulate_media(media="screen")


def test_paper_holds_the_thing_itself_and_nothing_to_press(paper: tuple[Callable[[], str], Window]) -> None:
    what, window = paper
    page = window.page
    assert page.eval_on_selector_all(TO_PRESS, SHOWN) == []
    assert page.evaluate(GROUND) == "rgb(255, 255, 255)rgb(0, 0, 0)"
    header = page.inner_text(".print-header")
    assert NAMES[what] in header
    assert "20 Nov 2026" in header
    if what is not verify:
        assert page.eval_on_selector_all("main thead", HEADS) == ["table-header-group"]
        assert page.eval_on_selector_all("main tr", CUT) == ["avoid"]


def test_an_open_roster_is_printed_with_its_names_and_boxes_to_fill_in(site: Flask, desktop: Window) -> None:
    with site.test_request_context():
        path = roster()
        db.session.remove()
    desktop.become("coordinator")
    desktop.open(path)
    desktop.page.emulate_media(media="print")
    names = desktop.page.locator("#roster-card tbody th").all_inner_texts()
    boxes = desktop.page.eval_on_selector_all("#roster-card tbody input", SHOWN)
    desktop.page.emulate_media(media="screen")
    assert len(names) >= 2
    assert all(names)
    assert len(boxes) >= 5 * len(names)


@pytest.mark.parametrize(
    "paper", [PAPERS[0], *PAPERS[2:4]], indirect=True, ids=lambda paper: paper[0].__name__
)
def test_every_sheet_names_the_thing_who_printed_it_when_and_its_number(
    paper: tuple[Callable[[], str], Window],
) -> None:
    what, window = paper
    window.page.eval_on_selector_all("main tbody", MANY_ROWS)
    printed = PdfReader(BytesIO(window.page.pdf(prefer_css_page_size=True))).pages
    sheets = ["".join(sheet.extract_text().split()) for sheet in printed]  # accents come apart from letters
    assert len(sheets) > 1
    for n, text in enumerate(sheets, start=1):
        head = text[:250]
        assert all(part in head for part in (NAMES[what].replace(" ", ""), "Printedby", "20Nov2026")), head
        assert f"{n}/{len(sheets)}" in text
