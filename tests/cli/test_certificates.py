"""`flask certificates draw`: what can be drawn is, and what cannot is named."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from certify.models import Credential, IssuerKey, db
from certify.models.store import own_tx
from certify.scheme.words import KeyKind
from tests.cast import World
from tests.conftest import NOW
from tests.credentials.signed import rename
from tests.player import Player


def test_the_command_draws_what_it_can_and_names_what_it_cannot(
    app: Flask, certified: Player, world: World
) -> None:
    number = db.session.scalars(select(Credential.number)).one()
    files = app.extensions["certify.settings"].instance / "files"
    rename("王 Ana", NOW)
    db.session.remove()
    named = app.test_cli_runner().invoke(args=["certificates", "draw"])
    assert (named.exit_code, named.stdout) == (1, "Drawn: 0. Cannot be drawn: 1.\n")
    assert f"The certificate {number} cannot be drawn: no font here has 王 (U+738B" in named.stderr
    rename("Ana Trần", NOW)
    db.session.remove()
    drawn = app.test_cli_runner().invoke(args=["certificates", "draw"])
    assert (drawn.exit_code, drawn.stdout) == (0, "Drawn: 1. Cannot be drawn: 0.\n")
    assert [path.name[: len(number)] for path in files.rglob("*.pdf")] == [number]


@pytest.mark.parametrize("broken", ["chain", "key"])
def test_a_body_that_cannot_seal_is_told_of_each_certificate(
    app: Flask, certified: Player, world: World, broken: str
) -> None:
    number = db.session.scalars(select(Credential.number)).one()
    if broken == "chain":
        with own_tx() as session:
            session.execute(
                update(IssuerKey).where(IssuerKey.kind == KeyKind.P256).values(certificate="none")
            )
    else:
        for path in (app.extensions["certify.settings"].instance / "keys").glob("*seal*"):
            path.unlink()
    db.session.remove()
    named = app.test_cli_runner().invoke(args=["certificates", "draw"])
    assert (named.exit_code, named.stdout) == (1, "Drawn: 0. Cannot be drawn: 1.\n")
    assert f"The certificate {number} cannot be sealed: " in named.stderr
