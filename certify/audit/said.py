"""What `flask doctor` says: one line a thing that was looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """One line of the report: `ok`, `warn` or `fail`, and what to do unless it is ok."""

    level: str
    what: str
    remedy: str = ""
