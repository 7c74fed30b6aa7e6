"""Photographs every page of the demonstration, for each role, wide and on a phone, into a folder.

.venv/bin/python -m scripts.screenshots FOLDER [ROLE …]
"""

import re
import sys
import tempfile
from pathlib import Path

try:
    from tests.browser.server import ROLES, chromium, cookies, serving
    from tests.browser.window import DESKTOP, PHONE, Window, walk
except ModuleNotFoundError as missing:
    sys.exit(
        f"{missing.name} is missing: it comes with the tests. Run ./test once, then .venv/bin/python here."
    )

from certify.views.styleguide import PARTS
from tests.databases import Sqlite, migrate
from tests.demo import Demo, installed

# The developers' page is photographed whole and once; files are no pages.
NO_PAGES = {"nowhere", "static", "files.show", "styleguide.first", "styleguide.show", "styleguide.error"}


def main(folder: Path, roles: tuple[str, ...]) -> None:
    """Play the demonstration somewhere else, walk through it, and write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        demo = _demo(Path(made))
        site = demo.app()
        routes = site.url_map.bind("localhost")
        with (
            serving(site) as address,
            chromium() as browser,
            Window.opened(browser, address, cookies(site, demo), viewport=DESKTOP) as window,
        ):
            for role in roles:
                window.become(role)
                for path, _ in walk(window, routes, _start(role), set(NO_PAGES)):
                    photograph(window, folder / f"{role}{_name(path)}")
                    print(f"{role} {path}")  # noqa: T201


def photograph(window: Window, name: Path) -> None:
    """The page that is open, whole, at both widths."""
    for size in (PHONE, DESKTOP):
        window.page.set_viewport_size(size)  # type: ignore[arg-type]
        window.page.screenshot(path=f"{name}-{size['width']}.png", full_page=True)


def _start(role: str) -> tuple[str, ...]:
    if role != "visitor":
        return ("/desk",)
    return ("/", *(f"/styleguide/{part}" for part in PARTS))


def _name(path: str) -> str:
    """The path as a name; ids say nothing to whoever looks for a picture."""
    plain = re.sub(r"/[0-9a-f]{20}(?=/|$)", "/one", path.partition("?")[0])
    return re.sub(r"[^\w-]+", "-", plain if plain != "/" else "/home")


def _demo(folder: Path) -> Demo:
    kind = Sqlite(folder / "templates")
    kind.template("empty", migrate)
    return installed(kind, folder / "mine")


if __name__ == "__main__":
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= set(ROLES):
        sys.exit(f"usage: python -m scripts.screenshots FOLDER [ROLE …]\nroles: {', '.join(ROLES)}")
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or ROLES)
