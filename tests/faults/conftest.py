"""What the tests that kill and crowd stand on: cases to move, and a program that forks processes for them."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from certify.config import Settings
from certify.models import db
from tests.api.client import token_for
from tests.cast import WORLD
from tests.databases import Postgresql, Sqlite
from tests.faults.admitted import four_admitted
from tests.faults.tree import Mother, Tree, mother
from tests.place import moved

Cases = tuple[Flask, Settings, list[str]]


@pytest.fixture(scope="session")
def forking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    with mother(tmp_path_factory.mktemp("forking")) as one:
        yield one


@pytest.fixture
def cases(database_kind: Sqlite | Postgresql, tmp_path: Path, built: Flask) -> Iterator[Cases]:
    """The application here, for looking; where it lives; four cases that are admitted."""
    with four_admitted(database_kind, tmp_path) as (settings, ids), moved(built, settings) as app:
        yield app, settings, ids


@pytest.fixture
def token(cases: Cases) -> str:
    """Olu's, who coordinates; nobody here holds the database open afterwards."""
    token = token_for(cases[0], WORLD.olu)
    db.session.remove()
    db.engine.dispose()
    return token


@pytest.fixture
def tree_of(forking: Mother, cases: Cases, token: str) -> Callable[..., Tree]:
    """Trees of servers over the test's installation, forked from where its statements are compiled."""
    _, settings, ids = cases
    kind = settings.database_url.partition(":")[0]
    if kind not in forking.warmed:
        forking.bear("warm", settings, token=token, certification=ids[0])
        forking.warmed.add(kind)
    return partial(Tree, forking, settings)
