"""A real SMTP server for tests, and messages to send to it."""

import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, update

from certify.clock import real_now
from certify.models import Message, Person, db
from certify.models.store import own_tx, write_tx
from certify.workflows.notices import owe
from tests.conftest import NOW


class Sink:
    """What a real SMTP server was handed; it can refuse a recipient, with any words."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], EmailMessage]] = []
        self.encrypted: list[bool] = []
        self.tried: list[str] = []
        self.refused: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.tried.append(address)
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        parsed = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(parsed, EmailMessage)
        self.got.append((list(envelope.rcpt_tos), parsed))
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def point_at(app: Flask, port: int, *, scheme: str = "smtp", ca: Path | None = None) -> None:
    """Let the application send there."""
    current = app.extensions["certify.settings"]
    url = f"{scheme}://127.0.0.1:{port}"
    app.extensions["certify.settings"] = replace(current, smtp_url=url, smtp_ca=ca)


@contextmanager
def serving(handler: Sink, *, scheme: str = "smtp", context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server that runs meanwhile: plain, with STARTTLS, or TLS from the first byte."""
    port = free_port()
    more: dict[str, Any] = {}
    if scheme == "smtp+starttls":
        more = {"tls_context": context, "require_starttls": True}
    elif scheme == "smtps":
        more = {"ssl_context": context}
    server = Controller(handler, hostname="127.0.0.1", port=port, **more)
    server.start()
    try:
        yield port
    finally:
        server.stop()


def owe_to(key: str, at: datetime = NOW, to: str = "ana", **more: Any) -> None:
    """Owe a message to somebody of the cast."""
    with write_tx() as session:
        person = session.get_one(Person, f"{to:0<20}")
        owe(session, key=key, kind=more.pop("kind", "admitted"), recipient=person, at=at, **more)


def states() -> list[tuple[str, int]]:
    """State and tries of each message, by its key."""
    db.session.rollback()
    return [(row.state, row.attempts) for row in db.session.scalars(select(Message).order_by(Message.key))]


def wait(passed: timedelta) -> None:
    """As if so much real time had passed since the last try."""
    with own_tx() as session:
        session.execute(update(Message).values(claimed_at=Message.claimed_at))
        for row in session.scalars(select(Message)):
            row.claimed_at = real_now() - passed
