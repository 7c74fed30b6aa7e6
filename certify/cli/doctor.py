"""`flask doctor`: is this installation as it should be, and what is to be done where it is not."""

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from certify.audit import verify
from certify.audit.health import Patient, examine
from certify.audit.said import Said
from certify.clock import real_now
from certify.extensions import settings
from certify.models import db
from certify.models.store import SettingRefused, seal_of
from certify.reminders.smtp import NoSuchScheme, smtp_connection

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Look at databases, migrations, guards, keys, disk, mail and clock; exit 1 where something fails."""
    failed = 0
    try:
        seal = seal_of(db.session())
        db.session.rollback()
        with verify.snapshot(db.engine) as connection:
            patient = Patient(connection, settings(), seal, real_now(), _ask_mail)
            for said in examine(patient):
                failed += said.level == "fail"
                _tell(said)
    except (DBAPIError, SettingRefused) as error:
        failed += 1
        _tell(Said("fail", f"the database does not answer: {error}", "Look at DATABASE_URL and its server."))
    if failed:
        raise SystemExit(1)


def _ask_mail() -> None:
    try:
        server = smtp_connection(settings().smtp_url)
        server.open()
        server.close()
    except NoSuchScheme as error:
        raise OSError(str(error)) from error


def _tell(said: Said) -> None:
    click.echo(f"{click.style(f'{said.level:<4}', fg=_COLOURS[said.level])}  {said.what}")
    if said.remedy:
        click.echo(f"      {said.remedy}")
