"""How a letter leaves: over SMTP where the installation has it, else to the console and the outbox folder."""

import os
import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import click
from flask_mailman import EmailMultiAlternatives

from certify.extensions import settings
from certify.faults import Point, reach
from certify.reminders.smtp import NoSuchScheme, refuses_recipient, smtp_connection
from certify.reminders.texts import Letter


class ServerDown(Exception):
    """The mail server cannot be reached or does not let us in: nothing will go for a while."""


class Undeliverable(Exception):
    """The server took no notice of this one letter; others may still go."""


class Refused(Undeliverable):
    """The recipient's server says for good that nobody is there: further tries only do harm."""


class Courier(Protocol):
    """Whatever carries letters."""

    def send(self, letter: Letter, *, key: str) -> None:
        """Carry one letter; `key` makes its Message-ID. Raises ServerDown or Undeliverable."""


@contextmanager
def courier() -> Iterator[Courier]:
    """The courier of this installation; an SMTP connection is opened when needed and closed at the end."""
    if not settings().smtp_url:
        yield Outbox(settings().instance / "outbox")
        return
    try:
        over = Smtp(smtp_connection(settings().smtp_url))
    except NoSuchScheme as error:
        raise ServerDown(str(error)) from error
    try:
        yield over
    finally:
        over.close()


def email_of(letter: Letter, key: str) -> Any:
    """The letter as a text and HTML e-mail; a retry has the same Message-ID."""
    host = urlsplit(settings().base_url).hostname or "localhost"
    email = EmailMultiAlternatives(
        subject=_one_line(letter.subject),
        body=letter.text,
        from_email=settings().mail_from,
        to=[letter.email],
        headers={"Message-ID": f"<{key}@{host}>", "Auto-Submitted": "auto-generated", **_way_out(letter)},
    )
    email.attach_alternative(letter.html, "text/html")
    return email


def _way_out(letter: Letter) -> dict[str, str]:
    """How a mail program lets its reader do without such letters, by one press (RFC 8058)."""
    if letter.way_out is None:
        return {}
    return {
        "List-Unsubscribe": f"<{letter.way_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


@dataclass
class Smtp:
    """Over SMTP."""

    connection: Any

    def send(self, letter: Letter, *, key: str) -> None:
        """Hand the letter to the server. Raises Refused, too."""
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerDown(f"{type(error).__name__}: {error}") from error
        try:
            reach(Point.SMTP)
            self.connection.send_messages([email_of(letter, key)])
        except (smtplib.SMTPServerDisconnected, ConnectionError, TimeoutError) as error:
            raise ServerDown(f"{type(error).__name__}: {error}") from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            refused = refuses_recipient(error, letter.email)
            raise (Refused if refused else Undeliverable)(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Say goodbye; the letters are gone already, so a server that has left does not matter."""
        try:
            self.connection.close()
        except (OSError, smtplib.SMTPException):
            return


@dataclass
class Outbox:
    """To the console and, as .eml files that only the owner can read, to the instance's outbox folder."""

    folder: Path

    def send(self, letter: Letter, *, key: str) -> None:
        """Show the letter and keep it."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._keep(self.folder / f"{key}.eml", email_of(letter, key).message().as_bytes())
        except OSError as error:
            raise ServerDown(f"The outbox folder cannot be written: {error}") from error
        click.echo(f"\n── mail to {letter.email}: {letter.subject}\n{letter.text}\n──")

    def _keep(self, path: Path, content: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
