"""Whom and what an activity's fields name: each no in its words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Activity, Certification, Cohort, Person, RosterEntry, db
from certify.models.store import write_tx
from certify.scheme.words import ActivityKind, ActivityState, CertificationState
from certify.workflows.activity_edit import create_activity, enrol_on_roster
from certify.workflows.activity_people import expert_on
from certify.workflows.activity_references import reference_errors
from certify.workflows.engine import Refusal
from tests.cast import World
from tests.player import EDITION, TOT_ON, Player, at
from tests.workflows.recording import VISIT_ON, WEEK, activity, edit, record, tot, visit
from tests.workflows.refusing import errors_of, refused_by

DAY = timedelta(days=1)


@pytest.fixture
def played(delivered: Player, world: World) -> Player:
    """Ana in supervised visits: cohort of four enterprises, Bo supervises."""
    return delivered


def test_a_roster_is_refused_by_name(admitted: Player, world: World) -> None:
    other = Player(holder=world.lan, module="LEA").apply()
    mine = {"certification": admitted.certification}

    def told(*rows: dict[str, Any], **more: Any) -> list[str]:
        found = errors_of(lambda: tot(world, world.olu, roster=list(rows), **more))
        assert set(found) == {"roster"}
        return found["roster"]

    entry = "Choose one of the entries."
    module = "Lan Phạm is on the path to another module."
    assert told({"certification": "f" * 20}, mine, {"certification": "e" * 20}) == [entry]
    assert told({"certification": other.certification}) == [module]
    assert told({"certification": "f" * 20}, {"certification": other.certification}) == [entry, module]
    with write_tx() as session:
        session.get_one(Certification, admitted.certification).holder_id = world.bea.id
    assert told(mine) == ["Bea Okafor cannot facilitate the own training."]


def test_whoever_is_training_stays_on_the_roster_by_name(admitted: Player, world: World) -> None:
    id = tot(world, world.olu)
    admitted.move("enrol", world.olu, TOT_ON, activity=id)
    empty: Callable[[], None] = lambda: edit(world, id, world.bea, TOT_ON, roster=[])  # noqa: E731
    assert errors_of(empty) == {"roster": ["Ana Trần is enrolled and stays on the roster."]}
    with write_tx() as session:
        session.get_one(Certification, admitted.certification).state = CertificationState.CLASSROOM_DELIVERY
    empty()
    assert activity(id).roster == []


def test_facilitators_are_refused_by_name(app: Flask, world: World) -> None:
    def told(*people: str, **more: Any) -> dict[str, list[str]]:
        return errors_of(lambda: tot(world, world.olu, facilitators=list(people), **more))

    status = "{} is not an Expert Trainer for this module and country on its days."
    assert told(world.bea.id, "f" * 20) == {"facilitators": ["Choose one of the entries."]}
    both = told(world.maya.id, world.bea.id, world.kim.id)
    assert {key: sorted(value) for key, value in both.items()} == {
        "facilitators": [status.format("Kim Park"), status.format("Maya Đặng")]
    }
    span = "The days span 15 days; this module allows 14 at most."
    days = [{"on": (TOT_ON + timedelta(n)).isoformat(), "hours": "7"} for n in (14, 0)]
    wrong = told(world.kim.id, days=days)
    assert wrong == {"days": [span], "facilitators": [status.format("Kim Park")]}


@pytest.mark.parametrize(
    ("change", "expert"),
    [
        ({}, True),
        ({"module": "LEA"}, False),
        ({"country": "LA"}, False),
        ({"module": None, "country": None}, True),
        ({"from_on": TOT_ON}, True),
        ({"from_on": TOT_ON + DAY}, False),
        ({"until_on": TOT_ON + DAY}, True),
        ({"until_on": TOT_ON}, False),
        ({"confirmed_at": None}, False),
        ({"role": "auditor"}, False),
        ({"ended_at": datetime(2026, 2, 2, 17, tzinfo=UTC)}, True),
        ({"ended_at": datetime(2026, 2, 2, 16, 59, tzinfo=UTC)}, False),
    ],
)
def test_a_status_is_held_on_every_day_of_the_country(
    app: Flask, world: World, change: dict[str, Any], expert: bool
) -> None:
    """Ended at five in the afternoon in London it ended on the third in Hanoi, and held on that day."""
    with write_tx() as session:
        (held,) = session.get_one(Person, world.tuan.id).grants
        for name, value in {"module": "WPC", **change}.items():
            setattr(held, name, value)
        session.flush()
        days = [TOT_ON, TOT_ON + DAY]
        assert expert_on(session, world.tuan.id, days, module="WPC", country="VN") is expert
        assert expert_on(session, world.kim.id, days, module="WPC", country="VN") is False


def test_whoever_and_whatever_is_not_of_the_cohort_is_refused_beside_the_field(
    played: Player, world: World
) -> None:
    people = {"trainers": ["Choose among the trainers of the cohort."]}
    among = ["Choose among the enterprises of the cohort."]
    fifth = world.enterprises[4]
    assert errors_of(lambda: visit(played, world, trainers=[world.ana.id, world.kim.id])) == people
    assert errors_of(lambda: visit(played, world, enterprise=fifth)) == {"enterprise": among}
    workshop = {"days": [{"on": VISIT_ON.isoformat(), "hours": "7"}], "trainers": [world.kim.id]}
    enterprises = [world.enterprises[0], fifth]
    told = errors_of(
        lambda: record(played, world, "workshop", world.ana, VISIT_ON, enterprises=enterprises, **workshop)
    )
    assert told == {**people, "enterprises": among}
    workshop["trainers"] = [world.ana.id]
    whole = list(world.enterprises[:4])
    assert record(played, world, "workshop", world.ana, VISIT_ON, enterprises=whole, **workshop)
    baseline = {"held_on": VISIT_ON.isoformat(), "enterprise": fifth}
    told = errors_of(lambda: record(played, world, "baseline", world.ana, VISIT_ON, **baseline))
    assert told == {"enterprise": among}


def test_each_mistake_of_an_event_of_days_is_told(played: Player, world: World) -> None:
    days = [{"on": (VISIT_ON + timedelta(n)).isoformat(), "hours": "7"} for n in (14, 0)]
    span = ["The days span 15 days; this module allows 14 at most."]
    among = ["Choose among the enterprises of the cohort."]
    asked = {"days": days, "enterprises": [world.enterprises[4]]}
    told = errors_of(lambda: record(played, world, "workshop", world.ana, VISIT_ON, **asked))
    assert told == {"days": span, "enterprises": among}


@pytest.mark.parametrize(
    ("part", "key"), [("modules", "WPC"), ("overlays", "VN"), ("variants", "group-programme")]
)
def test_days_span_what_module_country_and_variant_allow(part: str, key: str) -> None:
    parts: Any = getattr(EDITION, part)
    most = replace(EDITION.parameters["days_span_max"], value=20)
    edition = replace(
        EDITION, **{part: {**parts, key: replace(parts[key], parameters={"days_span_max": most})}}
    )
    cohort = Cohort(variant="group-programme", trainers=[], enterprises=[])
    workshop = Activity(kind=ActivityKind.WORKSHOP, module="WPC", country="VN", cohort=cohort)
    session: Any = None

    def told(span: int) -> Any:
        cleaned = {"days": [{"on": TOT_ON}, {"on": TOT_ON + timedelta(span - 1)}]}
        return reference_errors(session, workshop, cleaned, {}, edition)

    assert (told(20), set(told(21))) == ({}, {"days"})


def test_a_facilitator_of_one_module_is_none_of_another(app: Flask, world: World) -> None:
    def call() -> None:
        with write_tx() as session:
            who, fields = world.actor(session, world.olu, TOT_ON), {"days": WEEK}
            create_activity(
                session, who, at(TOT_ON), kind="tot_event", module="LEA", country="VN",
                fields={**fields, "facilitators": [world.tuan.id]},
            )  # fmt: skip

    sentence = "Tuấn Lê is not an Expert Trainer for this module and country on its days."
    assert errors_of(call) == {"facilitators": [sentence]}


def test_days_to_come_are_refused_after_what_the_fields_name(admitted: Player, world: World) -> None:
    mine = {"certification": admitted.certification}
    later = {"on": (TOT_ON + DAY).isoformat(), "hours": "7"}
    row = {**mine, "days_present": [later]}
    sentence = "2026-02-03 has not come yet: attendance is recorded from that day on."
    assert errors_of(lambda: tot(world, world.olu, roster=[row])) == {"roster": [sentence]}


def test_only_a_roster_entry_that_changes_is_judged(admitted: Player, world: World) -> None:
    mine = {"certification": admitted.certification}
    id = tot(world, world.olu, roster=[mine])
    with write_tx() as session:
        session.get_one(Certification, admitted.certification).state = CertificationState.LEFT
    edit(world, id, world.olu, TOT_ON, roster=[mine], days=WEEK[:4])
    sentence = "Nothing can be recorded for Ana Trần while the certification is “left”."
    changed = {**mine, "test_percent": "80"}
    told = (Refusal(None, sentence, ("coordinator",)),)
    assert refused_by(lambda: edit(world, id, world.olu, TOT_ON, roster=[changed])) == told


def test_nobody_is_put_on_the_roster_of_another_module_or_of_a_void_event(
    admitted: Player, world: World
) -> None:
    id = tot(world, world.olu)
    module = (Refusal(None, "Choose a ToT event of this module.", ("coordinator",)),)
    void = (Refusal(None, "This ToT event is void.", ("coordinator",)),)
    with write_tx() as session:
        event, case = session.get_one(Activity, id), session.get_one(Certification, admitted.certification)
        put: Callable[[], None] = lambda: enrol_on_roster(session, event, case)  # noqa: E731
        event.module = "LEA"
        assert refused_by(put) == module
        event.module, event.kind = "WPC", ActivityKind.WORKSHOP
        assert refused_by(put) == module
        event.kind, event.state = ActivityKind.TOT_EVENT, ActivityState.VOID
        assert refused_by(put) == void
        event.state = ActivityState.OPEN
        put()
        put()
    (entry,) = db.session.scalars(select(RosterEntry)).all()
    assert (entry.activity_id, entry.certification_id) == (id, admitted.certification)
