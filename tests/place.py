"""Where a test's application lives, and one application a worker that moves from test to test."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Dialect, Engine, create_engine, event, make_url

from certify import configure, seal_log, take_place
from certify.config import Settings
from certify.models import db
from certify.models.store import engine_options, prepare
from certify.seal import NAME
from tests.issuer import put_issuer_keys


def settings_of(instance: Path, database_url: str, *, mode: str = "test") -> Settings:
    """An installation in a folder; its frozen clock lies beside what it keeps."""
    return Settings(
        mode=mode,
        instance=instance,
        database_url=database_url,
        clock=f"file:{instance / 'clock'}",
        base_url="http://localhost",
        secret_key="a secret for tests alone",
        smtp_url="",
        mail_from="Certify <certify@example.org>",
        trusted_hosts=(),
        proxies=0,
    )


# The templates' events are sealed with it, and so the log of every copy of them verifies.
KEY = b"a key of the log for tests alone"


def put_key(instance: Path) -> None:
    """The tests' key of the log into an instance folder, unless it has one."""
    folder = instance / "keys"
    if not (folder / NAME).exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / NAME).write_bytes(KEY)
        (folder / NAME).chmod(0o600)


_engines: dict[str, Engine] = {}  # by kind of database


def _engine_for(database_url: str) -> Engine:
    """The engine of the kind, led to another database: it keeps the statements that it has compiled."""
    url = make_url(database_url)
    engine = _engines.get(url.drivername)
    if engine is None:
        engine = _engines[url.drivername] = create_engine(url, **engine_options(database_url))
        event.listen(engine, "do_connect", partial(_lead, engine))
        prepare(engine)
    engine.url = url
    return engine


def _lead(engine: Engine, dialect: Dialect, _record: object, args: list[Any], named: dict[str, Any]) -> None:
    leading_args, leading = dialect.create_connect_args(engine.url)
    args[:] = leading_args
    named.update(leading)


@contextmanager
def moved(app: Flask, settings: Settings) -> Iterator[Flask]:
    """The application on another database, with a context pushed, and put back as it was afterwards.

    Putting one together takes longer than most tests: 85 routes and 60 templates to compile.
    """
    config, extensions = dict(app.config), dict(app.extensions)
    configure(app, settings)
    app.config["TESTING"] = True
    with app.app_context():
        engines, before = db.engines, db.engine
        engines[None] = _engine_for(settings.database_url)
        put_key(settings.instance)
        put_issuer_keys(settings.instance / "keys")
        seal_log(settings)
        take_place(settings)
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
            engines[None] = before
            app.config.clear()
            app.config.update(config)
            app.extensions.clear()
            app.extensions.update(extensions)
