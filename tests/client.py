"""The strict client: a page with broken HTML, a change left uncommitted or a GET that writes fails a test."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any, TypeVar

from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from certify.auth.sessions import open_sign_in
from certify.clock import real_now
from certify.models import db
from certify.models.store import own_tx
from tests.cast import Member
from tests.html import check_page

WRITES = re.compile(r"\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)
FREE_FOR_GET = {"sign_in", "api_token", "throttle_count"}  # touch and counters: transactions of their own
POST_ANSWERS = {303, 308, 405, 409, 413, 415, 422, 429}
Client = TypeVar("Client", bound=FlaskClient)
CHECKS = {"/verify"}  # keep nothing, so there is nothing to lead on to
ONE_PRESS = "/opt-out/"  # a mail program's own, which follows no redirect (RFC 8058)
AUTOSAVE = re.compile(r"/assessments/[0-9a-f]{20}/draft")  # a script's own, whose answer is no page


class StrictClient(FlaskClient):
    """Like Flask's own, and every request happens in a context of its own, as on a server."""

    def __init__(self, app: Flask, response: type[Response] = Response, **kwargs: Any) -> None:
        super().__init__(app, response, **kwargs)
        self.written: list[str] = []  # the tables that the last request wrote

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """One request, checked."""
        return Context().run(self._open, *args, **kwargs)

    def _open(self, *args: Any, **kwargs: Any) -> TestResponse:
        engine = _engine(self.application)
        with _written(engine) as tables, _unfinished(self.application) as left:
            response = super().open(*args, **{"buffered": True, **kwargs})  # a file is closed when read
        self.written = tables
        method, path = response.request.method, response.request.path
        assert left == [], f"{method} {path} left rows uncommitted: {left}"
        if method in ("GET", "HEAD"):
            assert set(tables) <= FREE_FOR_GET, f"GET {path} wrote {sorted(set(tables))}"
        elif not path.startswith("/api/") and response.status_code < 400:
            code, kept = response.status_code, response.is_json and AUTOSAVE.fullmatch(path)
            kept = kept or path in CHECKS or path.startswith(ONE_PRESS)
            assert code in POST_ANSWERS or (kept and code == 200), f"POST {path} answered {code}"
        assert response.status_code != 500, f"{method} {path} answered 500"
        if response.mimetype == "text/html" and response.data:
            check_page(response.text)
        return response

    def token(self, path: str) -> str:
        """The CSRF token of the page at `path`."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path).text)
        assert found, f"no form at {path}"
        return found.group(1)


def sign_in(client: Client, member: Member) -> Client:
    """Sign a member of the cast in as the page does, without the wait for the password's hash."""
    Context().run(_sign_in, client, member)
    return client


def _sign_in(client: FlaskClient, member: Member) -> None:
    with client.application.test_request_context(), own_tx() as session:
        opened = open_sign_in(session, member.id, real_now())
    with client.session_transaction() as cookie:
        cookie["_user_id"] = opened.token
        cookie["_fresh"] = True


def _engine(app: Flask) -> Any:
    with app.app_context():
        return db.engine


@contextmanager
def _written(engine: Any) -> Iterator[list[str]]:
    """The tables that the block writes."""
    tables: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found = WRITES.match(statement)
        if found:
            tables.append(found.group(2))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield tables
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def _unfinished(app: Flask) -> Iterator[list[str]]:
    """What the request's session still held unwritten when its context ended."""
    left: list[str] = []

    def look(_error: BaseException | None) -> None:
        session = db.session()
        left.extend(repr(row) for row in (*session.new, *session.dirty, *session.deleted))

    app.teardown_appcontext_funcs.append(look)  # the last added is called first, before the session goes
    try:
        yield left
    finally:
        app.teardown_appcontext_funcs.remove(look)
