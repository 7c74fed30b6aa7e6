"""Where a page ends, as a text in an address: the next one starts behind it."""

import base64
import binascii
import json
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy.types import TypeEngine

from certify.models.base import Instant

_LARGEST = 2**53


class Place(NamedTuple):
    """Behind a row, by its value and id (no id: at the start), and behind some more that were hidden."""

    value: Any = None
    id: str | None = None
    hidden: int = 0


def encode(place: Place, name: str) -> str:
    """A place in a list sorted by `name`: by a row that was shown, for readers can read cursors."""
    value = place.value.isoformat() if isinstance(place.value, date) else place.value
    plain = json.dumps([name, value, *place[1:]])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode(cursor: str | None, name: str, kind: TypeEngine[Any]) -> Place:
    """The place in a cursor; one that nobody made, or of another sort, starts at the first page."""
    if not cursor or len(cursor) > 1500:
        return Place()
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        told, value, id, hidden = plain
        if told != name:
            return Place()
        return Place(_typed(kind, value), None if id is None else _text(id), _whole(hidden, least=0))
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError):
        return Place()


def _typed(kind: TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Instant):
        return _instant(_text(value))
    if kind.python_type is int:
        return _whole(value)
    return date.fromisoformat(_text(value)) if kind.python_type is date else _text(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    value.encode("utf-8")  # no half of a pair
    return value


def _whole(value: Any, *, least: int = -_LARGEST) -> int:
    if type(value) is not int or not least <= value <= _LARGEST:
        raise ValueError(value)
    return value


def _instant(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(value)
    return instant.astimezone(UTC)  # OverflowError at either end of the calendar
