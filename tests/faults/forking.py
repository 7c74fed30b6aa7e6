"""A program of its own: it loads the application once and forks processes of it, made to be killed.

Run as `python -m tests.faults.forking`. Each line on its input is a job as JSON, done in a process group of
its own; the answer is that group's id. Only `warm` is done in the program itself, so that what is forked
later has its statements compiled. What was forked ends with the program, and by itself after LIFETIME.
"""

import json
import logging
import os
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask

from certify import create_app
from tests.faults.scheduling import schedule
from tests.faults.serving import LIFETIME, serve, warm
from tests.faults.sweeping import beat_on, sweep_on
from tests.faults.writing import write
from tests.place import settings_of

JOBS = {
    "beat": beat_on,
    "sweep": sweep_on,
    "schedule": schedule,
    "serve": serve,
    "warm": warm,
    "write": write,
}
groups: set[int] = set()  # that were not seen to end


def do(app: Flask, job: dict[str, Any]) -> int:
    """A job, here and now; the id of this process."""
    settings = settings_of(Path(job.pop("instance")), job.pop("database_url"))
    JOBS[job.pop("do")](app, replace(settings, clock=job.pop("clock")), **job)
    return os.getpid()


def fork(app: Flask, job: dict[str, Any]) -> int:
    """Do a job in a new process group; its id."""
    child = os.fork()
    with suppress(ProcessLookupError):
        os.setpgid(child, child)  # by both, for nobody knows who comes first
    if child:
        groups.add(child)
        return child
    try:
        for each in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        signal.alarm(LIFETIME)
        do(app, job)
    except BaseException:
        logging.exception("a forked process failed")
    finally:
        os._exit(0)


def end() -> None:
    """Take along whatever still runs."""
    for group in tuple(groups):
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def reap(*_signal: object) -> None:
    """Take note of whoever ended."""
    try:
        while child := os.waitpid(-1, os.WNOHANG)[0]:
            groups.discard(child)
    except ChildProcessError:
        pass


def main() -> None:
    """Load, then fork on demand."""
    logging.basicConfig(level=logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_of(Path(folder), f"sqlite:///{folder}/nothing.db"))
        signal.signal(signal.SIGCHLD, reap)
        signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))
        try:
            for line in sys.stdin:
                job = json.loads(line)
                print(do(app, job) if job["do"] == "warm" else fork(app, job), flush=True)  # noqa: T201
        finally:
            end()


if __name__ == "__main__":
    main()
