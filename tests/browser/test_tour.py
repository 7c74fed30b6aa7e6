"""The tour of docs/tour.md, taken line by line as it is written: by mouse, on a phone, by keyboard alone."""

import os
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.anew import Stage, playing
from tests.browser.steps import Action, Keyboard, Mouse, see, steps_in
from tests.browser.window import DESKTOP, PHONE, Window
from tests.databases import Sqlite

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
ROOT = Path(__file__).parents[2]
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
START, *STEPS = steps_in(TOUR)
HANDS: dict[str, tuple[type[Mouse] | type[Keyboard], dict[str, Any]]] = {
    "mouse": (Mouse, {"viewport": DESKTOP}),
    "phone": (Mouse, {"viewport": PHONE, "java_script_enabled": False}),
    "keyboard": (Keyboard, {"viewport": DESKTOP}),
}


@pytest.fixture(scope="module")
def stage(sqlite_kind: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with playing(sqlite_kind, tmp_path_factory.mktemp("tour")) as stage:
        yield stage


def test_the_tour_is_as_short_as_it_says() -> None:
    does = [action.do for action in chain(START, *STEPS)]
    steps, presses, lines = map(int, re.findall(r"\b\d(?= (?:steps|things|lines))", TOUR))
    assert (steps, presses) == (len(STEPS) + 1, does.count("press") + does.count("choose"))
    assert lines == sum(action.do == "write" and bool(action.field) for action in chain(*STEPS))


def test_the_tour_starts_with_what_starts_certify() -> None:
    command, answer = START
    assert os.access(ROOT / command.text, os.X_OK)
    script = (ROOT / command.text).read_text(encoding="utf-8")
    host, port = (re.findall(rf"\b{name}:-([\d.]+)", script)[0] for name in ("HOST", "PORT"))
    said, address = f"Certify answers at http://{host}:{port}", STEPS[0][0].text
    assert (answer.text, address) == (said, said.rpartition(" ")[2])
    assert "Certify answers at {ours.base_url}" in (ROOT / "certify/cli/serve.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("hands", HANDS)
def test_the_tour_ends_with_a_certificate_that_anyone_can_check(
    chromium: Browser, stage: Stage, hands: str
) -> None:
    stage.begin()
    kind, options = HANDS[hands]
    with Window.opened(chromium, stage.address, {}, **options) as window:
        window.page.set_default_timeout(10_000)
        for action in chain(*STEPS):
            _take(window, kind(window.page), action)
        window.become("visitor")
        window.open(window.page.url)
        expect(window.page.get_by_role("heading", level=1)).to_have_text("Quách Kiều Oanh")
        see(window.page, "Valid")


def _take(window: Window, hand: Mouse | Keyboard, action: Action) -> None:
    if action.do == "see":
        see(window.page, action.text)
    elif action.do == "press":
        hand.press(action.text)
    elif action.do == "choose":
        hand.choose(action.text, action.field)
    elif action.field:
        hand.write(action.text, action.field)
    else:
        window.open("/")
