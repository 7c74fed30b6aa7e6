"""Plants mutmut's faults in the rules, tries them against the tests, and tells which of them survived."""

import argparse
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from pathlib import Path

import pytest
from mutmut.__main__ import copy_also_copy_files, copy_src_dir, create_mutants, setup_source_paths
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

from scripts.fault_trial import SURVIVED, UNTESTED, Trial, say

MADE = Path("mutants")
VIEWS = (
    "account", "decisions", "enterprises", "issuers", "nomination", "organisations", "people", "providers",
    "roles", "stale", "supervision", "taking_over", "tokens", "undo", "undo_office",
)  # fmt: skip
PARTS = {  # with the tests that ask most for their time
    "policy": ["tests/policy"],
    "scheme": ["tests/scheme", "--deselect=tests/scheme/test_rules_properties.py"],
    "workflows": [
        "tests/workflows",
        "tests/store",
        "tests/files/test_erasing.py",
        *(f"tests/cli/test_{name}.py" for name in ("api", "privacy", "tokens")),
        *(f"tests/views/test_{name}.py" for name in VIEWS),
        "--deselect=tests/workflows/test_invariants.py",
    ],
}
Files = list[SourceFileMutationData]


def plant() -> None:
    """Write the files with all their faults; what did not change is kept, and its results with it."""
    MADE.mkdir(exist_ok=True)
    shutil.rmtree(MADE / "tests", ignore_errors=True)
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        copy_src_dir()
        copy_also_copy_files()
        create_mutants(1)
    setup_source_paths()


def chosen(part: str | None, names: list[str]) -> Files:
    """The files of a part that hold faults."""
    found = []
    for path in sorted(walk_mutatable_files()):
        if part in (None, path.parts[1]) and (not names or path.name in names):
            data = SourceFileMutationData(path=path)
            data.load()
            if data.exit_code_by_key:
                found.append(data)
    return found


def attempt(tests: list[str], files: Files, until: float, *, enough: float) -> bool:
    """Try the faults, in a process of its own: pytest is collected anew for each part."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    trial, code = Trial(files, until, enough), 1
    with suppress(KeyboardInterrupt):
        os.chdir(MADE)
        for data in files:
            data.meta_path = data.meta_path.relative_to(MADE)
        args = ["--rootdir=.", "-q", "-p", "no:cacheprovider", "--tb=short", "--assert=plain", *tests]
        code = int(pytest.main(args, plugins=[trial])) or int(trial.failed)
    os._exit(code)


def forget_survivors(files: Files) -> None:
    """So that they are tried once more, against tests that were written since."""
    for data in files:
        for name, code in data.exit_code_by_key.items():
            if code in (SURVIVED, UNTESTED):
                data.exit_code_by_key[name] = None
        data.save()


def table(files: Files) -> Iterator[str]:
    """A line for each file, and one for all."""
    yield f"{'file':46}{'faults':>7}{'tried':>7}{'killed':>7}{'survived':>9}{'untested':>9}"
    total: Counter[str] = Counter()
    for data in files:
        row = counted(data)
        total += row
        yield line(str(data.path), row)
    yield line("all", total)


def counted(data: SourceFileMutationData) -> Counter[str]:
    """How many faults came to what; one that no test comes by is untested."""
    row = Counter(faults=len(data.exit_code_by_key))
    for code in data.exit_code_by_key.values():
        if code is not None:
            row["tried"] += 1
            row[_fate(code)] += 1
    return row


def _fate(code: int) -> str:
    status = status_by_exit_code[code]
    return {"no tests": "untested", "killed": "killed", "timeout": "killed"}.get(status, "survived")


def line(name: str, row: Counter[str]) -> str:
    """One file's figures."""
    share = f"{row['killed'] / row['tried']:8.1%}" if row["tried"] else ""
    figures = f"{row['faults']:7}{row['tried']:7}{row['killed']:7}{row['survived']:9}{row['untested']:9}"
    return f"{name:46}{figures}{share}"


def survivors(files: Files) -> Iterator[str]:
    """Each fault that nothing noticed, as a difference."""
    for data in files:
        for name, code in data.exit_code_by_key.items():
            if code is not None and _fate(code) != "killed":
                yield f"# {name}: {_fate(code)}\n{get_diff_for_mutant(name, path=data.path)}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/mutants")
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--tests", nargs="+", help="these instead of the part's own, such as the quick ones")
    parser.add_argument(
        "--enough", type=float, default=2.0, help="seconds of tests against one fault, the quickest first"
    )
    parser.add_argument("--survivors", action="store_true", help="try nothing, show what survived")
    parser.add_argument("--again", action="store_true", help="try once more what survived")
    return parser.parse_args()


def main() -> int:
    """Try what was asked for, or show it."""
    asked = _arguments()
    passed = True
    if not asked.survivors:
        until = time.monotonic() + 60 * asked.minutes
        say("Planting the faults …")
        plant()
        for part in [asked.part] if asked.part else PARTS:
            files = chosen(part, asked.files)
            if asked.again:
                forget_survivors(files)
            tests = asked.tests or PARTS[part]
            passed = attempt(tests, files, until, enough=asked.enough) and passed
    files = chosen(asked.part, asked.files)
    told = [*survivors(files), ""] if asked.survivors else []
    sys.stdout.write("\n".join([*told, *table(files)]) + "\n")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
