"""A case, an activity and a sheet in each of their states, and each move in error: no fault, no width."""

from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Activity, Assessment, Certification, Person, db
from certify.scheme.words import ActivityState, AssessmentState, CertificationState
from certify.views.certifications import address_of
from certify.workflows.people import actor_of
from certify.workflows.result_sight import offers_to
from tests.browser import scenes
from tests.browser.anew import Stage, playing
from tests.browser.window import DESKTOP, NARROWEST, Window
from tests.databases import Sqlite
from tests.demo import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
# One of each state, and for certified one whose certificate is valid, near its end, in grace and over.
HOLDERS = (
    "tam", "phuc", "hoa", "khoa", "minh", "dat", "hang", "hieu", "thao", "duc", "uyen", "loan",
    "toan", "tien", "an", "my", "cuong", "kiet", "linh",
)  # fmt: skip
MOVERS = ("khin", "ha", "dung", "lananh", "mai")
READER = "lananh"


@pytest.fixture(scope="module")
def stage(sqlite_kind: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with playing(sqlite_kind, tmp_path_factory.mktemp("states"), *HOLDERS, *MOVERS) as stage:
        scenes.every_state_of_evidence(stage.site, coordinator=READER)
        yield stage


@pytest.fixture(scope="module")
def wide(chromium: Browser, stage: Stage) -> Iterator[Window]:
    with Window.opened(chromium, stage.address, stage.cookies, viewport=DESKTOP) as window:
        yield window


@pytest.fixture(scope="module")
def narrow(chromium: Browser, stage: Stage) -> Iterator[Window]:
    with Window.opened(
        chromium, stage.address, stage.cookies, viewport=NARROWEST, java_script_enabled=False
    ) as window:
        yield window


def cases_of(session: Session) -> dict[str, Certification]:
    """The case of each holder: of two, the one that began the path."""
    asked = select(Certification, Person.email).join(Person, Certification.holder)
    found = session.execute(asked.order_by(Certification.module == "WPC", Certification.id)).all()
    return {email.partition("@")[0]: case for case, email in found if email.partition("@")[0] in HOLDERS}


def test_the_cases_looked_at_are_in_every_state(stage: Stage) -> None:
    with stage.site.app_context():
        states = {case.state for case in cases_of(db.session()).values()}
        db.session.remove()
    assert states == set(CertificationState) - {CertificationState.NEW}


def test_a_case_and_my_path_have_no_fault_in_any_state(stage: Stage, wide: Window) -> None:
    faults = {}
    for holder, path in _of_holders(stage.site):
        wide.become(holder)
        wide.open(path)
        if found := wide.faults("main"):
            faults[holder, path] = found
    assert faults == {}


def test_a_case_and_my_path_fit_a_phone_in_every_state(stage: Stage, narrow: Window) -> None:
    widths = {}
    for holder, path in _of_holders(stage.site):
        narrow.become(holder)
        narrow.open(path)
        if found := narrow.too_wide(NARROWEST):
            widths[holder, path] = found
    assert widths == {}


def test_every_move_shows_its_errors_without_a_fault(stage: Stage, wide: Window) -> None:
    faults, widths = {}, {}
    for (move, allowed), (mover, path) in _moves(stage.site).items():
        wide.become(mover)
        wide.open(path)
        if allowed and not wide.send_empty():
            continue  # a page of its own leads to the form
        if found := wide.faults("main"):
            faults[move, path] = found
        if found := wide.too_wide(NARROWEST):
            widths[move, path] = found
        wide.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    assert (faults, widths) == ({}, {})


def test_activities_and_sheets_have_no_fault_in_any_state(stage: Stage, wide: Window) -> None:
    faults, widths = {}, {}
    wide.become(READER)
    for path in _of_evidence(stage.site):
        assert wide.open(path).status == 200, path
        if found := wide.faults("main"):
            faults[path] = found
        if found := wide.too_wide(NARROWEST):
            widths[path] = found
        wide.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    assert (faults, widths) == ({}, {})


def _of_holders(site: Flask) -> list[tuple[str, str]]:
    with site.app_context():
        found = {holder: case.id for holder, case in cases_of(db.session()).items()}
        db.session.remove()
    return [(holder, path) for holder, id in found.items() for path in ("/my-path", f"/certifications/{id}")]


def _moves(site: Flask) -> dict[tuple[str, bool], tuple[str, str]]:
    """By move, and whether it can be made: who is offered it first, and its page."""
    found: dict[tuple[str, bool], tuple[str, str]] = {}
    with site.test_request_context():
        session = db.session()
        people = {one.email: one.id for one in session.execute(select(Person.email, Person.id))}
        for holder, case in cases_of(session).items():
            for mover in (holder, *MOVERS):
                actor = actor_of(session, people[f"{mover}@score.example"], TODAY.date())
                assert actor is not None
                for offer in offers_to(case, actor, TODAY):
                    name = offer.move.name
                    found.setdefault((name, offer.allowed), (mover, address_of(case, name)))
        db.session.remove()
    return found


def _of_evidence(site: Flask) -> list[str]:
    """The page of one activity of each kind and state, and of one sheet of each."""
    with site.test_request_context():
        session = db.session()
        activities = session.execute(
            select(Activity.kind, Activity.state, Activity.id).where(Activity.country == "VN")
        ).all()
        sheets = session.execute(
            select(Assessment.kind, Assessment.state, Assessment.id)
            .join(Assessment.certification)
            .where(Certification.country == "VN")
        ).all()
        db.session.remove()
        one_each = {(kind, state): id for kind, state, id in activities}
        assert {state for _, state in one_each} == set(ActivityState) - {ActivityState.NEW}
        one_sheet_each = {(kind, state): id for kind, state, id in sheets}
        assert {state for _, state in one_sheet_each} == set(AssessmentState) - {AssessmentState.NEW}
        paths = [url_for("activities.show", id=id) for id in one_each.values()]
        return paths + [url_for("assessments.show", id=id) for id in one_sheet_each.values()]
