"""Pressing the button of a notice that can be undone, and reading what the page answers."""

import re
from collections.abc import Callable
from html import unescape

from werkzeug.test import TestResponse

from certify.models import db
from tests.cast import Member
from tests.client import StrictClient
from tests.views.sending import fields_on

ClientOf = Callable[[Member], StrictClient]
CHANGED = "Somebody changed this since, so it was not undone. It stays as it reads now."


def press(client: StrictClient, page: str, path: str, **changes: str) -> TestResponse:
    """Send the page's form for `path` as it stands."""
    return client.post(path, data={**fields_on(page, path), **changes})


def undone(client: StrictClient, page: str) -> str:
    """Undo by the notice's button; what the page says then."""
    answer = press(client, page, "/undo")
    assert answer.status_code == 303, answer.text
    return client.get(answer.location).text


def told(page: str) -> list[str]:
    """The notices of a page."""
    return [unescape(each) for each in re.findall(r'role="status">\s*<p>([^<]+)</p>', page)]


def refused(answer: TestResponse) -> tuple[int, list[str]]:
    """The status of a refusal with its reasons."""
    summary = answer.text.partition('class="error-summary"')[2].partition("</div>")[0]
    reasons = re.findall(r"<li>(.*?)</li>", summary, re.DOTALL)
    return answer.status_code, [" ".join(unescape(re.sub("<[^>]+>", " ", each)).split()) for each in reasons]


def fresh(row, id: str):  # type: ignore[no-untyped-def]
    db.session.rollback()
    return db.session.get_one(row, id)
