"""Commands: repeatable by a key, bound to what was read by If-Match, and without a trace when refused."""

import threading
from contextvars import Context
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import func, select

from certify.api import commands
from certify.clock import real_now
from certify.models import Certification, Event, IdempotencyKey, Message, RoleGrant, StoredFile, db
from certify.models.store import own_tx
from certify.scheme.words import RoleName
from certify.workflows.idempotency import REMEMBERED, SWEPT_AT_ONCE
from tests.api.client import Program
from tests.api.conftest import ProgramOf
from tests.cast import World
from tests.files.making import written_pdf
from tests.player import Player

APPLY = {"module": "WPC", "country": "VN"}
AT_ONCE = 25
HOLD = {"reason": "A long illness."}


def count(row: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(row)) or 0


def test_the_same_request_again_gets_the_same_answer(world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    first = ana.post("certifications", APPLY, Idempotency_Key="one")
    again = ana.post("certifications", APPLY, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    for name in ("ETag", "Location", "Content-Type"):
        assert first.headers[name] == again.headers[name]
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert count(Certification) == 1


def test_a_move_is_made_once_however_often_it_is_sent(
    admitted: Player, world: World, program: ProgramOf
) -> None:
    olu, path = program(world.olu), f"certifications/{admitted.certification}/moves/hold"
    answers = [olu.post(path, HOLD, Idempotency_Key="hold-1") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    events = select(func.count()).select_from(Event).where(Event.move == "hold")
    assert db.session.scalar(events) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [("certifications", {"module": "QUA", "country": "VN"}), ("certifications/x/moves/hold", APPLY)],
)
def test_a_key_belongs_to_one_request(world: World, program: ProgramOf, path: str, body: Any) -> None:
    ana = program(world.ana)
    assert ana.post("certifications", APPLY, Idempotency_Key="one").status_code == 201
    other = ana.post(path, body, Idempotency_Key="one")
    assert (other.status_code, list(other.json["errors"])) == (422, ["Idempotency-Key"])
    assert count(Certification) == 1


def test_everybody_has_keys_of_their_own(world: World, program: ProgramOf) -> None:
    for member in (world.ana, world.lan):
        answer = program(member).post("certifications", APPLY, Idempotency_Key="one")
        assert (answer.status_code, answer.json["holder"]["id"]) == (201, member.id)


def test_a_refused_request_may_be_sent_again(world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    assert ana.post("certifications", {"module": "WPC"}, Idempotency_Key="one").status_code == 422
    assert count(IdempotencyKey) == 0
    assert ana.post("certifications", APPLY, Idempotency_Key="one").status_code == 201
    assert ana.post("certifications", APPLY, Idempotency_Key="two").status_code == 409
    assert count(IdempotencyKey) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "clé", "a\tb"])
def test_a_key_is_printable_and_of_a_length(world: World, program: ProgramOf, key: str) -> None:
    answer = program(world.ana).post("certifications", APPLY, Idempotency_Key=key)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["Idempotency-Key"])
    assert count(Certification) == 0


