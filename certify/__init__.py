"""Certify carries a person from candidate to certified SCORE trainer, and lets anyone check it."""

from pathlib import Path

from flask import Flask

from certify.clock import Clock
from certify.config import Settings, read_settings
from certify.extensions import babel, csrf, db, mail, migrate
from certify.models.store import engine_options, prepare


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application; `settings` come from the environment unless given."""
    from certify import auth, cli, workflows  # here, so that a rule can be imported without the web

    settings = settings or read_settings()
    app = Flask(__name__, instance_path=str(settings.instance))
    configure(app, settings)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(Path(__file__).parent / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    mail.init_app(app)
    babel.init_app(app)
    with app.app_context():
        prepare(db.engine)
    auth.init_app(app)
    workflows.load()
    _register_faces(app)
    cli.init_app(app)
    auth.check_marks(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """What the application knows of the place where it runs."""
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 512 * 1024,
        MAX_FORM_PARTS=2000,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,  # each form checks its own token, so that a filled form is never lost
        SESSION_COOKIE_NAME="__Host-certify" if settings.https else "certify",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        TEMPLATES_AUTO_RELOAD=False,
        # An installation may bring languages of its own.
        BABEL_TRANSLATION_DIRECTORIES=f"translations;{settings.instance / 'translations'}",
    )
    app.extensions["certify.settings"] = settings
    app.extensions["certify.clock"] = Clock(settings.clock)


def _register_faces(app: Flask) -> None:
    from certify import api, views

    views.init_app(app)
    api.init_app(app)
