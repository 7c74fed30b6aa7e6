"""One writer at a time over all processes of the machine, in the order in which they came.

The kernel queues who waits for `flock` and hands it on at once, even when its holder is killed. A lock that
is asked for again and again left some of sixteen writers waiting for seconds (RELIABILITY.md, R3).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from threading import Lock, Thread


class TurnNeverCame(Exception):
    """Somebody held the file longer than anybody should. Answered with 503."""


@contextmanager
def turn(path: str, *, timeout: float) -> Iterator[None]:
    """Wait until it is our turn to hold the file `path`, at most so many seconds. Raises TurnNeverCame."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        if not _Waiting(descriptor).lasts(timeout):
            raise TurnNeverCame(path) from None
    except BaseException:
        os.close(descriptor)
        raise
    try:
        yield
    finally:
        os.close(descriptor)


class _Waiting:
    """Stands in the queue in a thread of its own, for `flock` itself knows no end of patience."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.settled = Lock()  # taken by whoever comes first: the turn, or the end of patience
        self.arrived = Lock()
        self.arrived.acquire()

    def lasts(self, timeout: float) -> bool:
        """Whether the turn came in time; if not, the descriptor is closed once it comes."""
        standing = Thread(target=self._stand, name="waits to write", daemon=True)
        try:
            standing.start()
            return self.arrived.acquire(timeout=timeout) or not self.settled.acquire(blocking=False)
        except BaseException:  # a signal, or no thread to be had: nobody is there to use the turn
            if standing.ident is None or not self.settled.acquire(blocking=False):
                os.close(self.descriptor)
            raise

    def _stand(self) -> None:
        flock(self.descriptor, LOCK_EX)
        if self.settled.acquire(blocking=False):
            self.arrived.release()
        else:
            os.close(self.descriptor)
