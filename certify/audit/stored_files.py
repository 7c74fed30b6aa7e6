"""Every stored file is there, and its bytes are those that were taken in."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, func, select, union_all

from certify.audit.findings import Finding
from certify.audit.rows import read
from certify.models import StoredFile

_RESTORE = "Restore the file from the backup of the files folder; its name is its SHA-256."


def findings(connection: Connection, folder: Path) -> Iterator[Finding]:
    """Files that are missing or changed; `folder` is the instance's `files`."""
    originals = select(StoredFile.original_sha256, StoredFile.id).where(
        StoredFile.original_sha256.is_not(None)
    )
    named = union_all(select(StoredFile.sha256, StoredFile.id), originals).subquery()
    asked = select(named.c.sha256, func.min(named.c.id)).group_by(named.c.sha256)
    for sha256, id in read(connection, asked):
        path = folder / sha256[:2] / sha256[2:]
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            yield Finding("stored_file", id, f"{path} cannot be read: {error.strerror}", _RESTORE)
            continue
        if found != sha256:
            yield Finding("stored_file", id, f"{path} is not what was taken in", _RESTORE)
