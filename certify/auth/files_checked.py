"""Files handed in to be checked: only those that are none of ours count against whoever sends them.

So a room of auditors behind one address checks any number of genuine certificates, while a flood of made-up
ones, which cost more to look at than a number does, is held up without holding up questions about numbers.
"""

from certify.auth.throttle import count_quietly, refuse_over
from certify.models import db

LIMIT = 60  # in five minutes, from one address; a large file counts for several, as it takes longer to read
_WHAT = "verify-file"


def refuse_files(whom: str | None) -> None:
    """Ask before a file is read. Raises TooMany."""
    refuse_over(db.session(), _WHAT, whom or "", limit=LIMIT)


def count_foreign(whom: str | None, size: int) -> None:
    """Count a file of so many bytes that is none of ours."""
    count_quietly(_WHAT, whom or "", limit=LIMIT, tries=1 + size // 2**20)
