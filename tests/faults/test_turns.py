"""Writers on SQLite come one by one, in their order, and nobody waits for ever or for the dead."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from certify.models.turns import TurnNeverCame, turn

WAITING = 0.02  # seconds of patience


def until(happened: Callable[[], bool]) -> None:
    """Wait for it, at most some seconds."""
    end = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.001)


def standing(path: str) -> int:
    """How many stand in the kernel's queue for a file."""
    inode = f":{Path(path).stat().st_ino} "
    lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    return sum(" -> FLOCK " in line and inode in line for line in lines)


def held(path: str) -> int:
    """How many descriptors of this process are open on a file."""
    return sum(one.exists() and one.samefile(path) for one in Path("/proc/self/fd").iterdir())


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "certify.db.lock")


def test_who_came_first_writes_first(path: str) -> None:
    served: list[int] = []

    def write(n: int) -> None:
        with turn(path, timeout=10):
            served.append(n)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(16)]
    with turn(path, timeout=10):
        for n, thread in enumerate(threads, 1):
            thread.start()
            until(lambda n=n: standing(path) == n)  # type: ignore[misc]
    for thread in threads:
        thread.join()
    assert served == list(range(16))


def test_patience_ends_and_a_turn_that_comes_too_late_is_passed_on(path: str) -> None:
    with turn(path, timeout=10), pytest.raises(TurnNeverCame), turn(path, timeout=WAITING):
        pass
    with turn(path, timeout=10):
        pass


class Interrupted(Exception):
    """By a signal."""


def _interrupt(*_asked: object) -> None:
    raise Interrupted


def test_who_is_interrupted_while_waiting_keeps_nothing(path: str) -> None:
    before = signal.signal(signal.SIGALRM, _interrupt)
    try:
        with turn(path, timeout=10):
            signal.setitimer(signal.ITIMER_REAL, WAITING)
            with pytest.raises(Interrupted), turn(path, timeout=10):
                pass
    finally:
        signal.signal(signal.SIGALRM, before)
    until(lambda: held(path) == 0)
    with turn(path, timeout=10):
        pass


HOLD = """
import fcntl, os, sys, time
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY | os.O_CREAT), fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def test_a_killed_holder_gives_its_turn_back(path: str) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(TurnNeverCame), turn(path, timeout=WAITING):
            pass
        holder.kill()
    with turn(path, timeout=10):
        pass
