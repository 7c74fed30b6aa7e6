"""A database in which four people are admitted, made once a run: each held and resumed as often as asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import delete, update

from certify.clock import real_now
from certify.config import Settings
from certify.models import Message, StoredFile, db
from certify.models.store import write_tx
from certify.workflows import load
from tests.cast import WORLD
from tests.databases import Kind, bare_app
from tests.place import put_key, settings_of
from tests.player import Player

HOLDERS = (WORLD.ana, WORLD.lan, WORLD.kim, WORLD.eka)
NOW = "2026-06-01T03:00:00+00:00"


def _play(url: str) -> list[str]:
    load()
    with bare_app(url).app_context():
        played = [Player(holder=holder).apply().admit().certification for holder in HOLDERS]
        with write_tx() as session:
            session.execute(update(Message).values(state="sent", sent_at=real_now()))
            session.execute(delete(StoredFile))  # a row without bytes, which the checker would tell
        db.session.remove()
        db.engine.dispose()
    return played


@contextmanager
def four_admitted(kind: Kind, folder: Path) -> Iterator[tuple[Settings, list[str]]]:
    """An installation of its own with four cases; their ids."""
    certifications = kind.template("four_admitted", _play, "world")
    url = kind.create(folder, "four_admitted")
    instance = folder / "instance"
    instance.mkdir()
    (instance / "clock").write_text(NOW, encoding="utf-8")
    put_key(instance)
    yield settings_of(instance, url), certifications
    kind.drop(url)
