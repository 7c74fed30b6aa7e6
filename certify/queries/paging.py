"""Keyset pages: the next page starts after the last row read, however many rows there are."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from certify.models.base import Instant

PAGE = 25
ItemT = TypeVar("ItemT")
Key = Sequence[InstrumentedAttribute[Any]]


@dataclass(frozen=True)
class Page(Generic[ItemT]):
    """Some rows in order, and where the next ones start (None: these were the last)."""

    items: tuple[ItemT, ...]
    next: str | None


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed by: texts that stay in the address; empty means any."""

    @property
    def given(self) -> dict[str, Any]:
        """The ones that narrow, as parts of an address."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


def read_page(
    session: Session,
    statement: Select[Any],
    *,
    key: Key,
    cursor: str | None,
    allowed: Callable[[ItemT], bool],
    ahead: Callable[[Sequence[ItemT]], object] = len,
    newest_first: bool = False,
    limit: int = PAGE,
) -> Page[ItemT]:
    """Read one page of the rows that `allowed` lets through.

    The statement narrows by SQL to about what the actor may see; `allowed` (the policy) has the last
    word, so that a list can never show more than the page of each thing would. `ahead` is handed every
    chunk of rows before, to read in one query what `allowed` asks of each.
    """
    ordered = statement.order_by(*(column.desc() if newest_first else column.asc() for column in key))
    position = _decode(cursor, key)
    found: list[ItemT] = []
    while len(found) <= limit:
        chunk = ordered if position is None else ordered.where(_beyond(key, position, newest_first))
        rows = session.scalars(chunk.limit(limit + 1)).unique().all()
        ahead(rows)
        found += [row for row in rows if allowed(row)]
        if len(rows) <= limit:
            break
        position = _position(rows[-1], key)
    following = _encode(_position(found[limit - 1], key)) if len(found) > limit else None
    return Page(tuple(found[:limit]), following)


def _position(row: object, key: Key) -> list[Any]:
    return [getattr(row, column.key) for column in key]


def _beyond(key: Key, position: list[Any], newest_first: bool) -> ColumnElement[bool]:
    here = tuple_(*key)
    last = tuple_(*(literal(value, column.type) for column, value in zip(key, position, strict=True)))
    return here < last if newest_first else here > last


def _encode(position: list[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date) else value for value in position]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(cursor: str | None, key: Key) -> list[Any] | None:
    """The position in a cursor; a cursor that nobody made starts at the first page."""
    if not cursor or len(cursor) > 1000:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(plain, list) or len(plain) != len(key):
            return None
        return [_typed(column, value) for column, value in zip(key, plain, strict=True)]
    except (binascii.Error, ValueError, OverflowError):
        return None


def _typed(column: InstrumentedAttribute[Any], value: Any) -> Any:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    value.encode("utf-8")
    if isinstance(column.type, Instant):
        return _instant(value)
    return date.fromisoformat(value) if column.type.python_type is date else value


def _instant(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(value)
    return instant.astimezone(UTC)  # OverflowError at either end of the calendar
