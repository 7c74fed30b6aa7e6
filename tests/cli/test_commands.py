"""The command line: what each command does, and the sentence and exit code when it cannot."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from certify import create_app
from certify.config import Settings
from certify.models import Message, Person, RoleGrant, SchemeVersion, db
from certify.models.store import write_tx
from certify.scheme.words import RoleName
from tests.player import Player


def run(app: Flask, *words: str) -> Result:
    """One command, as typed after `flask`."""
    return app.test_cli_runner().invoke(args=list(words))


def test_the_shipped_edition_has_no_mistake(app: Flask) -> None:
    done = run(app, "scheme", "check")
    assert (done.exit_code, done.output) == (
        0,
        "score-2026: 12 modules, 26 requirements, 20 checklist items. No mistake found.\n",
    )


def test_a_mistake_is_told_with_file_key_and_rule(app: Flask, tmp_path: Path) -> None:
    shipped = Path(app.root_path) / "scheme" / "editions" / "score-2026.toml"
    broken = tmp_path / "mine.toml"
    text = shipped.read_text(encoding="utf-8").replace('evidence = "P"', 'evidence = "Q"', 1)
    broken.write_text(text, encoding="utf-8")
    done = run(app, "scheme", "check", str(broken))
    assert done.exit_code == 1
    assert "mine.toml" in done.output
    assert "evidence" in done.output


def test_publishing_freezes_an_edition_once(app: Flask) -> None:
    first, second = run(app, "scheme", "publish"), run(app, "scheme", "publish")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output == second.output
    rows = db.session.scalars(select(SchemeVersion)).all()
    assert [row.name for row in rows] == ["score-2026"]
    assert rows[0].sha256 in run(app, "scheme", "list").output


@pytest.mark.usefixtures("world")
def test_the_first_administrator_of_an_installation_in_use_is_refused(app: Flask) -> None:
    done = run(app, "people", "create-administrator", "eve@example.org", "--name", "Eve", "--country", "VN")
    assert done.exit_code == 1
    assert "Somebody has this role already" in done.output
    assert db.session.scalar(select(Person).filter_by(email="eve@example.org")) is None


def test_the_first_administrator_is_invited_by_mail(app: Flask) -> None:
    done = run(app, "people", "create-administrator", "Eve@Example.org", "--name", "Eve", "--country", "vn")
    assert done.exit_code == 0, done.output
    eve = db.session.scalars(select(Person)).one()
    assert (eve.name, eve.email, eve.country, eve.password_hash) == ("Eve", "eve@example.org", "VN", None)
    assert [grant.role for grant in db.session.scalars(select(RoleGrant))] == [RoleName.ADMINISTRATOR]
    assert [(one.kind, one.state) for one in db.session.scalars(select(Message))] == [("invitation", "sent")]


@pytest.mark.parametrize(
    ("email", "country", "sentence"),
    [("eve", "VN", "'eve' is no e-mail address."), ("eve@example.org", "XQ", "'XQ' is no country code")],
)
def test_bad_input_is_told(app: Flask, email: str, country: str, sentence: str) -> None:
    done = run(app, "people", "create-administrator", email, "--name", "Eve", "--country", country)
    assert done.exit_code == 1
    assert sentence in done.output


@pytest.mark.usefixtures("world")
def test_the_replay_finds_a_state_that_no_event_explains(submitted: Player, app: Flask) -> None:
    case = submitted.certification
    assert run(app, "audit", "replay").exit_code == 0
    with write_tx() as session:
        session.execute(sqlalchemy.text("UPDATE certification SET state = 'certified'"))
    done = run(app, "audit", "replay")
    assert done.exit_code == 1
    assert f"certification {case}: stored certified, replayed submitted" in done.output


def test_a_database_without_tables_is_told_in_a_sentence(settings: Settings, tmp_path: Path) -> None:
    app = create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'nothing.db'}"))
    done = run(app, "scheme", "list")
    with app.app_context():
        db.engine.dispose()
    assert done.exit_code == 1
    assert "Run: flask db upgrade" in done.output
    assert "Traceback" not in done.output


def test_the_demonstration_is_refused_in_production(settings: Settings) -> None:
    app = create_app(replace(settings, mode="production", clock=""))
    done = run(app, "demo", "seed")
    with app.app_context():
        db.engine.dispose()
    assert (done.exit_code, done.output) == (
        1,
        "Error: The demonstration is refused in production (CERTIFY_MODE).\n",
    )
