"""Faults on order, for tests alone: `CERTIFY_FAULT=commit:3:kill` kills the process at its third commit.

Where something can break, the code passes a named point: `reach(Point.COMMIT)`. Without an order, and a
demo and production refuse to start with one, that is one comparison.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, event

log = logging.getLogger(__name__)
SLEEP_SECONDS = 1.0


class Point(StrEnum):
    """Where a fault can be ordered; each is passed just before the step that it names."""

    STATEMENT = "statement"  # every one that is sent to the database; nobody passes it but `arm`
    LOG_WRITE = "log-write"
    COMMIT = "commit"
    COMMITTED = "committed"  # everything is kept, and nobody was told
    FILE_WRITE = "file-write"
    FILE_RENAME = "file-rename"
    SIGNATURE = "signature"  # of a document with the key of an issuing body
    SMTP = "smtp"  # for the courier, before a letter is handed to the server


class Struck(Exception):
    """The ordered fault."""


def _raise() -> None:
    raise Struck


ACTS: dict[str, Callable[[], None]] = {
    "raise": _raise,
    "sleep": lambda: time.sleep(SLEEP_SECONDS),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
}


@dataclass
class Fault:
    """What happens at the n-th pass of a point in this process, and at no other."""

    point: Point
    left: int
    act: Callable[[], None]

    @property
    def struck(self) -> bool:
        """Whether it has happened."""
        return self.left <= 0

    def passed(self) -> None:
        """One pass more."""
        self.left -= 1
        if self.left == 0:
            log.warning("the ordered fault at %s strikes", self.point)
            self.act()


_ordered: Fault | None = None


def fault_of(order: str) -> Fault:
    """The fault that `point:n` or `point:n:act` orders; without an act it raises. Raises ValueError."""
    point, n, *act = order.split(":")
    if not (n.isascii() and n.isdecimal() and int(n)) or len(act) > 1 or not set(act) <= set(ACTS):
        raise ValueError(order)
    return Fault(Point(point), int(n), ACTS[act[0] if act else "raise"])


def arm(order: str) -> Fault | None:
    """Have the fault happen in this process; an empty order takes the last one back. Raises ValueError."""
    global _ordered
    _ordered = fault_of(order) if order else None
    watched = event.contains(Engine, "before_cursor_execute", _statement)
    if watched:
        event.remove(Engine, "before_cursor_execute", _statement)
    if _ordered is not None and _ordered.point is Point.STATEMENT:
        event.listen(Engine, "before_cursor_execute", _statement)
    return _ordered


def reach(point: Point) -> None:
    """Pass a point: nothing happens unless a fault was ordered for this pass."""
    if _ordered is not None and _ordered.point is point:
        _ordered.passed()


def _statement(*_asked: Any) -> None:
    reach(Point.STATEMENT)
