"""A day that would not count is said beside its field before it is kept; sent once more, it is meant."""

from datetime import date

from sqlalchemy import func, select

from certify.models import Activity, db
from tests.cast import World
from tests.conftest import Turn
from tests.player import Player
from tests.views.conftest import ClientOf
from tests.views.sending import fields_on, send

EARLY, LATER = date(2026, 2, 20), date(2026, 4, 21)
ONCE_MORE = "It can be recorded, but does not count. Save once more if the day is right."


def visits() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Activity.id)).where(Activity.kind == "visit")) or 0


def visit(world: World, on: date) -> dict[str, object]:
    return {
        "held_on": on.isoformat(), "enterprise": world.enterprises[0], "purpose": "consultation",
        "trainers": [world.ana.id], "people_met": "The manager", "report": "As planned",
    }  # fmt: skip


def test_a_visit_before_the_classroom_is_asked_about_once_and_then_recorded(
    delivered: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(LATER)
    path, ana, before = f"/cohorts/{delivered.cohort}/activities/new/visit", client_of(world.ana), visits()
    asked = send(ana, path, **visit(world, EARLY))
    assert (asked.status_code, visits()) == (422, before)
    beside = asked.text.partition('id="held_on-error"')[2].partition("</p>")[0]
    assert ONCE_MORE in beside
    kept = fields_on(asked.text, path)
    assert kept["held_on"] == [EARLY.isoformat()]
    again = ana.post(path, data=kept)
    assert (again.status_code, visits()) == (303, before + 1)
    changed = ana.post(path, data={**kept, "held_on": LATER.isoformat()})
    assert (changed.status_code, visits()) == (303, before + 2)


def test_a_change_that_leaves_the_day_alone_asks_nothing_again(
    delivered: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(LATER)
    path, ana = f"/cohorts/{delivered.cohort}/activities/new/visit", client_of(world.ana)
    made = ana.post(path, data=fields_on(send(ana, path, **visit(world, EARLY)).text, path)).location
    assert send(ana, f"{made}/edit", report="Corrected").status_code == 303
    assert send(ana, f"{made}/edit", held_on="2026-02-21").status_code == 422
