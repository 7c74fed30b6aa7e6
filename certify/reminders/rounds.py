"""The clockwork's rounds: any number of schedulers may run, and each round is taken by one of them."""

import logging
import os
import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from certify.extensions import clock, settings
from certify.models import SchedulerRound
from certify.models.store import own_tx
from certify.reminders import digests, planning, sweep
from certify.reminders.guard import Held, Watch, held_by, seconds_passed
from certify.reminders.outbox import database_now, deliver_owed
from certify.workflows import clock_moves

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
LATE = timedelta(minutes=5)  # without a round, before anybody is told
KEPT = timedelta(days=7)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT_ONCE = 200  # letters a round; the rest goes with the next ones
BETWEEN_LOOKS = 10  # letters, until whoever should stop is asked again
ALL = 10**9


@dataclass(frozen=True)
class Done:
    """What one round did: moves of the clock, cases planned anew, messages owed and sorted out, letters."""

    moved: int = 0
    planned: int = 0
    owed: int = 0
    gathered: int = 0
    sent: int = 0
    failed_with: str | None = None

    def __str__(self) -> str:
        said = (
            f"{self.moved} moves, {self.planned} cases planned, {self.owed} messages owed, {self.sent} sent"
        )
        return f"{said}. {self.failed_with}" if self.failed_with else said


@dataclass(frozen=True)
class Beat:
    """When a round was last begun, and how long ago that is by the database's clock."""

    last: SchedulerRound | None
    ago: timedelta | None

    @property
    def is_late(self) -> bool:
        """Whether nothing has run for longer than it should."""
        return self.ago is None or not -EVERY <= self.ago <= LATE  # ahead: a clock was put back

    @property
    def held_by(self) -> str | None:
        """Why the clock's own acts wait (reminders/guard.py); None: they do not."""
        return self.last.held_by if self.last else None


def _never() -> bool:
    return False


def take_round(
    at: datetime,
    every: timedelta = EVERY,
    stopping: Callable[[], bool] = _never,
    watch: Watch | None = None,
) -> Done | None:
    """Do the present round at the domain's instant unless another scheduler has it; what it did.

    None: it was taken. What fails is noted with the round and tried again by the next one. `watch` is this
    process's look at the time.
    """
    jumped = watch is not None and watch.look(at, seconds_passed())
    slot, held = _claim(at, every, jumped)
    if watch is not None:
        watch.jumped = False
    if slot is None:
        return None
    letters = {"sent": lambda: sum(_letters(at, stopping, is_sure=held is None))}
    acts = {} if held else _acts(at, clock_moves.AT_ONCE, planning.AT_ONCE, stopping)
    done = _did({**acts, **letters}, stopping)
    _end(slot, done)
    return done


Parts = Mapping[str, Callable[[], int]]


def _acts(at: datetime, moves: int, plans: int, stopping: Callable[[], bool]) -> Parts:
    """What the clock does before letters go, in its order, for at most so many cases."""
    return {
        "moved": lambda: clock_moves.make_due(at, moves),
        "planned": lambda: planning.replan(at, plans, stopping),
        "owed": lambda: sweep.sweep(at),
        "gathered": lambda: digests.gather(at),
    }


def _did(parts: Parts, stopping: Callable[[], bool]) -> Done:
    """The parts one after the other, until it is time to stop; one that fails stops none after it."""
    done = Done()
    for name, part in parts.items():
        if stopping():
            break
        try:
            done = replace(done, **{name: part()})  # type: ignore[arg-type]  # none of them is text
        except Exception as error:
            # A clockwork that stops at the first fault helps nobody: it is shown, and the next round comes.
            log.exception("a part of a round failed: %s", name)
            done = replace(done, failed_with=f"{type(error).__name__}: {error}"[:300])
    return done


def by_hand(at: datetime, now: datetime) -> Done:
    """A round by an operator's word, at an instant of their choice: the guard is not asked, and lets go.

    Whatever waits is done at once, however many cases and letters that are.
    """
    with own_tx() as session:
        begun = database_now(session)
        noted = SchedulerRound(slot=begun, taken_by=_who(), begun_at=begun, domain_at=now, by_hand=True)
        noted.counts_from = clock().counts_from
        session.add(noted)
    letters = {"sent": lambda: deliver_owed(at, ALL)}
    done = _did({**_acts(at, ALL, ALL, _never), **letters}, _never)
    _end(begun, done)
    return done


def _letters(at: datetime, stopping: Callable[[], bool], *, is_sure: bool) -> Iterator[int]:
    """Handful by handful, until none is left that goes, or it is time to stop."""
    for _ in range(AT_ONCE // BETWEEN_LOOKS):
        gone = 0 if stopping() else deliver_owed(at, BETWEEN_LOOKS, is_sure=is_sure)
        if not gone:
            return
        yield gone


def beat_of(session: Session) -> Beat:
    """How the clockwork is; a round by hand is no heartbeat."""
    asked = select(SchedulerRound).where(SchedulerRound.by_hand.is_(False))
    last = session.scalars(asked.order_by(SchedulerRound.slot.desc()).limit(1)).first()
    return Beat(last, database_now(session) - last.begun_at if last else None)


def _claim(at: datetime, every: timedelta, jumped: bool) -> tuple[datetime | None, Held | None]:
    with own_tx() as session:
        now = database_now(session)
        slot = slot_of(now, every)
        session.execute(delete(SchedulerRound).where(SchedulerRound.slot < slot - KEPT))
    try:
        with own_tx() as session:
            counts_from = clock().counts_from
            held = held_by(
                session, at, jumped=jumped, host_counts=_is_the_hosts(session), counts_from=counts_from
            )
            taken: dict[str, Any] = {"slot": slot, "taken_by": _who(), "begun_at": now, "held_by": held}
            taken["counts_from"] = counts_from
            session.add(SchedulerRound(**taken, domain_at=None if held is Held.HOST else at))
    except IntegrityError:
        if jumped:  # whoever has the round may not have seen it; the ones after it wait
            _note_jump(slot)
        return None, None
    return slot, held


def _note_jump(slot: datetime) -> None:
    unseen = or_(SchedulerRound.held_by.is_(None), SchedulerRound.held_by == Held.WAITING)
    with own_tx() as session:
        session.execute(
            update(SchedulerRound).where(SchedulerRound.slot == slot, unseen).values(held_by=Held.APART)
        )


def _is_the_hosts(session: Session) -> bool:
    """Whether domain time is this machine's own, and the database's clock another one."""
    return session.get_bind().dialect.name == "postgresql" and not settings().clock


def _who() -> str:
    return f"{platform.node()[:100]} {os.getpid()}"


def _end(slot: datetime, done: Done) -> None:
    with own_tx() as session:
        session.execute(
            update(SchedulerRound)
            .where(SchedulerRound.slot == slot)
            .values(
                ended_at=database_now(session),
                moved=done.moved,
                planned=done.planned,
                owed=done.owed,
                gathered=done.gathered,
                sent=done.sent,
                failed_with=done.failed_with,
            )
        )


def slot_of(now: datetime, every: timedelta = EVERY) -> datetime:
    """The beginning of the round that an instant belongs to; in UTC, where no hour is missing or twice."""
    return now - (now - _EPOCH) % every
