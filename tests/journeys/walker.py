"""Walks through the application as people do: looks at a page, fills its form in, sends it, follows on."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.cast import Member
from tests.client import StrictClient
from tests.journeys.filling import Form
from tests.journeys.pages import Page

IDS = re.compile(r"\b[0-9a-f]{20}\b|[\w-]{40,}")


class PatientClient(StrictClient):
    """Checks each kind of page strictly the first time that it is met on a day of the story."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.met: set[tuple[str, str]] = set()

    def _open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kind = (kwargs.get("method", "GET"), IDS.sub("*", str(args[0])))
        if kind in self.met:
            return FlaskClient.open(self, *args, **kwargs)
        self.met.add(kind)
        return super()._open(*args, **kwargs)


class HastyClient(StrictClient):
    """Checks nothing: the way to where a story begins is checked by the story of the main path."""

    def _open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return FlaskClient.open(self, *args, **kwargs)


@dataclass
class Walker:
    """One person's browser; a `hasty` one does not look at where a form leads.

    `seen` collects the address of every page that was shown.
    """

    client: StrictClient
    name: str = "a visitor"
    hasty: bool = False
    seen: set[str] = field(default_factory=set)

    def open(self, path: str) -> Page:
        """Look at a page; redirects are followed, and it must be there."""
        page = self.look(path)
        assert page.status == 200, f"GET {path} answers {self.name} {page.status}: {page.text[:200]}"
        return page

    def look(self, path: str) -> Page:
        """Look at a page whatever its answer; redirects are followed."""
        for _ in range(3):
            response = self.client.get(path)
            if response.status_code not in (302, 303, 308):
                break
            path = response.location
        if response.status_code == 200:
            self.seen.add(path)
        return Page(path, response.status_code, response.text)

    def send(self, form: Form) -> Page:
        """Send a form that is taken, and look at where it leads."""
        if form.element.get("method", "get") == "get":
            return self.open(f"{form.action}?{urlencode(form.sent, doseq=True)}")
        response = self._post(form)
        said = Page(form.action, response.status_code, response.text).problem
        assert response.status_code == 303, f"POST {form.action} answers {response.status_code}: {said}"
        if self.hasty:
            return Page(response.location, 303, "")
        return self.open(response.location)

    def send_refused(self, form: Form, status: int = 409) -> Page:
        """Send a form that is refused: the same page again, with the reasons and everything typed."""
        response = self._post(form)
        assert response.status_code == status, f"POST {form.action} answers {response.status_code}"
        return Page(form.action, response.status_code, response.text)

    def json(self, path: str) -> Any:
        """What a program is told."""
        response = self.client.get(path)
        assert response.status_code == 200, response.text
        return response.json

    def _post(self, form: Form) -> TestResponse:
        sent: MultiDict[str, Any] = MultiDict(
            (name, value) for name, values in form.sent.items() for value in values
        )
        for name, (content, filename) in form.files.items():
            sent.add(name, (BytesIO(content), filename))
        kind = "multipart/form-data" if form.files else "application/x-www-form-urlencoded"
        return self.client.post(form.action, data=sent, content_type=kind)


def visitor(app: Flask, *, hasty: bool = False) -> Walker:
    """Somebody who is not signed in."""
    return Walker((HastyClient if hasty else PatientClient)(app), hasty=hasty)


def signed_in(app: Flask, member: Member, *, hasty: bool = False) -> Walker:
    """A member of the cast, who signs in on the page."""
    walker = visitor(app, hasty=hasty)
    walker.name = member.name
    form = walker.open("/sign-in").form("Sign in")
    walker.send(form.fill("E-mail address", member.email).fill("Password", member.password))
    return walker


@dataclass(frozen=True)
class Letter:
    """One mail as it was kept in the outbox folder."""

    to: str
    subject: str
    text: str

    def link(self, path: str) -> str:
        """The path of the link in it that begins so."""
        found = re.search(rf"http://localhost({re.escape(path)}/[\w-]+)", self.text)
        assert found, f"“{self.subject}” to {self.to} has no link to {path}: {self.text}"
        return urlsplit(found.group(1)).path


def letters(outbox: Path, to: str) -> list[Letter]:
    """Everything that was mailed to an address, the earliest first."""
    files = sorted(outbox.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    own = (raw for path in files if f"To: {to}\n".encode() in (raw := path.read_bytes()))
    return [_letter(message_from_bytes(raw, policy=policy.default)) for raw in own]


def _letter(mail: EmailMessage) -> Letter:
    text = mail.get_body(("plain",))
    assert text is not None, "a mail without plain text"
    return Letter(str(mail["To"]), str(mail["Subject"]), str(text.get_content()))
