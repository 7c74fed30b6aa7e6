"""Keeping a certification up by programs: refreshers, signings, quality observations, flagged deliveries."""

from datetime import date

from tests import practice
from tests.api.conftest import ProgramOf
from tests.cast import World
from tests.conftest import Turn
from tests.player import EDITION, Player
from tests.practice import DAY

WORKSHOP_ON = date(2026, 9, 1)
TODAY = date(2026, 10, 1)


def test_a_refresher_is_recorded_by_the_trainer_and_confirmed_by_qa(
    certified: Player, world: World, program: ProgramOf
) -> None:
    ana, quy = program(world.ana), program(world.quy)
    made = ana.post("activities", {"kind": "refresher", "held_on": "2026-05-20", "hours": 8})
    assert (made.status_code, made.json["certification"], made.json["hours"]) == (
        201, certified.certification, 8,
    )  # fmt: skip
    path = f"activities/{made.json['id']}"
    waiting = [{"requirement": None, "reason": "Not confirmed yet."}]
    assert (made.json["counted"], made.json["reasons"]) == (False, waiting)
    assert ana.post(f"{path}/moves/submit").status_code == 200
    assert ana.post(f"{path}/moves/confirm").status_code == 403
    assert quy.post(f"{path}/moves/confirm").json["state"] == "confirmed"
    assert (ana.get(path).json["counted"], ana.get(path).json["reasons"]) == (True, [])
    evidence = ana.get(f"certifications/{certified.certification}/evidence", limit=100).json["items"]
    assert [one["counted"] for one in evidence if one["activity"] == made.json["id"]] == [True]


def test_bad_refreshers_are_told_field_by_field_and_nobody_else_records_one(
    certified: Player, world: World, program: ProgramOf
) -> None:
    ana = program(world.ana)
    for fields, wrong in (
        ({"held_on": "2026-05-20"}, ["hours"]), ({"held_on": "2026-05-20", "hours": 0}, ["hours"]),
        ({"held_on": "soon", "hours": 8}, ["held_on"]), ({"held_on": "2026-05-20", "hours": "x"}, ["hours"]),
    ):  # fmt: skip
        answer = ana.post("activities", {"kind": "refresher", **fields})
        assert (answer.status_code, list(answer.json["errors"])) == (422, wrong), fields
    sent = {
        "kind": "refresher",
        "certification": certified.certification,
        "held_on": "2026-05-20",
        "hours": 8,
    }
    assert program(world.quy).post("activities", sent).status_code == 403
    assert program(world.kim).post("activities", sent).status_code == 404


def test_a_signing_of_the_code_of_conduct_counts_once_the_holder_has_confirmed_it(
    certified: Player, world: World, program: ProgramOf
) -> None:
    ana = program(world.ana)
    signed = ana.post("activities", {"kind": "code_of_conduct", "signed_on": "2026-05-20"}).json
    path = f"activities/{signed['id']}"
    assert ana.post(f"{path}/moves/submit").status_code == 200
    assert program(world.olu).post(f"{path}/moves/confirm").status_code == 403
    assert ana.post(f"{path}/moves/confirm").json["counted"] is True


def test_a_delivery_while_suspended_is_taken_and_flagged(
    certified: Player, world: World, program: ProgramOf, turn: Turn
) -> None:
    played = practice.cohort(certified, WORKSHOP_ON)
    played.move("suspend", world.maya, WORKSHOP_ON, grounds="Complaints of two enterprises.")
    turn(TODAY)
    sent = {
        "kind": "visit", "cohort": played.cohort, "held_on": "2026-09-22", "purpose": "consultation",
        "enterprise": world.enterprises[0],
    }  # fmt: skip
    made = program(world.ana).post("activities", sent)
    assert (made.status_code, made.json["counted"]) == (201, False)
    assert [one["reason"] for one in made.json["reasons"]] == [
        "Not confirmed yet.",
        "Held on 22 Sept 2026, while the certification was suspended.",
        "No classroom workshop counts for May Hòa Bình yet.",
    ]


def test_a_quality_observation_is_arranged_scored_and_read(
    certified: Player, world: World, program: ProgramOf, turn: Turn
) -> None:
    played = practice.cohort(certified, WORKSHOP_ON)
    workshop = practice.record(played, "workshop", WORKSHOP_ON, confirmed_on=WORKSHOP_ON + DAY)
    turn(TODAY)
    quy, ana = program(world.quy), program(world.ana)
    move = f"certifications/{certified.certification}/moves/assign_qa"
    asked = {"person": world.quy.id, "activity": workshop}
    assert program(world.bo).post(move, asked).status_code == 403
    assert quy.post(move, {"person": world.quy.id}).status_code == 422
    assert quy.post(move, asked).status_code == 200
    (sheet,) = [one for one in quy.get("assessments", limit=100).json["items"] if one["kind"] == "qa"]
    assert (sheet["state"], sheet["activity"], sheet["assessor"]) == ("assigned", workshop, world.quy.id)
    path = f"assessments/{sheet['id']}"
    assert quy.post(f"{path}/moves/declare", {"conflicts": []}).json["state"] == "declared"
    scores = {item.id: 4 for item in EDITION.checklist if "classroom" in item.applies}
    few = quy.post(f"{path}/moves/submit", {"scores": {}, "comments": {}, "not_applicable": {}})
    assert (few.status_code, list(few.json["errors"])) == (422, ["scores"])
    whole = {"scores": scores, "comments": {}, "not_applicable": {}}
    assert quy.post(f"{path}/moves/submit", whole).json["state"] == "submitted"
    assert ana.get(path).json["scores"] == scores


def test_changes_are_reported_by_the_holder_alone(
    certified: Player, world: World, program: ProgramOf
) -> None:
    moves = f"certifications/{certified.certification}/moves"
    told = {"employer": "Xưởng Mây", "from_on": "2026-05-20"}
    assert program(world.olu).post(f"{moves}/report_employer", told).status_code == 403
    assert program(world.ana).post(f"{moves}/report_employer", told).status_code == 200
    ahead = program(world.ana).post(f"{moves}/report_employer", {**told, "from_on": "2027-05-20"})
    assert (ahead.status_code, list(ahead.json["errors"])) == (422, ["from_on"])
    said = {"statement": "My brother buys there."}
    assert program(world.ana).post(f"{moves}/report_conflict", said).status_code == 200
    events = program(world.bo).get(f"certifications/{certified.certification}/events", limit=100)
    told_of = {one["event"]: one["facts"] for one in events.json["items"]}
    assert (told_of["report_employer"], told_of["report_conflict"]) == (told, {})


def test_the_moves_that_are_listed_are_those_of_the_design(
    certified: Player, world: World, program: ProgramOf
) -> None:
    path = f"certifications/{certified.certification}"
    listed = [[one["name"] for one in program(who).get(path).json["moves"]] for who in (world.ana, world.quy)]
    assert listed == [["retire"], []]
    said = {"employer": "Elsewhere", "from_on": "2026-05-20"}
    assert program(world.ana).post(f"{path}/moves/report_employer", said).status_code == 200
