"""The demonstration's installation, seeded once a worker, for the tests that walk through it."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from certify import create_app
from certify.config import Settings
from certify.demo import play
from certify.models import db
from tests.cast import Member

TODAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Signed(Member):
    """Somebody of demo.json, as the strict client takes them."""

    role: str = ""
    row: str = ""

    @property
    def id(self) -> str:
        return self.row

    @property
    def email(self) -> str:
        return f"{self.key}@score.example"


@dataclass(frozen=True)
class Demo:
    """A seeded installation."""

    settings: Settings

    def app(self) -> Flask:
        """An application on it."""
        return create_app(self.settings)

    @property
    def entries(self) -> list[dict[str, str | None]]:
        """What demo.json says."""
        found: list[dict[str, str | None]] = json.loads(self.path.read_text(encoding="utf-8"))
        return found

    @property
    def path(self) -> Path:
        """Where demo.json lies."""
        return self.settings.instance / "demo.json"


def installed(url: str, folder: Path) -> Demo:
    """Play the demonstration into a migrated database."""
    clock = folder / "clock"
    clock.write_text(TODAY.isoformat(), encoding="utf-8")
    settings = Settings(
        mode="demo",
        instance=folder,
        database_url=url,
        clock=f"file:{clock}",
        base_url="http://localhost",
        secret_key="a secret for tests alone",
        smtp_url="",
        mail_from="Certify <certify@example.org>",
        trusted_hosts=(),
        proxies=0,
    )
    with create_app(settings).app_context():
        play.seed(TODAY, folder)
        db.engine.dispose()
    return Demo(replace(settings, mode="test"))