def test_a_patch_takes_a_key_too(world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    path = ana.post("certifications", APPLY).headers["Location"]
    first = ana.patch(path, {"employer": "none"}, Idempotency_Key="p")
    ana.patch(path, {"employer": "Sông Hồng"})
    again = ana.patch(path, {"employer": "none"}, Idempotency_Key="p")
    assert first.data == again.data
    assert db.session.query(Certification).one().employer == "Sông Hồng"


def at_once(program: Program, path: str, key: str, **body: Any) -> list[Any]:
    """The same request from many threads in one instant."""
    start, answers = threading.Barrier(AT_ONCE), [None] * AT_ONCE
    headers = {"Authorization": f"Bearer {program.token}", "Idempotency-Key": key}

    def ask(n: int) -> None:
        client = FlaskClient(program.client.application, Response)
        made = {name: value() if callable(value) else value for name, value in body.items()}
        start.wait()
        answers[n] = Context().run(client.post, path, headers=headers, buffered=True, **made)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def paper() -> dict[str, Any]:
    return {"kind": "evidence", "file": (BytesIO(written_pdf(1)), "reference.pdf")}


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    return 20 if request.config.getoption("long") else 2


def test_of_25_at_once_one_has_an_effect(
    app: Flask, admitted: Player, world: World, program: ProgramOf, rounds: int
) -> None:
    """R6 of the reliability table."""
    olu = program(world.olu)
    olu.get("me")  # the touch of a token's first use is no part of the race
    path = f"/api/v1/certifications/{admitted.certification}/moves/"
    for n in range(rounds):
        move, to = ("hold", "on_hold") if n % 2 == 0 else ("resume", "admitted")
        before = count(Event), count(Message)
        answers = at_once(olu, path + move, f"round {n}", json=HOLD)
        assert [answer.status_code for answer in answers] == [200] * AT_ONCE
        assert len({answer.data for answer in answers}) == 1
        assert answers[0].json["state"] == to
        assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == AT_ONCE - 1
        assert count(Event) == before[0] + 1
        assert count(Message) == before[1] + 1
        other = olu.post(path + move, {"reason": "Another one."}, Idempotency_Key=f"round {n}")
        assert other.status_code == 422


@pytest.fixture
def draft(world: World, program: ProgramOf) -> tuple[Program, str]:
    ana = program(world.ana)
    return ana, ana.post("certifications", APPLY).headers["Location"]


def test_of_25_files_at_once_one_is_kept(draft: tuple[Program, str]) -> None:
    ana, path = draft
    answers = at_once(ana, f"{path}/files", "one", data=paper)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert count(StoredFile) == 1


def sent(
    ana: Program, path: str, content: bytes, *, name: str = "reference.pdf", kind: str = "evidence"
) -> Any:
    """One file with the key "one"."""
    data = {"kind": kind, "file": (BytesIO(content), name)}
    return ana.send("POST", f"{path}/files", data=data, headers={"Idempotency-Key": "one"})


def test_the_same_file_again_is_the_same_request_whatever_its_boundary(draft: tuple[Program, str]) -> None:
    ana, path = draft
    first, again = (sent(ana, path, written_pdf(1)) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.request.headers["Content-Type"] != again.request.headers["Content-Type"]
    assert (first.data, again.headers["Idempotent-Replayed"]) == (again.data, "true")
    assert count(StoredFile) == 1


@pytest.mark.parametrize(
    ("content", "more"),
    [
        (written_pdf(2), {}),
        (written_pdf(1), {"kind": "cv"}),
        (written_pdf(1), {"name": "other.pdf"}),
    ],
)
def test_another_file_is_another_request(
    draft: tuple[Program, str], content: bytes, more: dict[str, str]
) -> None:
    """R6 for uploads, too: never the answer of a file that was not sent."""
    ana, path = draft
    assert sent(ana, path, written_pdf(1)).status_code == 201
    other = sent(ana, path, content, **more)
    assert (other.status_code, list(other.json["errors"])) == (422, ["Idempotency-Key"])
    assert count(StoredFile) == 1


def end_role(world: World, member: str) -> None:
    with own_tx() as session:
        session.query(RoleGrant).filter_by(person_id=getattr(world, member).id).update(
            {"ended_at": real_now()}
        )


def test_a_key_opens_nothing_once_its_role_ended(admitted: Player, world: World, program: ProgramOf) -> None:
    olu, path = program(world.olu), f"certifications/{admitted.certification}/moves/hold"
    assert olu.post(path, HOLD, Idempotency_Key="one").status_code == 200
    end_role(world, "olu")
    again, fresh = (olu.post(path, HOLD, Idempotency_Key=key) for key in ("one", "two"))
    assert (again.status_code, again.json) == (404, fresh.json)


def test_a_key_of_a_creation_takes_the_right_to_it_still(world: World, program: ProgramOf) -> None:
    sami, wish = program(world.sami), {**APPLY, "person": world.lan.id}
    assert sami.post("certifications", wish, Idempotency_Key="one").status_code == 201
    assert sami.post("certifications", wish, Idempotency_Key="one").status_code == 201
    end_role(world, "sami")
    again, fresh = (sami.post("certifications", wish, Idempotency_Key=key) for key in ("one", "two"))
    assert (again.status_code, again.json) == (403, fresh.json)


def test_a_key_of_a_move_takes_the_right_to_make_it_and_not_only_to_see_the_case(
    trained: Player, world: World, program: ProgramOf
) -> None:
    olu = program(world.olu)
    path = f"certifications/{trained.certification}/moves"
    assert olu.post(f"{path}/hold", HOLD, Idempotency_Key="one").status_code == 200
    with own_tx() as session:
        grant = session.query(RoleGrant).filter_by(person_id=world.olu.id).one()
        grant.role = RoleName.AUDITOR
    again, fresh = (olu.post(f"{path}/hold", HOLD, Idempotency_Key=key) for key in ("one", "two"))
    assert (again.status_code, again.json) == (403, fresh.json)
    assert olu.get(f"certifications/{trained.certification}").status_code == 200


def test_a_move_that_ends_its_own_right_is_still_answered_as_it_was(
    trained: Player, world: World, program: ProgramOf
) -> None:
    """Bea facilitated; once the ToT is to be repeated the case has no facilitator any more."""
    with own_tx() as session:
        session.query(Certification).update({"state": "training"})
    bea, path = program(world.bea), f"certifications/{trained.certification}/moves/fail_training"
    first, again = (bea.post(path, {"to_repeat": "The test."}, Idempotency_Key="one") for _ in range(2))
    assert (first.status_code, again.status_code, again.data) == (200, 200, first.data)
    assert bea.post(path, {"to_repeat": "The test."}, Idempotency_Key="two").status_code == 403


def test_a_key_of_a_creation_takes_the_sight_of_what_was_made(world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    assert ana.post("certifications", APPLY, Idempotency_Key="one").status_code == 201
    with own_tx() as session:
        session.query(Certification).update({"holder_id": world.lan.id})
    again = ana.post("certifications", APPLY, Idempotency_Key="one")
    assert (again.status_code, "certification" in again.text) == (404, False)


def test_a_key_takes_the_scope_that_its_request_took(
    recommended: Player, world: World, program: ProgramOf
) -> None:
    path = f"certifications/{recommended.certification}/moves/grant"
    asked = {"reasons": [{"requirement": "mean-score", "reason": "Strong."}], "effective_on": "2026-06-01"}
    assert program(world.maya).post(path, asked, Idempotency_Key="one").status_code == 200
    again = program(world.maya, "write").post(path, asked, Idempotency_Key="one")
    assert (again.status_code, again.json["scope"]) == (403, "decide")
    replayed = program(world.maya).post(path, asked, Idempotency_Key="one")
    assert (replayed.status_code, replayed.headers["Idempotent-Replayed"]) == (200, "true")


def make_old(*keys: str) -> None:
    with own_tx() as session:
        old = session.query(IdempotencyKey).filter(IdempotencyKey.key.in_(keys))
        old.update({"created_at": real_now() - REMEMBERED})


def test_a_key_is_remembered_for_a_week(world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    path = ana.post("certifications", APPLY).headers["Location"]
    for key in ("a", "b", "c"):
        assert ana.patch(path, {"employer": key}, Idempotency_Key=key).status_code == 200
    make_old("a", "b")
    anew = ana.patch(path, {"employer": "another"}, Idempotency_Key="a")
    assert (anew.status_code, "Idempotent-Replayed" in anew.headers) == (200, False)
    db.session.rollback()
    assert set(db.session.scalars(select(IdempotencyKey.key))) == {"a", "c"}


def test_each_new_key_takes_some_old_ones_away(world: World, program: ProgramOf) -> None:
    many = [f"old {n}" for n in range(SWEPT_AT_ONCE + 5)]
    with own_tx() as session:
        session.add_all(
            IdempotencyKey(
                person_id=world.bo.id, key=key, target="", body_sha256="", created_at=real_now() - REMEMBERED
            )
            for key in many
        )
    program(world.ana).post("certifications", APPLY, Idempotency_Key="one")
    assert count(IdempotencyKey) == 6


def test_without_the_row_of_the_key_there_are_more(
    draft: tuple[Program, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R6, power check: the same race is lost once nothing remembers the key."""
    ana, path = draft
    monkeypatch.setattr(commands, "claim", lambda *_asked: None)
    at_once(ana, f"{path}/files", "one", data=paper)
    assert count(StoredFile) == AT_ONCE


@pytest.mark.parametrize("seen", ['"{}"', '"0", "{}"', "*", ' "{}" '])
def test_the_version_that_was_read_opens_the_command(
    admitted: Player, world: World, program: ProgramOf, seen: str
) -> None:
    olu, path = program(world.olu), f"certifications/{admitted.certification}"
    version = olu.get(path).json["version"]
    answer = olu.post(f"{path}/moves/hold", HOLD, If_Match=seen.format(version))
    assert answer.status_code == 200
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    assert answer.json["version"] > version


def test_another_version_is_told_what_was_done(admitted: Player, world: World, program: ProgramOf) -> None:
    olu, path = program(world.olu), f"certifications/{admitted.certification}"
    read = olu.get(path)
    held = olu.post(f"{path}/moves/hold", HOLD)
    late = olu.post(f"{path}/moves/resume", HOLD, If_Match=read.headers["ETag"])
    assert (late.status_code, late.json["version"]) == (409, held.json["version"])
    assert late.json["refusals"] == [
        {
            "requirement": None,
            "reason": "This changed since you read it. Look at what changed, then send it again.",
            "who": [],
            "earliest_on": None,
        }
    ]
    assert late.json["changes"][0]["sentence"] == "Olu Adeyemi put the case on hold."
    assert olu.get(path).json["state"] == "on_hold"


def test_another_version_of_a_draft_is_told_field_by_field(world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    opened = ana.post("certifications", APPLY)
    path = opened.headers["Location"]
    ana.patch(path, {"employer": "Sông Hồng", "sectors": ["garments", "wood"]})
    late = ana.patch(path, {"employer": "none", "sectors": []}, If_Match=opened.headers["ETag"])
    assert late.status_code == 409
    assert [each["reason"] for each in late.json["refusals"]][1:] == [
        "“employer” now reads “Sông Hồng”.",
        "“sectors” now reads “garments, wood”.",
    ]


@pytest.mark.parametrize("seen", ["3", "'3'", '"3', '"3" "4"', "", "W/3"])
def test_a_version_without_its_quotes_is_none(world: World, program: ProgramOf, seen: str) -> None:
    ana = program(world.ana)
    path = ana.post("certifications", APPLY).headers["Location"]
    assert ana.patch(path, {"employer": "none"}, If_Match=seen).status_code == 400


def test_a_weak_version_is_never_the_same(world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    opened = ana.post("certifications", APPLY)
    weak = f"W/{opened.headers['ETag']}"
    assert ana.patch(opened.headers["Location"], {"employer": "none"}, If_Match=weak).status_code == 409


def test_the_right_is_asked_before_the_version(admitted: Player, world: World, program: ProgramOf) -> None:
    path = f"certifications/{admitted.certification}/moves/hold"
    assert program(world.kim).post(path, HOLD, If_Match='"0"').status_code == 404
    assert program(world.ana).post(path, HOLD, If_Match='"0"').status_code == 403
