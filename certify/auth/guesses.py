"""Guessing certificate numbers: what is not in the register counts against whoever asks (R20).

Who is signed in is counted as a person: the others behind the same shared address go on asking.

A number that is found costs no write, so that whoever holds certificates may check any number of them.
Of the others one in FEW is counted, at random: an answer about an unknown number then mostly costs what
any other does, and a flood of guesses seldom takes the lock that real work writes behind.
"""

from secrets import randbelow

from certify.auth.throttle import WINDOW_SECONDS, count_quietly, counted_since, key_of, refuse_over
from certify.clock import real_now
from certify.models import db

MISSES = 200  # about so many in five minutes, from one address or person: more than a room of people mistypes
FEW = 4
LIMIT = MISSES // FEW  # counted ones
MINUTES = WINDOW_SECONDS // 60
_WHAT = "verify"


def refuse_guessing(whom: str | None) -> None:
    """Ask before a number is looked up, known or not. Raises TooMany."""
    refuse_over(db.session(), _WHAT, whom or "", limit=LIMIT)


def asking(whom: str | None) -> tuple[str, int]:
    """Under which key, and from which second on, the misses of an asker are counted."""
    return key_of(_WHAT, whom or ""), counted_since(real_now())


def count_misses(whom: str | None, misses: int = 1) -> None:
    """Count numbers that are not in the register."""
    counted = sum(not randbelow(FEW) for _ in range(misses))
    if counted:
        count_quietly(_WHAT, whom or "", limit=LIMIT, tries=counted)
