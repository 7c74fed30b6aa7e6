"""Single values as people and programs give them, checked once for moves and activities alike."""

import re
import unicodedata
from datetime import date
from typing import Any

from certify.scheme.sentences import say

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_JOINERS = "\u200c\u200d"  # Persian, Bengali and other names are spelt with these two
_UNSEEN = ("Cf", "Cc", "Zl", "Zp")  # formats and controls, ends of lines and paragraphs
UNSEEN = say("This holds characters that cannot be seen. Type it anew.")


def text(value: Any, *, label: str, max_length: int) -> str:
    """Text that can be stored and is not empty, normalised. Raises ValueError with a sentence."""
    if not isinstance(value, str):
        raise ValueError(say("Write text here."))
    if any(unicodedata.category(c) in ("Cs", "Cn") or (c < " " and c not in "\r\n\t") for c in value):
        raise ValueError(say("The text holds characters that cannot be stored."))
    found = unicodedata.normalize("NFC", value.strip())
    if not found:
        raise ValueError(say("Fill in: {label}.", label=label))
    if len(found) > max_length:
        raise ValueError(say("At most {n} characters.", n=max_length))
    return found


def holds_unseen(value: str) -> bool:
    """Whether anything in it is unseen or turns the line round: such text stands on no certificate."""
    return any(unicodedata.category(c) in _UNSEEN and c not in _JOINERS for c in value)


def day(value: Any) -> date:
    """A calendar day as YYYY-MM-DD; an instant or a week date is none. Raises ValueError with a sentence."""
    if type(value) is date:
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None
        if found is not None and 1990 <= found.year <= 2200:
            return found
    raise ValueError(say("Give a date like 2026-11-22."))
