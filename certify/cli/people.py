"""`flask people`: the first two people, whom nobody inside could let in."""

import re

import click

from certify.auth.post import after_commit
from certify.cli.group import Commands
from certify.extensions import clock
from certify.models.store import write_tx
from certify.scheme.places import is_country
from certify.scheme.words import RoleName
from certify.workflows import accounts
from certify.workflows.engine import Refused

group = Commands("people", help="Accounts.")
FIRST = (RoleName.ADMINISTRATOR.value, RoleName.SCHEME_OWNER.value)


@group.command("create-administrator")
@click.argument("email")
@click.option("--name", required=True, help="The person's name as it is shown.")
@click.option("--country", required=True, help="ISO 3166-1 alpha-2, for example VN.")
@click.option("--role", type=click.Choice(FIRST), default=FIRST[0], show_default=True)
def create_administrator(email: str, name: str, country: str, role: str) -> None:
    """Make EMAIL the first administrator (or scheme owner), who gets a mail to choose a password.

    It takes these two to give roles; everybody else is let in by them, inside.
    """
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email.strip()):
        raise click.ClickException(f"{email!r} is no e-mail address.")
    if not is_country(country.upper()):
        raise click.ClickException(f"{country!r} is no country code (ISO 3166-1 alpha-2).")
    try:
        with write_tx() as session:
            accounts.first_administrator(
                session, name.strip(), email, clock().now(), country=country.upper(), role=RoleName(role)
            )
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    after_commit()
    click.echo(f"{name} <{email}> has the role {role}; the link to choose a password is in the mail.")
