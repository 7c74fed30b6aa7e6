"""Many certificates at once, on every core: each is drawn, sealed and kept, or it is said why not."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

from certify.credentials.certificate import Certificate
from certify.credentials.fonts import GlyphsMissing
from certify.credentials.paper_kept import paper, path_of
from certify.credentials.sealing import SealUnfit, read_seal

BATCH = 20  # certificates handed to a process at once
AHEAD = 2  # batches that wait for each process: what is still to come is not read yet


@dataclass(frozen=True)
class Job:
    """A certificate, the PEM files that it is sealed with, and when."""

    certificate: Certificate
    key_pem: bytes = field(repr=False)
    chain_pem: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class Drawn:
    """What became of one: `problem` is a sentence for the operator, or empty."""

    number: str
    problem: str = ""


def draw_all(
    jobs: Iterable[Job], files: Path, font_folder: Path | None = None, processes: int | None = None
) -> Iterator[Drawn]:
    """Draw, seal and keep each, in no order; those that cannot be drawn stop nothing else.

    A handful is drawn right here, unless `processes` are asked for: to start one takes longer.
    """
    coming, running = iter(jobs), set[Future[list[Drawn]]]()
    first = list(islice(coming, BATCH))
    if len(first) < BATCH and processes is None:
        yield from _draw(first, files, font_folder)
        return
    coming, wanted = chain(first, coming), processes or os.cpu_count() or 1
    with ProcessPoolExecutor(wanted, mp_context=get_context("spawn")) as pool:
        while True:
            while len(running) < wanted * AHEAD and (batch := list(islice(coming, BATCH))):
                running.add(pool.submit(_draw, batch, files, font_folder))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                yield from each.result()


def _draw(batch: list[Job], files: Path, font_folder: Path | None) -> list[Drawn]:
    return [_draw_one(job, files, font_folder) for job in batch]


def _draw_one(job: Job, files: Path, font_folder: Path | None) -> Drawn:
    number = job.certificate.number
    try:
        seal = read_seal(job.key_pem, job.chain_pem)
        paper(job.certificate, seal, job.at, files, font_folder)
    except GlyphsMissing as error:
        return Drawn(number, str(error))
    except SealUnfit as error:
        return Drawn(number, f"The certificate {number} cannot be sealed: {error}")
    if not path_of(job.certificate, seal, files, font_folder).is_file():
        return Drawn(number, f"The certificate {number} was drawn and cannot be kept: look at the disk.")
    return Drawn(number)
