"""Papers: what one costs beside the sum of its parts, and many at once on every core with flat memory.

Processor time in the first part, so that a busy machine does not count; in bulk also the clock on the wall,
for that is what cores are for.
"""

import os
import platform
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import pytest
import segno
import typst
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from certify.credentials import paper_seal
from certify.credentials.certificate import Certificate
from certify.credentials.fonts import OURS, shelf
from certify.credentials.key_files import to_pem
from certify.credentials.paper import STANDARDS, TEMPLATES, draw
from certify.credentials.paper_bulk import Job, draw_all
from certify.credentials.paper_kept import paper
from certify.credentials.paper_words import sheet_of
from certify.credentials.sealing import chain_as_pem
from tests.credentials.papers import AT, HANH, seal

pytestmark = pytest.mark.bench
A_ROUND, ROUNDS, BULK = 30, 7, 10_000
NAMES = ("Nguyễn Thị Hồng Hạnh", "ဒေါ်အောင်ဆန်းစုကြည်", "ኃይለማርያም ደሳለኝ", "محمد بن عبد الرحمن", "Işıl Çağlayangil")


def certificates(first: int, count: int) -> Iterator[Certificate]:
    """Each of another name and number, with a credential of the size of a signed one."""
    for n in range(first, first + count):
        number = f"TC-{n:04d}-Q2MX-9B4D-R"
        yield replace(
            HANH,
            number=number,
            holder=f"{NAMES[n % len(NAMES)]} {n}",
            address=f"https://certify.example.org/verify/{number}",
            credential=b'{"n": %d, "filling": "%s"}' % (n, b"x" * 4_000),
        )


def _cost(run: Callable[[], object], count: int) -> float:
    begun = process_time()
    run()
    return (process_time() - begun) / count * 1000


def _parts(some: list[Certificate]) -> dict[str, Callable[[], object]]:
    """The libraries alone, each given what it needs: no word, no address and no file of ours is made."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[OURS])
    compiler = typst.Compiler(root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True)
    families = shelf(None).families("VN")
    sheets = [{"sheet": sheet_of(each, families), "credential": each.credential.decode()} for each in some]
    drawn = [draw(each) for each in some]
    signer = paper_seal._signer(seal())
    template = TEMPLATES / "trainer_certification.typ"

    def compiled() -> None:
        for inputs in sheets:
            compiler.compile(
                input=template, format="pdf", pdf_standards=STANDARDS, sys_inputs=inputs, timestamp=0
            )

    def signed() -> None:
        meta = PdfSignatureMetadata(
            field_name="Seal", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=True
        )
        for pdf in drawn:
            sealer = PdfSigner(meta, signer, new_field_spec=SigFieldSpec("Seal"))
            sealer.sign_pdf(paper_seal._Writer(BytesIO(pdf)), bytes_reserved=paper_seal.RESERVED)

    return {
        "segno: the QR code": lambda: [segno.make(each.address, error="m", micro=False) for each in some],
        "typst: the sheet": compiled,
        "pyHanko: the seal": signed,
    }


def test_one_beside_the_sum_of_its_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    costs: dict[str, list[float]] = {}
    for round_ in range(ROUNDS + 1):
        some = list(certificates(round_ * A_ROUND, A_ROUND))
        jobs = _parts(some)
        jobs["ours: words, sheet, seal, file"] = lambda some=some: [  # type: ignore[misc]
            paper(each, seal(), AT, tmp_path) for each in some
        ]
        for name, run in jobs.items():
            cost = _cost(run, A_ROUND)
            if round_:  # the first one warms up
                costs.setdefault(name, []).append(cost)
    *parts, whole = (median(each) for each in costs.values())
    with capsys.disabled():
        print(f"\n{_where()}, median of {ROUNDS} rounds of {A_ROUND}")  # noqa: T201 – a benchmark's purpose
        for name, each in costs.items():
            print(f"  {name:<34} {median(each):>7.2f} ms")  # noqa: T201
        print(f"  of the sum of its parts            {whole / sum(parts):>7.2f}")  # noqa: T201


def test_many_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key_pem, chain_pem = to_pem(seal().key), chain_as_pem(seal().chain)
    jobs = (Job(each, key_pem, chain_pem, AT) for each in certificates(0, BULK))
    memory: list[int] = []
    begun, used = perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    for n, drawn in enumerate(draw_all(jobs, tmp_path), 1):
        assert drawn.problem == ""
        if n % (BULK // 10) == 0:
            memory.append(_resident())
    took = perf_counter() - begun
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    assert sum(1 for _ in tmp_path.rglob("*.pdf")) == BULK
    with capsys.disabled():
        print(f"\n{_where()}, {BULK:,} certificates in bulk")  # noqa: T201
        print(f"  {BULK / took:,.0f} a second, {BULK / cpu:,.0f} a second of one core")  # noqa: T201
        print(f"  cores kept busy: {cpu / took:.2f} of {os.cpu_count()}")  # noqa: T201
        print(f"  memory of all processes, MB, at each tenth: {memory}")  # noqa: T201


def _resident() -> int:
    """Megabytes of this process and its children."""
    pages = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            parent = int(stat.rpartition(")")[2].split()[1])
            if os.getpid() in (int(folder.name), parent):
                pages += int((folder / "statm").read_text().split()[1])
        except (OSError, ValueError):
            continue  # it ended meanwhile
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def _where() -> str:
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    used = ", ".join(f"{name} {version(name)}" for name in ("typst", "pyhanko", "segno"))
    return f"Python {platform.python_version()}, {used}, {os.cpu_count()} cores, load {load}"
