"""What a test holds of the processes that it kills: the program that forks them, and a tree of servers."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

from certify.config import Settings

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Mother:
    """The program that forks; `listener` is the socket that all its servers share."""

    program: "subprocess.Popen[str]"
    listener: socket.socket
    log: Path
    warmed: set[str] = field(default_factory=set)  # kinds of database

    @property
    def address(self) -> tuple[str, int]:
        """Where all servers listen."""
        host, port = self.listener.getsockname()
        return host, port

    def bear(self, do: str, settings: Settings, **more: Any) -> int:
        """Have a job done in a process group of its own; its id."""
        job = {
            "do": do,
            "instance": str(settings.instance),
            "database_url": settings.database_url,
            "clock": settings.clock,
            **more,
        }
        talk: IO[str] = self.program.stdin  # type: ignore[assignment]
        talk.write(json.dumps(job) + "\n")
        talk.flush()
        return int(self.program.stdout.readline())  # type: ignore[union-attr]

    def strikes(self) -> int:
        """How many ordered faults have struck so far."""
        return self.log.read_text(encoding="utf-8").count("the ordered fault")


@contextmanager
def mother(folder: Path) -> Iterator[Mother]:
    """The program, running; it ends when nobody speaks to it any more."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    command = [sys.executable, "-m", "tests.faults.forking"]
    with (folder / "log").open("w", encoding="utf-8") as log:
        program = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            pass_fds=[listener.fileno()],
        )
    with program, listener:
        yield Mother(program, listener, folder / "log")


@dataclass
class Tree:
    """Servers over one database: a master and its workers, killed and started at will."""

    mother: Mother
    settings: Settings
    workers: int = 2
    fault: str = ""
    bug: str = ""
    master: int = 0
    kills: int = field(default=0, init=False)

    def start(self) -> None:
        """Grow."""
        self.master = self.mother.bear(
            "serve",
            self.settings,
            listener=self.mother.listener.fileno(),
            workers=self.workers,
            fault=self.fault,
            bug=self.bug,
        )

    def kill(self) -> None:
        """kill -9 of everything."""
        with suppress(ProcessLookupError):
            os.killpg(self.master, signal.SIGKILL)

    def kill_some(self, chance: random.Random) -> None:
        """kill -9 of a worker, or now and then of the whole tree, which then grows again."""
        self.kills += 1
        if chance.random() < 0.2:
            self.kill()
            self.start()
            return
        with suppress(psutil.NoSuchProcess):
            worker = chance.choice(psutil.Process(self.master).children() or [None])
            if worker is not None:
                worker.kill()


@contextmanager
def growing(tree: Tree) -> Iterator[Tree]:
    """The tree inside, and nothing of it after."""
    tree.start()
    try:
        yield tree
    finally:
        tree.kill()
