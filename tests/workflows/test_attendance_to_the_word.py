"""Everybody present at once: how the marks are kept, and taken back while they stand."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from certify.models import Activity, Event, db
from certify.models.store import write_tx
from certify.workflows import attendance
from certify.workflows.activity_edit import edit_activity
from certify.workflows.activity_store import fields_of
from certify.workflows.changes import Change
from certify.workflows.engine import Refusal, Refused
from tests.cast import World
from tests.player import TOT_ON, Player, at
from tests.store.locks import locked_cases
from tests.workflows.cohorts import case_row, stored
from tests.workflows.recording import activity, tot
from tests.workflows.refusing import refused_by

FIRST, SECOND = "2026-02-02", "2026-02-03"
LATER = TOT_ON + timedelta(1)


def test_whoever_was_marked_is_named_once_by_the_day() -> None:
    marked = {FIRST: ["lan", "ana"], SECOND: ["ana"], "2026-02-04": []}
    change = attendance.marks_of_presence(Activity(id="event"), marked)
    kept = {"people": ["ana", "lan"], "days": {FIRST: [1, 0], SECOND: [0], "2026-02-04": []}}
    assert change == Change("presence", "event", {}, {}, kept)


class Marked:
    """Ana and Lan on the roster of a ToT event of a week, whose first two days have come."""

    def __init__(self, played: Player, world: World) -> None:
        self.world, self.ana = world, played.certification
        self.lan = stored(case_row(world.lan))
        self.event = tot(world, world.olu)
        self._edit({"roster": [{"certification": one} for one in (self.ana, self.lan)]})

    def enter(self, ana: dict[str, Any], lan: dict[str, Any]) -> None:
        """What the roster says of them from now on."""
        self._edit({"roster": [{"certification": self.ana, **ana}, {"certification": self.lan, **lan}]})

    def take_back(self, **days: str) -> bool:
        """`first="ana lan"`: whom to take the mark of the first day back from."""
        on = {"first": FIRST, "second": SECOND}
        marked = {on[day]: [getattr(self, one) for one in names.split()] for day, names in days.items()}
        change = attendance.marks_of_presence(activity(self.event), marked)
        with write_tx() as session:
            who = self.world.actor(session, self.world.bea, LATER)
            event = session.get_one(Activity, self.event)
            return attendance.take_back(session, who, at(LATER), event, change)

    def rows(self) -> list[dict[str, Any]]:
        """What the roster says of each, beside who they are."""
        db.session.rollback()
        roster = {row.pop("certification"): row for row in fields_of(activity(self.event))["roster"]}
        return [roster[one] for one in (self.ana, self.lan)]

    def _edit(self, fields: dict[str, Any]) -> None:
        with write_tx() as session:
            who = self.world.actor(session, self.world.bea, LATER)
            edit_activity(session, session.get_one(Activity, self.event), who, at(LATER), fields)


@pytest.fixture
def marked(admitted: Player, world: World) -> Marked:
    return Marked(admitted, world)


def on_days(*hours: str) -> list[dict[str, str]]:
    return [{"on": on, "hours": each} for on, each in zip((FIRST, SECOND), hours, strict=False)]


def test_marks_are_taken_back_and_the_rest_stays(marked: Marked) -> None:
    """A day that goes takes its hours from the sum; who has none left has no sum."""
    marked.enter({"days_present": on_days("7", "5")}, {"days_present": on_days("7"), "test_percent": "80"})
    with locked_cases() as locked:
        assert marked.take_back(first="ana lan") is True
    case = activity(marked.event).case_id
    assert locked[0] == case
    second = [{"on": SECOND, "hours": "5"}]
    assert marked.rows() == [{"days_present": second, "hours_present": "5"}, {"test_percent": "80"}]
    edits = select(Event).where(Event.move == "edit", Event.case_id == case).order_by(Event.seq)
    told = db.session.scalars(edits).all()[-1].facts["roster"]
    assert sorted(told, key=len) == [
        {"certification": marked.lan, "test_percent": "80"},
        {"certification": marked.ana, "days_present": second, "hours_present": "5"},
    ]
    before = len(db.session.scalars(edits).all())
    with locked_cases() as locked:
        assert marked.take_back(first="ana lan") is False
    assert locked == [case]
    assert len(db.session.scalars(edits).all()) == before


def test_who_was_not_marked_keeps_what_was_entered(marked: Marked) -> None:
    mine, hers = {"days_present": on_days("7")}, {"hours_present": "34", "micro_teaching": [4]}
    marked.enter(mine, hers)
    assert marked.take_back(first="ana") is True
    assert marked.rows() == [{}, hers]
    marked.enter(mine, mine)
    assert marked.take_back(first="lan") is True
    assert marked.rows() == [{**mine, "hours_present": "7"}, {}]


def test_marks_that_were_changed_since_stay_as_they_read(marked: Marked) -> None:
    sentence = "Somebody changed the attendance since, so it was not undone. It stays as it reads now."
    whole = {"days_present": on_days("7", "7")}

    def refused(**days: str) -> bool:
        before = marked.rows()
        assert refused_by(lambda: marked.take_back(**days)) == (Refusal(None, sentence),)
        return marked.rows() == before

    marked.enter({"days_present": on_days("6.5")}, whole)
    assert refused(first="ana lan")
    assert refused(first="lan", second="ana")
    marked.enter(whole, {})
    assert refused(first="ana lan")


def test_marks_of_who_left_the_roster_are_changed_too(marked: Marked) -> None:
    marked.enter({"days_present": on_days("7")}, {"days_present": on_days("7")})
    with write_tx() as session:
        entries = session.get_one(Activity, marked.event).roster
        session.delete(next(one for one in entries if one.certification_id == marked.lan))
    with pytest.raises(Refused):
        marked.take_back(first="ana lan")
    assert marked.take_back(first="lan") is False
