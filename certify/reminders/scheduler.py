"""The process that calls a round every minute; everything that is due is a row, so it remembers nothing."""

import signal
from collections.abc import Callable
from datetime import UTC
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler

from certify.clock import real_now
from certify.reminders.rounds import EVERY

Stopping = Callable[[], bool]


def run(beat: Callable[[Stopping], None], *, goes_on: Callable[[], bool], look_every: float = 0.5) -> None:
    """Call `beat` at once and then at each interval, until a signal comes or `goes_on` says no.

    A late round is done late and once, and never beside another of this process; one that fails is logged
    and the next one comes. `beat` is handed what tells it that it should come to an end.
    """
    signals: list[int] = []
    scheduler = BlockingScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )

    def note(number: int, _frame: FrameType | None) -> None:
        signals.append(number)  # and nothing that takes a lock: what was interrupted may hold it

    def stopping() -> bool:
        return bool(signals)

    def look() -> None:
        if (stopping() or not goes_on()) and scheduler.running:
            scheduler.shutdown(wait=False)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, note)
    every = EVERY.total_seconds()
    scheduler.add_job(beat, "interval", [stopping], seconds=every, id="round", next_run_time=real_now())
    scheduler.add_job(look, "interval", seconds=look_every, id="look")
    scheduler.start()
