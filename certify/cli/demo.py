"""`flask demo`: fills an empty installation with the demonstration's people and cases."""

import click

from certify.cli.group import Commands
from certify.demo import play
from certify.extensions import clock, settings

group = Commands("demo", help="The demonstration world.")


@group.command("seed")
def seed() -> None:
    """Play the demonstration's story into an empty database; an installation in use is left alone."""
    if settings().mode == "production":
        raise click.ClickException("The demonstration is refused in production (CERTIFY_MODE).")
    if not play.is_empty():
        raise click.ClickException("There are people in this database already; nothing was changed.")
    play.seed(clock().now(), settings().instance)
    click.echo(f"The sign-ins are in {settings().instance / 'demo.json'}.")
