"""What a crash leaves in the files folder: parts that were not written whole, and bytes without a row."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from certify.files.store import PART
from certify.models import StoredFile

PART_AGE = timedelta(hours=1)  # longer than any upload takes
ORPHAN_AGE = timedelta(days=1)  # longer than any command that has still to write its row


def sweep(session: Session, folder: Path, at: datetime) -> tuple[int, int]:
    """Remove both; how many parts and how many orphans. `at` is real time, as the files' own times are."""
    parts = [path for path in _files(folder) if path.name.startswith(PART)]
    gone = sum(_remove(path, before=at - PART_AGE) for path in parts)
    return gone, sum(_remove(path, before=at - ORPHAN_AGE) for path in _orphans(session, folder))


def _orphans(session: Session, folder: Path) -> Iterator[Path]:
    originals = select(StoredFile.original_sha256).where(StoredFile.original_sha256.is_not(None))
    named = set(session.scalars(union(select(StoredFile.sha256), originals)))
    for path in _files(folder):
        if not path.name.startswith(PART) and path.parent.name + path.name not in named:
            yield path


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("??/*") if path.is_file())


def _remove(path: Path, *, before: datetime) -> bool:
    """Whether it was there and old enough; another process may sweep at the same moment."""
    try:
        if path.stat().st_mtime >= before.timestamp():
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True
