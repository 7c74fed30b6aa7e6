"""`flask scheduler` and `flask tick`: what the clock owes, by itself every minute or once by hand."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from certify.cli.moments import instant_given
from certify.clock import ClockUnreadable, real_now
from certify.extensions import clock
from certify.models import db
from certify.reminders import foretelling, rounds, scheduler
from certify.reminders.guard import Watch


@click.command("scheduler")
@click.option("--beside", type=int, metavar="PID", help="Stop when that process is gone.")
@with_appcontext
def run_scheduler(beside: int | None) -> None:
    """Do what is due, every minute, until stopped; any number of them may run, on any machine."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.remove()
    watch = Watch()

    def beat(stopping: scheduler.Stopping) -> None:
        with app.app_context():
            try:
                done = rounds.take_round(clock().now(), stopping=stopping, watch=watch)
            except ClockUnreadable as error:
                click.echo(f"The round waits: {error}", err=True)
                return
        if done is not None and done != rounds.Done():
            click.echo(f"{real_now():%H:%M} UTC: {done}")

    scheduler.run(beat, goes_on=_lives(beside))


def _lives(process: int | None) -> Callable[[], bool]:
    """Whether the process is still our parent; whoever starts us and is killed leaves us to another."""
    return lambda: process is None or os.getppid() == process


@click.command("tick")
@click.option("--at", metavar="INSTANT", help="As if it were this instant (ISO 8601 with offset).")
@click.option("--dry-run", is_flag=True, help="Only say what a round would do.")
@click.option("--yes", is_flag=True, help="Do not ask before a round at an instant that is still to come.")
@with_appcontext
def tick(at: str | None, dry_run: bool, yes: bool) -> None:
    """Do one round by hand and print what it did; a clock that jumped holds it up no more."""
    now = clock().now()
    moment = instant_given(at, is_carried_out=not dry_run) or now
    if dry_run:
        _foretell(moment)
        return
    if moment > now and not yes:
        click.confirm(_ahead(moment), abort=True)
    done = rounds.by_hand(moment, now)
    db.session.rollback()
    _say(done)
    left = len(foretelling.letters(db.session(), moment))
    later = " Letters that failed are tried again by the machine's own clock." if left else ""
    click.echo(f"{done.sent} sent, {left} waiting.{later}")


def _ahead(moment: datetime) -> str:
    """What a round does to the record when its instant is still to come."""
    return (
        f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC is still to come. "
        "Certificates, cases, the history and letters will say "
        "that it was then, and no command takes that back; what is asked today, such as /verify, still goes "
        "by today. --dry-run only says what would happen. Do it?"
    )


def _say(done: rounds.Done) -> None:
    for number, what in (
        (done.moved, "moves made by the clock"),
        (done.planned, "cases planned anew"),
        (done.owed, "messages owed"),
        (done.gathered, "messages sorted out"),
    ):
        click.echo(f"{number:>6} {what}")
    if done.failed_with:
        click.echo(f"Something failed, and the next round tries again: {done.failed_with}", err=True)


def _foretell(at: datetime) -> None:
    """What a round at an instant would do, with nothing written."""
    session = db.session()
    letters, owed = foretelling.letters(session, at), foretelling.owed(session, at)
    for one in letters:
        click.echo(f"{one.due_at:%Y-%m-%d %H:%M} UTC  {one.kind:<24} {one.email}")
    more = foretelling.let_go(session, at, owed)
    told = f": {len(letters)} that wait, {more} of what is sorted out and owed now" if more else ""
    click.echo(f"{len(letters) + more} would be sent{told}.")
    for each in owed:
        click.echo(f"{each.due_at:%Y-%m-%d %H:%M} UTC  {each.kind:<24} {each.email}")
    click.echo(f"{len(owed)} would be owed.")
    for move, case in foretelling.moves(at):
        click.echo(f"{move:<24} {case}")
    waiting = foretelling.cases_to_plan(session, at)
    if waiting:
        click.echo(f"{waiting} cases changed and would be planned first.")
