"""/account/tokens: a new token is told once, ends with a confirmation, and nobody else's can be ended."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm.exc import StaleDataError

from certify.auth.sessions import hashed
from certify.auth.throttle import TRIES
from certify.clock import real_now
from certify.models import ApiToken, SingleUseLink, db
from certify.models.store import own_tx
from tests.api.client import Program, token_for
from tests.cast import Member, World
from tests.client import StrictClient
from tests.views.sending import fields_on, send

ClientOf = Callable[[Member], StrictClient]
MADE = re.compile(r"certify_[\w-]{43}")


ASKED = {"name": "attendance import", "scope": "write", "days": "90", "present": Member.PASSWORD}


def make(client: StrictClient) -> str:
    answer = send(client, "/account/tokens/new", **ASKED)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/tokens")
    found = MADE.findall(client.get("/account/tokens").text)
    assert len(found) == 1
    return str(found[0])


def test_a_token_is_told_once_and_opens_the_interface(app: Flask, world: World, client_of: ClientOf) -> None:
    client = client_of(world.ana)
    token = make(client)
    page = client.get("/account/tokens").text
    assert "attendance import" in page
    assert MADE.findall(page) == []
    assert Program(app, token).get("me").json["email"] == world.ana.email
    row = db.session.query(ApiToken).one()
    assert row.scopes == ["read", "write"]
    assert (row.expires_at - row.created_at).days == 90
    assert token not in row.token_hash


def test_the_next_page_shown_forgets_the_token_whichever_it_is(world: World, client_of: ClientOf) -> None:
    client = client_of(world.ana)
    assert send(client, "/account/tokens/new", **ASKED).status_code == 303
    assert client.get("/account").status_code == 200
    assert MADE.findall(client.get("/account/tokens").text) == []


def test_what_needs_no_sign_in_does_not_forget_the_token(world: World, client_of: ClientOf) -> None:
    client = client_of(world.ana)
    assert send(client, "/account/tokens/new", **ASKED).status_code == 303
    client.get("/healthz")
    assert len(MADE.findall(client.get("/account/tokens").text)) == 1


def test_a_token_that_was_not_stored_is_not_told(app: Flask, world: World, client_of: ClientOf) -> None:
    """The commit is refused: the cookie then holds no token."""
    client = client_of(world.ana)

    def refuse(*_asked: Any) -> None:
        raise StaleDataError

    with app.app_context():
        engine = db.engine
    path, page = "/account/tokens/new", client.get("/account/tokens/new").text
    event.listen(engine, "commit", refuse)
    try:
        answer = client.post(path, data={**fields_on(page, path), **ASKED})
    finally:
        event.remove(engine, "commit", refuse)
    assert answer.status_code == 409
    with client.session_transaction() as cookie:
        assert "new_token" not in cookie
    assert MADE.findall(client.get("/account/tokens").text) == []


def test_making_a_token_takes_the_password(world: World, client_of: ClientOf) -> None:
    answer = send(client_of(world.ana), "/account/tokens/new", **{**ASKED, "present": "not the right words"})
    assert (answer.status_code, "This is not your present password." in answer.text) == (422, True)
    assert db.session.query(ApiToken).count() == 0


def test_guessing_the_password_for_a_token_has_to_wait(world: World, client_of: ClientOf) -> None:
    client = client_of(world.ana)
    wrong = {**ASKED, "present": "not the right words"}
    told = [send(client, "/account/tokens/new", **wrong).status_code for _ in range(TRIES)]
    right = send(client, "/account/tokens/new", **ASKED)
    assert (set(told), right.status_code) == ({422}, 429)
    assert "Too many tries. Wait" in right.text
    assert int(right.headers["Retry-After"]) > 0
    assert db.session.query(ApiToken).count() == 0


def test_a_changed_password_ends_every_token_and_says_so(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    client, others = client_of(world.ana), Program(app, token_for(app, world.bo))
    programs = [Program(app, token_for(app, world.ana)) for _ in range(2)]
    assert "every token for programs ends" in client.get("/account/password").text
    new = {"present": world.ana.password, "password": "seven herons over the wide delta"}
    assert send(client, "/account/password", **new).status_code == 303
    assert "2 tokens for programs ended." in client.get("/account").text
    assert [program.get("me").status_code for program in (*programs, others)] == [401, 401, 200]


def test_a_reset_password_ends_every_token_and_says_so(app: Flask, world: World) -> None:
    program = Program(app, token_for(app, world.ana))
    with own_tx() as session:
        opened = SingleUseLink(
            purpose="reset",
            subject=world.ana.id,
            email=world.ana.email,
            token_hash=hashed("a-link"),
            created_at=real_now(),
            expires_at=real_now() + timedelta(hours=1),
        )
        session.add(opened)
    visitor = StrictClient(app)
    assert "every token for programs ends" in visitor.get("/reset/a-link").text
    assert send(visitor, "/reset/a-link", password="seven herons over the wide delta").status_code == 303
    assert "One token for programs ended." in visitor.get("/sign-in").text
    assert program.get("me").status_code == 401


@pytest.mark.parametrize(("tick", "status"), [({}, 401), ({"end_tokens": []}, 200)])
def test_signing_out_everywhere_ends_the_tokens_unless_the_tick_is_taken_away(
    app: Flask, world: World, client_of: ClientOf, tick: dict[str, Any], status: int
) -> None:
    client, program = client_of(world.ana), Program(app, token_for(app, world.ana))
    assert send(client, "/account", "/account/browsers/end", **tick).status_code == 303
    assert client.get("/account").status_code == 303
    assert program.get("me").status_code == status


def test_a_revoked_token_is_refused_at_the_next_request(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    client = client_of(world.ana)
    token = make(client)
    program = Program(app, token)
    assert program.get("me").status_code == 200
    row = db.session.query(ApiToken).one()
    assert send(client, f"/account/tokens/{row.id}/revoke").status_code == 303
    assert program.get("me").status_code == 401
    client.get("/account/tokens")  # tells that it is revoked, once
    assert "attendance import" not in client.get("/account/tokens").text
    assert client.get(f"/account/tokens/{row.id}/revoke").status_code == 404


def test_nobody_ends_the_token_of_another(app: Flask, world: World, client_of: ClientOf) -> None:
    token = token_for(app, world.bo)
    row = db.session.query(ApiToken).one()
    kim = client_of(world.kim)
    assert kim.get(f"/account/tokens/{row.id}/revoke").status_code == 404
    csrf = kim.token("/account/tokens/new")
    answer = kim.post(f"/account/tokens/{row.id}/revoke", data={"csrf_token": csrf})
    assert answer.status_code == 404
    assert Program(app, token).get("me").status_code == 200


def test_what_is_missing_is_told_beside_its_field(world: World, client_of: ClientOf) -> None:
    answer = send(client_of(world.ana), "/account/tokens/new", name="", scope="all", days="9999")
    assert answer.status_code == 422
    assert db.session.query(ApiToken).count() == 0


def test_a_visitor_is_sent_to_the_sign_in(client: StrictClient, world: World) -> None:
    for path in ("/account/tokens", "/account/tokens/new", "/account/tokens/nothing/revoke"):
        assert client.get(path).status_code == 303
