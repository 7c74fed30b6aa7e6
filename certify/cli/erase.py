"""`flask audit erase`: the one way by which a personal value leaves the log, told in the log itself."""

from collections.abc import Mapping

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.extensions import clock
from certify.models import Event, EventSecret, Person, db
from certify.models.store import write_tx
from certify.policy.actor import CLOCK, Actor
from certify.workflows.erasure import erase, held_of
from certify.workflows.people import actor_of

Values = Mapping[str, list[str]]  # the paths by their event


@click.command("erase")
@click.option("--event", "event_id", help="Erase from this event.")
@click.option("--path", "paths", multiple=True, help="Only the value there (a JSON pointer).")
@click.option("--person", help="Erase all that the log holds of who has this id or address.")
@click.option("--reason", required=True, help="Why, for the log; name nobody in it.")
@click.option("--by", help="The address of whoever erases; the software itself otherwise.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def erase_values(
    event_id: str | None, paths: tuple[str, ...], person: str | None, reason: str, by: str | None, yes: bool
) -> None:
    """Erase personal values from the log for good: their commitments stay, and the chain still verifies.

    With --person: the typed texts in the events of the person's own certifications, and every text in the
    log that holds their name or address.
    """
    if (event_id is None) == (person is None) or (paths and person):
        raise click.UsageError("Name an --event (and perhaps a --path) or a --person.")
    found = _found(db.session(), event_id, paths, person)
    db.session.rollback()
    if not found:
        raise click.ClickException("The log holds no such value; it may be erased already.")
    for event, there in found.items():
        click.echo(f"{event}  {' '.join(there)}")
    values = sum(map(len, found.values()))
    if not yes:
        click.confirm(f"Erase {values} values for good?", abort=True)
    with write_tx() as session:
        actor = _actor(session, by)
        for event, there in found.items():
            erase(session, session.get_one(Event, event), actor, clock().now(), only=there, reason=reason)
    click.echo(f"{values} values erased; backups still hold them until they are overwritten.")


def _found(session: Session, event_id: str | None, paths: tuple[str, ...], person: str | None) -> Values:
    if person is not None:
        held = held_of(session, _person(session, person))
    else:
        asked = select(EventSecret.event_id, EventSecret.path).where(EventSecret.event_id == event_id)
        rows = session.execute(asked.order_by(EventSecret.path))
        held = [(event, path) for event, path in rows if path in paths or not paths]
        if set(paths) - {path for _, path in held}:
            raise click.ClickException(f"The event holds no value at each of {', '.join(paths)}.")
    found: dict[str, list[str]] = {}
    for event, path in held:
        found.setdefault(event, []).append(path)
    return found


def _person(session: Session, named: str) -> Person:
    email = named.strip().lower()
    found = session.scalar(select(Person).where((Person.id == named) | (Person.email == email)))
    if found is None:
        raise click.ClickException(f"There is no person {named}.")
    return found


def _actor(session: Session, by: str | None) -> Actor:
    if by is None:
        return CLOCK
    return actor_of(session, _person(session, by).id, clock().now().date()) or CLOCK
