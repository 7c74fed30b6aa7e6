"""DOCX, XLSX and ODT: packed folders that hold text and pictures, no macros and nothing fetched."""

import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from flask_babel import gettext

from certify.files.refused import CHUNK, FileRefused, Measure

MAX_MEMBERS = 3000
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
MAIN_TYPES = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
PASSIVE = (
    ".xml",
    ".rels",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".emf",
    ".wmf",
    ".tiff",
    ".svm",
    ".rdf",
    ".odttf",
)
PASSIVE_NAMES = ("mimetype", "layout-cache")
ACTIVE_FOLDERS = ("basic/", "scripts/", "dialogs/", "/embeddings/", "/activex/", "/ctrlprops/", "object ")
ACTIVE_TEXT = (
    b"macroenabled",
    b"vbaproject",
    b"ddeauto",
    b"ddelink",
    b"script:event-listener",
    b"office:scripts>",
    b"<!doctype",
    b"<!entity",
)
FETCHED = (b"attachedtemplate", b"oleobject", b"/frame", b"subdocument", b"externallink")


def kind_of(content: bytes) -> str:
    """docx, xlsx or odt. Raises FileRefused for any other archive."""
    with _opened(content) as archive:
        names = set(archive.namelist())
        if "mimetype" in names and _read_small(archive, "mimetype").strip() == ODT_TYPE:
            return "odt"
        types = _read_small(archive, "[Content_Types].xml") if "[Content_Types].xml" in names else b""
        for kind, main in MAIN_TYPES.items():
            if main in types:
                return kind
    raise FileRefused(
        gettext("Only PDF, JPEG, PNG, DOCX, XLSX and ODT files are taken; archives and macros are not.")
    )


def check_docx(content: bytes) -> bytes:
    """The same bytes, when they are a harmless DOCX. Raises FileRefused."""
    return _check(content, must_hold="word/document.xml")


def check_xlsx(content: bytes) -> bytes:
    """The same bytes, when they are a harmless XLSX. Raises FileRefused."""
    return _check(content, must_hold="xl/workbook.xml")


def check_odt(content: bytes) -> bytes:
    """The same bytes, when they are a harmless ODT. Raises FileRefused."""
    return _check(content, must_hold="content.xml")


def _check(content: bytes, *, must_hold: str) -> bytes:
    measure = Measure(
        gettext("The document unpacks to more than we can take. Make it smaller and try again.")
    )
    with _opened(content) as archive:
        members = archive.infolist()
        names = [member.filename for member in members]
        if must_hold not in names or len(set(names)) != len(names) or len(members) > MAX_MEMBERS:
            raise _unreadable()
        for member in members:
            _check_name(member)
            _check_member(member, measure.read(_pieces(archive, member)))
    return content


def _check_name(member: ZipInfo) -> None:
    lowered = member.filename.lower()
    if member.flag_bits & 1:
        raise FileRefused(
            gettext("The document is locked with a password. Save it without one and try again.")
        )
    climbs = lowered.startswith("/") or ".." in lowered.split("/") or "\\" in lowered or "\0" in lowered
    if climbs or member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise _unreadable()
    if member.is_dir():
        return
    acts = any(f"/{lowered}".startswith(f"/{folder}") or folder in lowered for folder in ACTIVE_FOLDERS)
    passive = lowered.endswith(PASSIVE) or lowered in PASSIVE_NAMES or "printersettings" in lowered
    if acts or not passive:
        raise _acts()


def _check_member(member: ZipInfo, unpacked: bytes) -> None:
    lowered_name = member.filename.lower()
    if not lowered_name.endswith((".xml", ".rels", ".rdf")):
        return
    if b"\0" in unpacked:  # UTF-16 would hide the words that are looked for
        raise _unreadable()
    text = unpacked.lower()
    if b"encryption-data" in text:
        raise FileRefused(
            gettext("The document is locked with a password. Save it without one and try again.")
        )
    fetches = b'"external"' in text.replace(b"'", b'"') and any(word in text for word in FETCHED)
    if fetches or any(word in text for word in ACTIVE_TEXT):
        raise _acts()


def _opened(content: bytes) -> ZipFile:
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 != len(content):  # nothing may follow the directory, not even a comment
        raise _unreadable()
    try:
        return ZipFile(BytesIO(content))
    except (BadZipFile, LargeZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _unreadable() from error


def _pieces(archive: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as packed:
            while piece := packed.read(CHUNK):
                yield piece
    except (
        BadZipFile,
        RuntimeError,
        zlib.error,
        OSError,
        ValueError,
        NotImplementedError,
        EOFError,
    ) as error:
        raise _unreadable() from error


def _read_small(archive: ZipFile, name: str) -> bytes:
    """One member of at most one megabyte, for telling the kind."""
    pieces: Iterable[bytes] = _pieces(archive, archive.getinfo(name))
    return Measure(gettext("The document cannot be read."), limit=1024 * 1024).read(pieces)


def _acts() -> FileRefused:
    return FileRefused(
        gettext("The document holds macros, other files or addresses to fetch. Save it as PDF and try again.")
    )


def _unreadable() -> FileRefused:
    return FileRefused(gettext("The document cannot be read. Save it anew and try again."))
