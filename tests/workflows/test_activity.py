"""The life of an activity: who records it, who confirms it, and when (DESIGN.md, Activity)."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import (
    Activity,
    Certification,
    Cohort,
    EnterpriseContact,
    Event,
    Message,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.policy import Actor, may
from certify.queries.desk import waiting
from certify.queries.tasks import Asking
from certify.workflows import engine
from certify.workflows.activity import create_activity, edit_activity, fields_of
from certify.workflows.engine import Forbidden, NotVisible, Refused
from certify.workflows.facts import InvalidFacts
from tests.cast import Member, World
from tests.player import BASELINE_ON, CLASSROOM_ON, EDITION, TOT_ON, VISITS_ON, Player, at

VISIT_ON = VISITS_ON[0]
WEEK = [{"on": (TOT_ON + timedelta(n)).isoformat(), "hours": "7"} for n in range(5)]


@pytest.fixture
def played(app: Flask, world: World) -> Player:
    """Ana in supervised visits: cohort of four enterprises, Bo supervises."""
    return Player().apply().admit().train().deliver()


def actor(world: World, member: Member, on: date) -> Actor:
    found: Actor = world.actor(db.session(), member, on)
    return found


def record(played: Player, world: World, kind: str, by: Member, on: date, **fields: Any) -> str:
    with write_tx() as session:
        who = world.actor(session, by, on)
        cohort = session.get_one(Cohort, played.cohort)
        return create_activity(session, who, at(on), kind=kind, cohort=cohort, fields=fields).id


def visit(played: Player, world: World, on: date = VISIT_ON, **fields: Any) -> str:
    asked = {"held_on": on.isoformat(), "enterprise": world.enterprises[0], "purpose": "consultation"}
    return record(played, world, "visit", world.ana, on, **{**asked, **fields})


def tot(world: World, by: Member, on: date = TOT_ON, **fields: Any) -> str:
    with write_tx() as session:
        return create_activity(
            session,
            world.actor(session, by, on),
            at(on),
            kind="tot_event",
            module="WPC",
            country="VN",
            fields={"days": WEEK, "facilitators": [world.bea.id, world.bo.id], **fields},
        ).id


def activity(id: str) -> Activity:
    return db.session.get_one(Activity, id)


def move_offers(world: World, id: str, member: Member, on: date) -> dict[str, tuple[str, ...]]:
    offers = engine.offers(activity(id), actor(world, member, on), at(on))
    return {offer.move.name: tuple(str(one.reason) for one in offer.refusals) for offer in offers}


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


def test_whoever_is_training_stays_on_the_roster(app: Flask, world: World) -> None:
    played = Player().apply().admit()
    id = tot(world, world.olu)
    played.move("enrol", world.olu, TOT_ON, activity=id)
    row = {"certification": played.certification, "hours_present": "34", "micro_teaching": [4, 5]}
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


def test_a_roster_takes_nobody_who_was_not_admitted(app: Flask, world: World) -> None:
    played = Player().apply()
    with pytest.raises(Refused):
        tot(world, world.olu, roster=[{"certification": played.certification}])


# ---- submitting and confirming


def test_what_is_planned_cannot_be_submitted_before_its_day(played: Player, world: World) -> None:
    id = visit(played, world, VISIT_ON, held_on=(VISIT_ON + timedelta(1)).isoformat())
    with pytest.raises(Refused) as refused:
        played.do(id, "submit", world.ana, VISIT_ON)
    assert [one.earliest_on for one in refused.value.refusals] == [VISIT_ON + timedelta(1)]
    played.do(id, "submit", world.ana, VISIT_ON + timedelta(1))


def test_the_lead_facilitator_confirms_even_an_own_submission(app: Flask, world: World) -> None:
    id = tot(world, world.bea)
    last = TOT_ON + timedelta(4)
    Player().do(id, "submit", world.bea, last)
    for other in (world.bo, world.olu):
        with pytest.raises(Forbidden):
            Player().do(id, "confirm", other, last)
    Player().do(id, "confirm", world.bea, last)
    assert (activity(id).state, activity(id).confirmed_by_id) == ("confirmed", world.bea.id)


def test_a_submitted_visit_asks_every_contact_of_the_enterprise(played: Player, world: World) -> None:
    id = visit(played, world)
    played.do(id, "submit", world.ana, VISIT_ON)
    owed = db.session.scalars(select(Message).where(Message.link_subject == id)).one()
    assert (owed.kind, owed.email, owed.link_purpose) == ("confirm_visit", "eka@example.org", "confirm_visit")


def test_the_enterprises_contact_confirms_at_once_with_or_without_an_account(
    played: Player, world: World
) -> None:
    ids = [visit(played, world) for _ in range(2)]
    for id in ids:
        played.do(id, "submit", world.ana, VISIT_ON)
    played.do(ids[0], "confirm", world.eka, VISIT_ON)
    by_link = Actor(id="", name="Eka Bùi", contact_of=frozenset({world.enterprises[0]}))
    with write_tx() as session:
        engine.perform(session.get_one(Activity, ids[1]), "confirm", by_link, at(VISIT_ON))
    assert [(activity(id).confirmed_by_id, activity(id).confirmed_by_name) for id in ids] == [
        (world.eka.id, "Eka Bùi"), (None, "Eka Bùi"),
    ]  # fmt: skip


def test_a_contact_confirms_visits_to_the_own_enterprise_alone(played: Player, world: World) -> None:
    elsewhere = visit(played, world, enterprise=world.enterprises[1])
    project = record(
        played, world, "improvement_project", world.ana, VISIT_ON,
        held_on="2026-03-23", enterprise=world.enterprises[0], problem="Rework",
    )  # fmt: skip
    for id, problem in ((elsewhere, NotVisible), (project, Forbidden)):
        played.do(id, "submit", world.ana, VISIT_ON)
        with pytest.raises(problem):
            played.do(id, "confirm", world.eka, VISIT_ON)


def test_the_supervisor_confirms_a_visit_after_fourteen_days_with_a_reason(
    played: Player, world: World
) -> None:
    id = visit(played, world)
    played.do(id, "submit", world.ana, VISIT_ON)
    earliest = VISIT_ON + timedelta(14)
    with pytest.raises(Refused) as refused:
        played.do(id, "confirm", world.bo, earliest - timedelta(1), reason="No answer.")
    assert [(one.who, one.earliest_on) for one in refused.value.refusals] == [
        (("enterprise_contact",), earliest)
    ]
    assert move_offers(world, id, world.bo, VISIT_ON)["confirm"] != ()
    with pytest.raises(InvalidFacts) as unexplained:
        played.do(id, "confirm", world.bo, earliest)
    assert set(unexplained.value.errors) == {"reason"}
    played.do(id, "confirm", world.bo, earliest, reason="No answer came.")
    assert (activity(id).state, activity(id).reason) == ("confirmed", "No answer came.")


def test_the_supervisor_confirms_the_rest_at_once(played: Player, world: World) -> None:
    id = record(
        played, world, "cycle_report", world.ana, VISIT_ON, held_on="2026-03-23", report="All went on."
    )
    played.do(id, "submit", world.ana, VISIT_ON)
    for other in (world.ana, world.olu, world.quy):
        with pytest.raises(Forbidden):
            played.do(id, "confirm", other, VISIT_ON)
    played.do(id, "confirm", world.bo, VISIT_ON)
    assert activity(id).state == "confirmed"


def test_a_confirmer_or_the_coordinator_declares_void_whatever_was_confirmed(
    played: Player, world: World
) -> None:
    with pytest.raises(Forbidden):
        played.do(played.workshop, "void", world.ana, CLASSROOM_ON, reason="I want to.")
    with pytest.raises(InvalidFacts):
        played.do(played.workshop, "void", world.olu, VISIT_ON)
    played.do(played.workshop, "void", world.olu, VISIT_ON, reason="It was another cohort.")
    assert (activity(played.workshop).state, activity(played.workshop).reason) == (
        "void", "It was another cohort.",
    )  # fmt: skip
    with pytest.raises(Refused):
        played.do(played.workshop, "confirm", world.bo, VISIT_ON)


# ---- the trainer's own log


def log(world: World, played: Player, kind: str, by: Member, on: date, **fields: Any) -> str:
    with write_tx() as session:
        return create_activity(
            session,
            world.actor(session, by, on),
            at(on),
            kind=kind,
            certification=session.get_one(Certification, played.certification),
            fields=fields,
        ).id


def test_qa_confirms_a_refresher_and_nobody_else(played: Player, world: World) -> None:
    id = log(world, played, "refresher", world.ana, VISIT_ON, held_on="2026-03-20", hours="8")
    played.do(id, "submit", world.ana, VISIT_ON)
    for other in (world.ana, world.olu):
        with pytest.raises(Forbidden):
            played.do(id, "confirm", other, VISIT_ON)
    played.do(id, "confirm", world.quy, VISIT_ON)
    assert activity(id).state == "confirmed"


def test_the_holder_signs_the_code_of_conduct(played: Player, world: World) -> None:
    id = log(world, played, "code_of_conduct", world.ana, VISIT_ON, signed_on="2026-03-23")
    played.do(id, "submit", world.ana, VISIT_ON)
    with pytest.raises(Forbidden):
        played.do(id, "confirm", world.quy, VISIT_ON)
    played.do(id, "confirm", world.ana, VISIT_ON)
    case = db.session.get_one(Certification, played.certification)
    assert (activity(id).state, activity(id).case_id) == ("confirmed", case.case_id)


def test_nobody_logs_for_somebody_else(played: Player, world: World) -> None:
    with pytest.raises(Forbidden):
        log(world, played, "refresher", world.bo, VISIT_ON, held_on="2026-03-20", hours="8")
    with pytest.raises(NotVisible):
        log(world, played, "refresher", world.kim, VISIT_ON, held_on="2026-03-20", hours="8")


# ---- facilitators whose status has ended


def end_status(world: World, member: Member, on: date) -> None:
    with write_tx() as session:
        grants = select(RoleGrant).where(RoleGrant.person_id == member.id)
        session.scalars(grants).one().until_on = on


def test_a_facilitator_whose_status_has_ended_reads_on_but_acts_no_more(app: Flask, world: World) -> None:
    played, last = Player().apply().admit(), TOT_ON + timedelta(4)
    id = tot(world, world.olu)
    played.move("enrol", world.olu, TOT_ON, activity=id)
    played.move("assign_supervisor", world.olu, TOT_ON, person=world.bo.id)
    played.do(id, "submit", world.bea, last)
    end_status(world, world.bea, last - timedelta(1))
    bea = actor(world, world.bea, last)
    assert may(bea, "activity.see", activity(id), last)
    assert may(bea, "certification.see", db.session.get_one(Certification, played.certification), last)
    assert not may(bea, "tot_event.edit", activity(id), last)
    assert not may(bea, "file.upload", activity(id), last)
    for name in ("confirm", "return"):
        with pytest.raises(Forbidden):
            played.do(id, name, world.bea, last, reason="Late.")
    with pytest.raises(Forbidden), write_tx() as session:
        edit_activity(session, session.get_one(Activity, id), bea, at(last), {"place": "Hà Nội"})
    for name, facts in (("complete_training", {}), ("fail_training", {"to_repeat": "All."})):
        with pytest.raises(Forbidden):
            played.move(name, world.bea, last, **facts)


def test_only_a_status_in_force_puts_a_task_on_the_desk(app: Flask, world: World) -> None:
    played, last = Player().apply().admit(), TOT_ON + timedelta(4)
    id = tot(world, world.olu)
    played.move("enrol", world.olu, TOT_ON, activity=id)
    played.do(id, "submit", world.bea, last)

    def desk(member: Member) -> list[str]:
        asking = Asking(db.session(), actor(world, member, last), at(last))
        return [one.queue.name for one in waiting(asking)]

    assert desk(world.bea) == ["to_confirm"]
    played.do(id, "confirm", world.bea, last)
    assert (desk(world.bea), desk(world.bo)) == (["to_pass"], ["to_pass"])
    end_status(world, world.bea, last - timedelta(1))
    assert (desk(world.bea), desk(world.bo)) == ([], ["to_pass"])


# ---- nobody confirms the own visit


def test_a_trainer_who_is_the_contact_cannot_confirm_the_visit(played: Player, world: World) -> None:
    id = visit(played, world)
    played.do(id, "submit", world.ana, VISIT_ON)
    with write_tx() as session:
        session.scalars(
            select(EnterpriseContact).where(EnterpriseContact.enterprise_id == world.enterprises[0])
        ).one().person_id = world.ana.id
    with pytest.raises(Refused) as refused:
        played.do(id, "confirm", world.ana, VISIT_ON)
    assert [(one.requirement, str(one.reason)) for one in refused.value.refusals] == [
        ("independence", "A trainer of the visit cannot confirm it as the enterprise's contact.")
    ]


def test_a_visit_comes_to_the_supervisors_desk_when_the_enterprise_had_its_time(
    played: Player, world: World
) -> None:
    """On the very day from which the guard allows it, counted where the visit happened."""
    id = visit(played, world)
    with write_tx() as session:  # late in the evening of its day in Hanoi
        engine.perform(
            session.get_one(Activity, id), "submit", actor(world, world.ana, VISIT_ON), at(VISIT_ON, 16)
        )

    def desk(day: date) -> list[str]:
        asking = Asking(db.session(), actor(world, world.bo, day), at(day, 1))
        return [one.queue.name for one in waiting(asking)]

    wait = int(EDITION.parameter("visit_confirmation_days").value)
    assert desk(VISIT_ON + timedelta(wait - 1)) == []
    assert desk(VISIT_ON + timedelta(wait)) == ["to_confirm"]
