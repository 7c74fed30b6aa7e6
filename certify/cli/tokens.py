"""`flask token`: tokens for programs, made, listed and revoked by hand."""

from datetime import datetime

import click

from certify.auth.tokens import SCOPES, open_token, revoke_token, tokens_of
from certify.cli.group import Commands
from certify.clock import real_now
from certify.models import Person, db
from certify.models.store import write_tx
from certify.workflows.accounts import normal_email, person_at

group = Commands("token", help="Tokens with which programs act for a person.")
LONGEST_DAYS = 3650


@group.command("create")
@click.argument("email")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES))
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, LONGEST_DAYS))
def create(email: str, scopes: tuple[str, ...], name: str, days: int) -> None:
    """Make a token for the person with the address EMAIL and print it, alone.

    It is told this once, and carries the person's rights as far as its scope reaches; each scope
    includes those before it.
    """
    person_id = _person(email).id
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise click.ClickException("A name has 1 to 100 characters.")
    with write_tx() as session:
        token = open_token(session, person_id, real_now(), name=name.strip(), scopes=scopes, days=days)
    click.echo(token)


@group.command("list")
@click.argument("email")
def list_tokens(email: str) -> None:
    """The tokens of the person with the address EMAIL that were not revoked, the latest first."""
    rows = tokens_of(db.session(), _person(email).id)
    if not rows:
        click.echo("No tokens.")
        return
    for one in rows:
        scopes, used = " ".join(one.scopes), _shown(one.last_used_at)
        made, runs_out = _shown(one.created_at), _shown(one.expires_at)
        click.echo(f"{one.id}  {one.name}  ({scopes})  made {made}, last used {used}, runs out {runs_out}")


@group.command("revoke")
@click.argument("token_id", metavar="ID")
def revoke(token_id: str) -> None:
    """End the token with this ID (see `flask token list`) from its next request on."""
    with write_tx() as session:
        ended = revoke_token(session, token_id, real_now())
    if not ended:
        raise click.ClickException(f"There is no token {token_id!r} to revoke.")
    click.echo("Revoked.")


def _person(email: str) -> Person:
    person = person_at(db.session(), normal_email(email))
    if person is None:
        raise click.ClickException(f"Nobody here has the address {email!r}.")
    if person.disabled_at is not None:
        raise click.ClickException(f"The account of {email!r} is disabled.")
    return person


def _shown(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else "never"
