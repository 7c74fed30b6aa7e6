"""What an upload really is: told by its bytes, never by its name; everything else is refused."""

from collections.abc import Callable
from dataclasses import dataclass

import puremagic
from flask_babel import gettext

from certify.files import office, pdf, pictures
from certify.files.names import clean_name
from certify.files.refused import FileRefused


@dataclass(frozen=True)
class Accepted:
    """A checked upload: the bytes to keep (pictures are drawn anew), its clean name and its type."""

    content: bytes
    name: str
    media_type: str


@dataclass(frozen=True)
class Sort:
    """A sort of file that is taken: how it is checked and how its name may end."""

    media_type: str
    extensions: tuple[str, ...]
    check: Callable[[bytes], bytes]


PDF = Sort("application/pdf", ("pdf",), pdf.check)
JPEG = Sort("image/jpeg", ("jpg", "jpeg"), pictures.redraw_jpeg)
PNG = Sort("image/png", ("png",), pictures.redraw_png)
DOCX = Sort(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",), office.check_docx
)
XLSX = Sort("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), office.check_xlsx)
ODT = Sort("application/vnd.oasis.opendocument.text", ("odt",), office.check_odt)
SORTS = (PDF, JPEG, PNG, DOCX, XLSX, ODT)
ACCEPT = ",".join(f".{extension}" for sort in SORTS for extension in sort.extensions)

SMUGGLED = (b"<script", b"<?php", b"<html", b"<!doctype html")


def check(content: bytes, name: str | None, *, limit: int) -> Accepted:
    """The upload as it may be kept. `limit` in bytes. Raises FileRefused with the sentence to show."""
    if not content:
        raise FileRefused(gettext("The file is empty."))
    if len(content) > limit:
        raise FileRefused(gettext("The file is larger than %(n)s MB.", n=limit // (1024 * 1024)))
    sort = _sort_of(content)
    kept_name = clean_name(name, sort.extensions)
    _refuse_polyglots(content, sort)
    return Accepted(sort.check(content), kept_name, sort.media_type)


def _sort_of(content: bytes) -> Sort:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"PK\x03\x04"):
        return {"docx": DOCX, "xlsx": XLSX, "odt": ODT}[office.kind_of(content)]
    raise FileRefused(
        gettext(
            "Only PDF, JPEG, PNG, DOCX, XLSX and ODT files are taken; this one looks like %(kind)s.",
            kind=_looks_like(content),
        )
    )


def _looks_like(content: bytes) -> str:
    try:
        found: str = puremagic.from_string(content[:65536])
    except (puremagic.PureError, ValueError):
        found = ""
    return found.lstrip(".").upper() or gettext("something else")


def _refuse_polyglots(content: bytes, sort: Sort) -> None:
    """Bytes that are also a page, a script, an archive or another document are refused."""
    lowered = content.lower()
    also_archive = sort in (PDF, JPEG, PNG) and _ends_as_archive(content)
    also_pdf = sort is not PDF and b"%PDF-" in content[:1024]
    also_page = sort in (PDF, JPEG, PNG) and any(mark in lowered for mark in SMUGGLED)
    if also_archive or also_pdf or also_page:
        raise FileRefused(
            gettext("The file holds another file or a script inside. Save it anew and try again.")
        )


def _ends_as_archive(content: bytes) -> bool:
    return b"PK\x05\x06" in content[-66_000:] or content[-512:].startswith(b"koly")
