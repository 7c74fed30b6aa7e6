"""`flask audit`: whether the stored states are what the events lead to."""

from typing import Any

import click
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from certify.cli.group import Commands
from certify.models import Event, db
from certify.workflows.engine import Workflow, replay, workflows

group = Commands("audit", help="Checks of the record.")


@group.command("replay")
def replay_events() -> None:
    """Replay every event and compare with the stored states; exit 1 where they differ."""
    wrong = differences(db.session())
    for sentence in wrong:
        click.echo(sentence, err=True)
    if wrong:
        raise click.ClickException(f"{len(wrong)} states are not what the events lead to.")
    count = len(db.session.scalars(select(Event.id)).all())
    click.echo(f"Every stored state is what its events lead to ({count} events).")


def differences(session: Session) -> list[str]:
    """One sentence for each thing whose stored state its events do not explain."""
    lives = {workflow.name for workflow in workflows()}  # a cohort has events, but no states to replay
    try:
        states = replay(session.scalars(select(Event).where(Event.subject_kind.in_(lives))))
    except ValueError as broken:
        return [f"The events contradict each other: {broken}."]
    stored = {
        (workflow.name, id): str(state)
        for workflow in workflows()
        for id, state in session.execute(select(*_columns(workflow)))
    }
    return [
        f"{kind} {id}: stored {stored.get((kind, id))}, replayed {states.get((kind, id))}"
        for kind, id in sorted(stored.keys() | states.keys())
        if stored.get((kind, id)) != states.get((kind, id))
    ]


def _columns(workflow: Workflow) -> tuple[Any, Any]:
    table: Any = inspect(workflow.row).local_table
    return table.c.id, table.c.state
