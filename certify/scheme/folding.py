"""Names as they are searched: without case, accents and punctuation, the same for what is typed and kept."""

import unicodedata

LONGEST_KEY = 240
MOST_WORDS = 12

# Letters that Unicode takes for whole, though people type the plain one.
_PLAIN = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ŧ": "t"}
)
# Accents of Latin, Greek and Cyrillic, vowel points of Hebrew and Arabic. Signs of Thai, Burmese or
# Devanagari are letters to their readers and stay.
_ACCENTS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF),
)  # fmt: skip
_IDEOGRAPHS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))


def fold(text: str) -> str:
    """The words of a text, lower case and plain, with single spaces: "Trần Văn-Đức" is "tran van duc".

    Chinese characters are a word each, for nothing else parts them.
    """
    parted = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", parted).translate(_PLAIN)
    return " ".join("".join(_kept(character) for character in plain).split())


def rotations(folded: str) -> tuple[str, ...]:
    """A folded name from each of its words on: prefixes of these are prefixes of any word, in any place."""
    words = folded.split()[:MOST_WORDS]
    turned = (" ".join((*words[n:], *words[:n]))[:LONGEST_KEY] for n in range(len(words)))
    return tuple(dict.fromkeys(turned)) or ("",)


def _kept(character: str) -> str:
    if _within(character, _ACCENTS):
        return ""
    if _within(character, _IDEOGRAPHS):
        return f" {character} "
    joins = character in "'’ʼ\u200c\u200d"  # O'Brien is one word, and Persian's joiners part none
    return character if unicodedata.category(character)[0] in "LMN" else "" if joins else " "


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)
