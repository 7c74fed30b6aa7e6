"""What every test stands on: an application on a fresh database of each kind, a clock, the cast."""

import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from certify import create_app
from certify.config import Settings
from tests import cast
from tests.client import StrictClient, sign_in
from tests.databases import Postgresql, Sqlite, fill, migrate, postgresql_server, quickest_folder
from tests.html import keep_good_in
from tests.lanes import Lanes, turn_of
from tests.place import moved, settings_of
from tests.player import Player
from tests.stages import STAGES, Stages

# A busy machine is slow and not wrong.
hypothesis.settings.register_profile("certify", deadline=None)
hypothesis.settings.load_profile("certify")

NOW = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)  # a Monday, ten in the morning in Hanoi
DATABASES = os.environ.get("CERTIFY_TEST_DB", "sqlite,postgresql").split(",")

gc.set_threshold(100_000, 50, 100)
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(quickest_folder()))  # read when the first folder is made

Turn = Callable[[date | datetime | str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`./test --long` and `./test --bench` add what an ordinary run leaves out."""
    parser.addoption("--long", action="store_true", help="also the tests that take minutes")
    parser.addoption("--bench", action="store_true", help="also the benchmarks")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is imported and collected stays; the collector otherwise walks all of it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the marked ones out unless they are asked for; begin with the longest files."""
    left_out = [
        item
        for item in items
        if any(item.get_closest_marker(name) and not config.getoption(name) for name in ("long", "bench"))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: turn_of(item.path))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes | None:
    """As `--dist loadfile` does, in our lanes."""
    return Lanes(config, log) if config.getvalue("dist") == "loadfile" else None


def _templates(kind: Sqlite | Postgresql) -> None:
    kind.template("empty", migrate)
    kind.template("world", lambda url: fill(url, cast.seed), "empty")


@pytest.fixture(scope="session")
def templates_folder(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all workers of the run find the templates."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == "master" else base.parent) / "templates"


@pytest.fixture(scope="session", autouse=True)
def _done_once_a_run(templates_folder: Path) -> None:
    """The workers share the compiled templates and the shapes of good pages; a later run knows neither."""
    compiled = templates_folder / "compiled"
    compiled.mkdir(parents=True, exist_ok=True)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": FileSystemBytecodeCache(str(compiled))}
    keep_good_in(templates_folder / "good-pages")


@pytest.fixture(scope="session")
def sqlite_kind(templates_folder: Path) -> Sqlite:
    kind = Sqlite(templates_folder / "sqlite")
    _templates(kind)
    return kind


@pytest.fixture(scope="session")
def postgresql_kind(templates_folder: Path, worker_id: str, testrun_uid: str) -> Iterator[Postgresql]:
    with postgresql_server(testrun_uid) as server:
        kind = Postgresql(templates_folder / "postgresql", server, testrun_uid, worker_id)
        _templates(kind)
        yield kind
        kind.close()


@pytest.fixture(params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> Sqlite | Postgresql:
    """Each kind in turn; `CERTIFY_TEST_DB=sqlite` asks for one."""
    kind: Sqlite | Postgresql = request.getfixturevalue(f"{request.param}_kind")
    return kind


@pytest.fixture(scope="session")
def sqlite_stages(sqlite_kind: Sqlite) -> Stages:
    return Stages(sqlite_kind)


@pytest.fixture(scope="session")
def postgresql_stages(postgresql_kind: Postgresql) -> Stages:
    return Stages(postgresql_kind)


@pytest.fixture
def stages(database_kind: Sqlite | Postgresql, request: pytest.FixtureRequest) -> Stages:
    name = "sqlite" if isinstance(database_kind, Sqlite) else "postgresql"
    found: Stages = request.getfixturevalue(f"{name}_stages")
    return found


@pytest.fixture
def database_url(
    database_kind: Sqlite | Postgresql, stages: Stages, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A migrated database of the test's own, as it is at the stage that the test asks for, or in `world`."""
    begins = [name for name in (*STAGES, "world") if name in request.fixturenames] or ["empty"]
    assert len(begins) <= 2, f"a test begins at one stage, not at {begins[:-1]}"
    url = database_kind.create(tmp_path, stages.template(begins[0]))
    yield url
    database_kind.drop(url)


@pytest.fixture
def turn(tmp_path: Path) -> Turn:
    """Sets the frozen domain clock: an instant, or a day (then 10:00 in Hanoi)."""
    path = tmp_path / "clock"

    def set_clock(to: date | datetime | str) -> None:
        if isinstance(to, str):
            to = datetime.fromisoformat(to) if "T" in to else date.fromisoformat(to)
        if not isinstance(to, datetime):
            to = datetime.combine(to, time(3), UTC)
        path.write_text(to.isoformat(), encoding="utf-8")

    set_clock(NOW)
    return set_clock


@pytest.fixture
def settings(tmp_path: Path, database_url: str, turn: Turn) -> Settings:
    instance = tmp_path / "instance"
    instance.mkdir()
    return replace(settings_of(instance, database_url), clock=f"file:{tmp_path / 'clock'}")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application, put together once a worker; `moved` takes it to where a test is."""
    folder = tmp_path_factory.mktemp("built")
    app = create_app(settings_of(folder, f"sqlite:///{folder / 'nothing.db'}"))
    app.test_client_class = StrictClient
    return app


@pytest.fixture
def app(settings: Settings, built: Flask) -> Iterator[Flask]:
    """The application, with a context pushed for the test's own queries; clients open their own.

    A test that adds routes, or asks what happens at the start, makes one of its own with `create_app`.
    """
    with moved(built, settings) as app:
        yield app


@pytest.fixture
def world(app: Flask) -> cast.World:
    """The cast: people, roles, an issuing body with its delegation, the published edition."""
    return cast.WORLD


@pytest.fixture
def client(app: Flask) -> StrictClient:
    """A visitor who is not signed in."""
    return StrictClient(app)


@pytest.fixture
def client_of(app: Flask, world: cast.World) -> Callable[[cast.Member], StrictClient]:
    """A client in which a person of the cast is signed in."""
    return lambda member: sign_in(StrictClient(app), member)


@pytest.fixture
def browser_client(
    client_of: Callable[[cast.Member], StrictClient],
) -> Callable[[cast.Member], StrictClient]:
    """The same as `client_of`."""
    return client_of


def _stage(name: str, said: str) -> Callable[..., Player]:
    """A fixture that begins a test where the player came once in the run (tests/stages.py)."""

    def stage(app: Flask, world: cast.World, stages: Stages) -> Player:
        return stages.player(name)

    stage.__doc__ = said
    return pytest.fixture(name=name)(stage)


submitted = _stage("submitted", "Ana has applied.")
admitted = _stage("admitted", "Ana is admitted: Bea and Quý screened her.")
trained = _stage("trained", "Ana is in classroom delivery: the ToT is completed, Bo supervises.")
delivered = _stage("delivered", "Ana is in supervised visits: four enterprises, their baselines, a workshop.")
visited = _stage("visited", "Ana is in assessment: everything delivered, nothing observed yet.")
recommended = _stage("recommended", "Ana is recommended by Bo and waits for the decision.")
certified = _stage("certified", "Ana is certified for WPC on 4 May 2026, by Maya.")
seasoned = _stage("seasoned", "Ana has delivered two cycles since she was certified: 2026 and 2027.")
half_observed = _stage("half_observed", "Lan is in assessment: one of two observers has handed scores in.")
