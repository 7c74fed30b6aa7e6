"""A tree of real servers: a master that forks workers and replaces those that die, as gunicorn's does."""

import logging
import os
import signal
import socket
import time

import waitress
from flask import Flask

from certify import faults
from certify.config import Settings
from certify.workflows import engine
from tests.place import moved

LIFETIME = 3600  # seconds
THREADS = 4


def serve(app: Flask, settings: Settings, *, listener: int, workers: int, fault: str, bug: str) -> None:
    """Serve on an open socket until killed; the fault is ordered in the first workers, not in later ones."""
    for _ in range(workers):
        _start(app, settings, listener, fault, bug)
    while True:
        os.wait()
        time.sleep(0.005)
        _start(app, settings, listener, "", bug)


def _start(app: Flask, settings: Settings, listener: int, fault: str, bug: str) -> None:
    if os.fork():
        return
    try:
        signal.alarm(LIFETIME)
        BUGS[bug]()
        with moved(app, settings) as here:
            here.config["PROPAGATE_EXCEPTIONS"] = False
            faults.arm(fault)
            door = socket.socket(fileno=os.dup(listener))
            waitress.create_server(here, sockets=[door], threads=THREADS).run()
    except BaseException:
        logging.exception("a worker failed")
    finally:
        os._exit(1)


def warm(app: Flask, settings: Settings, *, token: str, certification: str) -> None:
    """Read the case and ask for a move that is refused."""
    headers, path = {"Authorization": f"Bearer {token}"}, f"/api/v1/certifications/{certification}"
    with moved(app, settings) as here:
        program = here.test_client()
        assert program.get(path, headers=headers).status_code == 200
        answer = program.post(f"{path}/moves/resume", json={"reason": "Warm."}, headers=headers)
        assert answer.status_code == 409


def separate_commits() -> None:
    """The planted bug: state, event and messages are each committed for themselves."""
    number, write = engine.next_event, engine.write_event

    def next_event(session, **told):
        session.commit()
        return number(session, **told)

    def write_event(session, *told):
        write(session, *told)
        session.commit()

    engine.next_event, engine.write_event = next_event, write_event


BUGS = {"": lambda: None, "separate commits": separate_commits}
