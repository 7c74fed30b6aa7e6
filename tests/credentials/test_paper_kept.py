"""Papers are kept by what they are made of: asked for twice they are drawn once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from certify.credentials.fonts import GlyphsMissing
from certify.credentials.key_files import to_pem
from certify.credentials.paper_bulk import Drawn, Job, draw_all
from certify.credentials.paper_kept import address_of, paper, path_of
from certify.credentials.paper_shelves import forget
from certify.credentials.sealing import Seal, chain_as_pem
from tests.credentials.papers import AT, HANH, seal


def kept(files: Path) -> list[Path]:
    return sorted(path for path in files.rglob("*") if path.is_file())


def test_a_paper_is_drawn_and_sealed_once(tmp_path: Path) -> None:
    first = paper(HANH, seal(), AT, tmp_path)
    assert kept(tmp_path) == [path_of(HANH, seal(), tmp_path)]
    assert paper(HANH, seal(), AT, tmp_path) == first == kept(tmp_path)[0].read_bytes()


def test_many_who_ask_at_once_get_the_same_bytes(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(paper, HANH, seal(), AT, tmp_path) for _ in range(6)]
    assert {each.result() for each in asked} == {path_of(HANH, seal(), tmp_path).read_bytes()}
    assert len(kept(tmp_path)) == 1


def test_whatever_a_paper_is_made_of_is_in_its_address(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    others = [
        address_of(HANH, seal()),
        address_of(replace(HANH, holder="Nguyễn Thị Hồng Hanh"), seal()),
        address_of(replace(HANH, credential=b"{}"), seal()),
        address_of(replace(HANH, recognised=("Turin", "7")), seal()),
        address_of(HANH, Seal(seal().key, seal().chain[1:])),
    ]
    assert len(set(others)) == len(others)
    assert address_of(HANH, seal()) == address_of(replace(HANH), seal())
    before = address_of(HANH, seal(), tmp_path / "fonts")
    assert before == address_of(HANH, seal())  # an empty folder draws nothing otherwise


def test_an_earlier_name_is_not_kept_on(tmp_path: Path) -> None:
    other, renamed = replace(HANH, number="TC-7F3K-Q2MX-9B4D-S"), replace(HANH, holder="Hạnh")
    for each in (HANH, renamed, other):
        paper(each, seal(), AT, tmp_path)
    assert kept(tmp_path) == sorted(path_of(each, seal(), tmp_path) for each in (renamed, other))
    assert (forget(tmp_path, HANH.number), forget(tmp_path, HANH.number)) == (1, 0)
    assert kept(tmp_path) == [path_of(other, seal(), tmp_path)]


@pytest.mark.parametrize("broken", ["full", "unreadable"])
def test_a_paper_that_cannot_be_kept_is_given_out_and_in_bulk_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    """A file in the place of its folder, a folder in that of the file: what no disk lets anybody write to."""
    path = path_of(HANH, seal(), tmp_path)
    if broken == "full":
        path.parent.parent.mkdir()
        path.parent.write_bytes(b"")
    else:
        path.mkdir(parents=True)
    assert paper(HANH, seal(), AT, tmp_path).startswith(b"%PDF")
    assert [record.message for record in caplog.records if "cannot be kept" in record.message] != []
    job = Job(HANH, to_pem(seal().key), chain_as_pem(seal().chain), AT)
    problem = f"The certificate {HANH.number} was drawn and cannot be kept: look at the disk."
    assert list(draw_all([job], tmp_path)) == [Drawn(HANH.number, problem)]


def test_a_body_that_cannot_seal_stops_nobody_else(tmp_path: Path) -> None:
    pems = to_pem(seal().key), chain_as_pem(seal().chain)
    other = replace(HANH, number="TC-7F3K-Q2MX-9B4D-S")
    drawn = list(draw_all([Job(HANH, pems[0], b"none", AT), Job(other, *pems, AT)], tmp_path))
    assert [(one.number, "cannot be sealed" in one.problem) for one in drawn] == [
        (HANH.number, True),
        (other.number, False),
    ]
    assert "PRIVATE KEY" not in repr(Job(HANH, *pems, AT))


def test_in_bulk_a_missing_character_stops_nothing_else(tmp_path: Path) -> None:
    key_pem, chain_pem = to_pem(seal().key), chain_as_pem(seal().chain)
    numbers = [f"TC-7F3K-Q2MX-9B4{n:X}-R" for n in range(3)]
    names = ["Nguyễn Thị Hồng Hạnh", "王小明", "Ana Trần"]
    jobs = [
        Job(replace(HANH, number=number, holder=name), key_pem, chain_pem, AT)
        for number, name in zip(numbers, names, strict=True)
    ]
    drawn = sorted(draw_all(jobs, tmp_path, processes=1), key=lambda each: each.number)
    problem = str(GlyphsMissing(numbers[1], list("王小明"), None))
    assert drawn == [Drawn(numbers[0]), Drawn(numbers[1], problem), Drawn(numbers[2])]
    assert [path.name[:19] for path in kept(tmp_path)] == [numbers[0], numbers[2]]
