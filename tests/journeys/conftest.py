"""Where stories begin: at the start, or at a milestone that was walked to over HTTP once for all of them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from flask import Flask

from certify import create_app
from certify.config import Settings
from certify.models import db
from tests.cast import World
from tests.conftest import Turn
from tests.databases import Postgresql, Sqlite
from tests.journeys.path import Journey
from tests.player import ASSESSED_ON, DECIDED_ON, TOT_ON

# Each milestone: where it begins, and the stretches that lead to it.
MILESTONES = {
    "trained": ("world", ("apply", "admit", "train")),
    "recommended": ("trained", ("deliver", "visit", "report", "observe", "recommend")),
    "certified": ("recommended", ("grant",)),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The stories of one kind of database go to one worker, so that the way to a milestone is walked once."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            kind = next((name for name in ("sqlite", "postgresql") if name in item.name), "")
            item.add_marker(pytest.mark.xdist_group(f"journeys-{kind}"))


@dataclass
class Milestones:
    """Databases of one kind in which Ana has come so far, each walked to when first asked for."""

    kind: Sqlite | Postgresql
    folder: Path
    reached: dict[str, Journey] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    blocked: dict[str, Exception] = field(default_factory=dict)

    def template(self, name: str) -> str:
        """The name of the template to clone."""
        if name not in MILESTONES:
            return name
        if name in self.blocked:
            raise AssertionError(f"the way to “{name}” is blocked") from self.blocked[name]
        if name not in self.reached:
            before = self.template(MILESTONES[name][0])
            try:
                self.kind.template(f"journey_{name}", lambda url: self._walk(name, url), before)
            except Exception as error:
                self.blocked[name] = error  # walked once: the next story is told at once, and why
                raise
        return f"journey_{name}"

    def _walk(self, name: str, url: str) -> None:
        self.urls.append(url)
        before, stretches = MILESTONES[name]
        folder = self.folder / name
        folder.mkdir()
        app = create_app(_settings(folder, url))
        journey = Journey(app, _turn(folder / "clock"), folder / "outbox", hasty=True)
        if before in self.reached:
            journey = _on(self.reached[before], app, journey.clock, journey.outbox, hasty=True)
        for stretch in stretches:
            getattr(journey, stretch)()
        with app.app_context():
            db.engine.dispose()
        self.reached[name] = journey

    def close(self) -> None:
        """Leave nothing behind on a server that goes on."""
        for url in self.urls:
            self.kind.drop(url)


def _settings(folder: Path, url: str) -> Settings:
    return Settings(
        mode="test",
        instance=folder,
        database_url=url,
        clock=f"file:{folder / 'clock'}",
        base_url="http://localhost",
        secret_key="a secret for tests alone",
        smtp_url="",
        mail_from="Certify <certify@example.org>",
        trusted_hosts=(),
        proxies=0,
    )


def _turn(path: Path) -> Callable[[date], None]:
    def turn(on: date) -> None:
        path.write_text(datetime.combine(on, time(3), UTC).isoformat(), encoding="utf-8")

    return turn


def _on(journey: Journey, app: Flask, clock: Callable[[date], None], outbox: Path, *, hasty: bool) -> Journey:
    """The same way, gone on with in other browsers."""
    return replace(
        journey, app=app, clock=clock, outbox=outbox, hasty=hasty, browsers={}, visits=list(journey.visits)
    )


@pytest.fixture(scope="session")
def sqlite_milestones(sqlite_kind: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Milestones:
    return Milestones(sqlite_kind, tmp_path_factory.mktemp("journeys"))


@pytest.fixture(scope="session")
def postgresql_milestones(
    postgresql_kind: Postgresql, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Milestones]:
    milestones = Milestones(postgresql_kind, tmp_path_factory.mktemp("journeys"))
    yield milestones
    milestones.close()


@pytest.fixture
def milestones(database_kind: Sqlite | Postgresql, request: pytest.FixtureRequest) -> Milestones:
    name = "sqlite" if isinstance(database_kind, Sqlite) else "postgresql"
    found: Milestones = request.getfixturevalue(f"{name}_milestones")
    return found


@pytest.fixture
def database_url(
    database_kind: Sqlite | Postgresql,
    milestones: Milestones,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[str]:
    """A database of the story's own, as it was at the milestone that the story names."""
    begins = next((name for name in MILESTONES if name in request.fixturenames), "world")
    url = database_kind.create(tmp_path, milestones.template(begins))
    yield url
    database_kind.drop(url)


@pytest.fixture
def journey(app: Flask, turn: Turn, settings: Settings, world: World) -> Journey:
    """From the very start."""
    return Journey(app, turn, settings.instance / "outbox")


def _resumed(name: str, on: date, journey: Journey, milestones: Milestones) -> Journey:
    journey.turn(on)
    return _on(milestones.reached[name], journey.app, journey.clock, journey.outbox, hasty=False)


@pytest.fixture
def trained(journey: Journey, milestones: Milestones) -> Journey:
    """Ana is in classroom delivery: the ToT is completed, Bo supervises."""
    return _resumed("trained", TOT_ON, journey, milestones)


@pytest.fixture
def recommended(journey: Journey, milestones: Milestones) -> Journey:
    """Ana is recommended by Bo and waits for the decision."""
    return _resumed("recommended", ASSESSED_ON, journey, milestones)


@pytest.fixture
def certified(journey: Journey, milestones: Milestones) -> Journey:
    """Ana is certified in Workplace Cooperation, by Maya."""
    return _resumed("certified", DECIDED_ON, journey, milestones)


@pytest.fixture
def walked(certified: Journey, milestones: Milestones) -> set[str]:
    """The address of every page about Ana's case that somebody was shown on the way to the certificate."""
    browsers = [browser for each in milestones.reached.values() for browser in each.browsers.values()]
    own = {path for browser in browsers for path in browser.seen if re.search(r"/[0-9a-f]{20}\b", path)}
    return own | {"/".join(path.split("?")[0].split("/")[:3]) for path in own}
