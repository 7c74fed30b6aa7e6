"""Who runs a command: the account on this machine, and whoever of the register `--by` names."""

import os
import pwd

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.extensions import clock
from certify.models import Person
from certify.policy.actor import CLOCK, Actor
from certify.workflows.people import actor_of


def person_named(session: Session, named: str) -> Person:
    """Who has this id or address. Raises ClickException."""
    email = named.strip().lower()
    found = session.scalar(select(Person).where((Person.id == named) | (Person.email == email)))
    if found is None:
        raise click.ClickException(f"There is no person {named}.")
    return found


def actor_named(session: Session, by: str | None) -> Actor:
    """The person of `--by` as who acts; the software itself where nobody is named. Raises ClickException."""
    if by is None:
        return CLOCK
    actor = actor_of(session, person_named(session, by).id, clock().now().date())
    if actor is None:
        raise click.ClickException(f"The account of {by} is closed.")
    return actor


def account() -> str:
    """The account that runs the command, and under sudo whose that is, as the system knows them."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # in a container, often
        name = f"uid {number}"
    behind = os.environ.get("SUDO_USER", "")
    return f"{behind[:100]} as {name}" if behind.isprintable() and behind not in ("", name) else name
