"""/api/v1/activities: recorded, corrected, confirmed, and shown to whom it concerns."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest

from certify.models import Activity, RosterEntry, StoredFile, db
from certify.models.store import own_tx
from certify.scheme.words import ActivityKind, ActivityState
from tests.api.conftest import ProgramOf
from tests.api.test_lists import all_pages, counted_queries
from tests.cast import World
from tests.conftest import NOW, Turn
from tests.files.making import written_pdf
from tests.player import Player

DAYS = [{"on": f"2026-07-{day:02}", "hours": 7} for day in range(6, 11)]


def event(world: World, **more: Any) -> dict[str, Any]:
    return {"kind": "tot_event", "days": DAYS, "facilitators": [world.bea.id], **more}


def test_a_tot_event_is_read_as_it_was_planned(world: World, program: ProgramOf) -> None:
    made = program(world.olu).post("activities", event(world, module="WPC", country="VN"))
    assert made.status_code == 201
    found = {**made.json, "moves": []}
    assert found == {
        "id": made.json["id"], "version": made.json["version"], "kind": "tot_event", "state": "open",
        "phase": "planned", "module": "WPC", "country": "VN", "cohort": None, "certification": None,
        "held_on": "2026-07-06", "days": DAYS, "facilitators": [world.bea.id], "roster": [],
        "counted": False, "reasons": [], "reason": None, "submitted_at": None, "confirmed_at": None,
        "confirmed_by": None, "files": [], "moves": [],
    }  # fmt: skip
    assert [(one["name"], one["allowed"]) for one in made.json["moves"]] == [
        ("submit", False),
        ("void", True),
    ]
    assert made.headers["ETag"] == f'"{made.json["version"]}"'


def test_module_and_country_follow_from_who_takes_part(
    admitted: Player, world: World, program: ProgramOf
) -> None:
    row = {"certification": admitted.certification}
    made = program(world.olu).post("activities", event(world, roster=[row]))
    assert (made.status_code, made.json["module"], made.json["country"]) == (201, "WPC", "VN")
    both = [world.bea.id, world.tuan.id]
    for_wpc = program(world.olu).post("activities", event(world, facilitators=both))
    assert (for_wpc.status_code, for_wpc.json["module"]) == (201, "WPC")  # Tuấn's status is for that alone
    unclear = program(world.olu).post("activities", event(world))
    assert (unclear.status_code, list(unclear.json["errors"])) == (422, ["module"])


@pytest.mark.parametrize(("key", "status"), [("olu", 201), ("bea", 201), ("ana", 403), ("kim", 403)])
def test_a_tot_event_is_planned_by_coordinator_or_facilitator(
    world: World, program: ProgramOf, key: str, status: int
) -> None:
    sent = event(world, module="WPC", country="VN")
    assert program(getattr(world, key)).post("activities", sent).status_code == status


@pytest.mark.parametrize(
    ("key", "status"),
    [("ana", 201), ("bo", 201), ("olu", 403), ("maya", 403), ("lan", 404), ("sami", 404), ("kim", 404)],
)
def test_what_a_cohort_does_is_recorded_by_its_trainers_and_supervisor(
    delivered: Player, world: World, program: ProgramOf, key: str, status: int
) -> None:
    sent = {"kind": "cycle_report", "cohort": delivered.cohort, "held_on": "2026-04-20", "report": "Done."}
    assert program(getattr(world, key)).post("activities", sent).status_code == status


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, ["kind"]),
        ({"kind": "party"}, ["kind"]),
        ({"kind": ["visit"]}, ["kind"]),
        ({"kind": "visit"}, ["cohort"]),
        ({"kind": "visit", "cohort": 7}, ["cohort"]),
        ({"kind": "visit", "cohort": "COHORT", "module": "WPC"}, ["module"]),
        ({"kind": "visit", "cohort": "COHORT", "state": "confirmed", "held_on": "2026-04-02",
          "enterprise": "x", "purpose": "consultation"}, ["state"]),
        ({"kind": "visit", "cohort": "COHORT"}, ["enterprise", "held_on", "purpose"]),
        ({"kind": "refresher", "hours": 6, "held_on": "2026-04-02"}, ["certification"]),
        ({"kind": "tot_event", "module": 3, "country": ["VN"]}, ["country", "module"]),
    ],
)  # fmt: skip
def test_every_field_is_checked(
    delivered: Player, world: World, program: ProgramOf, sent: Any, fields: list[str]
) -> None:
    sent = {name: delivered.cohort if value == "COHORT" else value for name, value in sent.items()}
    member = world.olu if sent.get("kind") == "tot_event" else world.ana
    answer = program(member).post("activities", sent)
    assert (answer.status_code, sorted(answer.json["errors"])) == (422, fields)


def test_what_was_submitted_is_corrected_once_it_is_returned(
    delivered: Player, world: World, program: ProgramOf
) -> None:
    ana, bo = program(world.ana), program(world.bo)
    sent = {"kind": "cycle_report", "cohort": delivered.cohort, "held_on": "2026-04-20", "report": "Done."}
    path = ana.post("activities", sent).headers["Location"]
    assert ana.post(f"{path}/moves/submit").json["state"] == "submitted"
    closed = ana.patch(path, {"report": "All four went on."})
    assert (closed.status_code, len(closed.json["refusals"])) == (409, 1)
    assert bo.post(f"{path}/moves/return", {}).status_code == 422
    returned = bo.post(f"{path}/moves/return", {"reason": "Say what was learnt."})
    assert (returned.json["state"], returned.json["reason"]) == ("returned", "Say what was learnt.")
    better = ana.patch(path, {"lessons": "Ask the workers first."}, If_Match=returned.headers["ETag"])
    assert (better.status_code, better.json["report"], better.json["lessons"]) == (
        200, "Done.", "Ask the workers first.",
    )  # fmt: skip
    late = ana.patch(path, {"lessons": "None."}, If_Match=returned.headers["ETag"])
    assert (late.status_code, late.json["version"]) == (409, better.json["version"])
    assert late.json["refusals"][1]["reason"] == "“lessons” now reads “Ask the workers first.”."
    assert ana.patch(path, {"kind": "visit"}).status_code == 422


@pytest.mark.parametrize(
    ("key", "move", "status"),
    [("ana", "confirm", 403), ("olu", "confirm", 403), ("kim", "confirm", 404), ("bo", "create", 404),
     ("bo", "fly", 404), ("olu", "void", 422), ("bo", "confirm", 409)],
)  # fmt: skip
def test_a_move_is_made_by_whom_it_belongs_to(
    delivered: Player, world: World, program: ProgramOf, key: str, move: str, status: int
) -> None:
    path = f"activities/{delivered.workshop}/moves/{move}"
    assert program(getattr(world, key)).post(path, {}).status_code == status


def test_a_move_is_made_once_however_often_it_is_sent(
    delivered: Player, world: World, program: ProgramOf
) -> None:
    ana = program(world.ana)
    sent = {"kind": "cycle_report", "cohort": delivered.cohort, "held_on": "2026-04-20", "report": "Done."}
    made = [ana.post("activities", sent, Idempotency_Key="report-1") for _ in range(2)]
    assert made[0].data == made[1].data
    path = f"{made[0].headers['Location']}/moves/submit"
    submitted = [ana.post(path, Idempotency_Key="report-2") for _ in range(2)]
    assert [one.status_code for one in submitted] == [200, 200]
    assert ana.post(path).status_code == 409
    assert db.session.query(Activity).filter_by(kind=ActivityKind.CYCLE_REPORT).count() == 1


def test_what_is_to_come_cannot_be_submitted_and_says_when(
    delivered: Player, world: World, program: ProgramOf, turn: Turn
) -> None:
    turn("2026-03-20")
    sent = {"kind": "visit", "cohort": delivered.cohort, "held_on": "2026-04-02", "purpose": "consultation",
            "enterprise": world.enterprises[0]}  # fmt: skip
    planned = program(world.ana).post("activities", sent)
    assert (planned.json["state"], planned.json["phase"]) == ("open", "planned")
    refused = program(world.ana).post(f"{planned.headers['Location']}/moves/submit")
    assert (refused.status_code, refused.json["refusals"][0]["earliest_on"]) == (409, "2026-04-02")


def test_a_candidate_reads_the_own_line_of_a_roster(
    trained: Player, world: World, program: ProgramOf
) -> None:
    other = Player(holder=world.lan).apply().admit()
    with own_tx() as session:
        held = session.query(Activity).filter_by(kind=ActivityKind.TOT_EVENT).one()
        held.roster.append(RosterEntry(certification_id=other.certification))
        path = f"activities/{held.id}"
    seen = {key: program(getattr(world, key)).get(path).json["roster"] for key in ("ana", "bea", "olu")}
    assert [one["certification"] for one in seen["ana"]] == [trained.certification]
    assert len(seen["bea"]) == len(seen["olu"]) == 2


def test_a_file_is_added_by_who_records(delivered: Player, world: World, program: ProgramOf) -> None:
    path = f"activities/{delivered.workshop}"
    report = {"file": (BytesIO(written_pdf(1)), "list.pdf")}
    added = program(world.ana).send("POST", f"{path}/files", data=report)
    assert (added.status_code, added.json["kind"], added.json["name"]) == (201, "evidence", "list.pdf")
    assert program(world.bo).get(path).json["files"] == [added.json]
    assert db.session.query(StoredFile).filter_by(activity_id=delivered.workshop).count() == 1
    again = {"file": (BytesIO(written_pdf(1)), "list.pdf")}
    assert program(world.olu).send("POST", f"{path}/files", data=again).status_code == 403
    assert program(world.kim).post(f"{path}/files").status_code == 404


def test_an_entry_in_the_log_belongs_to_the_own_certification(
    certified: Player, world: World, program: ProgramOf
) -> None:
    signed = program(world.ana).post("activities", {"kind": "code_of_conduct", "signed_on": "2026-05-20"})
    assert (signed.status_code, signed.json["certification"], signed.json["held_on"]) == (
        201, certified.certification, "2026-05-20",
    )  # fmt: skip
    path = signed.headers["Location"]
    assert program(world.ana).post(f"{path}/moves/submit").status_code == 200
    assert program(world.ana).post(f"{path}/moves/confirm").json["state"] == "confirmed"


@pytest.mark.parametrize(
    ("key", "seen"), [("ana", 8), ("bo", 7), ("olu", 8), ("asa", 8), ("bea", 1), ("eka", 2), ("kim", 0)]
)
def test_a_list_shows_what_each_activity_shows(
    delivered: Player, world: World, program: ProgramOf, key: str, seen: int
) -> None:
    sent = {"kind": "visit", "cohort": delivered.cohort, "held_on": "2026-04-02", "purpose": "consultation"}
    for one in world.enterprises[:2]:
        assert program(world.ana).post("activities", {**sent, "enterprise": one}).status_code == 201
    reader = program(getattr(world, key))
    listed = {one["id"] for page in all_pages(reader, "activities", limit=3) for one in page}
    whole = {
        id for (id,) in db.session.query(Activity.id) if reader.get(f"activities/{id}").status_code == 200
    }
    assert listed == whole
    assert len(listed) == seen


def test_a_list_is_narrowed(delivered: Player, world: World, program: ProgramOf) -> None:
    olu = program(world.olu)
    for narrowed, found in (
        ({"kind": "baseline"}, 4),
        ({"cohort": delivered.cohort}, 5),
        ({"state": "confirmed"}, 6),
        ({"state": "open"}, 0),
        ({"module": "QUA"}, 0),
        ({"country": "VN", "kind": "tot_event"}, 1),
    ):
        assert len(olu.get("activities", **narrowed).json["items"]) == found, narrowed
    assert olu.get("activities", kind="party").status_code == 422


def test_the_queries_of_the_list_do_not_grow(delivered: Player, world: World, program: ProgramOf) -> None:
    with own_tx() as session:
        for n in range(60):
            session.add(planned(session.get_one(Activity, delivered.workshop), NOW.date() - timedelta(n)))
    for reader in (program(world.olu), program(world.ana)):
        counts = []
        for limit in (1, 10, 50):
            with counted_queries() as queries:
                found = reader.get("activities", limit=limit)
            counts.append(len(queries))
        assert len(found.json["items"]) == 50
        assert counts[2] <= counts[1] <= 25, counts


def planned(like: Activity, on: date) -> Activity:
    return Activity(
        case_id=like.case_id, kind=ActivityKind.CYCLE_REPORT, state=ActivityState.OPEN, state_since=NOW,
        module=like.module, country=like.country, held_on=on, last_on=on, cohort_id=like.cohort_id,
        created_by_id=like.created_by_id,
    )  # fmt: skip
