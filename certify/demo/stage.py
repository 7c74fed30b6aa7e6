"""The stage that the story is played on: days counted back from now, people and places by their keys."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from certify.files import Kept
from certify.models import Certification, Enterprise, IssuingBody, Organisation, Person
from certify.policy import Actor
from certify.scheme.types import Edition
from certify.workflows.engine import perform
from certify.workflows.people import actor_of


@dataclass
class Stage:
    """Everything that a scene needs; ids by key, because each move reads its rows afresh."""

    session: Session
    now: datetime
    edition: Edition
    cv: Kept
    people: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    enterprises: dict[str, str] = field(default_factory=dict)
    contacts: dict[str, Actor] = field(default_factory=dict)  # by the enterprise's key
    _actors: dict[str, Actor] = field(default_factory=dict)

    def day(self, ago: int) -> date:
        """The day so many days ago."""
        return self.now.date() - timedelta(days=ago)

    def at(self, ago: int) -> datetime:
        """An instant on that day which is the same day from Lima to Beijing, and never to come."""
        return min(datetime.combine(self.day(ago), time(8), UTC), self.now)

    def person(self, key: str) -> Person:
        """The row of somebody."""
        return self.session.get_one(Person, self.people[key])

    def organisation(self, key: str) -> Organisation:
        """The row of a provider."""
        return self.session.get_one(Organisation, self.organisations[key])

    def body(self, key: str) -> IssuingBody:
        """The row of an issuing body."""
        return self.session.get_one(IssuingBody, self.bodies[key])

    def enterprise(self, key: str) -> Enterprise:
        """The row of an enterprise."""
        return self.session.get_one(Enterprise, self.enterprises[key])

    def ids(self, keys: Iterable[str]) -> list[str]:
        """The ids of some people."""
        return [self.people[key] for key in keys]

    def actor(self, key: str, *, fresh: bool = False) -> Actor:
        """Somebody with the roles that they hold; read once, when all roles are given."""
        if fresh or key not in self._actors:
            found = actor_of(self.session, self.people[key], self.now.date())
            assert found is not None, key
            self._actors[key] = found
        return self._actors[key]

    def move(self, certification: Certification, name: str, who: str, ago: int, **facts: Any) -> None:
        """One move of a certification by somebody, so many days ago."""
        perform(certification, name, self.actor(who), self.at(ago), **facts)
