"""The demonstration's installation, played once a run, for the tests that walk through it."""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from certify import create_app
from certify.config import Settings
from certify.demo import play
from certify.models import Person, db
from tests.cast import Member
from tests.databases import Kind
from tests.place import settings_of

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

    def person(self, role: str) -> Signed:
        """The first of the list with that role; asked inside an application's context."""
        email = next(str(entry["email"]) for entry in self.entries if entry["role"] == role)
        found = db.session.scalars(select(Person).filter_by(email=email)).one()
        return Signed(key=email.partition("@")[0], name=found.name, role=role, row=found.id)


def installed(kind: Kind, folder: Path) -> Demo:
    """A copy of the installation, which is played into a migrated database once a run."""
    seeded = kind.folder / "demonstration"
    kind.template("demo", lambda url: _play(settings_of(seeded, url, mode="demo")), "empty")
    shutil.copytree(seeded, folder, dirs_exist_ok=True)
    return Demo(settings_of(folder, kind.create(folder, "demo")))


def _play(settings: Settings) -> None:
    settings.instance.mkdir(exist_ok=True)
    (settings.instance / "clock").write_text(TODAY.isoformat(), encoding="utf-8")
    with create_app(settings).app_context():
        play.seed(TODAY, settings.instance)
        db.engine.dispose()
