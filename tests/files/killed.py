"""A program of its own: uploads that are killed at one step after the other; prints how many were.

Run as `python -m tests.files.killed INSTANCE DATABASE_URL KILLS [row-first]`.
"""

import itertools
import os
import signal
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from flask import Flask

from certify.clock import real_now
from certify.extensions import babel, settings
from certify.files import attach, store
from certify.files.store import Kept
from certify.models import db
from certify.models.store import write_tx
from tests.cast import WORLD
from tests.databases import bare_app
from tests.files.making import picture, written_pdf
from tests.place import settings_of


class Sent(BytesIO):
    """An upload as the web hands it over."""

    def __init__(self, content: bytes, filename: str) -> None:
        super().__init__(content)
        self.filename, self.stream = filename, self


def uploads(round: int) -> Sent:
    """Another file in each round; every second is a picture, of which two files are kept."""
    if round % 2:
        return Sent(picture("PNG", size=(round + 1, 7)), "scan.png")
    return Sent(written_pdf(1) + b"\n" * round, "cv.pdf")


def upload(sent: Sent) -> None:
    """As the product does it: the bytes, then the row."""
    kept = store(sent, "evidence")
    with write_tx() as session:
        attach(session, kept, real_now(), person_id=WORLD.ana.id)


def upload_row_first(sent: Sent) -> None:
    """The planted fault."""
    from hashlib import sha256

    content = sent.getvalue()
    kept = Kept(sha256(content).hexdigest(), "cv.pdf", "application/pdf", len(content), "evidence")
    with write_tx() as session:
        attach(session, kept, real_now(), person_id=WORLD.ana.id)
    store(sent, "evidence")


CONNECTS = ("sqlite3.connect", "sqlite3.connect/handle", "socket.connect")


def _path(args: tuple[object, ...]) -> str:
    return str(args[0]) if args and isinstance(args[0], str | Path) else ""


def killed_at(step: int, act: Callable[[Sent], None], app: Flask, sent: Sent) -> bool:
    """Do it in a process of its own that is killed at its n-th step; whether it was."""
    child = os.fork()
    if child == 0:
        # What Python tells of: files that are opened, made, renamed; connections.
        steps = itertools.count(1)

        with app.app_context():
            folder = str(settings().instance)

        def watch(event: str, args: tuple[object, ...]) -> None:
            if (event in CONNECTS or folder in _path(args)) and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        with app.app_context():
            sys.addaudithook(watch)
            act(sent)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(instance: str, url: str, kills: str, *faults: str) -> None:
    """Round by round: a step later each time, from the first again once an upload came through."""
    app = bare_app(url)
    babel.init_app(app)
    app.extensions["certify.settings"] = settings_of(Path(instance), url)
    with app.app_context():
        db.engine.dispose()
    act = upload_row_first if "row-first" in faults else upload
    done, step = 0, 1
    for round in itertools.count():
        if done >= int(kills):
            break
        was_killed = killed_at(step, act, app, uploads(round))
        done += was_killed
        step = step + 1 if was_killed else 1
    print(done)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
