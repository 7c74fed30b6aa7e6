"""Whatever goes wrong is said in a clear sentence with a way on, and to programs as a problem document."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from certify import auth
from certify.clock import ClockUnreadable
from certify.extensions import clock
from certify.models.turns import TurnNeverCame
from certify.scheme.sentences import say
from certify.views.errors import TROUBLES
from certify.workflows.engine import Forbidden, NotVisible, Refusal, Refused, UnknownMove
from certify.workflows.facts import InvalidFacts
from tests.front import front
from tests.html import check_page

REFUSED = Refused([Refusal("visits-span", say("Only {n} days.", n=3), ("candidate",), date(2026, 12, 1))])
RAISED: dict[str, tuple[BaseException, int]] = {
    "unseen": (NotVisible("a certification"), 404),
    "unknown": (UnknownMove("dance"), 404),
    "forbidden": (Forbidden("grant"), 403),
    "stale": (StaleDataError(), 409),
    "refused": (REFUSED, 409),
    "invalid": (InvalidFacts({"what": ["Fill in: What."]}), 422),
    "clock": (ClockUnreadable("The clock file /x cannot be read."), 503),
    "database": (OperationalError("SELECT", {}, Exception("gone")), 503),
    "locked": (TurnNeverCame("certify.db.lock"), 503),
    "bug": (KeyError("a bug"), 500),
}


@pytest.fixture
def web(tmp_path: Path) -> Flask:
    app = front(tmp_path)
    for prefix in ("", "/api/v1"):
        app.add_url_rule(f"{prefix}/raise/<name>", f"{prefix}raise", auth.public(_view(_raise)))
        app.add_url_rule(f"{prefix}/abort/<int:status>", f"{prefix}abort", auth.public(_view(_abort)))
    app.add_url_rule("/time", "time", auth.public(lambda: clock().now().isoformat()))
    app.add_url_rule("/upload", "upload", auth.public(_view(_upload)), methods=["POST"])
    return app


@pytest.fixture
def client(web: Flask) -> FlaskClient:
    web.config["PROPAGATE_EXCEPTIONS"] = False
    return web.test_client()


def _view(function: Any) -> Any:
    return lambda **given: function(**given)


def _raise(name: str) -> str:
    raise RAISED[name][0]


def _abort(status: int) -> str:
    abort(status)


def _upload() -> str:
    from flask import request

    return str(len(request.form))


@pytest.mark.parametrize("name", RAISED)
def test_an_exception_of_ours_has_its_page(client: FlaskClient, name: str) -> None:
    response = client.get(f"/raise/{name}")
    assert (response.status_code, response.mimetype) == (RAISED[name][1], "text/html")
    check_page(response.text)
    assert "Traceback" not in response.text


@pytest.mark.parametrize("name", RAISED)
def test_programs_get_a_problem_document(client: FlaskClient, name: str) -> None:
    response = client.get(f"/api/v1/raise/{name}")
    assert (response.status_code, response.mimetype) == (RAISED[name][1], "application/problem+json")
    assert response.json is not None
    assert response.json["status"] == RAISED[name][1]
    assert {"type", "title", "status", "detail"} <= set(response.json)


def test_refusals_reach_programs_whole(client: FlaskClient) -> None:
    response = client.get("/api/v1/raise/refused")
    assert response.json == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "A rule of the scheme says no; nothing was changed.",
        "refusals": [
            {
                "requirement": "visits-span",
                "reason": "Only 3 days.",
                "who": ["candidate"],
                "earliest_on": "2026-12-01",
            }
        ],
    }


def test_wrong_facts_reach_programs_by_field(client: FlaskClient) -> None:
    response = client.get("/api/v1/raise/invalid")
    assert response.json is not None
    assert response.json["errors"] == {"what": ["Fill in: What."]}


@pytest.mark.parametrize("status", TROUBLES)
def test_every_status_has_its_sentence_and_a_way_on(client: FlaskClient, status: int) -> None:
    response = client.get(f"/abort/{status}")
    assert response.status_code == status
    check_page(response.text)
    for sentence in TROUBLES[status]:
        assert str(sentence) in response.text.replace("&#39;", "'")


def test_a_status_without_a_page_of_its_own_still_answers(client: FlaskClient) -> None:
    response = client.get("/abort/410")
    assert response.status_code == 410
    check_page(response.text)


@pytest.mark.parametrize("name", ["clock", "database", "locked"])
def test_unavailable_says_when_to_come_back(client: FlaskClient, name: str) -> None:
    assert int(client.get(f"/raise/{name}").headers["Retry-After"]) > 0


def test_an_unreadable_clock_is_said_with_its_reason(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("soon")
    response = client.get("/time")
    assert response.status_code == 503
    assert "which is no ISO 8601 instant" in response.text
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_a_wrong_method_names_the_right_one(client: FlaskClient) -> None:
    response = client.post("/healthz")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_an_oversized_body_is_refused_in_words(client: FlaskClient) -> None:
    response = client.post("/upload", data={"a": "x" * 200_000})
    assert response.status_code == 413
    check_page(response.text)


@pytest.mark.parametrize(("path", "status"), [("/%00", 404), ("/?next=%00", 400), ("/healthz?%00=1", 400)])
def test_an_address_that_no_database_can_hold_is_refused(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    check_page(response.text)


@pytest.mark.parametrize("path", ["/healthz", "/", "/nowhere", "/raise/bug", "/static/theme.css"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_kept_by_no_cache(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-store"
    with client.get("/static/theme.css") as stylesheet:
        assert stylesheet.headers["Cache-Control"] != "no-store"


@pytest.mark.parametrize("path", ["/verify/TC-0000", "/raise/database", "/abort/429"])
def test_an_answer_without_a_session_sets_no_cookie(client: FlaskClient, path: str) -> None:
    assert "Set-Cookie" not in client.get(path).headers


def test_a_signed_in_reader_gets_503_and_no_fault_when_the_database_is_gone(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "a token of somebody"
    response = client.get("/")  # the database of this application has no tables
    assert response.status_code == 503
    check_page(response.text)
