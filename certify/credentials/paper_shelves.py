"""Where the sealed PDFs lie that were drawn so far, by their number; asking this loads no PDF library."""

import logging
from pathlib import Path

log = logging.getLogger(__name__)
FOLDER = "certificates"  # in the instance's files


def shelf(files: Path, number: str) -> Path:
    """Numbers are random: their last characters spread them evenly."""
    return files / FOLDER / number[-3:].replace("-", "")


def forget(files: Path, number: str, *, but: Path | None = None) -> int:
    """Delete what is kept of a number, told anew or its name erased, but for one; how many files there were.

    Asked after the commit, which nothing here undoes: what cannot be deleted is logged.
    """
    kept = [path for path in shelf(files, number).glob(f"{number}-*.pdf") if path != but]
    for path in kept:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.error("%s bears what its certificate says no more, and cannot be deleted: %s.", path, error)
    return len(kept)
