"""Credential numbers: 60 random bits that can be read aloud, with a check character (CREDENTIALS.md).

The check is polynomial: each character is an element of the field with 32 elements, and the number,
read as coefficients, is zero at the generator. One changed character changes the sum; two swapped
neighbours change it too, for the generator's powers all differ. Prefix and check take part.
"""

import re
import secrets
import unicodedata
from collections.abc import Mapping

from certify.scheme.words import CredentialType

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: they are misread
PREFIXES: Mapping[CredentialType, str] = {
    CredentialType.TRAINER_CERTIFICATION: "TC",
    CredentialType.TOT_ATTENDANCE: "TA",
    CredentialType.PARTICIPANT_ATTENDANCE: "PA",
    CredentialType.ENTERPRISE_COMPLETION: "EC",
    CredentialType.EXPERT_TRAINER_LICENCE: "ET",
    CredentialType.PROVIDER_LICENCE: "SP",
}
RANDOM_CHARACTERS = 12
LONGEST_TYPED = 64
LONGEST_LINK = 300
_BARE = RANDOM_CHARACTERS + 1  # without the prefix
_TITLE = re.compile(r"^\W*(?:N[OR][.:°\s]+|#)")  # as it stands in front of a number on paper
_STORED = re.compile(rf"[A-Z]{{2}}(?:-[{ALPHABET}]{{4}}){{3}}-[{ALPHABET}]")
_LINK = re.compile(r"^\s*\S*/verify/([^/?#\s]+)\S*\s*$", re.IGNORECASE)  # as a phone reads it off the QR code

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
# What is mistaken for a character of the alphabet and is none of it: no two numbers become one by this.
_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SAME_SHAPE = str.maketrans(
    "АВЕКМНОРСТУХЅІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # typed on a Cyrillic or Greek keyboard
    "ABEKMHOPCTYXSIJABEZHIKMNOPTYX",
)
_PUNCTUATION = frozenset("._,;:/\\|·•*'\"«»“”‘’()[]<>")
_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive


def new_number(prefix: str) -> str:
    """A fresh number like TC-7F3K-Q2MX-9B4D-R; how many exist cannot be told from it."""
    body = prefix + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return _grouped(body + check_character(body))


def normalise(text: str) -> str | None:
    """The number as it is stored, from what somebody typed; None when it cannot be one of ours.

    Forgives case, spaces, missing or fancy hyphens, other punctuation, O, I, L, U typed for 0, 1, V, letters
    of the same shape and digits of other scripts, "No." in front, the whole link of a QR code, and a missing
    prefix if the check character fits one alone. It never guesses between two characters of the alphabet.
    """
    if _STORED.fullmatch(text) and _is_well_formed(text.replace("-", "")):
        return text  # as nearly every program asks
    link = _LINK.match(text[:LONGEST_LINK])
    text = link.group(1) if link else text
    if len(text) > LONGEST_TYPED:
        return None
    typed = _TITLE.sub("", unicodedata.normalize("NFKC", text.replace("№", "No. ")).upper())
    number = "".join(_plain(c) for c in typed if not _is_filler(c)).translate(_FORGIVEN)
    if not set(number) <= set(ALPHABET):
        return None
    tried = [prefix + number for prefix in PREFIXES.values()] if len(number) == _BARE else [number]
    fitting = [each for each in tried if _is_well_formed(each)]
    return _grouped(fitting[0]) if len(fitting) == 1 else None


def is_stored_form(text: str) -> bool:
    """Whether this is written as numbers are stored; its check character may be wrong."""
    return _STORED.fullmatch(text) is not None


def begins_number(text: str) -> bool:
    """Whether this is one of our numbers cut off: its prefix, then a hyphen or something with a digit."""
    typed = unicodedata.normalize("NFKC", text[:LONGEST_TYPED]).upper().strip()
    number = "".join(_plain(c) for c in typed if not _is_filler(c)).translate(_FORGIVEN)
    cut = number[:2] in PREFIXES.values() and len(number) < 2 + _BARE and set(number) <= set(ALPHABET)
    return cut and (any(c.isdecimal() for c in typed) or (len(number) == 2 and len(typed) > 2))


def _is_well_formed(number: str) -> bool:
    return (
        len(number) == 2 + _BARE
        and number[:2] in PREFIXES.values()
        and check_character(number[:-1]) == number[-1]
    )


def check_character(body: str) -> str:
    """The character that makes the whole number zero at the generator of the field."""
    total = 0
    for character in body:
        total = _doubled(total) ^ _VALUES[character]
    return ALPHABET[_doubled(total)]


def _doubled(value: int) -> int:
    """Times the generator x, in the field with 32 elements."""
    value <<= 1
    return value ^ _FIELD_POLYNOMIAL if value & 0b100000 else value


def _plain(character: str) -> str:
    """The character as the alphabet writes it: a digit of another script, a letter of the same shape."""
    digit = unicodedata.decimal(character, None)
    return str(digit) if digit is not None else character.translate(_SAME_SHAPE)


def _is_filler(character: str) -> bool:
    if character.isspace() or character in _PUNCTUATION:
        return True
    return unicodedata.category(character) in ("Pd", "Cf", "Mn") or character == "−"


def _grouped(number: str) -> str:
    prefix, body, check = number[:2], number[2:-1], number[-1]
    groups = [body[start : start + 4] for start in range(0, len(body), 4)]
    return "-".join([prefix, *groups, check])
