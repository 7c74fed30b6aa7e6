"""/api/v1/certifications: the path by programs, its lists and what they refuse."""

import json
from io import BytesIO

import pytest

from certify.clock import real_now
from certify.models import Certification, Message, Person, db
from certify.models.store import own_tx
from tests.api.client import PROBLEM
from tests.api.conftest import ProgramOf
from tests.cast import World
from tests.files.making import written_pdf
from tests.player import Player

DRAFT = {
    "specialisation": "Productivity in garment factories",
    "sectors": ["garments"],
    "languages": ["vi", "en"],
    "employer": "none",
    "professional_years": 9,
    "sme_years": 4,
}


def test_a_person_applies_fills_in_and_submits(world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    opened = ana.post("certifications", {"module": "WPC", "country": "VN"})
    assert (opened.status_code, opened.json["state"]) == (201, "draft")
    path = opened.headers["Location"]
    assert path == f"/api/v1/certifications/{opened.json['id']}"
    assert ana.patch(path, DRAFT).status_code == 200
    file = ana.send("POST", f"{path}/files", data={"kind": "cv", "file": (BytesIO(written_pdf(1)), "cv.pdf")})
    assert (file.status_code, file.json["kind"]) == (201, "cv")
    submitted = ana.post(f"{path}/moves/submit", {"declaration": True, "consents": ["data"], "conflicts": []})
    assert (submitted.status_code, submitted.json["state"]) == (200, "submitted")
    read = ana.get(path)
    assert read.json == submitted.json
    assert read.headers["ETag"] == f'"{read.json["version"]}"'


def test_keys_are_those_of_the_design(certified: Player, world: World, program: ProgramOf) -> None:
    found = program(world.maya).get(f"certifications/{certified.certification}").json
    assert list(found) == [
        "id", "version", "holder", "module", "country", "scheme_version", "state", "standing", "valid_from",
        "valid_until", "credentials", "supervisor", "observers", "requirements", "moves",
    ]  # fmt: skip
    number = found["credentials"][0]["number"]
    assert {**found, "version": 0, "requirements": [], "moves": []} == {
        "id": certified.certification,
        "version": 0,
        "holder": {"id": world.ana.id, "name": "Ana Trần"},
        "module": "WPC",
        "country": "VN",
        "scheme_version": "score-2026",
        "state": "certified",
        "standing": "valid",
        "valid_from": "2026-05-04",
        "valid_until": "2029-05-04",
        "credentials": [{"number": number, "valid_from": "2026-05-04", "valid_until": "2029-05-04"}],
        "supervisor": {"id": world.bo.id, "name": "Bo Nguyễn"},
        "observers": [{"id": world.tuan.id, "name": "Tuấn Lê"}],
        "requirements": [],
        "moves": [],
    }
    assert list(found["requirements"][0]) == [
        "id", "text", "status", "evidence", "reasons", "who", "earliest_on",
    ]  # fmt: skip
    assert {one["id"]: one["status"] for one in found["requirements"]}["mean-score"] == "met"
    assert [(one["name"], one["allowed"]) for one in found["moves"]] == [
        ("suspend", True),
        ("withdraw", True),
    ]


def test_before_admission_no_version_is_pinned(submitted: Player, world: World, program: ProgramOf) -> None:
    found = program(world.ana).get(f"certifications/{submitted.certification}").json
    assert (found["scheme_version"], found["standing"], found["valid_from"]) == (None, "none", None)


def test_a_move_that_is_not_possible_says_why_as_its_refusal_does(
    admitted: Player, world: World, program: ProgramOf
) -> None:
    olu, path = program(world.olu), f"certifications/{admitted.certification}"
    offered = {move["name"]: move for move in olu.get(path).json["moves"]}
    assert set(offered) == {"enrol", "hold", "waive", "assign_supervisor", "assign_observer", "reassign"}
    denied = olu.post(f"{path}/moves/admit")
    assert (denied.status_code, denied.json["refusals"]) == (
        409,
        [
            {
                "requirement": None,
                "reason": "“Admit” is not possible while the state is “admitted”.",
                "who": [],
                "earliest_on": None,
            }
        ],
    )


def test_requirements_refuse_by_their_ids(submitted: Player, world: World, program: ProgramOf) -> None:
    path = f"certifications/{submitted.certification}"
    denied = program(world.olu).post(f"{path}/moves/admit")
    assert [(one["requirement"], one["who"]) for one in denied.json["refusals"]] == [
        ("screening", ["coordinator"])
    ]


def test_hidden_scores_do_not_show_in_what_is_refused(
    half_observed: Player, world: World, program: ProgramOf
) -> None:
    """Bea observed and did not submit her own sheet: what Tuấn's came to is not told to her."""
    path = f"certifications/{half_observed.certification}"
    shown = {one["id"]: one for one in program(world.bea).get(path).json["requirements"]}
    assert (shown["mean-score"]["status"], shown["mean-score"]["reasons"]) == (
        "not_met",
        ["The scores are not shown to you yet."],
    )
    denied = program(world.bo).post(f"{path}/moves/recommend", {"narrative": "Ready."})
    assert denied.status_code == 409


@pytest.mark.parametrize(
    ("name", "status"),
    [("create", 404), ("recognise", 404), ("fly", 404), ("grant%2F", 404), ("submit", 403), ("hold", 403)],
)
def test_a_move_that_is_not_the_readers_is_refused(
    admitted: Player, world: World, program: ProgramOf, name: str, status: int
) -> None:
    path = f"certifications/{admitted.certification}/moves/{name}"
    assert program(world.maya).post(path).status_code == status


def test_a_stranger_learns_nothing(certified: Player, world: World, program: ProgramOf) -> None:
    kim, path = program(world.kim), f"certifications/{certified.certification}"
    for part in ("", "/events", "/evidence"):
        assert kim.get(path + part).status_code == 404
    for part in ("/moves/grant", "/moves/retire"):
        assert kim.post(path + part).status_code == 404
    assert kim.patch(path, {}).status_code == 404
    unknown = kim.get("certifications/" + "0" * 20)
    assert (unknown.status_code, unknown.json) == (404, kim.get(path).json)


def test_only_the_holder_fills_in_and_only_a_draft(
    submitted: Player, world: World, program: ProgramOf
) -> None:
    path = f"certifications/{submitted.certification}"
    assert program(world.olu).patch(path, {"employer": "none"}).status_code == 403
    closed = program(world.ana).patch(path, {"employer": "none"})
    assert (closed.status_code, closed.json["refusals"][0]["who"]) == (409, ["coordinator"])


def test_left_out_fields_stay_and_null_empties(world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    path = ana.post("certifications", {"module": "WPC", "country": "VN"}).headers["Location"]
    ana.patch(path, DRAFT)
    ana.patch(path, {"employer": None, "sme_years": 5})
    case = db.session.query(Certification).one()
    assert (case.employer, case.sme_years, case.specialisation) == (None, 5, DRAFT["specialisation"])
    wrong = ana.patch(path, {"sme_years": 12, "state": "certified"})
    assert (wrong.status_code, set(wrong.json["errors"])) == (422, {"state"})


def test_a_stale_draft_tells_its_declared_fields_alone(world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    opened = ana.post("certifications", {"module": "WPC", "country": "VN"})
    path = opened.headers["Location"]
    ana.patch(path, {"employer": "Sông Hồng"})
    asked = {"__dict__": 1, "assessments": 1, "holder_id": "x", "metadata": 1, "employer": "none"}
    late = ana.patch(path, asked, If_Match=opened.headers["ETag"])
    assert (late.status_code, [one["reason"] for one in late.json["refusals"]][1:]) == (
        409,
        ["“employer” now reads “Sông Hồng”."],
    )


def test_events_tell_the_history_with_its_facts(certified: Player, world: World, program: ProgramOf) -> None:
    found = program(world.asa).get(f"certifications/{certified.certification}/events", limit=100).json
    lines = found["items"]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert list(lines[0]) == ["seq", "at", "actor", "event", "from", "to", "facts", "sentence"]
    assert (
        lines[0]
        == {
            "seq": 1,
            "at": "2026-01-12T03:00:00Z",
            "actor": world.ana.id,
            "event": "create",
            "from": None,
            "to": "draft",
            "facts": {"module": "WPC", "country": "VN"},
            "sentence": "Ana Trần opened the application.",
        }
        or lines[0]["facts"] == {}
    )
    granted = next(line for line in lines if line["event"] == "grant")
    assert (granted["event"], granted["from"], granted["to"]) == ("grant", "recommended", "certified")
    assert granted["facts"]["reasons"] == [{"requirement": "mean-score", "reason": "Strong in every event."}]
    everything = json.dumps(lines)
    assert '"scores"' not in everything
    assert '"conflicts"' not in everything


def test_evidence_says_what_counts(certified: Player, world: World, program: ProgramOf) -> None:
    found = program(world.ana).get(f"certifications/{certified.certification}/evidence", limit=100).json
    assert {one["kind"] for one in found["items"]} == {
        "tot_event", "baseline", "workshop", "visit", "improvement_project", "cycle_report",
    }  # fmt: skip
    assert all(one["counted"] for one in found["items"])
    assert [one["held_on"] for one in found["items"]] == sorted(one["held_on"] for one in found["items"])
    workshop = next(one for one in found["items"] if one["kind"] == "workshop")
    assert workshop == {
        "activity": certified.workshop,
        "kind": "workshop",
        "state": "confirmed",
        "held_on": "2026-03-09",
        "enterprise": None,
        "counted": True,
        "reasons": [],
    }


def test_a_certificate_of_another_body_is_recognised(world: World, program: ProgramOf) -> None:
    given = {
        "person": world.ana.id,
        "module": "WPC",
        "country": "VN",
        "source": "SCORE Ghana",
        "number": "GH-17",
        "valid_from": "2025-06-01",
        "valid_until": "2028-06-01",
        "grounds": "The same edition, checked with the body.",
    }
    maya = program(world.maya)
    for field in ("source", "number"):
        turned = maya.post("certifications/recognise", {**given, field: "GH\u202e-17"})
        said = {field: ["This holds characters that cannot be seen. Type it anew."]}
        assert (turned.status_code, turned.json["errors"]) == (422, said)
    assert program(world.maya, "write").post("certifications/recognise", given).status_code == 403
    assert program(world.olu).post("certifications/recognise", given).status_code == 403
    answer = maya.post("certifications/recognise", given)
    assert (answer.status_code, answer.json["state"], answer.json["requirements"]) == (201, "certified", [])
    assert answer.json["credentials"][0]["valid_until"] == "2028-06-01"
    again = maya.post("certifications/recognise", given)
    assert again.status_code == 409
    late = maya.post("certifications/recognise", {**given, "valid_until": "2025-01-01", "actor": "x"})
    assert (late.status_code, list(late.json["errors"])) == (422, ["actor"])


def test_a_provider_nominates_and_sees_the_case_once_confirmed(world: World, program: ProgramOf) -> None:
    sami, lan = program(world.sami), program(world.lan)
    wish = {"module": "WPC", "country": "VN", "person": world.lan.id}
    answer = sami.post("certifications", wish)
    assert (answer.status_code, answer.json["holder"]["id"]) == (201, world.lan.id)
    assert (answer.json["requirements"], answer.json["moves"]) == ([], [])
    path = answer.headers["Location"]
    assert sami.get(path).status_code == 404
    told = db.session.query(Message).one()
    assert (told.kind, told.recipient_id) == ("nominated", world.lan.id)
    assert lan.post(f"{path}/moves/confirm_nomination").status_code == 200
    assert sami.get(path).json["state"] == "draft"
    again = sami.post("certifications", wish)
    assert (again.status_code, [one["reason"] for one in again.json["refusals"]]) == (
        409,
        ["This person cannot be nominated for this module now."],
    )


def test_of_who_does_not_work_for_it_a_provider_learns_nothing(world: World, program: ProgramOf) -> None:
    """An open case, none, a disabled account, no account: one answer, whatever they hold."""
    assert program(world.ana).post("certifications", {"module": "WPC", "country": "VN"}).status_code == 201
    with own_tx() as session:
        session.get_one(Person, world.kim.id).disabled_at = real_now()
    sami = program(world.sami)
    told = [
        sami.post("certifications", {"module": "WPC", "country": "VN", "person": person})
        for person in (world.ana.id, world.bo.id, world.kim.id, "0" * 20)
    ]
    assert {(answer.status_code, answer.text) for answer in told} == {(422, told[-1].text)}
    assert db.session.query(Certification).count() == 1
    assert db.session.query(Message).count() == 0


def test_nobody_but_a_provider_nominates(world: World, program: ProgramOf) -> None:
    wish = {"module": "WPC", "country": "VN", "person": world.ana.id}
    assert program(world.olu).post("certifications", wish).status_code == 403
    unknown = program(world.sami).post("certifications", {**wish, "person": "0" * 20})
    assert (unknown.status_code, list(unknown.json["errors"])) == (422, ["person"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("DELETE", "certifications", 405),
        ("PUT", "certifications/x", 405),
        ("POST", "me", 405),
        ("GET", "certifications/x/moves/submit", 405),
    ],
)
def test_errors_are_problem_documents_everywhere(
    world: World, program: ProgramOf, method: str, path: str, status: int
) -> None:
    answer = program(world.ana).send(method, path)
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    if status == 405:
        assert answer.headers["Allow"]
