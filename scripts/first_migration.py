"""Writes the first revision again from the models; only until the first release."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from flask import Flask

from certify.models import db
from certify.models.store import engine_options, prepare

MIGRATIONS = Path(__file__).parent.parent / "certify" / "migrations"


def regenerate() -> None:
    """Replace versions/0001_*.py by what the models say now; the revisions that follow are left alone."""
    for old in (MIGRATIONS / "versions").glob("0001_*.py"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder, _only_the_first(Path(folder)):
        app = Flask("certify")
        url = f"sqlite:///{folder}/empty.db"
        app.config.from_mapping(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
        db.init_app(app)
        flask_migrate.Migrate(app, db, directory=str(MIGRATIONS))
        with app.app_context():
            prepare(db.engine)
            flask_migrate.migrate(message="The first tables", rev_id="0001")
            db.engine.dispose()


@contextmanager
def _only_the_first(aside: Path) -> Iterator[None]:
    """Later revisions out of the way: alembic cannot read them without the first."""
    later = list((MIGRATIONS / "versions").glob("0*.py"))
    for revision in later:
        shutil.move(revision, aside / revision.name)
    try:
        yield
    finally:
        for revision in later:
            shutil.move(aside / revision.name, revision)


if __name__ == "__main__":
    regenerate()
