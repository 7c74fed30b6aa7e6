"""Every stored file is there and its bytes are those that were taken in; what was erased is gone."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, union_all

from certify.audit.findings import RESTORE, Finding
from certify.audit.rows import read
from certify.models import Event, StoredFile
from certify.workflows.erasure import MOVE
from certify.workflows.file_erasure import ORIGINAL, SUBJECT

_FROM_BACKUP = "Restore the file from the backup of the files folder; its name is its SHA-256."
_BACK = "Somebody put it back, from a backup perhaps: remove the file, or let flask files sweep do it."
_SHA256 = re.compile(r"[0-9a-f]{64}")


def findings(connection: Connection, folder: Path) -> Iterator[Finding]:
    """Bytes that are missing, changed or back, and erasures untold; `folder` is the instance's `files`."""
    for sha256, id, standing in read(connection, _named()):
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            yield Finding("stored_file", id, f"{sha256!r} is no SHA-256", RESTORE)
            continue
        path = folder / sha256[:2] / sha256[2:]
        if standing:
            yield from _unlike(path, sha256, id)
        elif path.exists():
            yield Finding("stored_file", id, f"the log tells of its erasure, and {path} is there", _BACK)
    yield from _untold(connection)


def _named() -> Select[Any]:
    """Each SHA-256 with a row that names it, and how many name it and are not erased."""
    shown = select(StoredFile.sha256, StoredFile.id, StoredFile.erased_at)
    originals = select(StoredFile.original_sha256, StoredFile.id, StoredFile.original_erased_at)
    both = union_all(shown, originals.where(StoredFile.original_sha256.is_not(None))).subquery()
    sha256, id, erased_at = both.c
    return select(sha256, func.min(id), func.count() - func.count(erased_at)).group_by(sha256)


def _unlike(path: Path, sha256: str, id: str) -> Iterator[Finding]:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        yield Finding("stored_file", id, f"{path} cannot be read: {error.strerror}", _FROM_BACKUP)
        return
    if found != sha256:
        yield Finding("stored_file", id, f"{path} is not what was taken in", _FROM_BACKUP)


def _untold(connection: Connection) -> Iterator[Finding]:
    """A row that reads as erased without an event, or as standing with one."""
    told = select(Event.id).where(
        Event.subject_kind == SUBJECT, Event.subject_id == StoredFile.id, Event.move == MOVE
    )
    whole = told.where(~Event.recorded.contains(f'"part":"{ORIGINAL}"'))
    kept, original_kept = StoredFile.erased_at.is_(None), StoredFile.original_erased_at.is_(None)
    half = StoredFile.original_sha256.is_not(None) & original_kept
    for wrong, asked in (
        ("it reads as erased, and no erasure is told in the log", ~kept & ~whole.exists()),
        ("its original reads as erased, and no erasure is told in the log", ~original_kept & ~told.exists()),
        (
            "the log tells of its erasure, and it reads as kept",
            or_(kept & whole.exists(), half & told.exists()),
        ),
    ):
        for (id,) in read(connection, select(StoredFile.id).where(asked)):
            yield Finding("stored_file", id, wrong)
