"""`flask scheduler` and `flask tick`: what the clock owes, by itself every minute or once by hand."""

import os
from collections.abc import Callable

import click
from flask import current_app
from flask.cli import with_appcontext

from certify.cli.moments import instant_given
from certify.clock import ClockUnreadable, real_now
from certify.extensions import clock
from certify.models import db
from certify.reminders import rounds, scheduler
from certify.reminders.outbox import deliver_owed


@click.command("scheduler")
@click.option("--beside", type=int, metavar="PID", help="Stop when that process is gone.")
@with_appcontext
def run_scheduler(beside: int | None) -> None:
    """Send what is due, every minute, until stopped; any number of them may run, on any machine."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.remove()

    def beat(stopping: scheduler.Stopping) -> None:
        with app.app_context():
            try:
                sent = rounds.take_round(clock().now(), stopping=stopping)
            except ClockUnreadable as error:
                click.echo(f"The round waits: {error}", err=True)
                return
        if sent:
            click.echo(f"{real_now():%H:%M} UTC: {sent} sent")

    scheduler.run(beat, goes_on=_lives(beside))


def _lives(process: int | None) -> Callable[[], bool]:
    """Whether the process is still our parent; whoever starts us and is killed leaves us to another."""
    return lambda: process is None or os.getppid() == process


@click.command("tick")
@click.option("--at", metavar="INSTANT", help="As if it were this instant (ISO 8601 with offset).")
@click.option("--dry-run", is_flag=True, help="Only say what a round would send.")
@with_appcontext
def tick(at: str | None, dry_run: bool) -> None:
    """Do one round by hand and print what it did."""
    moment = instant_given(at, is_carried_out=not dry_run) or clock().now()
    if dry_run:
        due = rounds.due_at(db.session(), moment)
        for one in due:
            click.echo(f"{one.due_at:%Y-%m-%d %H:%M} UTC  {one.kind:<24} {one.email}")
        click.echo(f"{len(due)} would be sent.")
        return
    sent = deliver_owed(moment, rounds.AT_ONCE)
    db.session.rollback()
    left = len(rounds.due_at(db.session(), moment))
    later = " Letters that failed are tried again by the machine's own clock." if left else ""
    click.echo(f"{sent} sent, {left} waiting.{later}")
