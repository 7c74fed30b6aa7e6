"""Every route carries exactly one mark, and the mark decides who gets in."""

from collections.abc import Iterator

import pytest
from flask import Flask

from certify import auth, create_app
from certify.auth.guard import safe_next
from certify.config import Settings
from certify.models import db
from tests.cast import World
from tests.client import StrictClient, sign_in


def test_a_route_without_a_mark_stops_the_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/open", view_func=auth.public(lambda: "open"), endpoint="open")
    auth.check_marks(app)
    app.add_url_rule("/forgotten", view_func=lambda: "here", endpoint="forgotten")
    with pytest.raises(auth.MarkMissing, match="/forgotten"):
        auth.check_marks(app)


def test_a_view_cannot_carry_two_marks() -> None:
    with pytest.raises(auth.MarkMissing):
        auth.signed_in(auth.public(lambda: "both"))


@pytest.fixture
def own_app(world: World, settings: Settings) -> Iterator[Flask]:
    """An application that takes more routes: nothing was asked of it yet."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_page_that_never_asks_for_its_action_is_not_shown(own_app: Flask, world: World) -> None:
    own_app.add_url_rule(
        "/unasked", view_func=auth.action("person.list")(lambda: "<p>secret</p>"), endpoint="unasked"
    )
    client = sign_in(StrictClient(own_app), world.ada)
    with pytest.raises(AssertionError, match="answered 500"):
        client.get("/unasked")


def test_the_signed_out_are_sent_to_sign_in_and_programs_get_401(own_app: Flask) -> None:
    own_app.add_url_rule("/api/v1/mine", view_func=auth.signed_in(lambda: "mine"), endpoint="mine")
    client = StrictClient(own_app)
    page = client.get("/people?search=ana")
    assert (page.status_code, page.headers["Location"]) == (303, "/sign-in?next=/people?search%3Dana")
    program = client.get("/api/v1/mine")
    assert (program.status_code, program.mimetype) == (401, "application/problem+json")
    assert program.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/desk", "/desk"),
        ("/people?search=a#x", "/people?search=a#x"),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("https://evil.example/", None),
        ("javascript:alert(1)", None),
        ("/\tevil", None),
        ("desk", None),
        ("", None),
        (None, None),
    ],
)
def test_next_leads_nowhere_but_into_this_site(target: str | None, safe: str | None) -> None:
    assert safe_next(target) == safe
