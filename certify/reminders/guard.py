"""The guard against a clock that jumps: what cannot be taken back waits for an operator, or for steady time.

A jump is domain time behind the last round's, or domain time and this process's own count of the seconds more
than an hour apart, or (on PostgreSQL) this host and the database more than five minutes apart. An outage is
none: nobody ran who could have seen it, and the first round after it finds time simply later.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.clock import real_now
from certify.models import SchedulerRound
from certify.reminders.outbox import database_now

STEADY_AFTER = 10  # rounds
APART = timedelta(hours=1)
HOSTS_APART = timedelta(minutes=5)
TOLERATED = 2 * HOSTS_APART  # of hosts that take turns: one may be so much ahead, and the next behind


class Held(StrEnum):
    """Why the clock makes no move and owes nothing new in a round."""

    BACK = "back"  # domain time lies before the last round's
    APART = "apart"  # domain time and the seconds that passed do not agree
    HOST = "host"  # this machine's clock is not the database's
    WAITING = "waiting"  # it jumped lately


JUMPS = (Held.BACK, Held.APART)


def seconds_passed() -> float:
    """A count that no clock setting moves; it goes on while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass
class Watch:
    """One process's look at the time: it compares what passed by the clock with what really passed."""

    domain_at: datetime | None = None
    seconds: float = 0.0
    jumped: bool = False  # and no round says so yet

    def look(self, at: datetime, seconds: float) -> bool:
        """Whether domain time jumped since a round was told. A frozen clock, as in a demo, stands still."""
        before, self.domain_at = self.domain_at, at
        passed, self.seconds = timedelta(seconds=seconds - self.seconds), seconds
        self.jumped |= before is not None and at != before and abs(at - before - passed) > APART
        return self.jumped


def held_by(
    session: Session,
    at: datetime,
    *,
    jumped: bool,
    host_counts: bool,
    counts_from: datetime | None = None,
) -> Held | None:
    """Why a round at a domain instant makes no move; None: it goes ahead. Asked before the round is noted.

    `jumped`: this process saw it. `host_counts`: domain time is the host's, so that the database's tells.
    `counts_from`: domain time was set, in a demo, and counts on from there since this process began.
    """
    if host_counts and abs(real_now() - database_now(session)) > HOSTS_APART:
        return Held.HOST
    recent = list(
        session.scalars(
            select(SchedulerRound)
            .where(SchedulerRound.domain_at.is_not(None))
            .order_by(SchedulerRound.slot.desc())
            .limit(STEADY_AFTER)
        )
    )
    if recent and _lies_before(at, recent[0], counts_from):
        return Held.BACK
    if jumped and not _said_by_hand(recent, at):
        return Held.APART
    for one in recent:
        if one.by_hand:
            return None
        if one.held_by in JUMPS:
            return Held.WAITING
    return None


def _lies_before(at: datetime, last: SchedulerRound, counts_from: datetime | None) -> bool:
    """Whether time went back: not where another process counts on from the same instant, begun earlier."""
    if last.domain_at is None or (counts_from is not None and last.counts_from == counts_from):
        return False
    return at < last.domain_at - TOLERATED


def _said_by_hand(recent: Sequence[SchedulerRound], at: datetime) -> bool:
    """Whether an operator did a round at this time already, before the process that jumped looked."""
    last = recent[0] if recent and recent[0].by_hand else None
    return last is not None and last.domain_at is not None and abs(at - last.domain_at) <= APART
