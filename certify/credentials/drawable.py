"""Whether a text can be drawn by the fonts that are here: asked before a certificate is issued, too."""

from functools import lru_cache
from pathlib import Path

# All letters of these blocks are in our own font (tests/credentials/test_drawable.py draws every one).
_LATIN = ((0x20, 0x7E), (0xC0, 0x24F), (0x1EA0, 0x1EF9), (0x2018, 0x201D))


@lru_cache(maxsize=4096)
def undrawn(text: str, font_folder: Path | None) -> tuple[str, ...]:
    """The characters of a text that no font here has, each once; known fonts stay the process's."""
    if is_latin(text):
        return ()
    from certify.credentials.paper import without_glyph  # here, for it loads all that PDF takes

    return without_glyph(text, font_folder)


def is_latin(text: str) -> bool:
    """Whether the fonts that come with us surely have it: no typesetter is asked."""
    return all(any(first <= ord(character) <= last for first, last in _LATIN) for character in text)
