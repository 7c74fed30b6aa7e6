"""Sending the forms of a page as a browser does: everything that is on it, then the changes."""

from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse

from tests.client import StrictClient


class _Forms(HTMLParser):
    """The fields of every form of a page, as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, list[str]]] = {}
        self._fields: dict[str, list[str]] | None = None
        self._area: str | None = None
        self._text = ""
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._fields = self.forms.setdefault(given.get("action") or "", {})
        if self._fields is None:
            return
        name, value = given.get("name"), given.get("value") or ""
        if tag == "textarea" and name:
            self._area, self._text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._fields[self._select] = [value]
        elif tag == "input" and name:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked and given.get("type") != "file":
                self._fields.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area and self._fields is not None:
            self._fields[self._area] = [self._text.replace("\r\n", "\n").removeprefix("\n")]
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._fields = None


def fields_on(page: str, action: str) -> dict[str, list[str]]:
    """What the form with this address would send as the page stands."""
    reader = _Forms()
    reader.feed(page)
    assert action in reader.forms, f"no form for {action}, but for {sorted(reader.forms)}"
    return reader.forms[action]


def send(client: StrictClient, path: str, target: str | None = None, /, **changes: Any) -> TestResponse:
    """Open the page at `path`, change some fields of the form for `target` (or itself), and send it.

    Field names hold hyphens, Python's do not: `days__0__on` stands for `days-0-on`.
    """
    page = client.get(path)
    assert page.status_code == 200, page.text
    named = {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(target or path, data={**fields_on(page.text, target or path), **named})
