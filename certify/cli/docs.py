"""`flask docs`: what of docs/ is made from the declarations, and whether it is up to date."""

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from certify.api.document import document_page
from certify.cli.group import Commands
from certify.policy.documents import permissions_page
from certify.scheme.catalogue import shipped
from certify.scheme.documents import scheme_page
from certify.workflows.documents import workflows_page

group = Commands("docs", help="Generated pages: the scheme, the workflows, the permissions, the interface.")
FOLDER = Path(__file__).parent.parent.parent / "docs"

PAGES: Mapping[str, Callable[[], str]] = {
    "scheme.md": lambda: scheme_page(shipped("score-2026")),
    "workflows.md": workflows_page,
    "permissions.md": lambda: permissions_page(shipped("score-2026")),
    "openapi.json": document_page,
}


@group.command("build")
def build() -> None:
    """Write every generated page anew."""
    for name in PAGES:
        write(name)


@group.command("check")
def check() -> None:
    """Fail when a generated page does not say what the code says."""
    old = outdated()
    if old:
        raise click.ClickException(f"Out of date: {', '.join(old)}. Run `flask docs build`.")
    click.echo("The generated pages are up to date.")


def outdated() -> list[str]:
    """The names of generated pages that differ from what would be written now."""
    return [name for name, page in PAGES.items() if _read(name) != page()]


def write(name: str) -> None:
    """Write one generated page."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
    click.echo(f"docs/{name}")


def _read(name: str) -> str | None:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else None
