"""R10: on a full disk, and without the database, writes answer 503, reads go on, nothing is half done."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from flask import Flask
from sqlalchemy import event, func, select, text, update
from werkzeug.test import TestResponse

from certify.clock import real_now
from certify.config import Settings
from certify.extensions import settings as settings_now
from certify.models import Base, SignIn, StoredFile, db
from certify.models.store import own_tx, write_mode
from tests.api.client import program_of
from tests.cast import Member, World
from tests.client import StrictClient
from tests.files.making import pdf, stream
from tests.player import Player
from tests.views.test_application import draft, upload

ClientOf = Callable[[Member], StrictClient]
__all__ = ["draft"]
FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$
"""


@contextmanager
def full_disk() -> Iterator[None]:
    """The database may not grow by a page: SQLite says so itself, on PostgreSQL a trigger does for it."""
    db.session.remove()
    with _no_page_left() if db.engine.dialect.name == "sqlite" else _no_room():
        yield


@contextmanager
def _no_page_left() -> Iterator[None]:
    def limit(connection: Any, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(db.engine, "connect", limit)
    db.engine.dispose()
    try:
        yield
    finally:
        event.remove(db.engine, "connect", limit)
        db.engine.dispose()


@contextmanager
def _no_room() -> Iterator[None]:
    tables = [table.name for table in Base.metadata.sorted_tables]
    _run(FULL)
    _run(*(f'CREATE TRIGGER full_{name} BEFORE INSERT OR UPDATE ON "{name}" {EACH}' for name in tables))
    try:
        yield
    finally:
        db.session.remove()  # what it has read would hold the tables
        _run("DROP FUNCTION no_room CASCADE")


EACH = "FOR EACH STATEMENT EXECUTE FUNCTION no_room()"


def _run(*statements: str) -> None:
    with write_mode(db.engine), db.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def rows() -> dict[str, int]:
    """How many there are in every table, but for counters of guesses: one may find room on a page in use."""
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
        if table.name != "throttle_count"
    }


def is_unavailable(answer: TestResponse) -> bool:
    return answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0


LONG = "Ạ" * 1900  # fills more than a page of the database by itself


def hold(client: StrictClient, case: str) -> TestResponse:
    path = f"/certifications/{case}/moves/hold"
    return client.post(path, data={"csrf_token": client.token(path), "reason": LONG})


def test_a_full_database_refuses_writes_whole_and_goes_on_reading(
    recommended: Player, app: Flask, client_of: ClientOf, world: World
) -> None:
    case, client, program = recommended.certification, client_of(world.olu), program_of(app, world.olu)
    with own_tx() as session:
        session.execute(update(SignIn).values(seen_at=real_now() - timedelta(minutes=10)))  # owes a touch
    before = rows()
    with full_disk():
        assert is_unavailable(hold(client, case))
        assert is_unavailable(program.post(f"certifications/{case}/moves/hold", {"reason": LONG}))
        for path in ("/board", f"/certifications/{case}", f"/certifications/{case}/history", "/scheme"):
            assert client.get(path).status_code == 200, path
        assert program.get(f"certifications/{case}").status_code == 200
        assert client.get("/verify/TC-7F3K-Q2MX-9B4D-R").status_code == 200
        assert rows() == before
    assert hold(client, case).status_code == 303
    assert rows()["event"] > before["event"]


# The database is away


@contextmanager
def database_away(settings: Settings) -> Iterator[None]:
    """Gone while the processes live on: moved aside, or refusing whoever connects."""
    db.session.remove()
    url = db.engine.url
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        path = Path(str(url.database))
        aside = path.rename(path.with_name("aside"))
        path.mkdir()
        yield
        path.rmdir()
        aside.rename(path)
        return
    server = sqlalchemy.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as admin:
        admin.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'))
        ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        admin.execute(text(ask), {"name": url.database})
        yield
        admin.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'))
    server.dispose()


def test_a_database_that_is_away_is_told_and_found_again_without_a_restart(
    recommended: Player, app: Flask, settings: Settings, client_of: ClientOf, world: World
) -> None:
    case, client, program = recommended.certification, client_of(world.olu), program_of(app, world.olu)
    form = {"csrf_token": client.token(f"/certifications/{case}/moves/hold"), "reason": "Parental leave."}
    before = rows()
    with database_away(settings):
        assert is_unavailable(client.get(f"/certifications/{case}"))
        assert is_unavailable(client.post(f"/certifications/{case}/moves/hold", data=form))
        assert is_unavailable(program.get(f"certifications/{case}"))
        assert is_unavailable(client.get("/readyz"))
        assert client.get("/healthz").status_code == 200
    assert rows() == before
    assert client.post(f"/certifications/{case}/moves/hold", data=form).status_code == 303


# The folder of files


@contextmanager
def full_folder(size: int) -> Iterator[None]:
    """No file of this process may grow beyond the size: the kernel itself breaks the write off."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


BIG = pdf(stream(bytes(range(256)) * 1200, "/RunLengthDecode"))  # 300 kB
ROOM = 200_000  # bytes


def kept() -> list[Path]:
    return [path for path in (settings_now().instance / "files").rglob("*") if path.is_file()]


def test_a_full_folder_keeps_no_part_and_no_row(draft: str, client_of: ClientOf, world: World) -> None:
    client = client_of(world.ana)
    client.get("/my-path")
    with full_folder(ROOM):
        assert is_unavailable(upload(client, draft, "cv.pdf", BIG))
        assert client.get("/my-path").status_code == 200
    assert kept() == []
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert upload(client, draft, "cv.pdf", BIG).status_code == 303
    assert [path.stat().st_size for path in kept()] == [len(BIG)]


def test_the_full_folder_is_real_for_a_naive_upload_leaves_a_part(tmp_path: Path) -> None:
    path = tmp_path / "cv.pdf"
    with full_folder(ROOM), pytest.raises(OSError, match="File too large"):
        path.write_bytes(BIG)
    assert 0 < path.stat().st_size < len(BIG)
