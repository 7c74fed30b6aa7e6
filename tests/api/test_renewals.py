"""/api/v1/renewals: opened, filed, reviewed, decided by programs; each no with its reason and status."""

from datetime import date
from typing import Any

from certify.models.store import write_tx
from certify.scheme.words import RoleName
from tests.api.client import Program
from tests.api.conftest import ProgramOf
from tests.cast import World
from tests.player import Player
from tests.workflows.renewing import DAY, ENDS, OPENS, REASONS, Renewing, grant_of

FIELDS = [
    "id", "version", "certification", "credential", "ends_on", "state", "route", "scheme_version",
    "opened_at", "filed_at", "reviewed_at", "outcome", "decided_at", "reasons", "successor",
    "valid_from", "valid_until", "requirements", "moves",
]  # fmt: skip


def opened(program: Program, case: str) -> Any:
    return program.post(f"certifications/{case}/renewals", {})


def move(program: Program, id: str, name: str, **facts: Any) -> Any:
    return program.post(f"renewals/{id}/moves/{name}", facts)


def test_a_renewal_goes_its_whole_way(certified: Player, world: World, program: ProgramOf, turn: Any) -> None:
    renewing = Renewing(certified)
    turn(OPENS)
    ana, case = program(world.ana), certified.certification
    made = opened(ana, case)
    assert (made.status_code, made.headers["Location"], list(made.json)) == (
        201, f"/api/v1/renewals/{made.json['id']}", FIELDS,
    )  # fmt: skip
    renewing.id = id = made.json["id"]
    assert {**made.json, "requirements": 0, "moves": 0, "id": 0, "opened_at": 0, "version": 0} == {
        "id": 0, "version": 0, "certification": case, "credential": renewing.certificates[0].number,
        "ends_on": "2029-05-04", "state": "open", "route": None, "scheme_version": None, "opened_at": 0,
        "filed_at": None, "reviewed_at": None, "outcome": None, "decided_at": None, "reasons": [],
        "successor": None, "valid_from": None, "valid_until": None, "requirements": 0, "moves": 0,
    }  # fmt: skip
    assert [one["name"] for one in made.json["moves"]] == ["file"]
    assert [one["id"] for one in made.json["requirements"]][:2] == ["practice-per-year", "refresher"]
    number = renewing.certificates[0].number
    assert ana.get(f"verify/{number}").json["renewal_filed"] is False
    filed = move(ana, id, "file", declaration=True)
    assert (filed.status_code, filed.json["state"], filed.json["route"], filed.json["scheme_version"]) == (
        200, "filed", "in_window", "score-2028",
    )  # fmt: skip
    assert ana.get(f"verify/{number}").json["renewal_filed"] is True
    assert move(program(world.kim), id, "review", outcome="All is well.").json["outcome"] == "All is well."
    granted = move(program(world.mika), id, "grant", reasons=REASONS)
    assert (granted.status_code, granted.json["state"], granted.json["reasons"]) == (200, "granted", REASONS)
    assert (granted.json["valid_from"], granted.json["valid_until"]) == ("2029-05-05", "2032-05-04")
    assert granted.json["moves"] == []
    told = ana.get(f"verify/{granted.json['successor']}").json
    assert (told["verdict"], told["reason"], told["supersedes"]) == (
        "not_currently_valid", "not_yet_valid", number,
    )  # fmt: skip
    whole = ana.get(f"certifications/{case}").json
    assert (whole["state"], whole["standing"], whole["valid_from"], whole["valid_until"]) == (
        "certified", "valid", "2026-05-04", "2029-05-04",
    )  # fmt: skip
    turn(ENDS + DAY)
    whole = ana.get(f"certifications/{case}").json
    assert (whole["standing"], whole["valid_from"], whole["valid_until"]) == (
        "valid", "2029-05-05", "2032-05-04",
    )  # fmt: skip
    assert [one["number"] for one in whole["credentials"]] == [number, granted.json["successor"]]
    (line,) = ana.get(f"certifications/{case}/renewals").json["items"]
    assert line == {name: granted.json[name] for name in FIELDS[:-2]}


def test_out_of_the_window_it_is_409_with_the_earliest_day(
    certified: Player, world: World, program: ProgramOf, turn: Any
) -> None:
    Renewing(certified)
    turn(OPENS - DAY)
    answer = opened(program(world.ana), certified.certification)
    assert (answer.status_code, answer.json["refusals"][0]["earliest_on"]) == (409, "2029-02-03")
    turn(date(2030, 5, 5))
    answer = opened(program(world.ana), certified.certification)
    assert (answer.status_code, answer.json["refusals"][0]["earliest_on"]) == (409, None)


