"""Faults on order: where they can be ordered, that nothing real starts with one, and that each strikes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from certify import faults
from certify.config import ConfigRefused, read_settings
from certify.faults import Point, Struck, arm, fault_of, reach

CODE = Path(faults.__file__).parent
LATER = {"SMTP"}  # points of what is not built yet, or does not pass them yet


@pytest.fixture(autouse=True)
def _nothing_ordered() -> Iterator[None]:
    yield
    arm("")


def test_the_fault_happens_at_the_ordered_pass_alone() -> None:
    ordered = arm("commit:3")
    reach(Point.COMMIT)
    reach(Point.LOG_WRITE)
    reach(Point.COMMIT)
    assert ordered is not None
    assert not ordered.struck
    with pytest.raises(Struck):
        reach(Point.COMMIT)
    assert ordered.struck
    reach(Point.COMMIT)


@pytest.mark.parametrize(
    "order",
    ["commit", "commit:0", "commit:-1", "commit:x", "commit:1:burn", "commit:1:kill:2", "lunch:1"],
)
def test_an_order_that_nobody_understands_is_refused(order: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r".*"):
        fault_of(order)
    given = {"CERTIFY_MODE": "test", "CERTIFY_INSTANCE": str(tmp_path), "CERTIFY_FAULT": order}
    with pytest.raises(ConfigRefused, match="CERTIFY_FAULT"):
        read_settings(given)


@pytest.mark.parametrize("mode", ["production", "demo"])
def test_nothing_real_starts_with_a_fault(mode: str, tmp_path: Path) -> None:
    given = {
        "CERTIFY_MODE": mode,
        "CERTIFY_INSTANCE": str(tmp_path),
        "CERTIFY_BASE_URL": "https://certify.example",
    }
    assert read_settings(given).fault == ""
    with pytest.raises(ConfigRefused, match="for tests alone"):
        read_settings({**given, "CERTIFY_FAULT": "commit:1"})


def test_a_test_starts_with_the_fault_it_orders(tmp_path: Path) -> None:
    given = {"CERTIFY_MODE": "test", "CERTIFY_INSTANCE": str(tmp_path), "CERTIFY_FAULT": "commit:1:kill"}
    assert read_settings(given).fault == "commit:1:kill"


def test_every_point_is_passed_somewhere() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in CODE.rglob("*.py"))
    passed = set(re.findall(r"reach\(Point\.(\w+)\)", code))
    assert passed | LATER == set(Point.__members__)
