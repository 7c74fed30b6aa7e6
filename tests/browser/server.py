"""The demonstration behind a real server, and the browser that looks at it."""

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context

import waitress
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from certify.models import db
from tests.client import StrictClient, sign_in
from tests.demo import Demo

SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ROLES = (
    "visitor", "candidate", "expert_trainer", "master_trainer", "coordinator", "provider",
    "enterprise_contact", "qa_reviewer", "scheme_owner", "auditor", "administrator",
)  # fmt: skip


@contextmanager
def serving(site: Flask) -> Iterator[str]:
    """The address at which the application answers."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a busy machine is no news
    server = waitress.create_server(site, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.effective_port}"
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(5)
        with site.app_context():
            db.engine.dispose()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one that CERTIFY_CHROMIUM names. Raises FileNotFoundError."""
    found = os.environ.get("CERTIFY_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise FileNotFoundError("Chromium is missing; ./test installs it, or name one in CERTIFY_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=SWITCHES)
        yield browser
        browser.close()


def cookies(site: Flask, demo: Demo) -> dict[str, str]:
    """A session cookie of each role, made without the wait for a password's hash."""
    return {role: Context().run(_cookie, site, demo, role) for role in ROLES[1:]}


def _cookie(site: Flask, demo: Demo, role: str) -> str:
    with site.app_context():
        somebody = demo.person(role)
        db.session.remove()
    client = sign_in(StrictClient(site), somebody)
    found = client.get_cookie("certify")
    assert found is not None
    return found.value
