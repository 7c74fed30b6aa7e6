"""The headers of every answer, pinned: each rule of the map, each kind of answer, each status."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.routing import Rule

from certify import auth, create_app
from certify.config import Settings
from certify.models import StoredFile, db
from tests.api.client import token_for
from tests.cast import Member, World
from tests.client import StrictClient, sign_in
from tests.files.making import pdf
from tests.player import Player
from tests.security.fuzzing import PART, POOLS, WORDS
from tests.security.headers import FILE, PAGE, PROGRAM, expected, safety
from tests.security.plain import PlainClient
from tests.views.test_application import draft, upload

ClientOf = Callable[[Member], StrictClient]
__all__ = ["draft"]


def path_of(rule: Rule, played: Player) -> str:
    own = {"certification": played.certification, "cohort": played.cohort, "activity": played.workshop}
    table = POOLS.get(rule.rule.split("/")[1], "") or POOLS.get((rule.rule + "///").split("/")[3], "")

    def part(name: str) -> str:
        return str(WORDS[name][0]) if name in WORDS else own.get(table, "ana00000000000000000")

    return PART.sub(lambda found: part(found[1]), rule.rule)


def test_every_rule_answers_with_the_headers_of_its_kind(
    app: Flask, recommended: Player, world: World
) -> None:
    clients = {key: PlainClient(app) for key in ("nobody", "ana", "olu")}
    sign_in(clients["ana"], world.ana)
    sign_in(clients["olu"], world.olu)
    if db.engine.dialect.name == "postgresql":
        del clients["nobody"]  # whose answers ask it next to nothing
    token, seen = token_for(app, world.olu), set()
    for rule in app.url_map.iter_rules():
        path = path_of(rule, recommended)
        for name, client in clients.items():
            headers = {"Authorization": f"Bearer {token}"} if name == "olu" and "/api/" in path else {}
            for method in ("GET", "POST", "DELETE"):
                response = client.open(path, method=method, headers=headers)
                assert safety(response) == expected(path, response), f"{name} {method} {path}"
                seen.add(response.status_code)
    assert seen >= {200, 303, 308, 400, 401, 403, 404, 405, 422}


def test_a_download_carries_its_own(draft: str, client_of: ClientOf, world: World) -> None:
    assert upload(client_of(world.ana), draft, "cv.pdf", pdf()).status_code == 303
    file = db.session.scalars(select(StoredFile)).one()
    assert safety(client_of(world.ana).get(f"/files/{file.id}")) == FILE


def test_a_refused_move_and_a_throttled_try_carry_them(
    recommended: Player, client_of: ClientOf, client: StrictClient, world: World
) -> None:
    path = f"/certifications/{recommended.certification}"
    sender = client_of(world.olu)
    form = {"csrf_token": sender.token(f"{path}/moves/hold"), "reason": "Back again."}
    refused = sender.post(f"{path}/moves/resume", data=form)
    assert (refused.status_code, safety(refused)) == (409, PAGE)
    form = {"csrf_token": client.token("/forgot"), "email": "ana@example.org"}
    last = [client.post("/forgot", data=form) for _ in range(6)][-1]
    assert (last.status_code, safety(last)) == (429, PAGE)


def test_a_body_that_is_too_large_carries_them(client: StrictClient) -> None:
    answer = client.post("/sign-in", input_stream=BytesIO(b"a=" + b"x" * 3_000_000), content_type=FORM)
    assert (answer.status_code, safety(answer)) == (413, PAGE)


FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def failing(settings: Settings, world: World) -> Flask:
    """An installation on https with two doors that break."""
    app = create_app(replace(settings, base_url="https://certify.example"))
    for prefix in ("", "/api/v1"):
        app.add_url_rule(f"{prefix}/bug", f"{prefix}bug", auth.public(lambda: {}["no"]))
        app.add_url_rule(f"{prefix}/gone", f"{prefix}gone", auth.public(lambda: _gone()))
    return app


def _gone() -> str:
    raise OperationalError("SELECT", {}, Exception("gone"))


@pytest.mark.parametrize(("path", "status"), [("/bug", 500), ("/gone", 503), ("/", 200)])
def test_a_fault_carries_them_and_https_is_kept(failing: Flask, path: str, status: int) -> None:
    secure = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    client = failing.test_client()
    page = client.get(path, base_url="https://certify.example")
    assert (page.status_code, safety(page)) == (status, {**PAGE, **secure})
    if status >= 500:
        told = client.get(f"/api/v1{path}", base_url="https://certify.example")
        assert (told.status_code, safety(told)) == (status, {**PROGRAM, **secure})
    cookies = [value for name, value in page.headers if name == "Set-Cookie"]
    assert all(
        each.startswith("__Host-certify=") and "Secure" in each and "HttpOnly" in each for each in cookies
    )
