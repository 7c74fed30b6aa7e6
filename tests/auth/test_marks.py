"""Every route carries exactly one mark, and the mark decides who gets in."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

from certify import auth, create_app
from certify.auth.guard import safe_next
from certify.config import Settings
from certify.models import db
from certify.policy import ACTIONS
from tests.cast import World
from tests.client import StrictClient, sign_in
from tests.place import settings_of


def test_a_route_without_a_mark_stops_the_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/open", view_func=auth.public(lambda: "open"), endpoint="open")
    auth.check_marks(app)
    app.add_url_rule("/forgotten", view_func=lambda: "here", endpoint="forgotten")
    assert _faults(app) == [
        "forgotten (/forgotten) carries no mark: "
        "put auth.public, auth.signed_in or auth.action(…) on its view."
    ]


def test_a_mark_or_a_question_of_an_unknown_action_stops_the_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/a", view_func=auth.action("case.sea")(lambda: ""), endpoint="a")
    app.add_url_rule("/b", view_func=auth.public(auth.asks("case.sew")(lambda: "")), endpoint="b")
    told = "which is no action: add it to certify/policy/actions.py, or mend the name."
    assert _faults(app) == [f"a (/a) asks for case.sea, {told}", f"b (/b) asks for case.sew, {told}"]


def test_a_view_cannot_carry_two_marks() -> None:
    with pytest.raises(auth.MarkMissing):
        auth.signed_in(auth.public(lambda: "both"))


def test_a_marked_view_without_a_route_stops_the_start(built: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = ModuleType("certify.views.planted")
    planted.left_over = _view_of(planted.__name__, "left_over")  # type: ignore[attr-defined]
    assert _faults(built, whole=True) == []
    monkeypatch.setitem(sys.modules, planted.__name__, planted)
    assert _faults(built, whole=True) == [
        "certify.views.planted.left_over carries a mark, and no route leads to it: "
        "register it, or take the view away."
    ]


def test_an_action_that_no_route_asks_for_stops_the_start(
    built: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ACTIONS, "certificate.forge", ("signed_in",))
    assert _faults(built, whole=True) == [
        "certificate.forge of certify/policy/actions.py is asked for by no route: mark a view with "
        "auth.action or auth.asks, or take the action away."
    ]


def test_an_action_that_rests_on_an_unknown_predicate_stops_the_start(
    built: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ACTIONS, "case.history", ("holder", "whoever"))
    assert _faults(built) == [
        "case.history is opened by whoever, which is no predicate of certify/policy/table.py."
    ]


@pytest.mark.parametrize("mode", ["production", "demo", "test"])
def test_the_application_itself_asks_at_its_start_in_every_mode(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path, f"sqlite:///{tmp_path / 'nothing.db'}")
    settings = replace(settings, mode=mode, clock="", base_url="https://certify.example.org")
    if mode == "production":  # in the other two every other test starts
        create_app(settings)
    monkeypatch.setitem(ACTIONS, "certificate.forge", ("signed_in",))
    planted = ModuleType("certify.views.planted")
    planted.left_over = _view_of(planted.__name__, "left_over")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, planted.__name__, planted)
    with pytest.raises(auth.MarkMissing) as refused:
        create_app(settings)
    told = str(refused.value).splitlines()
    assert [line.split()[0] for line in told] == ["certify.views.planted.left_over", "certificate.forge"]


def test_a_module_that_is_left_out_has_no_route(built: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(built.extensions, "certify.left_out", {"certify.views.styleguide"})
    assert _faults(built, whole=True) == [
        "certify.views.styleguide is left out in this mode, and a route leads to it."
    ]


def _view_of(module: str, name: str) -> Callable[[], str]:
    """A view that anyone may ask, as if it stood in that module."""

    @auth.public
    def view() -> str:
        return "nobody comes here"

    view.__module__, view.__qualname__ = module, name
    return view


def _faults(app: Flask, *, whole: bool = False) -> list[str]:
    """What the start is refused with; nothing when it goes on."""
    try:
        auth.check_marks(app, whole=whole)
    except auth.MarkMissing as refused:
        return str(refused).splitlines()
    return []


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
    assert program.headers["WWW-Authenticate"] == 'Bearer realm="Certify"'


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
