"""`flask files`: the folder of uploads, tidied."""

import click

from certify.cli.group import Commands
from certify.clock import real_now
from certify.extensions import settings
from certify.files.sweeping import sweep
from certify.models import db

group = Commands("files", help="The folder of uploads.")


@group.command("sweep")
def sweep_files() -> None:
    """Remove what uploads left that were cut off: parts after an hour, bytes without a row after a day."""
    parts, orphans = sweep(db.session(), settings().instance / "files", real_now())
    click.echo(f"{parts} parts and {orphans} files without a row removed.")
