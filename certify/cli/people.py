"""`flask people`: the first administrators, whom nobody inside could let in."""

import re

import click
from flask.cli import AppGroup

from certify.auth.post import after_commit
from certify.extensions import clock
from certify.models.store import write_tx
from certify.workflows import accounts
from certify.workflows.engine import Refused

group = AppGroup("people", help="Accounts.")


@group.command("create-administrator")
@click.argument("email")
@click.option("--name", required=True, help="The person's name as it is shown.")
def create_administrator(email: str, name: str) -> None:
    """Make EMAIL an administrator, who gets a mail with a link to choose a password.

    Two can be made so, for it takes two people to grant a role; later ones are granted inside.
    """
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email.strip()):
        raise click.ClickException(f"{email!r} is no e-mail address.")
    try:
        with write_tx() as session:
            accounts.first_administrator(session, name.strip(), email, clock().now())
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    after_commit()
    click.echo(f"{name} <{email}> is an administrator; the link to sign in is in the mail.")
