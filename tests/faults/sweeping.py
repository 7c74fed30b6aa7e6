"""Sweeps made to be killed; the planted bug reads what is due, then writes as if nobody else did."""

import time
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select, update

from certify.config import Settings
from certify.models import DuePoint, db, new_id
from certify.models.store import own_tx
from certify.reminders import outbox, rounds, scheduler
from certify.reminders.sweep import sweep
from certify.workflows.notices import owe
from tests.place import moved

CHUNK = 5  # points in one transaction, so that a kill falls between two
A_MOMENT = 0.002
AHEAD = timedelta(hours=1)


def sweep_on(app: Flask, settings: Settings, *, at: str, bug: str) -> None:
    """Sweep until killed."""
    moment = datetime.fromisoformat(at)
    with moved(app, settings):
        while True:
            SWEEPS[bug](moment)
            time.sleep(A_MOMENT)


def beat_on(app: Flask, settings: Settings, *, at: str, called: str) -> None:
    """The real scheduler, whose job has some name or other."""
    moment = datetime.fromisoformat(at)

    def beat(_stopping: scheduler.Stopping) -> None:
        with app.app_context():
            sweep(moment)

    beat.__name__ = beat.__qualname__ = called
    with moved(app, settings):
        scheduler.run(beat, goes_on=lambda: True)


def _as_built(at: datetime) -> None:
    sweep(at, CHUNK)


def _without_key(at: datetime) -> None:
    """The planted bug: whoever finds a point open makes a message of it, under a key of its own."""
    asked = select(DuePoint.id).where(DuePoint.settled_at.is_(None), DuePoint.due_at <= at).limit(CHUNK)
    found = list(db.session.scalars(asked))
    db.session.remove()
    for id in found:
        with own_tx() as session:
            point = session.get_one(DuePoint, id)
            owe(session, key=f"{point.message_key}:{new_id()}", kind=point.kind, email="x@example.org", at=at)
            session.execute(update(DuePoint).where(DuePoint.id == id).values(settled_at=at))


SWEEPS = {"": _as_built, "no key": _without_key}


def hour_ahead() -> None:
    """From now on this host's clock shows an hour more; the database's does not."""
    real = outbox.real_now
    outbox.real_now = lambda: real() + AHEAD


def hosts_leases() -> None:
    """The planted bug: rounds and leases by this host's clock, which is an hour ahead."""
    hour_ahead()
    rounds.database_now = outbox.database_now = lambda _session: outbox.real_now()
