"""`flask serve`: migrate, fill the demo, say how to sign in, and answer requests; `./run` calls it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import flask_migrate
import waitress
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import MetaData

from certify import StartRefused, require_keys
from certify.clock import real_now
from certify.config import Settings
from certify.credentials.key_files import PREFIX
from certify.demo import play
from certify.demo.people import CERTIFIED
from certify.extensions import clock, settings
from certify.files.sweeping import sweep
from certify.models import db
from certify.models.store import write_mode


@click.command("serve")
@click.option("--fresh", is_flag=True, help="Start the demonstration over; refused outside demo mode.")
@with_appcontext
def serve(fresh: bool) -> None:
    """Serve on HOST and PORT, with everything prepared that is missing."""
    ours = settings()
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    if fresh:
        start_over(ours)
    flask_migrate.upgrade()
    sweep(db.session(), ours.instance / "files", real_now())
    if ours.mode == "demo":
        if play.is_empty():
            click.echo("Playing the demonstration's story …")
            play.seed(clock().now(), ours.instance)
        click.echo(sign_ins(ours.instance / "demo.json"))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        require_keys(app)
    except StartRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"Certify answers at {ours.base_url}  (mode {ours.mode}, stop with Ctrl-C)")
    db.session.remove()
    db.engine.dispose()
    with scheduler_beside():
        waitress.serve(
            app, host=host, port=port, threads=8, connection_limit=1000, channel_timeout=20, ident="certify"
        )


@contextmanager
def scheduler_beside() -> Iterator[None]:
    """A scheduler in a process of its own, which goes when this one does, however it does."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler", "--beside", str(os.getpid())]
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()  # what it had claimed is tried again


def start_over(ours: Settings) -> None:
    """Empty the demo's database and folders. Raises ClickException outside demo mode."""
    if ours.mode != "demo":
        raise click.ClickException(f"--fresh would delete everything; refused in mode {ours.mode}.")
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        file = Path(str(db.engine.url.database))
        for path in file.parent.glob(f"{file.name}*"):
            path.unlink()
    else:
        _drop_tables()
    for name in ("files", "outbox"):
        shutil.rmtree(ours.instance / name, ignore_errors=True)
    for key in (ours.instance / "keys").glob(f"{PREFIX}*.pem"):
        key.unlink()  # of issuing bodies that are no more
    (ours.instance / "demo.json").unlink(missing_ok=True)


def _drop_tables() -> None:
    found = MetaData()
    with write_mode(db.engine), db.engine.begin() as connection:
        found.reflect(connection)
        found.drop_all(connection)


def sign_ins(path: Path) -> str:
    """Every sign-in of the demo's list, by role, and that of somebody who holds a certificate."""
    if not path.exists():
        return f"{path} is missing; ./run --fresh makes it anew."
    entries = json.loads(path.read_text(encoding="utf-8"))
    told = [(entry["role"], entry["email"]) for entry in entries] + [("certified trainer", CERTIFIED.email)]
    lines = (f"  {role:<20} {email:<36} {play.PASSWORD}" for role, email in told)
    return "\n".join(("Sign in as:", *lines))
