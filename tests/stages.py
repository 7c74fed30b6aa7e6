"""Stages of the path: databases in which Ana was played so far, once a worker, and copied for each test."""

from copy import deepcopy
from dataclasses import dataclass, field

from certify.models import db
from certify.workflows import load
from tests.databases import Postgresql, Sqlite, bare_app
from tests.player import Player

# Each stage: where it begins, and the step of the player that leads to it.
STAGES = {
    "submitted": ("world", Player.apply),
    "admitted": ("submitted", Player.admit),
    "trained": ("admitted", Player.train),
    "delivered": ("trained", Player.deliver),
    "visited": ("delivered", Player.visit),
    "recommended": ("visited", Player.recommend),
    "certified": ("recommended", Player.grant),
}


@dataclass
class Stages:
    """The stages on one kind of database, each played when first asked for."""

    kind: Sqlite | Postgresql
    players: dict[str, Player] = field(default_factory=dict)
    blocked: dict[str, Exception] = field(default_factory=dict)

    def template(self, name: str) -> str:
        """The name of the template to copy; `world` and `empty` are what they are."""
        if name in self.blocked:
            raise AssertionError(f"the way to “{name}” is blocked") from self.blocked[name]
        if name in STAGES and name not in self.players:
            before = self.template(STAGES[name][0])
            try:
                self.kind.template(name, lambda url: self._play(name, url), before)
            except Exception as error:
                self.blocked[name] = error  # played once: the next test is told at once, and why
                raise
        return name

    def player(self, name: str) -> Player:
        """The player as it stood there, for one test to go on with."""
        return deepcopy(self.players[name])

    def _play(self, name: str, url: str) -> None:
        before, step = STAGES[name]
        player = self.player(before) if before in STAGES else Player()
        load()
        with bare_app(url).app_context():
            step(player)
            db.session.remove()
            db.engine.dispose()
        self.players[name] = player
