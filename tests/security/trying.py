"""A program of its own: worker processes that try passwords at one account; prints how each was answered.

Run as `python -m tests.security.trying INSTANCE DATABASE_URL WORKERS TRIES EMAIL`; a # in the address
becomes the worker's number.
"""

import json
import os
import re
import sys
from pathlib import Path

from flask import Flask

from certify import create_app
from certify.models import db
from tests.place import put_key, settings_of
from tests.security.plain import PlainClient


def try_passwords(app: Flask, tries: int, email: str) -> list[int]:
    """The statuses of so many wrong passwords."""
    client = PlainClient(app)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert found
    form = {"csrf_token": found[1], "email": email}
    return [
        client.post("/sign-in", data={**form, "password": f"guess number {n} of {os.getpid()}"}).status_code
        for n in range(tries)
    ]


def main(instance: str, url: str, workers: str, tries: str, email: str) -> None:
    """Fork the workers, as a server does after it has put the application together."""
    put_key(Path(instance))
    app = create_app(settings_of(Path(instance), url))
    with app.app_context():
        db.engine.dispose()
    statuses: list[int] = []
    pipes = []
    for n in range(int(workers)):
        read, write = os.pipe()
        if os.fork() == 0:
            os.write(write, json.dumps(try_passwords(app, int(tries), email.replace("#", str(n)))).encode())
            os._exit(0)
        os.close(write)
        pipes.append(read)
    for read in pipes:
        with os.fdopen(read) as answered:
            statuses += json.loads(answered.read())
    print(json.dumps(statuses))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
