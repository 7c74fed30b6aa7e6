"""A real Chromium before a real server with the demonstration in it."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import waitress
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from certify.models import db
from tests.databases import Sqlite
from tests.demo import Demo, installed

Enter = Callable[..., Page]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def demo(sqlite_kind: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    return installed(sqlite_kind.create(folder, "empty"), folder)


@pytest.fixture(scope="session")
def address(demo: Demo) -> Iterator[str]:
    """Where the demonstration answers."""
    app = demo.app()
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://localhost:{server.effective_port}"
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(5)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one that CERTIFY_CHROMIUM names."""
    found = os.environ.get("CERTIFY_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.fail("Chromium is missing; ./test installs it, or name one in CERTIFY_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(Path(found)), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, address: str, demo: Demo) -> Iterator[Enter]:
    """A page in which a role is signed in: `signed_in("candidate", phone=True)`."""
    contexts: dict[tuple[str, bool], BrowserContext] = {}

    def enter(role: str, *, phone: bool = False) -> Page:
        if (role, phone) not in contexts:
            contexts[role, phone] = chromium.new_context(
                base_url=address, viewport=PHONE if phone else DESKTOP, java_script_enabled=not phone
            )
            if role != "visitor":
                _sign_in(contexts[role, phone], demo, role)
        return contexts[role, phone].new_page()

    yield enter
    for context in contexts.values():
        context.close()


def _sign_in(context: BrowserContext, demo: Demo, role: str) -> None:
    entry = next(entry for entry in demo.entries if entry["role"] == role)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(str(entry["email"]))
    page.get_by_label("Password", exact=True).fill(str(entry["password"]))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")
    page.close()
