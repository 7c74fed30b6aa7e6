"""Why a file is not taken, and the measure that stops a bomb while it unpacks."""

import zlib
from collections.abc import Iterable

UNPACKED_LIMIT = 150 * 1024 * 1024
CHUNK = 256 * 1024


class FileRefused(Exception):
    """The file cannot be taken; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Measure:
    """How much one upload has unpacked so far; past the limit it is refused, not read on."""

    def __init__(self, too_big: str, limit: int = UNPACKED_LIMIT) -> None:
        self._left = limit
        self._too_big = too_big

    def take(self, size: int) -> None:
        """Count unpacked bytes. Raises FileRefused."""
        self._left -= size
        if self._left < 0:
            raise FileRefused(self._too_big)

    def read(self, chunks: Iterable[bytes]) -> bytes:
        """Everything in the chunks, counted piece by piece. Raises FileRefused."""
        parts = []
        for chunk in chunks:
            self.take(len(chunk))
            parts.append(chunk)
        return b"".join(parts)

    def inflate(self, packed: bytes) -> bytes:
        """A deflated stream unpacked, counted piece by piece. Raises FileRefused, zlib.error."""
        return self.read(_inflated(packed))


def _inflated(packed: bytes) -> Iterable[bytes]:
    unpack = zlib.decompressobj()
    piece = unpack.decompress(packed, CHUNK)
    while piece:
        yield piece
        piece = unpack.decompress(unpack.unconsumed_tail, CHUNK)
