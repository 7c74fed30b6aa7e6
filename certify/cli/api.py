"""`flask api`: what the interface for programs keeps, tidied."""

import click

from certify.cli.group import Commands
from certify.clock import real_now
from certify.models.store import write_tx
from certify.workflows.idempotency import REMEMBERED, forget

group = Commands("api", help="The interface for programs.")


@group.command("sweep")
def sweep() -> None:
    """Forget the keys of repeatable requests after seven days; new requests do the same, bit by bit."""
    with write_tx() as session:
        gone = forget(session, real_now())
    click.echo(f"{gone} keys older than {REMEMBERED.days} days forgotten.")
