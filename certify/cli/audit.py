"""`flask audit`: whether the stored states are what the events lead to."""

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import Event, db
from certify.workflows.engine import replay, workflows

group = AppGroup("audit", help="Checks of the record.")


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
        (workflow.name, thing.id): str(thing.state)
        for workflow in workflows()
        for thing in session.scalars(select(workflow.row))
    }
    return [
        f"{kind} {id}: stored {stored.get((kind, id), 'nothing')}, replayed {states.get((kind, id), 'nothing')}"
        for kind, id in sorted(stored.keys() | states.keys())
        if stored.get((kind, id)) != states.get((kind, id))
    ]
