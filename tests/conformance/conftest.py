"""Conformance is of documents, not of databases: SQLite alone."""

import pytest

from tests.databases import Sqlite


@pytest.fixture
def database_kind(sqlite_kind: Sqlite) -> Sqlite:
    return sqlite_kind
