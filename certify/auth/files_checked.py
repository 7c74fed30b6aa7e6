"""Files handed in to be checked: only those that are none of ours count against whoever sends them.

So a room of auditors behind one address checks any number of genuine certificates, while a flood of made-up
ones, which cost more to look at than a number does, is held up without holding up questions about numbers.
Until a file is looked at nobody knows whose it is: of those only a few at once are taken from one address.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import process_time

from certify.auth.guesses import count_misses
from certify.auth.throttle import TooMany, count_quietly, refuse_over
from certify.credentials.verdict import GENUINE
from certify.models import db
from certify.scheme.words import Verdict

LIMIT = 60  # in five minutes, from one address
QUARTERS = 4  # one that takes the processor long counts once more for each quarter of a second
AT_ONCE = 4  # from one address, in one process: half of what its threads could look at
_WHAT = "verify-file"
_looked_at: Counter[str] = Counter()
_one_counts = Lock()


class Looking:
    """One file that is looked at, and the processor's time since then: PDFs are read in other threads."""

    def __init__(self, whom: str) -> None:
        self._whom, self._begun_at = whom, process_time()

    def count_foreign(self) -> None:
        """Count a file that is none of ours."""
        count_foreign(self._whom, process_time() - self._begun_at)

    def count_answered(self, verdict: Verdict) -> None:
        """Count a file by its answer: ours not at all, one with a number that is none as a guess, too."""
        if verdict not in GENUINE:
            self.count_foreign()
        if verdict is Verdict.UNKNOWN:
            count_misses(self._whom)


def refuse_files(whom: str | None) -> None:
    """Ask before a file is taken in. Raises TooMany."""
    refuse_over(db.session(), _WHAT, whom or "", limit=LIMIT)


@contextmanager
def looking(whom: str | None) -> Iterator[Looking]:
    """Look at a file and count it, with no transaction open while it is read. Raises TooMany."""
    db.session.rollback()
    whom = whom or ""
    with _one_counts:
        if _looked_at[whom] >= AT_ONCE:
            raise TooMany(1)
        _looked_at[whom] += 1
    try:
        yield Looking(whom)
    finally:
        with _one_counts:
            _looked_at[whom] -= 1
            if not _looked_at[whom]:
                del _looked_at[whom]


def count_foreign(whom: str, seconds: float) -> None:
    """Count a file that is none of ours and took the processor so many seconds."""
    count_quietly(_WHAT, whom, limit=LIMIT, tries=1 + int(seconds * QUARTERS))
