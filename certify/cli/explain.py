"""`flask explain`: why a certificate is worth what it is, on any day, line by line."""

import click
from flask.cli import with_appcontext

from certify.credentials.numbers import normalise
from certify.credentials.reasoning import reasoning
from certify.extensions import clock
from certify.models import db
from certify.queries.register import records_of
from certify.queries.verification import BadDay, asked_day


@click.command("explain")
@click.argument("number")
@click.option("--at", "on", metavar="DATE", help="The end of that day where it was issued; now, if left out.")
@with_appcontext
def explain(number: str, on: str | None) -> None:
    """Tell what the certificate NUMBER is worth, and every question that was asked on the way."""
    try:
        day = asked_day(on)
    except BadDay as error:
        raise click.BadParameter(str(error), param_hint="--at") from error
    known = normalise(number) or ""
    record = records_of(db.session(), [known]).get(known)
    if record is None:
        raise click.ClickException(f"{number} is not in the register.")
    answer, lines = reasoning(record, clock().now(), day)
    when = (
        f"at the end of {day}, {record.zone}" if day else f"at {answer.as_of.isoformat(timespec='minutes')}"
    )
    click.echo(f"{known}: {record.holder}, {record.module}, {record.country}, {when}")
    for place, line in enumerate(lines, 1):
        click.echo(f"{place:3}. {line.known}{'  <- this settles it' if line.settles else ''}")
    since = f" since {answer.since}" if answer.since else ""
    reason = f": {answer.reason.replace('_', ' ')}{since}" if answer.reason else ""
    click.echo(f"  => {answer.verdict.value.replace('_', ' ')}{reason}")
