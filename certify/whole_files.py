"""Files that are there whole and on the disk, or not at all: written beside, synced, then named."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART = ".part-"  # how the name of a file begins that has none of its own yet


@contextmanager
def part(folder: Path, content: bytes) -> Iterator[Path]:
    """A file with the content, mode 0600 and on the disk, gone afterwards unless it was moved."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=PART)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def put(path: Path, content: bytes) -> bool:
    """Write a file into a folder that exists; one that is there stays. Whether it is the new one."""
    with part(path.parent, content) as beside:
        try:
            os.link(beside, path)  # unlike a rename it never replaces
        except FileExistsError:
            return False
        finally:
            sync(path.parent)  # that of whoever was quicker, too: it may not be on the disk yet
    return True


def sync(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
