"""Where a test's application lives, and one application a worker that moves from test to test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine

from certify import configure
from certify.config import Settings
from certify.models import db
from certify.models.store import engine_options, prepare


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
        engines[None] = create_engine(settings.database_url, **engine_options(settings.database_url))
        prepare(db.engine)
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
