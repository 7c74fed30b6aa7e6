"""`flask translations`: add a language, bring it up to date, compile it, and see what was missed."""

import re
import tempfile
from contextlib import chdir
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from certify.cli.group import Commands
from certify.extensions import settings

group = Commands("translations", help="Languages of the pages and letters.")
ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "certify" / "translations"
TEMPLATE = FOLDER / "messages.pot"

# What stands for a value, and must stay as it is.
VALUE = re.compile(r"(%\(\w+\)[sd]|\{\w*\}|%%)")


@group.command("extract")
def extract() -> None:
    """Write certify/translations/messages.pot anew and bring every language up to it."""
    FOLDER.mkdir(exist_ok=True)
    extract_to(TEMPLATE)
    if any(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        _babel("update", "-i", TEMPLATE, "-d", FOLDER)
    click.echo(f"{TEMPLATE.relative_to(ROOT)}: {len(_read(TEMPLATE))} sentences")


@group.command("add")
@click.argument("language")
def add(language: str) -> None:
    """Begin a LANGUAGE, for example vi: writes certify/translations/vi/LC_MESSAGES/messages.po."""
    extract.main([], standalone_mode=False)
    _babel("init", "-i", TEMPLATE, "-d", FOLDER, "-l", language)


@group.command("compile")
def compile_all() -> None:
    """Make every language usable; the application must be started again."""
    _babel("compile", "-d", FOLDER)


@group.command("pseudo")
@click.argument("language", default="eo")
def pseudo(language: str) -> None:
    """Put every sentence in brackets, in this installation alone: what has none was missed.

    Choose a LANGUAGE that is written from right to left (ar) to see the pages mirrored.
    """
    if settings().mode == "production":
        raise click.ClickException("The pseudo-language is for demo and test (CERTIFY_MODE).")
    path = write_pseudo(settings().instance / "translations", language)
    click.echo(f"{path}; start again and choose this language.")


def write_pseudo(folder: Path, language: str) -> Path:
    """A compiled catalogue that puts every sentence in brackets, in a folder of catalogues."""
    with tempfile.TemporaryDirectory() as made:
        found = _read(extract_to(Path(made) / "messages.pot"))
    catalogue = Catalog(locale=language)
    for message in found:
        if message.id:
            shown = [bracketed(text) for text in _texts(message.id)]
            plural = tuple((shown * catalogue.num_plurals)[: catalogue.num_plurals])
            catalogue.add(message.id, plural if message.pluralizable else shown[0], context=message.context)
    path = folder / language / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    path.write_bytes(buffer.getvalue())
    return path


def bracketed(text: str) -> str:
    """The sentence in brackets, its values outside of them, for they have to be translated themselves."""
    parts = VALUE.split(text)
    return "".join(
        part if VALUE.fullmatch(part) or not re.search(r"\w", part) else f"⟦{part}⟧" for part in parts
    )


def extract_to(path: Path) -> Path:
    """Write the template of all that is to be translated."""
    mapping = ("-F", ROOT / "babel.cfg", "-k", "say", "--sort-by-file")
    with chdir(ROOT):  # so that the template names files as they stand in the repository
        _babel("extract", *mapping, "-o", path, "certify")
    return path


def _babel(command: str, *options: object) -> None:
    CommandLineInterface().run(["pybabel", "-q", command, *map(str, options)])  # type: ignore[no-untyped-call]


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _texts(id: str | tuple[str, ...] | list[str]) -> list[str]:
    return [id] if isinstance(id, str) else list(id)
