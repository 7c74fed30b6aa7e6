"""The demonstration behind a real server, and the browser that looks at it."""

import logging
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import Context
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import waitress
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug import Response

from certify.models import db
from tests.client import StrictClient, sign_in
from tests.demo import Demo

SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
AXE_PATH = "/axe.js"
ROLES = (
    "visitor", "candidate", "expert_trainer", "master_trainer", "coordinator", "provider",
    "enterprise_contact", "qa_reviewer", "scheme_owner", "auditor", "administrator",
)  # fmt: skip


@contextmanager
def serving(site: Flask) -> Iterator[str]:
    """The address at which the application answers."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a busy machine is no news
    site.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # a stylesheet is the same on the next page
    server = waitress.create_server(_with_axe(site), host="127.0.0.1", port=0, threads=4)
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


def _with_axe(site: Flask) -> WSGIApplication:
    """The site, and axe as a file of it: the browser compiles half a megabyte once and not for each page."""
    axe = Response(AXE_SCRIPT, mimetype="text/javascript", headers={"Cache-Control": "max-age=3600"})

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return (axe if environ["PATH_INFO"] == AXE_PATH else site)(environ, start)

    return answer


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one that CERTIFY_CHROMIUM names. Raises FileNotFoundError."""
    known = map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))
    found = os.environ.get("CERTIFY_CHROMIUM") or next(filter(None, known), None)
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
