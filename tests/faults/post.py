"""What the tests of the mail stand on: a real SMTP server, schedulers made to be killed, hours that pass."""

import os
import random
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import bindparam, select, update

from certify.clock import real_now
from certify.config import Settings
from certify.models import Message
from certify.models.store import own_tx
from certify.reminders.smtp import TIMEOUT_SECONDS
from tests.faults.tree import Mother

SCHEDULERS = 3
ONE_LETTER = timedelta(seconds=TIMEOUT_SECONDS + 1)
AGED = (
    update(Message)
    .where(Message.id == bindparam("of"), Message.claimed_at == bindparam("seen"))
    .values(claimed_at=bindparam("older"))
)


class Sink:
    """What the mail server got, by Message-ID; it refuses the recipients that it is told to."""

    def __init__(self, *refused: str) -> None:
        self.got: Counter[str] = Counter()
        self.refused = refused
        self.turned_away = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        if address in self.refused:
            self.turned_away += 1
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.got[message_from_bytes(envelope.content)["Message-ID"]] += 1
        return "250 OK"

    @property
    def doubled(self) -> int:
        """How many letters came once more than they should."""
        return sum(self.got.values()) - len(self.got)


@contextmanager
def listening(sink: object, port: int) -> Iterator[None]:
    """The server is up inside."""
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield
    finally:
        server.stop()


@contextmanager
def hanging(port: int) -> Iterator[None]:
    """A server that takes a connection and never says a word."""
    with socket.create_server(("127.0.0.1", port), backlog=128):
        yield


class Schedulers:
    """Three of them; one that is killed is replaced."""

    def __init__(self, bear: Callable[[], int]) -> None:
        self.bear, self.kills = bear, 0
        self.alive = [bear() for _ in range(SCHEDULERS)]

    def kill(self, chance: random.Random) -> None:
        """kill -9 of one."""
        one = chance.randrange(SCHEDULERS)
        self._end(self.alive[one])
        self.alive[one] = self.bear()
        self.kills += 1

    def end(self) -> None:
        """All of them."""
        for each in self.alive:
            self._end(each)

    def _end(self, group: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


@contextmanager
def at_work(forking: Mother, settings: Settings, port: int, bug: str = "") -> Iterator[Schedulers]:
    """Schedulers that send over the port."""
    smtp = f"smtp://127.0.0.1:{port}"
    found = Schedulers(lambda: forking.bear("schedule", settings, smtp=smtp, bug=bug))
    try:
        yield found
    finally:
        found.end()


def let_time_pass(passed: timedelta, *, nobody_lives: bool = False) -> None:
    """As if so much of the database's time had passed: every try is older by it, and the claims of the dead.

    The clock of leases is the database's own and cannot be turned; what is compared with it is made older.
    Whoever lives holds a claim as long as one letter takes and keeps it; an older one is a killed one's. A
    row that a scheduler took meanwhile is left alone.
    """
    dead = real_now() - (timedelta(0) if nobody_lives else ONE_LETTER)
    with own_tx() as session:
        tried = select(Message.id, Message.state, Message.claimed_at).where(
            Message.claimed_at.is_not(None), Message.state.in_(("owed", "sending"))
        )
        aged = [
            {"of": id, "seen": at, "older": at - passed}
            for id, state, at in session.execute(tried)
            if at is not None and (state == "owed" or at < dead)
        ]
        if aged:
            session.connection().execute(AGED, aged)
