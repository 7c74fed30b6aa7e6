"""The QR code: its drawing is the code that a camera reads, square for square."""

import re

import pytest
import segno

from certify.credentials.qr import QUIET, qr_of

STEP = re.compile(r"([Mmh])(-?\d+)(?: (-?\d+))?|v1|z")


def dark_squares(path: str) -> set[tuple[int, int]]:
    """The unit squares (x, y) that the path fills."""
    found: set[tuple[int, int]] = set()
    x = y = 0
    for step in STEP.finditer(path):
        kind, number, other = step.groups()
        if kind == "M":
            x, y = int(number), int(other)
        elif kind == "m":
            x, y = x + int(number), y + int(other)
        elif kind == "h" and int(number) > 0:
            found |= {(x + n, y) for n in range(int(number))}
    return found


@pytest.mark.parametrize(
    "text", ["https://certify.example.org/verify/TC-7F3K-Q2MX-9B4D-R", "a", "é" * 60, "x" * 300]
)
def test_the_drawing_is_the_code(text: str) -> None:
    code = qr_of(text)
    matrix = segno.make(text, error="m", micro=False).matrix
    dark = {(x + QUIET, y + QUIET) for y, row in enumerate(matrix) for x, bit in enumerate(row) if bit & 1}
    assert (code.text, code.size) == (text, len(matrix) + 2 * QUIET)
    assert dark_squares(code.path) == dark
