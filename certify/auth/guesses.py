"""Guessing certificate numbers: what is not in the register counts against whoever asks (R20).

Who is signed in is counted as a person: the others behind the same shared address go on asking.

A number that is found costs no write, so that whoever holds certificates may check any number of them.
Of the others one in FEW is counted, at random: an answer about an unknown number then mostly costs what
any other does, and a flood of guesses seldom takes the lock that real work writes behind.
"""

from secrets import randbelow

from sqlalchemy.exc import OperationalError

from certify.auth.throttle import WINDOW_SECONDS, TooMany, count_try, refuse_over
from certify.models import db

MISSES = 200  # about so many in five minutes, from one address or person: more than a room of people mistypes
FEW = 4
MINUTES = WINDOW_SECONDS // 60
_WHAT = "verify"


def refuse_guessing(whom: str | None) -> None:
    """Ask before a number is looked up, known or not. Raises TooMany."""
    refuse_over(db.session(), _WHAT, whom or "", limit=MISSES // FEW)


def count_misses(whom: str | None, misses: int = 1) -> None:
    """Count numbers that are not in the register; a full disk keeps nobody from asking (R10)."""
    counted = sum(not randbelow(FEW) for _ in range(misses))
    if not counted:
        return
    try:
        count_try(_WHAT, whom or "", limit=MISSES // FEW, tries=counted)
    except (OperationalError, TooMany):
        return  # the next question is refused, or counted
