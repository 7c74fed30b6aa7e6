"""`flask scheme`: check an edition, publish it for good, list what is published."""

from pathlib import Path

import click
from sqlalchemy import select

from certify.cli import docs
from certify.cli.group import Commands
from certify.extensions import clock
from certify.models import SchemeVersion, db
from certify.models.store import write_tx
from certify.scheme.catalogue import SchemeMistake, canonical, load_edition, sha256, shipped
from certify.scheme.types import Edition
from certify.workflows.editions import AlreadyPublished, publish

group = Commands("scheme", help="Editions of the scheme: rules as data, frozen when published.")
SHIPPED = "score-2026"


@group.command("check")
@click.argument("edition", default=SHIPPED)
def check(edition: str) -> None:
    """Read an edition (a shipped name or a TOML file) and name the first mistake."""
    found = _load(edition)
    click.echo(
        f"{found.name}: {len(found.modules)} modules, {len(found.requirements)} requirements, "
        f"{len(found.checklist)} checklist items. No mistake found."
    )


@group.command("publish")
@click.argument("edition", default=SHIPPED)
def publish_edition(edition: str) -> None:
    """Freeze an edition in the database; a published edition never changes."""
    found = _load(edition)
    try:
        with write_tx() as session:
            row = publish(session, found, clock().now())
            name, fingerprint, day = row.name, row.sha256, row.effective_on
    except AlreadyPublished as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{name} is published, in force from {day}. SHA-256 {fingerprint}")


@group.command("list")
def list_editions() -> None:
    """The published editions, the oldest first."""
    rows = db.session.scalars(select(SchemeVersion).order_by(SchemeVersion.effective_on)).all()
    if not rows:
        click.echo("No edition is published yet. `flask scheme publish` publishes the shipped one.")
    for row in rows:
        until = row.transition_end_on or "open"
        click.echo(f"{row.name}  from {row.effective_on}  transition end {until}  {row.sha256}")


@group.command("docs")
def write_page() -> None:
    """Write docs/scheme.md anew from the shipped edition."""
    docs.write("scheme.md")


def _load(edition: str) -> Edition:
    path = Path(edition)
    try:
        found = load_edition(path) if path.suffix == ".toml" else shipped(edition)
        sha256(canonical(found))
    except SchemeMistake as mistake:
        raise click.ClickException(str(mistake)) from mistake
    except FileNotFoundError as missing:
        raise click.ClickException(f"There is no edition {edition!r}.") from missing
    return found
