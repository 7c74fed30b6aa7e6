"""The throttle: tries are counted in a table, so that all processes together allow no more than one would.

A window passes by itself: nobody, and no stranger, can lock an account for good (RELIABILITY.md, Accounts).
"""

import hashlib
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from certify.clock import real_now
from certify.models import ThrottleCount
from certify.models.store import own_tx
from certify.models.turns import TurnNeverCame

WINDOW_SECONDS = 300
SLICE_SECONDS = 30
TRIES = 10
KEPT_SECONDS = 24 * 3600
_LOCK = 0  # the slice that no try falls into: its row is what concurrent tries queue at


class TooMany(Exception):
    """Tried too often; answered with 429. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


def count_try(what: str, whom: str, *, limit: int = TRIES, tries: int = 1) -> None:
    """Count a try of something, or several at once, for an account or address; beyond the limit: TooMany.

    Refused tries are not counted, so that waiting helps even while somebody else goes on trying.
    """
    at = real_now()
    key = key_of(what, whom)
    with own_tx() as session:
        if _add(session, key, _LOCK, 0) == 0:
            _sweep(session, at)
        slices = _recent(session, key, at)
        tried = sum(before for _, before in slices)
        if tried < limit:
            _add(session, key, _slice(at), tries)
            return
    raise TooMany(_wait(slices, at))


def count_quietly(what: str, whom: str, *, limit: int, tries: int) -> None:
    """Count tries that were answered already: a full or busy disk keeps nobody from asking (R10)."""
    try:
        count_try(what, whom, limit=limit, tries=tries)
    except (OperationalError, TurnNeverCame, OSError, TooMany):
        return  # the next one is refused, or counted


def refuse_over(session: Session, what: str, whom: str, *, limit: int = TRIES) -> None:
    """Raise TooMany where the limit is reached already; counts nothing, so that a GET may ask."""
    at = real_now()
    slices = _recent(session, key_of(what, whom), at)
    if sum(tries for _, tries in slices) >= limit:
        raise TooMany(_wait(slices, at))


def forget_tries(session: Session, what: str, whom: str) -> None:
    """Start counting anew after a success, in the success's own transaction."""
    session.execute(delete(ThrottleCount).where(ThrottleCount.key == key_of(what, whom)))


def _add(session: Session, key: str, start: int, tries: int) -> int:
    """Add tries to a slice and hold its row until the commit; returns what the slice has now."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(ThrottleCount) if postgres else sqlite.insert(ThrottleCount)
    total: int | None = session.scalar(
        insert.values(key=key, window_start=start, tries=tries)
        .on_conflict_do_update(
            index_elements=[ThrottleCount.key, ThrottleCount.window_start],
            set_={"tries": ThrottleCount.tries + tries},
        )
        .returning(ThrottleCount.tries)
    )
    assert total is not None
    return total


def _recent(session: Session, key: str, at: datetime) -> list[tuple[int, int]]:
    """The slices, with their tries, that touch the last five minutes."""
    rows = session.execute(
        select(ThrottleCount.window_start, ThrottleCount.tries).where(
            ThrottleCount.key == key,
            ThrottleCount.window_start > counted_since(at),
        )
    )
    return [(start, tries) for start, tries in rows]


def _wait(slices: list[tuple[int, int]], at: datetime) -> int:
    """The seconds until the oldest slice no longer counts."""
    oldest = min(start for start, tries in slices if tries)
    return max(1, oldest + SLICE_SECONDS + WINDOW_SECONDS - int(at.timestamp()))


def _sweep(session: Session, at: datetime) -> None:
    session.execute(
        delete(ThrottleCount).where(
            ThrottleCount.window_start != _LOCK,
            ThrottleCount.window_start < int(at.timestamp()) - KEPT_SECONDS,
        )
    )


def _slice(at: datetime) -> int:
    seconds = int(at.timestamp())
    return seconds - seconds % SLICE_SECONDS


def counted_since(at: datetime) -> int:
    """The slices that begin after this second touch the last five minutes."""
    return int(at.timestamp()) - WINDOW_SECONDS - SLICE_SECONDS


def key_of(what: str, whom: str) -> str:
    """Hashed: the table must not become a list of who tried to sign in."""
    return f"{what}:{hashlib.sha256(whom.casefold().encode('utf-8', 'surrogatepass')).hexdigest()}"
