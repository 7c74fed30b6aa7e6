"""Where stories begin: at the start, or at a milestone that was walked to over HTTP once for all of them."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from certify.config import Settings
from tests.cast import World
from tests.conftest import Turn
from tests.databases import Kind, Postgresql, Sqlite
from tests.journeys.path import Journey
from tests.place import moved, settings_of
from tests.player import ASSESSED_ON, DECIDED_ON, TOT_ON

# Each milestone: where it begins, and the stretches that lead to it.
MILESTONES = {
    "trained": ("world", ("apply", "admit", "train")),
    "recommended": ("trained", ("deliver", "visit", "report", "observe", "recommend")),
    "certified": ("recommended", ("grant",)),
}
WAY = ("holder", "module", "case", "event", "cohort", "workshop", "visits", "number")


@dataclass(frozen=True)
class Reached:
    """How far Ana came at a milestone, and the address of every page that somebody was shown on the way."""

    way: dict[str, Any]  # the journey's fields but for the browsers and what they stand on
    seen: frozenset[str]

    def resume(self, app: Flask, clock: Callable[[date], None], outbox: Path, **more: Any) -> Journey:
        """The same way, gone on with in other browsers."""
        return Journey(app, clock, outbox, **deepcopy(self.way), **more)


@dataclass
class Milestones:
    """Databases of one kind in which Ana has come so far, each walked to once a run."""

    kind: Kind
    built: Flask
    folder: Path
    reached: dict[str, Reached] = field(default_factory=dict)
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
                walk = partial(self._walk, name)
                self.reached[name] = self.kind.template(f"journey_{name}", walk, before)
            except Exception as error:
                self.blocked[name] = error  # walked once: the next story is told at once, and why
                raise
        return f"journey_{name}"

    def _walk(self, name: str, url: str) -> Reached:
        before, stretches = MILESTONES[name]
        folder = self.folder / name
        folder.mkdir()
        begun = self.reached.get(before, Reached({}, frozenset()))
        with moved(self.built, settings_of(folder, url)) as app:
            journey = begun.resume(app, _turn(folder / "clock"), folder / "outbox", hasty=True)
            for stretch in stretches:
                getattr(journey, stretch)()
        seen = [browser.seen for browser in journey.browsers.values()]
        return Reached({each: getattr(journey, each) for each in WAY}, begun.seen.union(*seen))


def _turn(path: Path) -> Callable[[date], None]:
    def turn(on: date) -> None:
        path.write_text(datetime.combine(on, time(3), UTC).isoformat(), encoding="utf-8")

    return turn


@pytest.fixture(scope="session")
def sqlite_milestones(
    sqlite_kind: Sqlite, built: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Milestones:
    return Milestones(sqlite_kind, built, tmp_path_factory.mktemp("journeys"))


@pytest.fixture(scope="session")
def postgresql_milestones(
    postgresql_kind: Postgresql, built: Flask, tmp_path_factory: pytest.TempPathFactory
) -> Milestones:
    return Milestones(postgresql_kind, built, tmp_path_factory.mktemp("journeys"))


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
    return milestones.reached[name].resume(journey.app, journey.clock, journey.outbox)


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
    seen = milestones.reached["certified"].seen
    own = {path for path in seen if re.search(r"/[0-9a-f]{20}\b", path)}
    return own | {"/".join(path.split("?")[0].split("/")[:3]) for path in own}
