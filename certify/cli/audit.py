"""`flask audit`: whether the record can be trusted, its numbers, and who may write to it."""

import json
from collections.abc import Iterable, Iterator

import click
from rich.console import Console
from rich.progress import Progress, TaskID
from sqlalchemy import func, select

from certify.audit import grants, leaves, states, verify
from certify.audit.chain import Row
from certify.audit.findings import Finding
from certify.cli.group import Commands
from certify.extensions import settings
from certify.models import Event, db, guards
from certify.models.store import seal_of, use_seal, write_mode, write_tx
from certify.seal import SealRefused, read_seal, rotate_key
from certify.workflows.leaves import sequence, waiting_cases

group = Commands("audit", help="Checks of the record.")
STEP = 5000  # events between two looks at the progress bar


@group.command("verify")
@click.option("--case", "id", help="Only the case of this certification, cohort, ToT event or case file.")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def verify_record(id: str | None, as_json: bool) -> None:
    """Check chain, numbers, states, personal values, certificates, files; exit 1 when anything is found."""
    seal, files = seal_of(db.session()), settings().instance / "files"
    db.session.rollback()
    with verify.snapshot(db.engine) as connection:
        case_id = verify.case_of(connection, id) if id else None
        if id and case_id is None:
            raise click.ClickException(f"There is no case {id}.")
        events, waiting = verify.count(connection, case_id), leaves.waiting(connection)
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            parts = verify.checks(
                connection, seal, files, case_id=case_id, watch=lambda rows: _watched(rows, progress, events)
            )
            found = [one for name, part in parts.items() for one in _shown(name, part(), progress)]
    if as_json:
        report = {"events": events, "waiting": waiting, "findings": [one.as_json() for one in found]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _tell(found, events, waiting)
    if found:
        raise SystemExit(1)


def _shown(name: str, findings: Iterable[Finding], progress: Progress) -> Iterator[Finding]:
    task = progress.add_task(name, total=None)
    yield from findings
    progress.update(task, total=1, completed=1)


def _watched(rows: Iterable[Row], progress: Progress, events: int) -> Iterator[Row]:
    task: TaskID = progress.add_task("events", total=events)
    for n, row in enumerate(rows):
        if n % STEP == 0:
            progress.update(task, completed=n)
        yield row
    progress.update(task, completed=events)


def _tell(found: list[Finding], events: int, waiting: int) -> None:
    for one in found:
        click.echo(f"{one}\n    {one.remedy}", err=True)
    if waiting:
        click.echo(f"{waiting} events wait for their number (flask audit sequence).")
    if found:
        click.echo(f"{len(found)} findings in {events} events.", err=True)
    else:
        click.echo(f"The record holds: {events} events, chained, sealed and explained by their replay.")


@group.command("sequence")
def sequence_events() -> None:
    """Give every event that has none yet its number in the whole log; any number of them may run at once."""
    click.echo(f"{_number_all()} events numbered.")


def _number_all() -> int:
    """Round by round, each its own commit, until nothing waits but in cases that are being written to."""
    numbered = 0
    while True:
        with write_tx() as session:
            more = sequence(session)
        numbered += more
        if not more:
            return numbered


@group.command("rotate-key")
def rotate() -> None:
    """Seal with a new key from now on; the one in use stays beside it to verify what it sealed.

    Every event gets its number first, so that what the old key seals afterwards is found. Servers read the
    keys when they start: stop them before and start them after.
    """
    folder = settings().instance / "keys"
    _number_all()
    try:
        with write_tx() as session:
            if session.scalar(waiting_cases().limit(1)):
                raise click.ClickException("Events are being written: stop the servers, then ask again.")
            old, new = rotate_key(folder)
    except SealRefused as refused:
        raise click.ClickException(str(refused)) from refused
    seal = read_seal(folder)
    assert seal is not None
    use_seal(db.engine, seal)
    click.echo(f"{new} seals from now on; {old} stays as log-mac.{old}.key. Keep copies of both.")


@group.command("replay")
def replay_events() -> None:
    """Replay every event and compare with the stored states; exit 1 where they differ."""
    with verify.snapshot(db.engine) as connection:
        wrong = list(states.findings(connection))
        count = connection.scalar(select(func.count()).select_from(Event))
    for one in wrong:
        click.echo(str(one), err=True)
    if wrong:
        raise click.ClickException(f"{len(wrong)} states are not what the events lead to.")
    click.echo(f"Every stored state is what its events lead to ({count} events).")


@group.command("guard")
def put_up_guards() -> None:
    """Put the triggers up again that refuse changes of the log; those that stand are left alone."""
    with write_mode(db.engine), db.engine.begin() as connection:
        guards.put_up(connection)
    click.echo("The log is append-only.")


@group.command("grants")
@click.argument("role")
def grant_role(role: str) -> None:
    """Let the PostgreSQL role ROLE do what the application does, and no more: the log is only added to.

    Run it as the owner of the tables; the application then connects as ROLE.
    """
    if db.engine.dialect.name != "postgresql":
        raise click.ClickException("SQLite knows no roles; whoever may write the file may write the log.")
    try:
        with write_mode(db.engine), db.engine.begin() as connection:
            grants.give(connection, role)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{role} may read and add to the log, and neither change nor delete it.")
