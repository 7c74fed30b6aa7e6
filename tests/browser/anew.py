"""A demonstration that begins anew: one server all the while, and its database put back before each test."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import Context
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from certify.models import Person, db
from certify.reminders.outbox import deliver_owed
from tests.browser import server
from tests.client import StrictClient, sign_in
from tests.databases import Sqlite
from tests.demo import TODAY, Demo, Signed, installed

LINK = re.compile(r"https?://[^/\s]+(/confirm-visit/\S+)")


@dataclass(frozen=True)
class Stage:
    """A copy of the demonstration that tests may write into, and where it answers."""

    demo: Demo
    site: Flask
    address: str
    cookies: dict[str, str]  # by the key of the person in the demonstration

    def begin(self) -> None:
        """Put everything back as it was at first."""
        copy(self.folder / "beginning.db", self.folder / "certify.db")
        shutil.rmtree(self.folder / "outbox", ignore_errors=True)

    @property
    def folder(self) -> Path:
        """Where the database and the outbox lie."""
        return self.demo.settings.instance

    def mailed(self, email: str) -> str:
        """The path of the link to confirm a visit that lies in the outbox for the address."""
        with self.site.app_context():
            deliver_owed(TODAY)
        for path in self.folder.glob("outbox/*.eml"):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            text = letter.get_body(("plain",))
            found = LINK.search(text.get_content()) if text and letter["To"] == email else None
            if found:
                return found.group(1)
        raise LookupError(f"no letter to {email} asks about a visit")


@contextmanager
def playing(kind: Sqlite, folder: Path, *keys: str) -> Iterator[Stage]:
    """Serve a copy that lies in the folder; the people of these keys have a session cookie."""
    demo = installed(kind, folder)
    site = demo.app()
    cookies = {one.key: _cookie(site, one) for one in _people(site, keys)}
    copy(folder / "certify.db", folder / "beginning.db")
    with server.serving(site) as address:
        yield Stage(demo, site, address, cookies)


def copy(source: Path, target: Path) -> None:
    """Copy a database with SQLite's own means: whoever has it open sees a change like any other."""
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


def _people(site: Flask, keys: tuple[str, ...]) -> list[Signed]:
    asked = select(Person).where(Person.email.in_([f"{key}@score.example" for key in keys]))
    with site.app_context():
        found = [
            Signed(one.email.partition("@")[0], one.name, row=one.id) for one in db.session.scalars(asked)
        ]
        db.session.remove()
    return found


def _cookie(site: Flask, somebody: Signed) -> str:
    found = Context().run(sign_in, StrictClient(site), somebody).get_cookie("certify")
    assert found is not None
    return found.value
