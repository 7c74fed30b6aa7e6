"""The process that calls a round every minute; everything that is due is a row, so it remembers nothing."""

import signal
from collections.abc import Callable
from datetime import UTC
from threading import Event
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler

from certify.clock import real_now
from certify.reminders.rounds import EVERY

Stopping = Callable[[], bool]


def run(beat: Callable[[Stopping], None], *, goes_on: Callable[[], bool], look_every: float = 2.0) -> None:
    """Call `beat` at once and then at each interval, until a signal comes or `goes_on` says no.

    A late round is done late and once, and never beside another of this process; one that fails is logged
    and the next one comes. `beat` is handed what tells it that it should come to an end.
    """
    scheduler = BlockingScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    over = Event()

    def stop(_signal: int | None = None, _frame: FrameType | None = None) -> None:
        over.set()
        if scheduler.running:
            scheduler.shutdown(wait=False)

    def look() -> None:
        if over.is_set() or not goes_on():
            stop()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    every = EVERY.total_seconds()
    scheduler.add_job(beat, "interval", [over.is_set], seconds=every, id="round", next_run_time=real_now())
    scheduler.add_job(look, "interval", seconds=look_every, id="look")
    scheduler.start()
