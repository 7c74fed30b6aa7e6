"""The plain question about a number is answered in front of the application as it is behind it."""

from collections.abc import Callable, Iterable
from contextvars import Context
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Response

from certify.api.shortcut import Shortcut
from certify.auth.guesses import LIMIT
from certify.auth.throttle import count_try
from certify.credentials.numbers import new_number
from certify.models import Credential, db
from certify.queries.lookups import lookups
from tests.cast import World
from tests.conftest import Turn
from tests.player import Player

Told = tuple[int, list[tuple[str, str]], bytes]
GROUNDS = {
    "suspend": {"grounds": "It was seen."},
    "reinstate": {"findings": "It was mended."},
    "withdraw": {"grounds": "It was seen again."},
}
OWN = {"Date", "Vary"}  # the framework's: which cookies it may have read, and when


def told_by(wsgi: Callable[..., Iterable[bytes]], path: str, **given: object) -> Told:
    """The answer in a context of its own, as on a server, without what only the framework adds."""
    environ = EnvironBuilder(path, **given).get_environ()
    response = Context().run(Response.from_app, wsgi, environ, buffered=True)
    headers = sorted(pair for pair in response.headers if pair[0] not in OWN)
    return response.status_code, headers, response.data


@pytest.fixture
def number(certified: Player) -> str:
    return db.session.scalars(select(Credential.number)).one()


@pytest.fixture
def shortcut(app: Flask) -> Shortcut:
    assert isinstance(app.wsgi_app, Shortcut)
    return app.wsgi_app


def both(shortcut: Shortcut, path: str, **given: object) -> tuple[Told, Told]:
    return told_by(shortcut, path, **given), told_by(shortcut._behind, path, **given)


def test_every_standing_is_told_alike(
    shortcut: Shortcut, certified: Player, number: str, world: World, turn: Turn
) -> None:
    seen = set()
    for day, move in (
        (date(2026, 7, 1), "suspend"),
        (date(2026, 8, 1), "reinstate"),
        (date(2026, 9, 1), "withdraw"),
    ):
        certified.move(move, world.mika, day, **GROUNDS[move])
        for asked_on in (day, date(2029, 6, 1), date(2030, 1, 1)):
            turn(asked_on)
            mine, theirs = both(shortcut, f"/api/v1/verify/{number}")
            assert mine == theirs
            seen.add(Client(shortcut, Response).get(f"/api/v1/verify/{number}").json["reason"])
    assert seen == {"suspended", None, "in_grace", "expired", "withdrawn"}


@pytest.mark.parametrize(
    "typed",
    ["TC-0000-0000-0000-9", "hello", "' OR 1=1", "tc 7f3k", "%", "TC-é", "x" * 70, "a/b", "a%2Fb", ""],
)
def test_whatever_is_typed_is_told_alike(shortcut: Shortcut, certified: Player, typed: str) -> None:
    mine, theirs = both(shortcut, f"/api/v1/verify/{typed}")
    assert mine == theirs


def test_a_known_answer_is_not_sent_again(shortcut: Shortcut, number: str) -> None:
    path = f"/api/v1/verify/{number}"
    _, headers, _ = told_by(shortcut, path)
    tag = dict(headers)["ETag"]
    for sent in (tag, f'"x", {tag}', "*", '"x"'):
        mine, theirs = both(shortcut, path, headers={"If-None-Match": sent})
        assert mine == theirs
        assert mine[0] == (200 if sent == '"x"' else 304)


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("?on=2026-06-01", {}), ("?on=never", {}), ("", {"method": "POST"}), ("", {"method": "HEAD"}),
        ("", {"method": "OPTIONS"}), ("", {"headers": {"Range": "bytes=0-1"}}),
    ],
)  # fmt: skip
def test_what_is_out_of_the_ordinary_goes_on_to_the_view(
    shortcut: Shortcut, number: str, path: str, given: dict[str, object]
) -> None:
    mine, theirs = both(shortcut, f"/api/v1/verify/{number}{path}", **given)
    assert mine == theirs


def test_who_guesses_too_much_is_told_to_wait(shortcut: Shortcut, number: str) -> None:
    address = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    path = f"/api/v1/verify/{number}"
    assert told_by(shortcut, path, **address)[0] == 200
    count_try("verify", "203.0.113.9", limit=LIMIT, tries=LIMIT)
    assert told_by(shortcut, path, **address)[0] == 429
    assert told_by(shortcut, path)[0] == 200


def test_misses_are_counted_and_finds_are_not(shortcut: Shortcut, number: str) -> None:
    address = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    for _ in range(LIMIT + 1):
        assert told_by(shortcut, f"/api/v1/verify/{number}", **address)[0] == 200
    count_try("verify", "203.0.113.9", limit=LIMIT, tries=LIMIT - 2)
    answers = [told_by(shortcut, f"/api/v1/verify/{new_number('TC')}", **address)[0] for _ in range(60)]
    assert set(answers) == {200, 429}
    assert answers == sorted(answers)


def test_a_connection_that_was_lost_is_replaced(shortcut: Shortcut, number: str) -> None:
    path = f"/api/v1/verify/{number}"
    answer = told_by(shortcut, path)
    kept = lookups(db.engine)
    (lost,) = kept._idle
    lost.close()
    for _ in range(2):  # by the view, and then by a connection that is new
        assert told_by(shortcut, path)[::2] == answer[::2]
    (new,) = kept._idle
    assert new is not lost


def test_whoever_lets_the_database_go_lets_go_of_these_connections_too(
    shortcut: Shortcut, number: str
) -> None:
    assert told_by(shortcut, f"/api/v1/verify/{number}")[0] == 200
    db.session.remove()
    db.engine.dispose()
    assert lookups(db.engine)._idle == []
