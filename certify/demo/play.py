"""Plays the whole demonstration and writes the list of its sign-ins."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from certify.models import Person, db


def is_empty() -> bool:
    """Whether nobody is in the database yet."""
    return db.session.scalar(select(Person.id).limit(1)) is None


def seed(now: datetime, instance: Path) -> None:
    """Play the story up to `now` and write `demo.json` beside the database."""
