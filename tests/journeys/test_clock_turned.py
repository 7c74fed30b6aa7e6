"""A clock that is put back or on by years breaks no page and no round: time is asked, never remembered."""

from datetime import date, timedelta

import pytest
from flask import Flask

from certify.extensions import clock
from certify.models import SchedulerRound, db
from certify.reminders.guard import Watch
from certify.reminders.rounds import take_round
from tests.cast import World
from tests.faults.checking import findings
from tests.journeys.path import Journey
from tests.journeys.walker import IDS, Walker
from tests.player import DECIDED_ON

BACK, ON, FAR = (DECIDED_ON + timedelta(days) for days in (-365, 365, 4 * 365))
NO_EDITION = "No edition of the scheme is in force on"
ELSEWHERE = ("/api/", "/favicon", "/static", "/healthz", "/readyz")


def _of_each_kind(pages: set[str]) -> set[str]:
    return set({IDS.sub("*", page): page for page in pages}.values())


def _everywhere(app: Flask) -> set[str]:
    """Every page that needs nothing in its address."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return {rule.rule for rule in rules if not rule.arguments and not rule.rule.startswith(ELSEWHERE)}


def _faults(browser: Walker, pages: set[str]) -> dict[str, str]:
    """What breaks; before its first edition the scheme knows no rules, and a page may say so."""
    seen = {page: browser.look(page) for page in pages}
    return {
        page: found.text
        for page, found in seen.items()
        if found.status >= 500 and (found.status != 503 or NO_EDITION not in found.text)
    }


@pytest.mark.parametrize("to", [BACK, ON, FAR])
def test_no_page_of_a_case_breaks_when_the_clock_is_turned(
    certified: Journey, world: World, walked: set[str], to: date
) -> None:
    number = certified.walk(world.ana).open(certified.path).number
    own = {f"/verify/{number}", f"{certified.path}/standing", f"{certified.path}/history"}
    certified.turn(to)
    assert _faults(certified.walk(world.ana), own | _of_each_kind(walked)) == {}


@pytest.mark.parametrize("to", [BACK, ON])
def test_no_other_page_breaks_when_the_clock_is_turned(certified: Journey, world: World, to: date) -> None:
    certified.turn(to)
    assert _faults(certified.walk(world.olu), _everywhere(certified.app)) == {}


def test_no_round_breaks_when_the_clock_is_turned(certified: Journey) -> None:
    """There and back, by itself and by hand: nothing fails, and the record still verifies."""
    watch = Watch()
    for to in (DECIDED_ON, BACK, ON, FAR, DECIDED_ON):
        certified.turn(to)
        for _ in range(2):
            assert take_round(clock().now(), timedelta(microseconds=1), watch=watch) is not None
    for to in (BACK, ON, FAR, DECIDED_ON):
        certified.turn(to)
        told = certified.app.test_cli_runner().invoke(args=["tick"])
        assert (told.exit_code, told.stderr) == (0, "")
    db.session.rollback()
    assert {one.failed_with for one in db.session.query(SchedulerRound)} == {None}
    assert {one.held_by for one in db.session.query(SchedulerRound)} >= {"back", "apart"}
    found = findings(certified.app.extensions["certify.settings"])
    assert [one for one in found if not one.startswith("stored_file")] == []  # these lie where it was walked
