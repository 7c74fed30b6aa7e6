"""Facts that break the order are recorded, shown as not counted with the reason, and never lost."""

from datetime import date, timedelta

from tests.cast import World
from tests.journeys.path import CONTACTS, ENTERPRISES, INTERVIEWED, READ, Journey
from tests.player import BASELINE_ON, CLASSROOM_ON

EARLY = CLASSROOM_ON - timedelta(4)
LATE = CLASSROOM_ON + timedelta(3)
SOONER = BASELINE_ON + timedelta(1)
FIRST, OTHERS = ENTERPRISES[0], ENTERPRISES[1:]


def _counts(journey: Journey, world: World, activity: str) -> str:
    page = journey.walk(world.ana).open(journey.path)
    return next(row for row in page.rows("Evidence, by day") if f"/activities/{activity}" in row.links)


def test_a_visit_before_the_workshop_is_kept_and_not_counted(trained: Journey, world: World) -> None:
    trained.gather().baselines()
    early = trained.visited(EARLY, FIRST, CONTACTS[0], counts=False)
    trained.teach()
    line = _counts(trained, world, early)
    assert "Confirmed" in line
    assert "Not counted" in line
    assert "visits-after-classroom" in line
    trained.make("begin_visits", world.ana, "Begin the supervised visits")
    later = trained.visited(date(2026, 3, 23), FIRST, CONTACTS[0])
    assert "Not counted" not in _counts(trained, world, later)


def test_a_baseline_after_the_workshop_is_kept_and_an_earlier_one_completes(
    trained: Journey, world: World
) -> None:
    trained.gather().baselines(enterprises=OTHERS).teach()
    trained.turn(LATE)
    late = trained.confirmed("baseline", LATE, counts=False, Enterprise=FIRST, **INTERVIEWED, **READ)
    line = _counts(trained, world, late)
    assert "Not counted" in line
    assert "baseline-before-classroom" in line
    assert trained.refused("begin_visits", world.ana).refusals == ["baseline-before-classroom"]
    forgotten = trained.confirmed("baseline", SOONER, Enterprise=FIRST, **INTERVIEWED, **READ)
    assert "Not counted" not in _counts(trained, world, forgotten)
    page = trained.make("begin_visits", world.ana, "Begin the supervised visits")
    assert page.requirement("baseline-before-classroom") == "Met"
    assert "Not counted" in _counts(trained, world, late)


def test_a_workshop_is_planned_by_its_days_alone_and_submitted_once_it_was_held(
    trained: Journey, world: World
) -> None:
    trained.gather()
    ana = trained.walk(world.ana)
    form = ana.open(f"/cohorts/{trained.cohort}/activities/new/workshop").form("Save")
    form.fill("Day 1: Day", CLASSROOM_ON.isoformat()).fill("Day 1: Hours", "7")
    page = ana.send(form)
    assert page.state == "Planned"
    assert 'id="why-submit"' in page.html
    trained.turn(CLASSROOM_ON)
    assert ana.open(page.path).state == "Held"
    trained.do(page.id, "submit", world.ana, "Submit")


def test_a_baseline_needs_no_reading(trained: Journey, world: World) -> None:
    trained.gather()
    trained.recorded("baseline", BASELINE_ON, Enterprise=FIRST)
