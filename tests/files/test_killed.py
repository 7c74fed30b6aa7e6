"""R21: whenever an upload is killed, no row is left without its bytes, and what lies about is swept away."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from certify.audit import stored_files, verify
from certify.clock import real_now
from certify.config import Settings
from certify.files.sweeping import ORPHAN_AGE, PART_AGE, sweep
from certify.models import StoredFile, db
from tests.cast import World

ROOT = Path(__file__).parent.parent.parent


def kill_uploads(settings: Settings, kills: int, *faults: str) -> None:
    command = [sys.executable, "-m", "tests.files.killed", str(settings.instance), settings.database_url]
    done = subprocess.run(
        [*command, str(kills), *faults], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == kills


def broken(settings: Settings) -> list[str]:
    """The product's own checker on the files."""
    with verify.snapshot(db.engine) as connection:
        return [str(one) for one in stored_files.findings(connection, settings.instance / "files")]


def kept(settings: Settings) -> set[str]:
    return {path.parent.name + path.name for path in (settings.instance / "files").glob("??/*")}


def named() -> set[str]:
    rows = db.session.execute(select(StoredFile.sha256, StoredFile.original_sha256)).all()
    return {sha256 for row in rows for sha256 in row if sha256}


@pytest.mark.parametrize(
    "kills", [pytest.param(20, marks=pytest.mark.slow), pytest.param(150, marks=pytest.mark.long)]
)
def test_no_killed_upload_leaves_a_row_without_its_bytes(
    app: Flask, settings: Settings, world: World, kills: int
) -> None:
    kill_uploads(settings, kills)
    assert broken(settings) == []
    assert named() <= kept(settings)

    lying = kept(settings) - named()
    assert lying  # the kills hit in between, or this shows nothing
    files = settings.instance / "files"
    parts, orphans = sweep(db.session(), files, real_now() + ORPHAN_AGE + timedelta(minutes=1))
    assert parts + orphans == len(lying)
    assert kept(settings) == named()


@pytest.mark.slow
def test_a_row_written_first_is_caught(app: Flask, settings: Settings, world: World) -> None:
    kill_uploads(settings, 20, "row-first")
    assert broken(settings) != []


def test_the_sweep_spares_what_may_still_be_written(app: Flask, settings: Settings, world: World) -> None:
    folder = settings.instance / "files" / "ab"
    folder.mkdir(parents=True)
    for name, age in (
        (".part-new", 0),
        (".part-old", PART_AGE),
        ("c" * 62, PART_AGE),
        ("d" * 62, ORPHAN_AGE),
    ):
        path = folder / name
        path.write_bytes(b"x")
        stamp = time.time() - (age.total_seconds() + 60 if isinstance(age, timedelta) else 0)
        os.utime(path, (stamp, stamp))
    assert sweep(db.session(), folder.parent, real_now()) == (1, 1)
    assert {path.name for path in folder.iterdir()} == {".part-new", "c" * 62}


def test_the_command_says_what_it_removed(app: Flask, world: World) -> None:
    told = app.test_cli_runner().invoke(args=["files", "sweep"])
    assert (told.exit_code, told.output) == (0, "0 parts and 0 files without a row removed.\n")
