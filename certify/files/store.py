"""Where uploads lie: written beside, synced, renamed to their SHA-256, and only then a row points there."""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from flask_babel import gettext
from sqlalchemy.orm import Session

from certify.extensions import settings
from certify.faults import Point, reach
from certify.files.contents import check
from certify.files.refused import FileRefused
from certify.models import Activity, Certification, StoredFile
from certify.whole_files import part, sync

KINDS = ("cv", "evidence")


class Upload(Protocol):
    """What werkzeug hands over for a file field."""

    filename: str | None
    stream: IO[bytes]


@dataclass(frozen=True)
class Kept:
    """A file that lies safely on disk and has no row yet."""

    sha256: str
    name: str
    media_type: str
    size: int
    kind: str
    original_sha256: str | None = None  # of what was sent, where the bytes were drawn anew


def store(upload: Upload, kind: str) -> Kept:
    """Check an upload and keep its bytes. `kind` is one of KINDS. Raises FileRefused (422)."""
    if kind not in KINDS:
        raise FileRefused(gettext("Choose what the file is."))
    limit = settings().max_upload_bytes
    sent = upload.stream.read(limit + 1)
    accepted = check(sent, upload.filename, limit=limit)
    original = _keep(sent) if accepted.content != sent else None
    sha256 = _keep(accepted.content)
    return Kept(sha256, accepted.name, accepted.media_type, len(accepted.content), kind, original)


def attach(
    session: Session,
    kept: Kept,
    at: datetime,
    *,
    person_id: str,
    certification: Certification | None = None,
    activity: Activity | None = None,
) -> StoredFile:
    """The row of a kept file, on one certification or one activity."""
    row = StoredFile(
        sha256=kept.sha256,
        original_sha256=kept.original_sha256,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        kind=kept.kind,
        certification_id=certification.id if certification else None,
        activity_id=activity.id if activity else None,
        uploaded_by_id=person_id,
        uploaded_at=at,
    )
    session.add(row)
    return row


def path_of(sha256: str) -> Path:
    """Where the bytes with this SHA-256 lie, or would."""
    return settings().instance / "files" / sha256[:2] / sha256[2:]


def _keep(content: bytes) -> str:
    """Put the bytes where they belong, whole or not at all; their SHA-256. Raises OSError."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    reach(Point.FILE_WRITE)
    with part(path.parent, content) as beside:
        reach(Point.FILE_RENAME)
        os.replace(beside, path)
    for folder in (path.parent, path.parent.parent):
        sync(folder)
    return sha256
