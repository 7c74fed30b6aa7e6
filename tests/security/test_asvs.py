"""docs/security-asvs.md: a row says where it is met and by which test, and both are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "security-asvs.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (?P<rows>\d[^|]*) \| (?P<asked>[^|]+) \| (?P<where>[^|]+) \| (?P<test>[^|]+) \|$", re.MULTILINE
)
PATH = re.compile(r"`([\w./-]+(?:\.py|\.html|/))`")


def test_every_row_names_files_and_tests_that_exist() -> None:
    missing = []
    rows = [found.groupdict() for found in ROW.finditer(PAGE)]
    assert len(rows) > 50
    for row in rows:
        tests = re.findall(r"`(tests/[\w./]+)`", row["test"])
        assert tests, row["rows"]
        paths = [ROOT / "certify" / path for path in PATH.findall(row["where"])]
        paths += [ROOT / path for path in tests]
        missing += [str(path) for path in paths if not path.exists()]
    assert missing == []


def test_no_row_of_the_standard_is_told_twice() -> None:
    told = [number for found in ROW.finditer(PAGE) for number in _numbers(found["rows"])]
    assert sorted(number for number in set(told) if told.count(number) > 1) == []
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", number) for number in told)


def _numbers(text: str) -> list[str]:
    """Each row that a cell names: "3.4.1–3.4.3" are three."""
    numbers = []
    for part in re.sub(r"\*\(3\)\*", "", text).split(","):
        first, _, last = (each.strip() for each in part.partition("–"))
        head, start = first.rsplit(".", 1)
        end = last.rsplit(".", 1)[1] if last else start
        numbers += [f"{head}.{n}" for n in range(int(start), int(end) + 1)]
    return numbers
