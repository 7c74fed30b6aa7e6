"""Work on a file that anybody may have made: stopped when it takes longer than a certificate ever does.

Limits on what is unpacked at once bound a single step; the time bounds how many steps there are. It is the
processor's, so that a busy machine gives up no sooner.
"""

import sys
from collections.abc import Callable
from time import thread_time
from types import FrameType
from typing import TypeVar

from certify.credentials.own_thread import in_own_thread

Result = TypeVar("Result")
SECONDS = 1.0
READERS = ("pypdf", "pyhanko")  # which are stopped at the next of their own functions
LARGEST_STREAM = 256 * 1024  # bytes, unpacked, of a table or of packed objects: 10 KB in a certificate


class TooLong(BaseException):
    """The time is up. No Exception: readers of PDF go on after many of those."""


def within_time(work: Callable[[], Result]) -> Result:
    """What the work answers or raises, in a thread of its own. Raises TooLong."""

    def timed() -> Result:
        ends_at = thread_time() + SECONDS

        def at_each_call(frame: FrameType, event: str, _argument: object) -> None:
            # Nowhere else: logging, for one, would keep a lock that others wait for.
            is_reader = event == "call" and frame.f_globals.get("__name__", "").startswith(READERS)
            if is_reader and thread_time() > ends_at:
                raise TooLong

        sys.setprofile(at_each_call)
        try:
            return work()
        finally:
            sys.setprofile(None)

    return in_own_thread(timed)
