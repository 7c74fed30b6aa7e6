"""Bytes that nobody needs any more: what a crash left in the files folder, and what was erased."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session

from certify.models import StoredFile
from certify.whole_files import PART

PART_AGE = timedelta(hours=1)  # longer than any upload takes
ORPHAN_AGE = timedelta(days=1)  # longer than any command that has still to write its row


def sweep(session: Session, folder: Path, at: datetime) -> tuple[int, int]:
    """Remove both; how many parts and how many orphans. `at` is real time, as the files' own times are."""
    parts = [path for path in _files(folder) if path.name.startswith(PART)]
    gone = sum(_remove(path, before=at - PART_AGE) for path in parts)
    return gone, sum(_remove(path, before=at - ORPHAN_AGE) for path in _orphans(session, folder))


def let_go(session: Session, folder: Path, erased: Iterable[str]) -> int:
    """Remove the bytes of erased rows, asked once these are committed; how many there were.

    What another row holds too stays. Broken off, it leaves bytes without a row, which the sweep removes.
    """
    still_needed = set(session.scalars(_named()))
    session.rollback()
    gone = [folder / sha256[:2] / sha256[2:] for sha256 in set(erased) - still_needed]
    there = [path for path in gone if path.exists()]
    for path in there:
        path.unlink(missing_ok=True)
    return len(there)


def _named() -> CompoundSelect[Any]:
    originals = select(StoredFile.original_sha256).where(
        StoredFile.original_sha256.is_not(None), StoredFile.original_erased_at.is_(None)
    )
    return union(select(StoredFile.sha256).where(StoredFile.erased_at.is_(None)), originals)


def _orphans(session: Session, folder: Path) -> Iterator[Path]:
    named = set(session.scalars(_named()))
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
