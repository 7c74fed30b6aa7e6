"""/api/v1/assessments: what an assessor does, and who may know of the scores when."""

from typing import Any

import pytest

from certify.models import Assessment, db
from certify.models.store import own_tx
from tests.api.client import Program
from tests.api.conftest import ProgramOf
from tests.api.test_lists import all_pages, counted_queries
from tests.cast import World
from tests.player import EDITION, Player
from tests.stages import GOOD


def sheet_of(certification: str, assessor: str, **more: Any) -> Assessment:
    found: Assessment = (
        db.session.query(Assessment)
        .filter_by(certification_id=certification, assessor_id=assessor, **more)
        .order_by(Assessment.created_at)
        .first()
    )
    return found


def shown(program: Program, id: str) -> Any:
    return program.get(f"assessments/{id}").json


def test_an_observation_is_read_with_its_items(recommended: Player, world: World, program: ProgramOf) -> None:
    sheet = sheet_of(recommended.certification, world.tuan.id, kind="observation")
    found = shown(program(world.tuan), sheet.id)
    assert list(found) == [
        "id", "version", "kind", "certification", "activity", "assessor", "state", "items", "scores",
        "comments", "reasons", "agreed",
    ]  # fmt: skip
    assert {**found, "items": [], "scores": {}, "version": 0} == {
        "id": sheet.id, "version": 0, "kind": "observation", "certification": recommended.certification,
        "activity": recommended.workshop, "assessor": world.tuan.id, "state": "submitted", "items": [],
        "scores": {}, "comments": {}, "reasons": {}, "agreed": None,
    }  # fmt: skip
    assert found["scores"] == GOOD
    first = EDITION.checklist[0]
    assert found["items"][0] == {
        "id": first.id, "text": first.text, "critical": first.critical, "applies": list(first.applies),
    }  # fmt: skip
    assert len(found["items"]) == 20


def test_a_screening_sheet_marks_what_is_mandatory(
    submitted: Player, world: World, program: ProgramOf
) -> None:
    path = f"certifications/{submitted.certification}/moves/assign_screener"
    assert program(world.olu).post(path, {"person": world.bea.id}).status_code == 200
    (sheet,) = program(world.bea).get("assessments").json["items"]
    assert (sheet["kind"], sheet["activity"], sheet["state"], sheet["scores"]) == (
        "screening", None, "assigned", {},
    )  # fmt: skip
    assert [one["id"] for one in sheet["items"] if one["critical"]] == [
        item.id for item in EDITION.screening if item.mandatory
    ]


def test_scores_are_shown_when_they_may_be(recommended: Player, world: World, program: ProgramOf) -> None:
    sheet = sheet_of(recommended.certification, world.tuan.id, kind="observation")
    with own_tx() as session:
        session.get_one(Assessment, sheet.id).private_notes = "Nervous at first."
    for key in ("tuan", "bo", "ana", "olu", "maya", "asa", "quy"):
        answer = program(getattr(world, key)).get(f"assessments/{sheet.id}")
        assert answer.json["scores"] == GOOD, key
        assert "Nervous" not in answer.text, key
    for key in ("lan", "kim", "sami", "ada"):
        assert program(getattr(world, key)).get(f"assessments/{sheet.id}").status_code == 404, key


def test_a_candidate_waits_for_the_recommendation(
    half_observed: Player, world: World, program: ProgramOf
) -> None:
    sheet = sheet_of(half_observed.certification, world.tuan.id, kind="observation")
    found = shown(program(world.lan), sheet.id)
    assert (found["state"], found["scores"], found["comments"], found["reasons"], found["agreed"]) == (
        "submitted", None, None, None, None,
    )  # fmt: skip


def test_two_observers_are_blind_to_each_other(
    half_observed: Player, world: World, program: ProgramOf
) -> None:
    tuans = sheet_of(half_observed.certification, world.tuan.id, kind="observation")
    beas = sheet_of(half_observed.certification, world.bea.id, kind="observation")
    bea = program(world.bea)
    assert bea.get(f"assessments/{tuans.id}").status_code == 404
    listed = bea.get("assessments", kind="observation").json["items"]
    assert [one["id"] for one in listed] == [beas.id]
    assert bea.post(f"assessments/{tuans.id}/moves/reconcile", {"scores": {"x": 3}}).status_code == 404
    bea.post(f"assessments/{beas.id}/moves/declare", {"conflicts": []})
    assert bea.post(f"assessments/{beas.id}/moves/submit", {"scores": GOOD}).status_code == 200
    assert shown(bea, tuans.id)["scores"] == GOOD


