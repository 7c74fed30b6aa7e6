"""`flask token`: made for a person, printed alone, listed without its secret, and ended."""

import re

import pytest
from flask import Flask

from certify.clock import real_now
from certify.models import ApiToken, Person, db
from certify.models.store import own_tx
from tests.api.client import Program
from tests.cast import World
from tests.cli.test_commands import run


def make(app: Flask, *words: str) -> str:
    done = run(app, "token", "create", "ana@example.org", "--scope", "write", *words)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_token_is_printed_alone(app: Flask, world: World) -> None:
    printed = make(app)
    assert re.fullmatch(r"certify_[\w-]{43}\n", printed)
    assert Program(app, printed.strip()).get("me").json["id"] == world.ana.id
    row = db.session.query(ApiToken).one()
    assert (row.name, row.scopes, (row.expires_at - row.created_at).days) == (
        "command line",
        ["read", "write"],
        365,
    )


def test_name_and_days_are_as_asked(app: Flask, world: World) -> None:
    make(app, "--name", "attendance import", "--days", "7", "--scope", "read")
    row = db.session.query(ApiToken).one()
    assert (row.name, row.scopes, (row.expires_at - row.created_at).days) == (
        "attendance import",
        ["read", "write"],
        7,
    )


def test_a_list_tells_everything_but_the_secret(app: Flask, world: World) -> None:
    printed = make(app, "--name", "import").strip()
    listed = run(app, "token", "list", "ANA@example.org").output
    assert "import" in listed
    assert db.session.query(ApiToken).one().id in listed
    assert printed not in listed
    assert run(app, "token", "list", "kim@example.org").output == "No tokens.\n"


def test_a_revoked_token_opens_nothing(app: Flask, world: World) -> None:
    program = Program(app, make(app).strip())
    token_id = db.session.query(ApiToken).one().id
    assert run(app, "token", "revoke", token_id).output == "Revoked.\n"
    assert program.get("me").status_code == 401
    again = run(app, "token", "revoke", token_id)
    assert (again.exit_code, again.output) == (1, f"Error: There is no token {token_id!r} to revoke.\n")


@pytest.mark.parametrize(
    "words",
    [
        ("nobody@example.org", "--scope", "read"),
        ("ana@example.org",),
        ("ana@example.org", "--scope", "everything"),
        ("ana@example.org", "--scope", "read", "--days", "0"),
        ("ana@example.org", "--scope", "read", "--days", "99999"),
        ("ana@example.org", "--scope", "read", "--name", " "),
    ],
)
def test_what_cannot_be_made_is_said(app: Flask, world: World, words: tuple[str, ...]) -> None:
    done = run(app, "token", "create", *words)
    assert done.exit_code != 0
    assert "Error: " in done.output
    assert db.session.query(ApiToken).count() == 0


def test_a_disabled_account_gets_none(app: Flask, world: World) -> None:
    with own_tx() as session:
        session.get_one(Person, world.ana.id).disabled_at = real_now()
    done = run(app, "token", "create", world.ana.email, "--scope", "read")
    assert (done.exit_code, db.session.query(ApiToken).count()) == (1, 0)
