"""How fast somebody with 200 messages, and with 2,000, reads theirs: the page against its parts."""

from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from certify.models import Person, db
from certify.models.store import own_tx
from certify.queries.my_messages import message_page
from certify.workflows.notices import owe
from tests.benchmarks.rounds import alternate, tell
from tests.cast import Member, World
from tests.client import sign_in
from tests.conftest import NOW

pytestmark = pytest.mark.bench
TIMES = 5  # a round
PLAIN = text(
    "SELECT id, kind, params, state, created_at FROM message WHERE recipient_id = :me "
    "AND origin <> 'digest' ORDER BY created_at DESC, id DESC LIMIT 26"
)
LIST = (
    "{% for one in rows %}<li><p>{{ one.created_at }}</p><h2>{{ one.kind }}</h2>"
    "<p>{{ one.state }}</p></li>{% endfor %}"
)


def fill(member: Member, count: int) -> None:
    with own_tx() as session:
        person = session.get_one(Person, member.id)
        for n in range(count):
            at = NOW - timedelta(hours=n)
            params = {"certification": "c", "holder": "Ana Trần", "module": "WPC", "due_on": "2026-06-08"}
            kind = ("recommendation-due", "file_to_decide", "assigned")[n % 3]
            owe(session, key=f"{member.key}:{n}", kind=kind, at=at, recipient=person, params=params)


def plain(app: Flask, person: str) -> int:
    """The rows by the driver, and a bare list of them: nothing that reads and shows them goes below."""
    with app.test_request_context(), Session(db.engine) as session:
        rows = session.execute(PLAIN, {"me": person}).all()
        return len(render_template_string(LIST, rows=rows))


def rows(person: str) -> int:
    with Session(db.engine) as session:
        return len(message_page(session, person).items)


def page(client: FlaskClient) -> int:
    """The page as a server makes it: in a context of its own, so that nobody is signed in from before."""
    answer = Context().run(client.get, "/my-path/messages")
    assert answer.status_code == 200
    return len(answer.data)


def test_the_page_of_who_has_many_messages(
    app: Flask, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(world.bo, 200)
    fill(world.bea, 2_000)
    reading: dict[str, Callable[[], object]] = {
        "a plain select and a bare list": partial(plain, app, world.bo.id),
        "our query, 200 messages": partial(rows, world.bo.id),
        "our query, 2,000 messages": partial(rows, world.bea.id),
        "the page, nothing in it": partial(page, sign_in(FlaskClient(app), world.kim)),
        "the page, 200 messages": partial(page, sign_in(FlaskClient(app), world.bo)),
        "the page, 2,000 messages": partial(page, sign_in(FlaskClient(app), world.bea)),
    }
    found = alternate(reading, times=TIMES)
    tell("Messages of one person", found, capsys, against="a plain select and a bare list")
