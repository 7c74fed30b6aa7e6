"""Jobs that take turns (A B A B …), so that a noisy machine falls on all of them alike; and their table."""

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time

import pytest

ROUNDS = 7
Job = Callable[[], object]


@dataclass
class Times:
    """What one job took in each round: seconds on the wall, and of this process."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def alternate(
    jobs: Mapping[str, Job], *, times: int, before: Mapping[str, Job] | None = None
) -> dict[str, Times]:
    """Run each job `times` times a round, in turn; a round's figure is the median, the first one warms up.

    What stands in `before` for a job puts things back for it, and is not counted.
    """
    found = {name: Times() for name in jobs}
    for round_ in range(ROUNDS + 1):
        for name, job in jobs.items():
            wall, processor = _run(job, times, (before or {}).get(name))
            if round_:
                found[name].wall.append(wall)
                found[name].processor.append(processor)
    return found


def _run(job: Job, times: int, before: Job | None) -> tuple[float, float]:
    wall, processor = [], []
    for _ in range(times):
        if before is not None:
            before()
        begun, used = perf_counter(), process_time()
        job()
        processor.append(process_time() - used)
        wall.append(perf_counter() - begun)
    return median(wall), median(processor)


def tell(
    title: str,
    found: Mapping[str, Times],
    capsys: pytest.CaptureFixture[str],
    *,
    against: str,
    per: Mapping[str, int] | None = None,
) -> None:
    """Print the table: microseconds, and how many times those of the job that all are compared with.

    `per` says how often a job does its work each time.
    """
    per = per or {}
    base = found[against]
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    with capsys.disabled():
        print(  # noqa: T201 – a benchmark's purpose
            f"\n{title}, Python {platform.python_version()}, median of {ROUNDS} rounds, load {load}"
        )
        print(f"  {'':<52} {'wall µs':>9} {'':>6} {'cpu µs':>9}")  # noqa: T201
        for name, times in found.items():
            cells = (
                f"{1e6 * _one(seconds, per.get(name, 1)):9.1f} "
                f"{_one(seconds, per.get(name, 1)) / _one(compared, per.get(against, 1)):5.2f}×"
                for seconds, compared in ((times.wall, base.wall), (times.processor, base.processor))
            )
            print(f"  {name:<52} {' '.join(cells)}")  # noqa: T201


def _one(seconds: list[float], per: int) -> float:
    return median(seconds) / per
