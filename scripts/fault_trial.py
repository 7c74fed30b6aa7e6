"""Tries faults in one collected pytest: a fork for each, with the tests that come by it."""

import gc
import hashlib
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import _lru_cache_wrapper
from itertools import accumulate
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.format_utils import mangled_name_from_mutant_name

KILLED, SURVIVED, UNTESTED, OUR_OWN_ERROR, TOO_LONG = 1, 0, 33, 35, 36  # mutmut's own numbers
KEPT = ("tests.databases", "tests.issuer")  # they remember a folder, which goes when it is forgotten
FIRST = 0.2  # seconds: such a test is timed once more, for it may have made what others find made
SPARE = 5  # seconds of processor time that a fault may cost beyond five times the tests' own


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Trial:
    """A plugin of pytest: the faults of some files, and what the tests have to say to them."""

    files: list[SourceFileMutationData]
    until: float  # of time.monotonic()
    enough: float  # seconds of tests against one fault, the quickest first
    failed: bool = False
    forked: bool = False
    tests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by function
    seconds: dict[str, float] = field(default_factory=dict)  # of processor time, by test
    caches: list[Any] = field(default_factory=list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Few examples, the same each time: a fault is met by many tests."""
        hypothesis.settings.register_profile(
            "faults", deadline=None, max_examples=15, derandomize=True, database=None
        )
        hypothesis.settings.load_profile("faults")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of one run of all tests: one without a fault, then one for each fault."""
        self.caches = list(_caches())
        self.failed = not self._passes_without_fault(session)
        if not self.failed:
            gc.collect()
            gc.freeze()
            self._try_all(session)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """A fork ends with the first failure: to write the report would cost more than the tests."""
        if self.forked and call.excinfo and not call.excinfo.errisinstance(pytest.skip.Exception):
            os._exit(KILLED)

    def _passes_without_fault(self, session: pytest.Session) -> bool:
        say(f"{len(session.items)} tests without a fault …")
        if not self._learn(session.items):
            return False
        quick = [item for item in session.items if self.seconds[item.nodeid] < 0.05]
        if self._try("", quick, session) == SURVIVED:
            return True
        say("A fork without a fault does not pass; nothing can be learned.")
        return False

    def _learn(self, items: list[pytest.Item]) -> bool:
        """Which test comes by which function, and whether all of them pass."""
        set_mutant_under_test("stats")
        passed = True
        for item in items:
            _clear(self.caches)
            state()._stats.clear()
            self.seconds[item.nodeid], reports = _timed(item)
            if self.seconds[item.nodeid] > FIRST:
                state()._stats.clear()
                self.seconds[item.nodeid], _ = _timed(item)
            for function in state()._stats:
                self.tests[function].add(item.nodeid)
            for report in (one for one in reports if one.failed):
                say(f"fails without any fault: {item.nodeid}\n{report.longreprtext}")
                passed = False
        set_mutant_under_test("")
        return passed

    def _try_all(self, session: pytest.Session) -> None:
        by_name = {item.nodeid: item for item in session.items}
        for n, (data, name) in enumerate(self._untried(), start=1):
            if time.monotonic() > self.until:
                say("Out of time; the next run goes on from here.")
                return
            items = [by_name[one] for one in self._tests_against(name)]
            data.exit_code_by_key[name] = self._try(name, items, session)
            data.save()
            if n % 50 == 0:
                say(f"{n} faults tried")

    def _untried(self) -> list[tuple[SourceFileMutationData, str]]:
        """In an order drawn by lot, the same each time: whatever is cut off leaves a fair sample."""
        untried = [
            (data, name)
            for data in self.files
            for name, code in data.exit_code_by_key.items()
            if code is None
        ]  # fmt: skip
        return sorted(untried, key=lambda one: hashlib.sha256(one[1].encode()).digest())

    def _tests_against(self, name: str) -> list[str]:
        """The quickest tests that come by the fault, as many as there is time for."""
        ids = sorted(self.tests[mangled_name_from_mutant_name(name)], key=self.seconds.__getitem__)
        spent = list(accumulate(self.seconds[one] for one in ids))
        return [one for one, seconds in zip(ids, spent, strict=True) if seconds <= self.enough] or ids[:1]

    def _try(self, name: str, items: list[pytest.Item], session: pytest.Session) -> int:
        if not items:
            return UNTESTED
        folder = Path(tempfile.mkdtemp(prefix="fault-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        child = os.fork()
        if not child:
            self._live_with(name, items, session, folder)
        _, status = os.waitpid(child, 0)
        shutil.rmtree(folder, ignore_errors=True)
        return TOO_LONG if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)

    def _live_with(self, name: str, items: list[pytest.Item], session: pytest.Session, folder: Path) -> None:
        """The life of a fork; it never returns."""
        self.forked, code = True, OUR_OWN_ERROR
        try:
            seconds = int(5 * sum(self.seconds[item.nodeid] for item in items)) + SPARE
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            signal.alarm(20 * seconds)
            session.config._tmp_path_factory._basetemp = folder  # type: ignore[attr-defined]
            _clear(self.caches)
            set_mutant_under_test(name)
            for item in items:
                _run(item)
            code = SURVIVED
        finally:
            os._exit(code)


class _Afterwards:
    """Stands for the next test: nothing but what belongs to the session outlives the last one."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


def _timed(item: pytest.Item) -> tuple[float, list[pytest.TestReport]]:
    """The processor time of a test, and what it said."""
    start = time.process_time()
    reports = _run(item)
    return time.process_time() - start, reports


def _run(item: pytest.Item) -> list[pytest.TestReport]:
    afterwards: Any = _Afterwards(item.session)
    return runtestprotocol(item, nextitem=afterwards, log=False)


def _caches() -> Iterator[Any]:
    """What functions of ours remember; a fault must not be answered from before it was planted."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("certify", "tests") and name not in KEPT:
            yield from (one for one in vars(module).values() if isinstance(one, _lru_cache_wrapper))


def _clear(caches: list[Any]) -> None:
    for cache in caches:
        cache.cache_clear()


def say(text: str) -> None:
    """How far it is, for whoever waits."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
