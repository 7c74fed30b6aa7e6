"""How fast a program is told what a certificate is worth: ours beside a bare route of the same framework."""

import logging
import random
import socket
import threading
from collections.abc import Callable, Iterable
from itertools import cycle
from typing import Any

import flask
import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from certify.clock import Clock
from certify.models import db
from tests.benchmarks.filling import cases, sizes
from tests.benchmarks.rounds import Times, alternate, tell
from tests.cast import World
from tests.conftest import NOW

pytestmark = pytest.mark.bench
ASKED = 2_000  # numbers, drawn from all
TIMES = 250  # a round
BARE = "bare route"
ADDRESS = "203.0.113.9"


def bare(document: Any) -> Flask:
    """One route that tells a document it has at hand."""
    app = Flask("bare")
    app.get("/api/v1/verify/<path:number>")(lambda number: flask.jsonify(document))
    return app


def answered(wsgi: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> bytes:
    told: list[str] = []
    body = wsgi({**environ}, lambda status, _headers, _error=None: told.append(status))
    whole = b"".join(body)
    getattr(body, "close", lambda: None)()
    assert told == ["200 OK"]
    return whole


@pytest.mark.parametrize("size", [10_000, 100_000, 1_000_000])
def test_verdicts_by_number(
    app: Flask, world: World, size: int, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    if size not in sizes(request.config.getoption("long")):
        pytest.skip("with --long")
    numbers = random.Random(3).sample(cases(size), ASKED)
    db.session.rollback()
    app.extensions["certify.clock"] = Clock(NOW.isoformat())  # ticks, as it does in use; not a file's
    environs = [
        EnvironBuilder(f"/api/v1/verify/{each}", environ_base={"REMOTE_ADDR": ADDRESS}).get_environ()
        for each in numbers
    ]
    document = flask.json.loads(answered(app.wsgi_app, environs[0]))
    assert document["verdict"] == "valid"
    others = bare(document)
    asked = {name: cycle(environs) for name in ("bare", "ours", "view")}
    behind: Any = app.wsgi_app
    jobs = {
        BARE: lambda: answered(others.wsgi_app, next(asked["bare"])),
        "ours": lambda: answered(app.wsgi_app, next(asked["ours"])),
        "ours, by the framework's view": lambda: answered(behind._behind, next(asked["view"])),
    }
    title = f"A verdict of {size:,} cases, {db.engine.dialect.name}, throttle on"
    tell(f"{title}, in-process", alternate(jobs, times=TIMES), capsys, against=BARE)
    tell(f"{title}, over waitress", _served(app, others, numbers), capsys, against=BARE)


class Served:
    """An application behind waitress on a port of its own, asked over one kept connection."""

    def __init__(self, app: Flask) -> None:
        import waitress

        self.server = waitress.create_server(app.wsgi_app, host="127.0.0.1", port=0, threads=2)
        threading.Thread(target=self.server.run, daemon=True).start()
        self.line = socket.create_connection(("127.0.0.1", int(self.server.effective_port)))

    def ask(self, number: str) -> None:
        self.line.sendall(f"GET /api/v1/verify/{number} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        got = self.line.recv(65536)
        head, _, body = got.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self.line.recv(65536)
        assert head.startswith(b"HTTP/1.1 200")

    def close(self) -> None:
        self.line.close()
        self.server.task_dispatcher.shutdown()
        self.server.close()


def _served(ours: Flask, others: Flask, numbers: list[str]) -> dict[str, Times]:
    logging.getLogger("waitress").setLevel(logging.CRITICAL)  # one at a time is no queue to warn of
    first, second = Served(others), Served(ours)
    asked = {name: cycle(numbers) for name in ("bare", "ours")}
    try:
        jobs = {BARE: lambda: first.ask(next(asked["bare"])), "ours": lambda: second.ask(next(asked["ours"]))}
        return alternate(jobs, times=TIMES)
    finally:
        first.close()
        second.close()