def test_filed_twice_withdrawn_or_by_the_wrong_one(
    certified: Player, world: World, program: ProgramOf, turn: Any
) -> None:
    renewing = Renewing(certified).open()
    turn(OPENS)
    ana, mika = program(world.ana), program(world.mika)
    assert opened(ana, certified.certification).status_code == 409
    assert opened(mika, certified.certification).status_code == 403
    assert opened(program(world.lan), certified.certification).status_code == 404
    assert move(mika, renewing.id, "file", declaration=True).status_code == 403
    assert move(ana, renewing.id, "file", declaration=True).status_code == 200
    assert move(ana, renewing.id, "file", declaration=True).status_code == 409
    assert move(ana, renewing.id, "open").status_code == 404
    assert move(ana, renewing.id, "no-such").status_code == 404
    certified.move("withdraw", world.mika, OPENS, grounds="Forged lists.")
    answer = move(program(world.kim), renewing.id, "review", outcome="None.")
    assert (answer.status_code, answer.json["refusals"][0]["reason"]) == (
        409, "“Review the renewal” is not possible while the state is “ended”.",
    )  # fmt: skip


def test_what_ended_with_its_certification_was_decided_by_nobody(
    certified: Player, world: World, program: ProgramOf, turn: Any
) -> None:
    renewing = Renewing(certified).open().file()
    certified.move("withdraw", world.mika, OPENS, grounds="Forged lists.")
    turn(OPENS)
    told = program(world.mika).get(f"renewals/{renewing.id}").json
    assert (told["state"], told["decided_at"], told["requirements"], told["moves"]) == ("ended", None, [], [])
    assert move(program(world.mika), renewing.id, "end").status_code == 404
    refused = opened(program(world.ana), certified.certification)
    assert [one["reason"] for one in refused.json["refusals"]] == [
        "The certification was withdrawn; it cannot be renewed."
    ]


def test_programs_know_a_certified_trainer_by_the_same_role_as_a_candidate(
    certified: Player, world: World, program: ProgramOf, turn: Any
) -> None:
    turn(OPENS)
    told = opened(program(world.ana), certified.certification).json["requirements"]
    assert [(one["id"], one["who"]) for one in told] == [
        ("practice-per-year", ["candidate"]), ("refresher", ["candidate", "qa_reviewer"]),
        ("qa-observation", ["qa_reviewer"]), ("code-of-conduct", ["candidate"]),
        ("no-open-finding", ["candidate", "qa_reviewer"]),
    ]  # fmt: skip
    again = opened(program(world.ana), certified.certification)
    assert again.json["refusals"][0]["who"] == ["candidate"]


def test_wrong_facts_are_422_by_field(certified: Player, world: World, program: ProgramOf, turn: Any) -> None:
    renewing = Renewing(certified).open()
    turn(OPENS)
    ana = program(world.ana)
    for given, field in (({}, "declaration"), ({"declaration": "yes"}, "declaration"), ({"more": 1}, "more")):
        answer = move(ana, renewing.id, "file", **given)
        assert (answer.status_code, field in answer.json["errors"]) == (422, True), given
    answer = ana.post(f"certifications/{certified.certification}/renewals", {"more": 1})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["more"])


def test_versions_keys_and_scopes_hold_as_everywhere(
    certified: Player, world: World, program: ProgramOf, turn: Any
) -> None:
    renewing = Renewing(certified).reviewed()
    turn(OPENS)
    path, facts = f"renewals/{renewing.id}/moves/grant", {"reasons": REASONS}
    assert program(world.mika, "write").post(path, facts).status_code == 403
    mika = program(world.mika)
    assert mika.post(path, facts, If_Match='"1"').status_code == 409
    version = mika.get(f"renewals/{renewing.id}").json["version"]
    headers = {"If_Match": f'"{version}"', "Idempotency_Key": "grant-once"}
    first, again = mika.post(path, facts, **headers), mika.post(path, facts, **headers)
    assert (first.status_code, again.json) == (200, first.json)
    assert len(renewing.certificates) == 2
    assert mika.post(path, facts).status_code == 409


def test_a_refusal_tells_every_requirement_in_the_way(
    certified: Player, world: World, program: ProgramOf, turn: Any
) -> None:
    renewing = Renewing(certified, refresher_hours=8, qa_observations=1).reviewed()
    with write_tx() as session:
        session.add(grant_of(world.tuan, RoleName.MASTER_TRAINER, issuer_id=world.issuer))
    turn(OPENS)
    answer = move(program(world.tuan), renewing.id, "grant", reasons=REASONS)
    assert (answer.status_code, [one["requirement"] for one in answer.json["refusals"]]) == (
        409, ["refresher", "qa-observation", "independence"],
    )  # fmt: skip
    (grant, refuse) = program(world.mika).get(f"renewals/{renewing.id}").json["moves"]
    assert (grant["name"], grant["allowed"], refuse["name"], refuse["allowed"]) == (
        "grant", False, "refuse", True,
    )  # fmt: skip
