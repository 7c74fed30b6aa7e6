"""A real Chromium before a real server with the demonstration in it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from certify.cli.translations import write_pseudo
from tests.browser import server
from tests.browser.window import DESKTOP, PHONE, Window
from tests.databases import Sqlite
from tests.demo import Demo, installed


@pytest.fixture(scope="session")
def demo(sqlite_kind: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return installed(sqlite_kind, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def site(demo: Demo) -> Flask:
    """The application that answers; whoever asks in Arabic reads sentences in brackets, mirrored."""
    write_pseudo(demo.settings.instance / "translations", "ar")
    return demo.app()


@pytest.fixture(scope="session")
def address(site: Flask) -> Iterator[str]:
    """Where the demonstration answers."""
    with server.serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with server.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def cookies(site: Flask, demo: Demo) -> dict[str, str]:
    """A session cookie of each role."""
    return server.cookies(site, demo)


@pytest.fixture(scope="module")
def desktop(chromium: Browser, address: str, cookies: dict[str, str]) -> Iterator[Window]:
    """A wide window with JavaScript."""
    with Window.opened(chromium, address, cookies, viewport=DESKTOP) as window:
        yield window


@pytest.fixture(scope="module")
def phone(chromium: Browser, address: str, cookies: dict[str, str]) -> Iterator[Window]:
    """A phone without JavaScript."""
    with Window.opened(chromium, address, cookies, viewport=PHONE, java_script_enabled=False) as window:
        yield window


@pytest.fixture(scope="module")
def mirrored(chromium: Browser, address: str, cookies: dict[str, str]) -> Iterator[Window]:
    """A wide window of a reader from right to left."""
    with Window.opened(chromium, address, cookies, viewport=DESKTOP, locale="ar") as window:
        yield window