def test_a_supervisor_learns_no_gap_before_there_is_one(
    half_observed: Player, world: World, program: ProgramOf
) -> None:
    sheet = sheet_of(half_observed.certification, world.tuan.id, kind="observation")
    answer = program(world.bo).post(f"assessments/{sheet.id}/moves/reconcile", {"scores": {"x": 3}})
    assert (answer.status_code, [one["reason"] for one in answer.json["refusals"]]) == (
        409, ["No second observer of this event has handed in scores."],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "move", "body", "status"),
    [
        ("bea", "submit", {"scores": {}}, 409),
        ("bea", "declare", {}, 422),
        ("bea", "declare", {"conflicts": []}, 200),
        ("bea", "void", {"reason": "A mistake."}, 403),
        ("olu", "void", {"reason": "A mistake."}, 200),
        ("olu", "declare", {"conflicts": []}, 403),
        ("maya", "declare", {"conflicts": []}, 403),
        ("tuan", "declare", {"conflicts": []}, 404),
        ("kim", "void", {"reason": "A mistake."}, 404),
        ("bea", "assign", {}, 404),
        ("bea", "follow_reconciliation", {}, 404),
    ],
)
def test_a_move_is_made_by_whom_it_belongs_to(
    half_observed: Player, world: World, program: ProgramOf, key: str, move: str, body: Any, status: int
) -> None:
    sheet = sheet_of(half_observed.certification, world.bea.id, kind="observation")
    answer = program(getattr(world, key)).post(f"assessments/{sheet.id}/moves/{move}", body)
    assert answer.status_code == status, answer.text


def test_what_is_missing_on_a_sheet_is_told(half_observed: Player, world: World, program: ProgramOf) -> None:
    sheet = sheet_of(half_observed.certification, world.bea.id, kind="observation")
    bea, path = program(world.bea), f"assessments/{sheet.id}/moves"
    declared = bea.post(f"{path}/declare", {"conflicts": []})
    some = dict.fromkeys(list(GOOD)[1:], 4)
    wrong = bea.post(f"{path}/submit", {"scores": {**some, "unknown": 3}}, If_Match=declared.headers["ETag"])
    assert (wrong.status_code, len(wrong.json["errors"]["scores"])) == (422, 2)
    assert shown(bea, sheet.id)["state"] == "declared"
    assert bea.post(f"{path}/submit", {"scores": {**GOOD, next(iter(GOOD)): 6}}).status_code == 422
    late = bea.post(f"{path}/submit", {"scores": GOOD}, If_Match='"0"')
    assert (late.status_code, late.json["version"]) == (409, declared.json["version"])


@pytest.mark.parametrize("key", ["lan", "bo", "bea", "tuan", "quy", "olu", "maya", "asa", "ana", "kim"])
def test_a_list_shows_what_each_sheet_shows(
    half_observed: Player, world: World, program: ProgramOf, key: str
) -> None:
    reader = program(getattr(world, key))
    listed = {one["id"]: one for page in all_pages(reader, "assessments", limit=2) for one in page}
    answers = [(id, reader.get(f"assessments/{id}")) for (id,) in db.session.query(Assessment.id)]
    assert listed == {id: answer.json for id, answer in answers if answer.status_code == 200}
    assert (len(listed) == 0) == (key in ("ana", "kim"))


def test_the_queries_of_the_list_do_not_grow(recommended: Player, world: World, program: ProgramOf) -> None:
    with own_tx() as session:
        like = session.query(Assessment).filter_by(kind="observation").first()
        for _ in range(60):
            session.add(
                Assessment(
                    case_id=like.case_id, certification_id=like.certification_id, kind=like.kind,
                    activity_id=like.activity_id, state="void", state_since=like.state_since,
                    assessor_id=world.bea.id, created_at=like.created_at,
                )
            )  # fmt: skip
    olu, counts = program(world.olu), []
    for limit in (1, 10, 50):
        with counted_queries() as queries:
            found = olu.get("assessments", limit=limit)
        counts.append(len(queries))
    assert len(found.json["items"]) == 50
    assert counts[2] <= counts[1] <= 20, counts
