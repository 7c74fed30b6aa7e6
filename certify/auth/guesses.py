"""Guessing certificate numbers: what is not in the register counts against the address that asks (R20).

A number that is found costs no write, so that whoever holds certificates may check any number of them.
Of the others one in FEW is counted, at random: an answer about an unknown number then mostly costs what
any other does, and a flood of guesses seldom takes the lock that real work writes behind.
"""

from secrets import randbelow

from sqlalchemy.exc import OperationalError

from certify.auth.throttle import WINDOW_SECONDS, TooMany, count_try, refuse_over
from certify.models import db

MISSES = 200  # about so many in five minutes, from one address: more than a room of people mistypes
FEW = 4
MINUTES = WINDOW_SECONDS // 60
_WHAT = "verify"


def refuse_guessing(address: str | None) -> None:
    """Ask before a number is looked up, known or not. Raises TooMany."""
    refuse_over(db.session(), _WHAT, address or "", limit=MISSES // FEW)


def count_miss(address: str | None) -> None:
    """Count a number that is not in the register; a full disk keeps nobody from asking (R10)."""
    if randbelow(FEW):
        return
    try:
        count_try(_WHAT, address or "", limit=MISSES // FEW)
    except (OperationalError, TooMany):
        return  # the next question is refused, or counted
