"""A certificate as PDF: drawn by typst from JSON, PDF/A-3a and PDF/UA-1, the credential embedded."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import typst

from certify.credentials.certificate import Certificate
from certify.credentials.fonts import GlyphsMissing, distinct, shelf
from certify.credentials.paper_words import sheet_of, visible

if TYPE_CHECKING:
    from typst import PDFStandard  # a name of the stub alone

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]
_UNDRAWN = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_one_at_a_time = Lock()  # a compiler keeps its inputs between calls


def draw(certificate: Certificate, font_folder: Path | None = None) -> bytes:
    """The unsealed PDF: the same certificate gives the same bytes. Raises GlyphsMissing."""
    inputs = {
        "sheet": sheet_of(certificate, shelf(font_folder).families(certificate.country)),
        "credential": certificate.credential.decode("utf-8"),
    }
    try:
        return _drawn(f"{certificate.type}.typ", inputs, font_folder)
    except typst.TypstError as error:
        undrawn = _undrawn(error)
        if not undrawn:
            raise
        raise GlyphsMissing(certificate.number, undrawn, font_folder) from error


def without_glyph(text: str, font_folder: Path | None = None) -> tuple[str, ...]:
    """The characters of a text that no font here has, as `draw` finds them: each once."""
    inputs = {"families": json.dumps(shelf(font_folder).families("")), "name": visible(text)}
    try:
        _drawn("name.typ", inputs, font_folder)
    except typst.TypstError as error:
        undrawn = _undrawn(error)
        if not undrawn:
            raise
        return tuple(undrawn)
    return ()


def _drawn(template: str, inputs: Mapping[str, str], font_folder: Path | None) -> bytes:
    with _one_at_a_time:
        drawn = _compiler(font_folder).compile(
            input=TEMPLATES / template,
            format="pdf",
            pdf_standards=STANDARDS,
            sys_inputs=dict(inputs),
            timestamp=0,
        )
    assert isinstance(drawn, bytes)
    return drawn


def _undrawn(error: typst.TypstError) -> list[str]:
    return distinct(_ESCAPED.sub(_unescaped, each) for each in _UNDRAWN.findall(error.diagnostic))


@cache
def _compiler(font_folder: Path | None) -> typst.Compiler:
    """One compiler a process and font folder: reading fonts costs more than drawing."""
    return typst.Compiler(root=TEMPLATES, font_paths=shelf(font_folder).fonts, ignore_system_fonts=True)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))
