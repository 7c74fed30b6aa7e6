"""A scheduler that takes its rounds twenty times a second, made to be killed."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from certify import faults
from certify.clock import real_now
from certify.config import Settings
from certify.extensions import clock
from certify.models import Message, db
from certify.models.store import own_tx
from certify.reminders import rounds
from certify.reminders.delivery import ServerDown, Undeliverable, courier
from certify.reminders.outbox import Claimed
from certify.reminders.texts import letter_of
from tests.faults.sweeping import hosts_leases, hour_ahead
from tests.place import moved

EVERY = timedelta(milliseconds=50)


def schedule(app: Flask, settings: Settings, *, smtp: str, bug: str, fault: str = "") -> None:
    """Rounds until killed, or until a fault strikes; a round that another one has is waited for."""
    take = ROUNDS[bug]
    with moved(app, replace(settings, smtp_url=smtp)):
        faults.arm(fault)
        while True:
            take()
            time.sleep(EVERY.total_seconds())


def _with_the_clock(turned: Callable[[], None]) -> Callable[[], None]:
    """As built, once this process's clock was turned."""

    def take() -> None:
        if turned not in _turned:
            turned()
            _turned.add(turned)
        _as_built()

    return take


_turned: set[Callable[[], None]] = set()


def _as_built() -> None:
    rounds.take_round(clock().now(), EVERY)


def _without_claims() -> None:
    """The planted bug: what is owed is read, sent and then marked, as if nobody else did."""
    owed = db.session.scalars(select(Message).where(Message.state == "owed").limit(20)).all()
    letters = [Claimed(r.id, r.kind, r.name, r.email, r.language, dict(r.params), None) for r in owed]
    db.session.remove()
    for letter in letters:
        with courier() as post:
            post.send(letter_of(letter), key=letter.id)
        with own_tx() as session:
            sent = update(Message).where(Message.id == letter.id)
            session.execute(sent.values(state="sent", sent_at=real_now()))


def _marked_first() -> None:
    """The planted bug: a letter is marked as sent, then sent; what the server did not take is put back."""
    with own_tx() as session:
        taken = session.scalars(select(Message).where(Message.state == "owed").limit(1)).first()
        if taken is None:
            return
        letter = Claimed(
            taken.id, taken.kind, taken.name, taken.email, taken.language, dict(taken.params), None
        )
        taken.state, taken.sent_at = "sent", real_now()
    try:
        with courier() as post:
            post.send(letter_of(letter), key=letter.id)
    except (ServerDown, Undeliverable):
        with own_tx() as session:
            back = update(Message).where(Message.id == letter.id)
            session.execute(back.values(state="owed", sent_at=None))


ROUNDS = {
    "": _as_built,
    "no claims": _without_claims,
    "marked first": _marked_first,
    "hour ahead": _with_the_clock(hour_ahead),
    "host's leases": _with_the_clock(hosts_leases),
}
