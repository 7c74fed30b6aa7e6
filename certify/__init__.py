"""Certify carries a person from candidate to certified SCORE trainer, and lets anyone check it."""

from pathlib import Path

from flask import Flask
from sqlalchemy.exc import DBAPIError

from certify import faults
from certify.clock import Clock
from certify.config import Settings, read_settings
from certify.credentials.key_files import open_to_others as keys_open_to_others
from certify.credentials.place import Place, use_place
from certify.extensions import babel, csrf, db, mail, migrate
from certify.models.store import engine_options, log_has_begun, prepare, use_seal
from certify.seal import NAME, SealRefused, make_key, open_to_others, read_seal


class StartRefused(Exception):
    """The keys of an issuing body are missing, damaged or open to others; the sentence says what to do."""


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application; `settings` come from the environment unless given."""
    from certify import auth, cli, workflows  # here, so that a rule can be imported without the web

    settings = settings or read_settings()
    faults.arm(settings.fault)
    app = Flask(__name__, instance_path=str(settings.instance))
    configure(app, settings)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(Path(__file__).parent / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    mail.init_app(app)
    babel.init_app(app)
    with app.app_context():
        prepare(db.engine)
        seal_log(settings)
        take_place(settings)
    auth.init_app(app)
    workflows.load()
    _register_faces(app)
    cli.init_app(app)
    auth.check_marks(app, whole=True)
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
        TRUSTED_HOSTS=list(settings.hosts) or None,
        TEMPLATES_AUTO_RELOAD=False,
        # An installation may bring languages of its own.
        BABEL_TRANSLATION_DIRECTORIES=f"translations;{settings.instance / 'translations'}",
    )
    app.extensions["certify.settings"] = settings
    app.extensions["certify.clock"] = Clock(settings.clock)


def seal_log(settings: Settings) -> None:
    """Give the database its key of the log, made here while the log is empty. Raises SealRefused.

    Asked inside the application's context, and again when the application is led to another database.
    """
    folder = settings.instance / "keys"
    seal = read_seal(folder)
    if seal is None:
        if settings.mode == "production" and log_has_begun(db.engine):
            raise SealRefused(
                f"{folder / NAME} is missing, and the log has events that were sealed with it. Put the "
                "file back from where it is kept beside the backups; flask audit rotate-key changes it."
            )
        make_key(folder)
        seal = read_seal(folder)
    others = open_to_others(folder) if settings.mode == "production" else ()
    if others:
        raise SealRefused(
            f"{', '.join(map(str, others))}: others than the owner may read the log's key. "
            f"Run: chmod -R go= {folder}"
        )
    assert seal is not None
    use_seal(db.engine, seal)


def take_place(settings: Settings) -> None:
    """Issue from the public address, with the keys of the instance folder. Raises StartRefused.

    Asked like `seal_log`; whether the keys are there asks `require_keys`.
    """
    folder = settings.instance / "keys"
    others = keys_open_to_others(folder) if settings.mode == "production" else ()
    if others:
        raise StartRefused(
            f"{', '.join(map(str, others))}: others than the owner may read the keys of an issuing body. "
            f"Run: chmod -R go= {folder}"
        )
    use_place(db.engine, Place(settings.base_url, folder, makes_keys=settings.mode != "production"))


def require_keys(app: Flask) -> None:
    """Serve in production only while every body in force has the keys it signs with. Raises StartRefused.

    Asked by what serves, not by the command line: `flask keys` has to run where a key is lost. A body that
    never had one stops nothing (`flask doctor` names it), nor does a database that does not answer yet.
    """
    from certify.queries.keys_in_force import bodies_in_force, command

    settings: Settings = app.extensions["certify.settings"]
    if settings.mode != "production":
        return
    with app.app_context():
        try:
            found = bodies_in_force(db.session(), app.extensions["certify.clock"].now().date())
            unusable = [
                f"{one.body.code}: {why}. Put it back from its copy, or change it: "
                f"{command('rotate', one.body.code, kind)}."
                for one in found
                for kind, why in one.unusable
            ]
        except DBAPIError:
            return
    if unusable:
        raise StartRefused(f"{' '.join(unusable)} What they signed goes on being verified.")


def _register_faces(app: Flask) -> None:
    from certify import api, views
    from certify.api import shortcut

    shortcut.init_app(app)
    views.init_app(app)
    api.init_app(app)
