"""A QR code as the outline of its dark squares, for a picture without script or style."""

from dataclasses import dataclass

import segno

QUIET = 4  # light squares around, without which a camera may not find it


@dataclass(frozen=True)
class Qr:
    """A square of `size` units, quiet zone included, and the path that fills the dark ones."""

    text: str
    size: int
    path: str


def qr_of(text: str) -> Qr:
    """The code that a phone's camera reads as this text."""
    matrix = segno.make(text, error="m", micro=False, boost_error=True).matrix
    rows = (f"M{QUIET} {y}{_row(bytes(row))}" for y, row in enumerate(matrix, QUIET))
    return Qr(text, len(matrix) + 2 * QUIET, "".join(rows))


def _row(row: bytes) -> str:
    """One row of unit squares: "h3" draws three to the right, "m2 0" leaves two out."""
    drawn, start = "", 0
    while start < len(row):
        dark, end = row[start] & 1, start
        while end < len(row) and row[end] & 1 == dark:
            end += 1
        n = end - start
        drawn += f"h{n}v1h-{n}zm{n} 0" if dark else f"m{n} 0"
        start = end
    return drawn
