"""What the moves of an activity leave behind, to the last field: rows, events, messages, ties."""

from datetime import timedelta
from typing import Any

import pytest

from certify.models import Activity, ActivityPerson, Cohort, EnterpriseContact, db
from certify.models.store import write_tx
from certify.policy import Actor
from certify.scheme.words import Relation
from certify.workflows import engine
from certify.workflows.activity_store import fields_of as read_fields
from tests.cast import World
from tests.player import TOT_ON, Player, at
from tests.workflows.recording import VISIT_ON, activity, event, record, tot, visit
from tests.workflows.traces import Traces, letter


@pytest.fixture
def played(delivered: Player, world: World) -> Player:
    """Ana in supervised visits: cohort of four enterprises, Bo supervises."""
    return delivered


def test_each_contact_of_a_visited_enterprise_is_asked(played: Player, world: World) -> None:
    with write_tx() as session:
        session.add(
            EnterpriseContact(
                enterprise_id=world.enterprises[0], name="Hoa", email="hoa@example.org", language="vi",
                created_at=at(VISIT_ON),
            )
        )  # fmt: skip
    id = visit(played, world)
    with write_tx() as session:
        lan = ActivityPerson(person_id=world.lan.id, position=1)
        thing = session.get_one(Activity, id)
        thing.people.append(lan)
    hoa, eka = sorted(activity(id).enterprise.contacts, key=lambda one: one.email, reverse=True)  # type: ignore[union-attr]
    traces = Traces()
    played.do(id, "submit", world.ana, VISIT_ON)
    row = activity(id)
    told = {"kind": "visit", "held_on": VISIT_ON.isoformat()}
    assert traces.events() == [event(id, "submit", "open submitted", world.ana, at(VISIT_ON), **told)]
    assert (row.submitted_by_id, row.submitted_at, row.reason) == (world.ana.id, at(VISIT_ON), None)
    said = {
        "activity": id, "enterprise": "May Hòa Bình", "held_on": VISIT_ON.isoformat(),
        "trainers": "Ana Trần, Lan Phạm",
    }  # fmt: skip
    more = {"case_id": row.case_id, "params": said, "link_purpose": "confirm_visit", "link_subject": id}
    key = f"confirm_visit:{id}:{{}}:{at(VISIT_ON).isoformat()}"
    asked = [letter(key.format(eka.id), "confirm_visit", world.eka, at(VISIT_ON), **more)]
    without = {"recipient_id": None, "name": "Hoa", "email": "hoa@example.org", "language": "vi"}
    asked.append({**asked[0], **without, "key": key.format(hoa.id)})
    assert traces.messages() == sorted(asked, key=lambda one: one["key"])


def test_of_anything_else_the_supervisor_is_asked_once_a_day(played: Player, world: World) -> None:
    traces = Traces()
    for enterprise in world.enterprises[:2]:
        baseline = {"held_on": VISIT_ON.isoformat(), "enterprise": enterprise}
        id = record(played, world, "baseline", world.ana, VISIT_ON, **baseline)
        played.do(id, "submit", world.ana, VISIT_ON)
    case = activity(id).case_id
    told = {"by": "Ana Trần", "module": "WPC", "held_on": VISIT_ON.isoformat()}
    key = f"activity_submitted:{case}:{world.bo.id}:{VISIT_ON}"
    more = {"case_id": case, "params": told}
    assert traces.messages() == [letter(key, "activity_submitted", world.bo, at(VISIT_ON), **more)]


def test_nobody_is_asked_to_confirm_what_they_submitted_themselves(played: Player, world: World) -> None:
    baseline = {"held_on": VISIT_ON.isoformat(), "enterprise": world.enterprises[0]}
    id, traces = record(played, world, "baseline", world.ana, VISIT_ON, **baseline), Traces()
    played.do(id, "submit", world.bo, VISIT_ON)
    assert traces.messages() == []


def test_an_event_that_is_handed_in_ties_its_facilitators_to_the_roster(
    admitted: Player, world: World
) -> None:
    mine = {"certification": admitted.certification}
    id = tot(world, world.olu, roster=[mine])
    traces, last = Traces(), TOT_ON + timedelta(4)
    Player().do(id, "submit", world.bea, last)
    case = admitted.certification
    assert traces.involvements() == {
        (one.id, world.ana.id, case, Relation.FACILITATED, id, at(last)) for one in (world.bea, world.bo)
    }
    told = {"kind": "tot_event", "held_on": TOT_ON.isoformat()}
    assert traces.events() == [event(id, "submit", "open submitted", world.bea, at(last), **told)]


def test_a_return_is_told_to_who_handed_it_in_and_its_reason_kept(played: Player, world: World) -> None:
    id = visit(played, world)
    played.do(id, "submit", world.bo, VISIT_ON)
    traces = Traces()
    played.do(id, "return", world.eka, VISIT_ON, reason="Who was met?")
    row, instant = activity(id), at(VISIT_ON)
    told = {"reason": "Who was met?"}
    assert traces.events() == [event(id, "return", "submitted returned", world.eka, instant, **told)]
    seq = db.session.get_one(Cohort, played.cohort).case.last_seq
    params = {"activity": id, "held_on": VISIT_ON.isoformat(), **told}
    key = f"activity_returned:{id}:{seq}"
    more = {"case_id": row.case_id, "params": params}
    assert traces.messages() == [letter(key, "activity_returned", world.bo, instant, **more)]
    assert row.reason == "Who was met?"
    played.do(id, "submit", world.ana, VISIT_ON)
    assert activity(id).reason is None


def test_who_answers_a_link_is_kept_by_name(played: Player, world: World) -> None:
    id = visit(played, world)
    by_link = Actor(id="", name="Hoa", contact_of=frozenset({world.enterprises[0]}))

    def answered(move: str, **facts: Any) -> list[tuple[Any, ...]]:
        played.do(id, "submit", world.ana, VISIT_ON)
        traces = Traces()
        with write_tx() as session:
            engine.perform(session.get_one(Activity, id), move, by_link, at(VISIT_ON), **facts)
        return traces.events()

    told = {"reason": "Not on that day.", "returned_by": "Hoa"}
    returned = event(id, "return", "submitted returned", None, at(VISIT_ON), **told)
    assert answered("return", reason="Not on that day.") == [returned]
    confirmed = event(id, "confirm", "submitted confirmed", None, at(VISIT_ON), confirmed_by="Hoa")
    assert answered("confirm") == [confirmed]
    row = activity(id)
    kept = (row.confirmed_by_id, row.confirmed_by_name, row.confirmed_at, row.reason)
    assert kept == (None, "Hoa", at(VISIT_ON), None)


def test_a_confirmation_in_the_enterprises_place_keeps_name_and_reason(played: Player, world: World) -> None:
    id, later = visit(played, world), VISIT_ON + timedelta(14)
    played.do(id, "submit", world.ana, VISIT_ON)
    traces = Traces()
    played.do(id, "confirm", world.bo, later, reason="No answer.")
    told = {"reason": "No answer.", "confirmed_by": "Bo Nguyễn"}
    assert traces.events() == [event(id, "confirm", "submitted confirmed", world.bo, at(later), **told)]
    row = activity(id)
    kept = (row.confirmed_by_id, row.confirmed_by_name, row.confirmed_at, row.reason)
    assert kept == (world.bo.id, "Bo Nguyễn", at(later), "No answer.")
    played.do(id, "void", world.olu, later, reason="Another trainer.")
    assert (activity(id).state, activity(id).reason) == ("void", "Another trainer.")
    assert read_fields(activity(id))["purpose"] == "consultation"
