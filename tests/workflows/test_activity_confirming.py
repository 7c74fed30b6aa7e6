"""Who submits, confirms and voids an activity, and when; the trainer's own log (DESIGN.md, Activity)."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import (
    Activity,
    Certification,
    EnterpriseContact,
    Message,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.policy import Actor, may
from certify.queries.desk import waiting
from certify.queries.tasks import Asking
from certify.workflows import engine
from certify.workflows.activity_edit import create_activity, edit_activity
from certify.workflows.engine import Forbidden, NotVisible, Refused
from certify.workflows.facts import InvalidFacts
from tests.cast import Member, World
from tests.player import CLASSROOM_ON, EDITION, TOT_ON, Player, at
from tests.workflows.recording import VISIT_ON, activity, actor, move_offers, record, tot, visit


@pytest.fixture
def played(delivered: Player, world: World) -> Player:
    """Ana in supervised visits: cohort of four enterprises, Bo supervises."""
    return delivered


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


def test_a_facilitator_whose_status_has_ended_reads_on_but_acts_no_more(
    admitted: Player, world: World
) -> None:
    played, last = admitted, TOT_ON + timedelta(4)
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


def test_only_a_status_in_force_puts_a_task_on_the_desk(admitted: Player, world: World) -> None:
    played, last = admitted, TOT_ON + timedelta(4)
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
