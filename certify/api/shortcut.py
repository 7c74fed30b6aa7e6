"""The plain question about one number, answered before the web framework wakes: that takes half of the time.

Answered here is what is asked most: GET /api/v1/verify/NUMBER and nothing else to it. What is out of the
ordinary (a day, another method, a foreign host, too many guesses, a database that fails) goes on to the view
of api/verify.py, which tells the same, byte for byte (tests/api/test_shortcut.py).
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.sansio.utils import host_is_trusted

from certify.api.document import PREFIX
from certify.api.verdict_shape import HEADERS, spoken
from certify.auth.guesses import LIMIT, asking, count_misses
from certify.clock import Clock, ClockUnreadable
from certify.config import Settings
from certify.credentials.verdict import VerdictDocument
from certify.edge import COMMON, DOCUMENT_POLICY, TRANSPORT
from certify.models import db
from certify.queries.lookups import Lookups, lookups
from certify.queries.verification import verdict_looked_up
from certify.scheme.words import Verdict

ADDRESS = f"{PREFIX}/verify/"
Answer = tuple[str, list[tuple[str, str]], bytes]  # status, headers, body
LONGEST = 64  # characters of a number; what is longer is looked at with more care
_HEADERS = [*HEADERS.items()]
_AROUND = [
    ("Content-Security-Policy", DOCUMENT_POLICY),
    *((name, value) for name, value in COMMON.items() if name not in HEADERS),
]


class Shortcut:
    """Stands around the application and lets everything through that it does not answer itself."""

    def __init__(self, app: Flask) -> None:
        self._app, self._behind = app, app.wsgi_app
        self._settings: Settings | None = None  # those that the database was asked for under
        self._lookups: Lookups | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        if environ["PATH_INFO"].startswith(ADDRESS) and _is_plain(environ):
            answer = self._answered(environ)
            if answer is not None:
                status, headers, body = answer
                start_response(status, headers)
                return [body]
        return self._behind(environ, start_response)

    def _answered(self, environ: WSGIEnvironment) -> Answer | None:
        settings: Settings = self._app.extensions["certify.settings"]
        if settings.hosts and not host_is_trusted(environ.get("HTTP_HOST", ""), settings.hosts):
            return None
        document = self._looked_up(environ["PATH_INFO"][len(ADDRESS) :], environ.get("REMOTE_ADDR"))
        return _told(*spoken(document), environ, transport=settings.https) if document else None

    def _looked_up(self, number: str, whom: str | None) -> VerdictDocument | None:
        """The answer of this moment; None where the asker guesses too much, or something fails."""
        clock: Clock = self._app.extensions["certify.clock"]
        asked = self._bound()
        key, since = asking(whom)
        try:
            document, tries = verdict_looked_up(asked, number, clock.now(), asker=key, since=since)
        except (ClockUnreadable, SQLAlchemyError, asked.error):
            return None
        if tries >= LIMIT:
            return None
        if document.verdict is Verdict.UNKNOWN:
            with self._app.app_context():
                count_misses(whom)
        return document

    def _bound(self) -> Lookups:
        """Those of the database, asked for anew when the application was led to another place."""
        settings: Settings = self._app.extensions["certify.settings"]
        if self._lookups is None or self._settings is not settings:
            with self._app.app_context():
                self._lookups, self._settings = lookups(db.engine), settings
        return self._lookups


def init_app(app: Flask) -> None:
    """Stand in front; before the proxies' middleware does, so that it has told who asks."""
    app.wsgi_app = Shortcut(app)  # type: ignore[method-assign]


def _is_plain(environ: WSGIEnvironment) -> bool:
    number = environ["PATH_INFO"][len(ADDRESS) :]
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("QUERY_STRING")
        and 0 < len(number) <= LONGEST
        and number.isascii()
        and number.isprintable()
        and "/" not in number
        and not environ.get("HTTP_RANGE")
    )


def _told(body: bytes, tag: str, environ: WSGIEnvironment, *, transport: bool) -> Answer | None:
    tail = [*_HEADERS, ("ETag", tag), *_AROUND]
    if transport:
        tail.append(("Strict-Transport-Security", TRANSPORT))
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known == tag:
        return "304 NOT MODIFIED", tail, b""
    if known is not None or "HTTP_IF_MODIFIED_SINCE" in environ:
        return None
    about = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return "200 OK", [*about, *tail], body
