"""Tokens: who a program acts for, how far it may go, and that an ended one is refused at once."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, update

from certify.auth.tokens import TOUCH_EVERY
from certify.clock import real_now
from certify.models import ApiToken, Certification, Person, RoleGrant, db
from certify.models.store import own_tx
from tests.api.client import PROBLEM, Program, token_for
from tests.api.conftest import ProgramOf
from tests.api.test_lists import counted_queries
from tests.cast import World
from tests.client import StrictClient, sign_in
from tests.player import Player

GRANT = {"reasons": [{"requirement": "mean-score", "reason": "Strong."}], "effective_on": "2026-06-01"}


def refused(program: Program) -> None:
    answer = program.get("me")
    assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Certify"'
    assert answer.json == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Send a token that is in force: Authorization: Bearer …",
    }


def test_a_token_says_for_whom_it_acts(app: Flask, world: World, program: ProgramOf) -> None:
    assert program(world.maya, "read").get("me").json == {
        "id": world.maya.id,
        "name": world.maya.name,
        "email": world.maya.email,
        "roles": [
            {
                "role": "master_trainer",
                "module": None,
                "country": "VN",
                "from": "2024-01-08",
                "until": None,
                "issuer": world.issuer,
            }
        ],
    }


def test_whoever_has_no_token_in_force_is_told_so(app: Flask, world: World) -> None:
    for token in (None, "", "nothing", "certify_" + "x" * 43, "\xff"):
        refused(Program(app, token))


def test_a_cookie_opens_nothing_here(app: Flask, world: World) -> None:
    client = sign_in(StrictClient(app), world.ana)
    assert client.get("/account").status_code == 200
    assert client.get("/api/v1/me").status_code == 401
    assert client.post("/api/v1/certifications", json={"module": "WPC", "country": "VN"}).status_code == 401


def test_a_cookie_of_another_changes_nobody(app: Flask, world: World) -> None:
    client = sign_in(StrictClient(app), world.ana)
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token_for(app, world.bo)}"})
    assert answer.json["email"] == world.bo.email


def test_a_token_that_ran_out_is_refused(app: Flask, world: World) -> None:
    program = Program(app, token_for(app, world.ana, days=1))
    assert program.get("me").status_code == 200
    with own_tx() as session:
        session.query(ApiToken).update({"expires_at": real_now()})
    refused(program)


def test_a_revoked_token_is_refused(app: Flask, world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    assert ana.get("me").status_code == 200
    with own_tx() as session:
        session.query(ApiToken).update({"revoked_at": real_now()})
    refused(ana)


def test_the_token_of_a_disabled_account_is_refused(app: Flask, world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    assert ana.get("me").status_code == 200
    with own_tx() as session:
        session.get_one(Person, world.ana.id).disabled_at = real_now()
    refused(ana)


def test_a_role_that_ends_ends_for_programs_too(
    recommended: Player, world: World, program: ProgramOf
) -> None:
    maya = program(world.maya)
    path = f"certifications/{recommended.certification}"
    assert maya.get(path).status_code == 200
    with own_tx() as session:
        session.query(RoleGrant).filter_by(person_id=world.maya.id).one().ended_at = real_now()
    assert maya.get(path).status_code == 404


@pytest.mark.parametrize(
    ("scope", "answers"),
    [("read", (200, 403, 403)), ("write", (200, 201, 403)), ("decide", (200, 201, 200))],
)
def test_a_scope_reaches_as_far_as_it_says(
    recommended: Player, world: World, program: ProgramOf, scope: str, answers: tuple[int, ...]
) -> None:
    maya = program(world.maya, scope)
    read = maya.get("certifications")
    written = maya.post("certifications", {"module": "QUA", "country": "VN"})
    decided = maya.post(f"certifications/{recommended.certification}/moves/grant", GRANT)
    assert (read.status_code, written.status_code, decided.status_code) == answers
    state = db.session.get_one(Certification, recommended.certification).state
    assert state == ("certified" if scope == "decide" else "recommended")


def test_a_scope_that_is_too_small_is_named(recommended: Player, world: World, program: ProgramOf) -> None:
    answer = program(world.maya, "write").post(f"certifications/{recommended.certification}/moves/refuse", {})
    assert (answer.status_code, answer.json["scope"]) == (403, "decide")
    assert answer.json["detail"] == "The token's scopes are too small: this needs “decide”."
    assert 'error="insufficient_scope", scope="decide"' in answer.headers["WWW-Authenticate"]


def test_more_practice_is_a_decision_once_recommended(
    visited: Player, world: World, program: ProgramOf
) -> None:
    asked = {"what": "Listen more.", "by_on": "2026-09-01", "back_to": "supervised_visits"}
    path = f"certifications/{visited.certification}/moves/ask_more_practice"
    assert program(world.maya, "write").post(path, asked).status_code == 403  # the supervisor's, not hers
    assert program(world.bo, "write").post(path, asked).status_code == 200


def test_more_practice_after_the_recommendation_needs_the_scope(
    recommended: Player, world: World, program: ProgramOf
) -> None:
    asked = {"what": "Listen more.", "by_on": "2026-09-01", "back_to": "supervised_visits"}
    path = f"certifications/{recommended.certification}/moves/ask_more_practice"
    answer = program(world.maya, "write").post(path, asked)
    assert (answer.status_code, answer.json["scope"]) == (403, "decide")
    assert program(world.maya).post(path, asked).status_code == 200


def test_the_scope_is_that_of_the_state_under_the_lock(
    visited: Player, world: World, program: ProgramOf
) -> None:
    """Somebody recommends while the request waits for the lock: then it would be a decision."""
    with own_tx() as session:
        decider = session.query(RoleGrant).filter_by(person_id=world.maya.id).one()
        made = {name: getattr(decider, name) for name in decider.__table__.columns.keys() if name != "id"}  # noqa: SIM118
        session.add(RoleGrant(**{**made, "person_id": world.bo.id}))
    bo = program(world.bo, "write")
    bo.get("me")  # the touch of a token's first use is no part of the race
    asked = {"what": "Listen more.", "by_on": "2026-09-01", "back_to": "supervised_visits"}
    path = f"certifications/{visited.certification}/moves/ask_more_practice"

    def recommend(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM case_file" in statement:
            connection.execute(update(Certification).values(state="recommended"))

    event.listen(db.engine, "before_cursor_execute", recommend)
    answer = bo.post(path, asked)
    event.remove(db.engine, "before_cursor_execute", recommend)
    assert (answer.status_code, answer.json.get("scope")) == (403, "decide")


def test_when_a_token_was_used_is_noted_now_and_then(app: Flask, world: World, program: ProgramOf) -> None:
    ana = program(world.ana)
    writes = []
    for _ in range(3):
        ana.get("me")
        writes.append("api_token" in ana.client.written)
    assert writes == [True, False, False]
    with own_tx() as session:
        session.query(ApiToken).update({"last_used_at": real_now() - TOUCH_EVERY - timedelta(seconds=1)})
    ana.get("me")
    assert "api_token" in ana.client.written


def test_the_secret_is_not_in_the_database(app: Flask, world: World) -> None:
    token = token_for(app, world.ana)
    row = db.session.query(ApiToken).one()
    assert token not in [str(getattr(row, column.key)) for column in ApiToken.__table__.columns]


def test_whatever_is_wrong_with_a_token_costs_the_same(app: Flask, world: World, program: ProgramOf) -> None:
    programs = [Program(app), Program(app, "certify_" + "x" * 43), *(program(m) for m in world.members[:3])]
    with own_tx() as session:
        expired, revoked, disabled = (
            session.query(ApiToken).filter_by(person_id=member.id).one() for member in world.members[:3]
        )
        expired.expires_at = revoked.revoked_at = disabled.person.disabled_at = real_now()
    counts = []
    for one in programs:
        with counted_queries() as queries:
            refused(one)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
