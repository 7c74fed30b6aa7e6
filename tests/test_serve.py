"""`./run` beyond its shell: what the server prepares, prints, keeps and starts over."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATIENCE = 90  # seconds for a start on a busy machine


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def _served(instance: Path, *options: str, mode: str = "demo") -> Iterator[tuple[int, Path]]:
    """A server on the instance, ready; its port, and the file with what it printed."""
    port, said = _free_port(), instance / "said.txt"
    environ = {**os.environ, "CERTIFY_MODE": mode, "CERTIFY_INSTANCE": str(instance), "PORT": str(port)}
    for name in ("CERTIFY_BASE_URL", "DATABASE_URL", "HOST"):
        environ.pop(name, None)
    with said.open("w") as out:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", *options]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _is_ready(port):
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.2)
        yield port, said
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


@pytest.mark.slow
def test_the_demonstration_is_kept_between_starts_and_begun_anew_when_asked(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    with _served(instance) as (port, said):
        printed = said.read_text(encoding="utf-8")
    first = json.loads((instance / "demo.json").read_bytes())
    assert f"http://127.0.0.1:{port}" in printed
    assert {entry["role"] for entry in first} <= set(printed.split())

    (instance / "demo.json").write_text("[]", encoding="utf-8")
    with _served(instance):
        assert (instance / "demo.json").read_text(encoding="utf-8") == "[]"

    with _served(instance, "--fresh"):
        anew = json.loads((instance / "demo.json").read_bytes())
    assert not {entry.pop("token") for entry in anew} & {entry.pop("token") for entry in first}
    assert anew == first


def test_an_installation_that_is_no_demonstration_starts_empty(tmp_path: Path) -> None:
    with _served(tmp_path, mode="test"):
        assert not (tmp_path / "demo.json").exists()
