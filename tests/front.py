"""The ground of the web part alone: templates, forms, public and error pages; the database is empty."""

from pathlib import Path

from flask import Flask

from certify import auth, views
from certify.clock import Clock
from certify.config import Settings
from certify.extensions import babel, csrf, db
from certify.views import health, public

INSTANT = "2026-11-22T12:00:00+00:00"


def front(folder: Path, *, whole: bool = False) -> Flask:
    """The ground that pages stand on, or the `whole` of the pages; without a migrated database."""
    url = f"sqlite:///{folder / 'empty.db'}"
    app = Flask("certify")
    app.config.update(
        SECRET_KEY="for tests",
        SQLALCHEMY_DATABASE_URI=url,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=100_000,
    )
    app.extensions["certify.settings"] = Settings(
        mode="test",
        instance=folder,
        database_url=url,
        clock=f"file:{folder / 'clock'}",
        base_url="http://localhost",
        secret_key="for tests",
        smtp_url="",
        mail_from="",
        trusted_hosts=(),
        proxies=0,
    )
    (folder / "clock").write_text(INSTANT)
    app.extensions["certify.clock"] = Clock(f"file:{folder / 'clock'}")
    db.init_app(app)
    csrf.init_app(app)
    babel.init_app(app)
    auth.init_app(app)
    if whole:
        views.init_app(app)
        return app
    views.lay_ground(app)
    for page in (public, health):
        app.register_blueprint(page.bp)
    return app
