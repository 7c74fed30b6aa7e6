"""The clockwork's rounds: any number of schedulers may run, and each round is taken by one of them."""

import logging
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from certify.models import Message, SchedulerRound
from certify.models.store import own_tx
from certify.reminders.outbox import database_now, deliver_owed

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
LATE = timedelta(minutes=5)  # without a round, before anybody is told
KEPT = timedelta(days=7)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT_ONCE = 200  # letters a round; the rest goes with the next ones
BETWEEN_LOOKS = 10  # letters, until whoever should stop is asked again


@dataclass(frozen=True)
class Beat:
    """When a round was last begun, and how long ago that is by the database's clock."""

    last: SchedulerRound | None
    ago: timedelta | None

    @property
    def is_late(self) -> bool:
        """Whether nothing has run for longer than it should."""
        return self.ago is None or not -EVERY <= self.ago <= LATE  # ahead: a clock was put back


def take_round(
    at: datetime, every: timedelta = EVERY, stopping: Callable[[], bool] = lambda: False
) -> int | None:
    """Do the present round at the domain's instant unless another scheduler has it; how many letters went.

    None: it was taken. What fails is noted with the round and tried again by the next one.
    """
    slot = _claim(every)
    if slot is None:
        return None
    sent, problem = 0, None
    try:
        for gone in _letters(at, stopping):
            sent += gone
    except Exception as error:
        # A clockwork that stops at the first fault helps nobody: it is shown, and the next round comes.
        log.exception("the round of %s failed", slot)
        problem = f"{type(error).__name__}: {error}"[:300]
    _end(slot, sent, problem)
    return sent


def _letters(at: datetime, stopping: Callable[[], bool]) -> Iterator[int]:
    """Handful by handful, until none is left that goes, or it is time to stop."""
    for _ in range(AT_ONCE // BETWEEN_LOOKS):
        gone = 0 if stopping() else deliver_owed(at, BETWEEN_LOOKS)
        if not gone:
            return
        yield gone


def beat_of(session: Session) -> Beat:
    """How the clockwork is."""
    last = session.scalars(select(SchedulerRound).order_by(SchedulerRound.slot.desc()).limit(1)).first()
    return Beat(last, database_now(session) - last.begun_at if last else None)


def due_at(session: Session, at: datetime) -> list[Message]:
    """The messages that a round at an instant would send, the oldest first."""
    asked = select(Message).where(Message.state == "owed", Message.due_at <= at)
    return list(session.scalars(asked.order_by(Message.due_at, Message.id)))


def _claim(every: timedelta) -> datetime | None:
    with own_tx() as session:
        now = database_now(session)
        slot = slot_of(now, every)
        session.execute(delete(SchedulerRound).where(SchedulerRound.slot < slot - KEPT))
    try:
        with own_tx() as session:
            who = f"{platform.node()[:100]} {os.getpid()}"
            session.add(SchedulerRound(slot=slot, taken_by=who, begun_at=now))
    except IntegrityError:
        return None
    return slot


def _end(slot: datetime, sent: int, problem: str | None) -> None:
    with own_tx() as session:
        session.execute(
            update(SchedulerRound)
            .where(SchedulerRound.slot == slot)
            .values(ended_at=database_now(session), sent=sent, failed_with=problem)
        )


def slot_of(now: datetime, every: timedelta = EVERY) -> datetime:
    """The beginning of the round that an instant belongs to; in UTC, where no hour is missing or twice."""
    return now - (now - _EPOCH) % every
