"""The migrations make exactly the tables of the models, on both databases, whoever starts at once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from certify.models import db
from tests.databases import MIGRATIONS, Postgresql, Sqlite, bare_app, migrate

PROCESSES = 4
ROOT = Path(__file__).parent.parent


@pytest.fixture
def empty_url(database_kind: Sqlite | Postgresql, tmp_path: Path) -> Iterator[str]:
    """A database without a single table."""
    url = database_kind.create(tmp_path, None)
    yield url
    database_kind.drop(url)


def _differences(url: str) -> list[object]:
    with bare_app(url).app_context():
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            found = list(compare_metadata(context, db.metadata))
        db.engine.dispose()
    return found


def _revisions(url: str) -> list[str]:
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    engine.dispose()
    return list(found)


def test_migrated_tables_are_those_of_the_models(empty_url: str) -> None:
    migrate(empty_url)
    assert _differences(empty_url) == []


def test_a_missing_column_would_be_noticed(empty_url: str) -> None:
    """The power check of the comparison."""
    migrate(empty_url)
    with bare_app(empty_url).app_context():
        raw = sqlalchemy.create_engine(empty_url)
        with raw.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE person DROP COLUMN zone")
        raw.dispose()
        db.engine.dispose()
    assert len(_differences(empty_url)) == 1


def test_a_second_upgrade_changes_nothing(empty_url: str) -> None:
    migrate(empty_url)
    before = _revisions(empty_url)
    migrate(empty_url)
    assert _revisions(empty_url) == before


def test_one_line_of_revisions() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_processes_that_start_at_once_all_succeed(empty_url: str) -> None:
    program = f"from tests.databases import migrate; migrate({empty_url!r})"
    started = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    ends = [(process.communicate()[1], process.returncode) for process in started]
    assert [code for _, code in ends] == [0] * PROCESSES, ends
    assert len(_revisions(empty_url)) == 1
