"""Stages of the path: databases in which Ana was played so far, once a run, and copied for each test.

The mail that a stage owed is counted as gone: no test delivers it once more.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlalchemy import update

from certify.clock import real_now
from certify.models import Message, db
from certify.models.store import write_tx
from certify.workflows import load
from tests import practice
from tests.cast import WORLD
from tests.databases import Kind, bare_app
from tests.player import ASSESSED_ON, EDITION, REPORT_ON, Player

GOOD: dict[str, int | None] = {item.id: 4 for item in EDITION.checklist if "classroom" in item.applies}


def _half_observed(_player: Player) -> Player:
    """Lan, whom Sami's organisation employs, in assessment; Tuấn observed the workshop, Bea is to."""
    played = Player(holder=WORLD.lan).apply().admit().train().deliver().visit()
    for observer in (WORLD.tuan, WORLD.bea):
        played.move("assign_observer", WORLD.olu, REPORT_ON, person=observer.id, activity=played.workshop)
    played._score("observation", WORLD.tuan, ASSESSED_ON, GOOD)
    return played


def _seasoned(player: Player) -> Player:
    """Ana has delivered two cycles since she was certified, as an Expert Trainer's licence asks."""
    for on in (date(2026, 9, 1), date(2027, 1, 11)):
        practice.cycle(practice.cohort(player, on), on)
    return player


# Each stage: where it begins, and the step of the player that leads to it.
STAGES = {
    "submitted": ("world", Player.apply),
    "admitted": ("submitted", Player.admit),
    "trained": ("admitted", Player.train),
    "delivered": ("trained", Player.deliver),
    "visited": ("delivered", Player.visit),
    "recommended": ("visited", Player.recommend),
    "certified": ("recommended", Player.grant),
    "seasoned": ("certified", _seasoned),
    "half_observed": ("world", _half_observed),
}


@dataclass
class Stages:
    """The stages on one kind of database, each played when first asked for in the run."""

    kind: Kind
    players: dict[str, Player] = field(default_factory=dict)
    blocked: dict[str, Exception] = field(default_factory=dict)

    def template(self, name: str) -> str:
        """The name of the template to copy; `world` and `empty` are what they are."""
        if name in self.blocked:
            raise AssertionError(f"the way to “{name}” is blocked") from self.blocked[name]
        if name in STAGES and name not in self.players:
            before = self.template(STAGES[name][0])
            try:
                play = partial(self._play, name)
                self.players[name] = self.kind.template(name, play, before)
            except Exception as error:
                self.blocked[name] = error  # played once: the next test is told at once, and why
                raise
        return name

    def player(self, name: str) -> Player:
        """The player as it stood there, for one test to go on with."""
        return deepcopy(self.players[name])

    def _play(self, name: str, url: str) -> Player:
        before, step = STAGES[name]
        player = self.player(before) if before in STAGES else Player()
        load()
        with bare_app(url).app_context():
            player = step(player)
            with write_tx() as session:
                session.execute(update(Message).values(state="sent", sent_at=real_now()))
            db.session.remove()
            db.engine.dispose()
        return player
