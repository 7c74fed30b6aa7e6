"""Who records and edits an activity, and what is entered (DESIGN.md, Activity)."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import (
    Activity,
    Certification,
    Event,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.workflows.activity_edit import edit_activity
from certify.workflows.activity_store import fields_of
from certify.workflows.engine import Forbidden, NotVisible, Refused
from certify.workflows.facts import InvalidFacts
from tests.cast import Member, World
from tests.player import BASELINE_ON, TOT_ON, Player, at
from tests.workflows.recording import VISIT_ON, WEEK, activity, record, tot, visit


@pytest.fixture
def played(delivered: Player, world: World) -> Player:
    """Ana in supervised visits: cohort of four enterprises, Bo supervises."""
    return delivered


# ---- who records


@pytest.mark.parametrize("by", ["olu", "bea", "bo"])
def test_a_tot_event_is_recorded_by_the_coordinator_or_a_facilitator(
    app: Flask, world: World, by: str
) -> None:
    made = activity(tot(world, getattr(world, by)))
    assert (made.state, made.held_on, made.last_on, made.case.kind) == (
        "open", TOT_ON, TOT_ON + timedelta(4), "tot_event",
    )  # fmt: skip
    assert [one.person_id for one in made.people] == [world.bea.id, world.bo.id]


@pytest.mark.parametrize("by", ["ana", "maya", "sami", "kim", "tuan"])
def test_nobody_else_records_a_tot_event(app: Flask, world: World, by: str) -> None:
    with pytest.raises(Forbidden):
        tot(world, getattr(world, by))
    assert db.session.scalars(select(Activity)).all() == []


def test_the_rest_is_recorded_by_a_trainer_of_the_cohort_or_its_supervisor(
    played: Player, world: World
) -> None:
    for by in (world.ana, world.bo):
        assert visit(played, world)
        assert record(
            played, world, "cycle_report", by, VISIT_ON, held_on=VISIT_ON.isoformat(), report="Done."
        )
    with pytest.raises(Forbidden):
        record(played, world, "cycle_report", world.olu, VISIT_ON, held_on="2026-03-23", report="Done.")
    with pytest.raises(NotVisible):
        record(played, world, "cycle_report", world.kim, VISIT_ON, held_on="2026-03-23", report="Done.")


def test_the_event_keeps_what_was_entered(played: Player, world: World) -> None:
    id = visit(played, world)
    event = db.session.scalars(select(Event).where(Event.subject_id == id)).one()
    assert (event.move, event.from_state, event.to_state) == ("create", "new", "open")
    assert event.facts == {
        "kind": "visit",
        "held_on": "2026-03-23",
        "enterprise": world.enterprises[0],
        "purpose": "consultation",
        "trainers": [world.ana.id],
    }


# ---- what is entered


@pytest.mark.parametrize("field", ["trainers", "enterprise"])
def test_whoever_and_whatever_is_named_belongs_to_the_cohort(
    played: Player, world: World, field: str
) -> None:
    stranger: Any = [world.kim.id] if field == "trainers" else world.enterprises[4]
    with pytest.raises(InvalidFacts) as refused:
        visit(played, world, **{field: stranger})
    assert set(refused.value.errors) == {field}


def test_facilitators_hold_expert_trainer_status_on_every_day(app: Flask, world: World) -> None:
    for who in (world.maya, world.kim):
        with pytest.raises(InvalidFacts) as refused:
            tot(world, world.olu, facilitators=[world.bea.id, who.id])
        assert set(refused.value.errors) == {"facilitators"}
    with write_tx() as session:
        grants = select(RoleGrant).where(RoleGrant.person_id == world.bo.id)
        session.scalars(grants).one().until_on = TOT_ON + timedelta(3)
    with pytest.raises(InvalidFacts):
        tot(world, world.olu)
    assert tot(world, world.olu, days=WEEK[:4])


def test_days_span_no_more_than_the_module_allows(app: Flask, world: World) -> None:
    def two_days(apart: int) -> list[dict[str, str]]:
        return [{"on": (TOT_ON + timedelta(n)).isoformat(), "hours": "7"} for n in (0, apart)]

    assert tot(world, world.olu, days=two_days(13))
    with pytest.raises(InvalidFacts) as refused:
        tot(world, world.olu, days=two_days(14))
    assert set(refused.value.errors) == {"days"}


def test_facts_out_of_order_are_recorded(played: Player, world: World) -> None:
    early = BASELINE_ON - timedelta(20)
    assert activity(visit(played, world, early)).state == "open"


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "declined", "recommended", "refused", "withdrawn", "retired", "left"]
)
def test_facts_are_refused_outside_the_path(played: Player, world: World, state: str) -> None:
    planned = visit(played, world)
    with write_tx() as session:
        session.get_one(Certification, played.certification).state = state  # type: ignore[assignment]
    with pytest.raises(Refused):
        visit(played, world)
    with pytest.raises(Refused):
        played.do(planned, "submit", world.ana, VISIT_ON)
    with pytest.raises(Refused), write_tx() as session:
        edit_activity(
            session,
            session.get_one(Activity, planned),
            world.actor(session, world.ana, VISIT_ON),
            at(VISIT_ON),
            {"report": "Late."},
        )


@pytest.mark.parametrize(
    "state",
    [
        "admitted",
        "training",
        "classroom_delivery",
        "assessment",
        "more_practice",
        "on_hold",
        "certified",
        "suspended",
    ],
)
def test_facts_are_entered_on_the_path_and_while_certified(played: Player, world: World, state: str) -> None:
    with write_tx() as session:
        session.get_one(Certification, played.certification).state = state  # type: ignore[assignment]
    assert activity(visit(played, world)).state == "open"


# ---- editing


def edit(world: World, id: str, by: Member, on: date, **fields: Any) -> None:
    with write_tx() as session:
        who = world.actor(session, by, on)
        edit_activity(session, session.get_one(Activity, id), who, at(on), fields)


def test_an_edit_changes_the_given_fields_and_is_one_event(played: Player, world: World) -> None:
    id = visit(played, world)
    edit(world, id, world.bo, VISIT_ON, report="They moved the cutting table.")
    assert fields_of(activity(id)) == {
        "held_on": "2026-03-23",
        "enterprise": world.enterprises[0],
        "purpose": "consultation",
        "trainers": [world.ana.id],
        "report": "They moved the cutting table.",
    }
    event = db.session.scalars(select(Event).where(Event.subject_id == id, Event.move == "edit")).one()
    assert event.facts == {"report": "They moved the cutting table."}


def test_nothing_is_edited_after_submission_and_again_when_returned(played: Player, world: World) -> None:
    id = visit(played, world)
    played.do(id, "submit", world.ana, VISIT_ON)
    with pytest.raises(Refused):
        edit(world, id, world.ana, VISIT_ON, report="More.")
    played.do(id, "return", world.bo, VISIT_ON, reason="Who was met?")
    assert activity(id).reason == "Who was met?"
    edit(world, id, world.ana, VISIT_ON, people_met="The owner and two workers")
    played.do(id, "submit", world.ana, VISIT_ON)
    assert (activity(id).state, activity(id).reason) == ("submitted", None)


def test_a_stranger_edits_nothing(played: Player, world: World) -> None:
    id = visit(played, world)
    with pytest.raises(NotVisible):
        edit(world, id, world.kim, VISIT_ON, report="x")
    with pytest.raises(Forbidden):
        edit(world, id, world.olu, VISIT_ON, report="x")


def test_moving_the_days_moves_when_it_was_held(app: Flask, world: World) -> None:
    id = tot(world, world.olu)
    later = [{"on": "2026-02-10", "hours": "6"}, {"on": "2026-02-09", "hours": "6"}]
    edit(world, id, world.olu, TOT_ON, days=later)
    assert (activity(id).held_on, activity(id).last_on) == (date(2026, 2, 9), date(2026, 2, 10))


def test_whoever_is_training_stays_on_the_roster(admitted: Player, world: World) -> None:
    id = tot(world, world.olu)
    admitted.move("enrol", world.olu, TOT_ON, activity=id)
    row = {"certification": admitted.certification, "hours_present": "34", "micro_teaching": [4, 5]}
    edit(world, id, world.bea, TOT_ON, roster=[row])
    assert fields_of(activity(id))["roster"] == [row]
    with pytest.raises(InvalidFacts) as refused:
        edit(world, id, world.bea, TOT_ON, roster=[])
    assert set(refused.value.errors) == {"roster"}


def test_a_roster_takes_nobody_of_another_module_or_unknown(app: Flask, world: World) -> None:
    other = Player(module="LEA", holder=world.lan)
    with pytest.raises(InvalidFacts) as refused:
        tot(world, world.olu, roster=[{"certification": "f" * 20}])
    assert set(refused.value.errors) == {"roster"}
    other.apply()
    with pytest.raises(InvalidFacts):
        tot(world, world.olu, roster=[{"certification": other.certification}])


def test_a_roster_takes_nobody_who_was_not_admitted(submitted: Player, world: World) -> None:
    with pytest.raises(Refused):
        tot(world, world.olu, roster=[{"certification": submitted.certification}])
