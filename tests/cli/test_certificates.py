"""`flask certificates draw`: what can be drawn is, and what cannot is named."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from certify.models import Credential, IssuerKey, Person, db
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


def test_the_doctor_names_the_characters_and_the_package_of_a_font_for_them(
    app: Flask, certified: Player, world: World
) -> None:
    def said() -> list[str]:
        lines = app.test_cli_runner().invoke(args=["doctor"]).output.splitlines()
        at = next(n for n, line in enumerate(lines) if " name" in line and "certificate" in line)
        return [line.strip() for line in lines[at : at + 1 + lines[at].startswith("warn")]]

    assert said() == ["ok    every name on a certificate can be drawn"]
    with own_tx() as session:
        session.execute(update(Person).where(Person.id == world.ana.id).values(name="Ana 王"))
    assert said() == [
        "warn  names without a PDF of their certificate: 1; no font here has 王 (U+738B CJK UNIFIED "
        "IDEOGRAPH-738B)",
        "Put a TrueType or OpenType font for Chinese (Han) into a folder and name that in CERTIFY_FONT_DIR "
        "(Debian and Ubuntu: apt install fonts-noto-cjk, which puts them below /usr/share/fonts), and start "
        "again.",
    ]


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
