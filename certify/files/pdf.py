"""PDF files: readable without a password, and nothing in them acts."""

import re
import zlib
from io import BytesIO
from typing import Any

from flask_babel import gettext
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from certify.files.refused import FileRefused, Measure

ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/XFA", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/RichMedia"}
)
ACTIVE_TYPES = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/RichMedia"),
        *("/Rendition", "/Movie", "/Sound", "/EmbeddedFile", "/FileAttachment", "/Screen", "/3D"),
    }
)
# Names long enough not to occur by chance in packed bytes; found even where no table points at them.
HIDDEN = re.compile(rb"/(JavaScript|EmbeddedFiles?|RichMedia|ImportData|SubmitForm|Launch\b)")
MAX_OBJECTS = 100_000
MAX_DEPTH = 60


def check(content: bytes) -> bytes:
    """The same bytes, when they are a harmless PDF. Raises FileRefused."""
    after_end = content.rpartition(b"%%EOF")[2]
    if after_end.strip(b"\r\n\t \0"):
        raise FileRefused(gettext("The PDF is cut off or goes on after its end. Save it anew and try again."))
    if HIDDEN.search(_unescaped(content)):
        raise _acts()
    try:
        _read(content)
    except FileRefused:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise _unreadable() from error
    except (OSError, zlib.error, AssertionError, OverflowError, NotImplementedError) as error:
        raise _unreadable() from error
    return content


def _read(content: bytes) -> None:
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise FileRefused(gettext("The PDF is locked with a password. Save it without one and try again."))
    measure = Measure(gettext("The PDF unpacks to more than we can take. Make it smaller and try again."))
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_OBJECTS:
        raise FileRefused(gettext("The PDF has too many parts. Print it to a new PDF and try again."))
    for number, generation in numbers:
        _inspect(reader.get_object(IndirectObject(number, generation, reader)), measure, MAX_DEPTH)
    if len(reader.pages) == 0:
        raise FileRefused(gettext("The PDF has no page."))


def _inspect(value: Any, measure: Measure, depth: int) -> None:
    if depth == 0:
        raise FileRefused(gettext("The PDF is nested too deeply. Print it to a new PDF and try again."))
    if isinstance(value, ArrayObject):
        for each in value:
            _inspect(each, measure, depth - 1)
    if not isinstance(value, DictionaryObject):
        return
    if ACTIVE_KEYS & set(value) or _names(value, "/S", "/Type", "/Subtype") & ACTIVE_TYPES:
        raise _acts()
    if isinstance(value, StreamObject):
        _unpack(value, measure)
    for each in value.values():
        _inspect(each, measure, depth - 1)


def _names(value: DictionaryObject, *keys: str) -> set[str]:
    found = (value.raw_get(key) for key in keys if key in value)
    return {str(name) for name in found if isinstance(name, NameObject)}


def _unpack(stream: StreamObject, measure: Measure) -> None:
    """Inflate as often as the stream's filters say, only to measure it."""
    filters = stream.get("/Filter", [])
    names = [str(filters)] if isinstance(filters, NameObject) else [str(each) for each in filters]
    if len(names) > 3:
        raise FileRefused(gettext("The PDF is packed too many times. Print it to a new PDF and try again."))
    unpacked = stream._data if isinstance(stream._data, bytes) else b""
    for name in names:
        if name not in ("/FlateDecode", "/Fl"):
            return
        unpacked = measure.inflate(unpacked)
    # Parts that no table points at: a reader that mends broken files would find them all the same.
    if "/ObjStm" in _names(stream, "/Type") and HIDDEN.search(_unescaped(unpacked)):
        raise _acts()


def _unescaped(content: bytes) -> bytes:
    """Names may spell letters as #41; a scan has to see through that."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), content)


def _acts() -> FileRefused:
    return FileRefused(
        gettext("The PDF holds a script, a form action or another file. Print it to a new PDF and try again.")
    )


def _unreadable() -> FileRefused:
    return FileRefused(gettext("The PDF cannot be read. Print it to a new PDF and try again."))
