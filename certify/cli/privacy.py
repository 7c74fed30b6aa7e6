"""`flask privacy`: what /privacy says about how long things are kept, carried out."""

from datetime import datetime

import click

from certify.cli.group import Commands
from certify.cli.moments import instant_given
from certify.clock import real_now
from certify.extensions import clock, settings
from certify.files.sweeping import sweep as sweep_folder
from certify.models import db
from certify.privacy.kept import KEPT, Kept

group = Commands("privacy", help="How long personal data are kept.")


@group.command("sweep")
@click.option("--at", metavar="INSTANT", help="As if it were this instant (ISO 8601 with offset).")
@click.option("--dry-run", is_flag=True, help="Only count what is due.")
def sweep(at: str | None, dry_run: bool) -> None:
    """Delete what has been kept for as long as /privacy says, kind by kind; run it once a day.

    What a case or a decision rests on is never touched: that leaves with flask audit erase alone.
    """
    moment = instant_given(at, is_carried_out=not dry_run)
    for kept in KEPT:
        if kept.sweep is not None:
            click.echo(f"{_swept(kept, moment, dry_run):>8}  {kept.name}{' due' if dry_run else ''}")
    if not dry_run:
        parts, orphans = sweep_folder(db.session(), settings().instance / "files", real_now())
        click.echo(f"{parts + orphans:>8}  bytes without a row")


def _swept(kept: Kept, moment: datetime | None, dry_run: bool) -> int:
    assert kept.sweep is not None
    at = moment or (clock().now() if kept.sweep.on_domain_time else real_now())
    if not dry_run:
        return kept.sweep.carry_out(at)
    due = kept.sweep.count(db.session(), at)
    db.session.rollback()
    return due
