"""The fonts of the certificates: those that come with us, and a folder that the operator may add."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst

OURS = Path(__file__).parent / "fonts"
FAMILIES = ("Noto Sans", "Noto Sans Myanmar", "Noto Sans Ethiopic", "Noto Sans Arabic")
# In the fonts that are made for Chinese characters, too.
_BESIDE_HAN = ("Chinese (Han)", "Hiragana", "Katakana", "Hangul", "Bopomofo")
# One Chinese character is drawn differently in each of these: a font that is made for the place goes first.
HAN = {"CN": "SC", "SG": "SC", "TW": "TC", "HK": "HK", "MO": "HK", "JP": "JP", "KR": "KR"}


@dataclass(frozen=True)
class Shelf:
    """All fonts of an installation, read once a process."""

    fonts: typst.Fonts
    added: tuple[str, ...]  # families of the operator's folder

    def families(self, country: str) -> tuple[str, ...]:
        """Ours, then the operator's, those made for the country's script first."""
        suffix = f" {HAN.get(country, 'SC')}"
        return (*FAMILIES, *sorted(self.added, key=lambda name: (not name.endswith(suffix), name)))


@cache
def shelf(folder: Path | None) -> Shelf:
    """The fonts with those of the operator's folder (CERTIFY_FONT_DIR), if there is one."""
    paths = [OURS, folder] if folder else [OURS]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
    return Shelf(fonts, tuple(sorted(set(fonts.families()) - set(FAMILIES))))


class GlyphsMissing(Exception):
    """A name holds characters that no font here can draw; the sentence tells the operator which."""

    def __init__(self, number: str, characters: Sequence[str], folder: Path | None) -> None:
        self.number = number
        self.characters = tuple(characters)
        super().__init__(_sentence(number, characters, folder))


def _sentence(number: str, characters: Sequence[str], folder: Path | None) -> str:
    named = "; ".join(called(each) for each in characters)
    return f"The certificate {number} cannot be drawn: no font here has {named}. {remedy(characters, folder)}"


def remedy(characters: Sequence[str], folder: Path | None) -> str:
    """What the operator does for characters that no font here has."""
    scripts = ", ".join(sorted({script(each) for each in characters}))
    packages = " ".join(sorted({package(each) for each in characters}))
    where = f"into {folder}" if folder else "into a folder and name that in CERTIFY_FONT_DIR"
    return (
        f"Put a TrueType or OpenType font for {scripts} {where} (Debian and Ubuntu: apt install {packages}, "
        "which puts them below /usr/share/fonts), and start again."
    )


def package(character: str) -> str:
    """The package of Debian and Ubuntu with a font for the character."""
    if script(character) in _BESIDE_HAN:
        return "fonts-noto-cjk"
    written = unicodedata.category(character)[0] in "LMNP"
    return "fonts-noto-core" if written else "fonts-noto-color-emoji"


def called(character: str) -> str:
    """A character as an operator can look for it: 王 (U+738B CJK UNIFIED IDEOGRAPH-738B)."""
    name = unicodedata.name(character, "without a name")
    return f"{character} (U+{ord(character):04X} {name})"


def script(character: str) -> str:
    """Which script a font must be made for, from the character's own name."""
    name = unicodedata.name(character, "")
    if name.startswith("CJK"):
        return "Chinese (Han)"
    written = unicodedata.category(character)[0] in "LM"
    return name.split(" ")[0].partition("-")[0].capitalize() if name and written else "symbols"


def distinct(texts: Iterable[str]) -> list[str]:
    """Each character of the texts once, in the order of their first use."""
    return list(dict.fromkeys(character for text in texts for character in text))
