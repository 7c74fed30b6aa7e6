"""Keyset pages: the next page starts after the last row read, however many rows there are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from certify.models.store import rows_of
from certify.queries.cursors import Place, decode, encode

PAGE = 25
MOST_CHUNKS = 20  # that one request reads: whoever may see next to nothing goes on page by page
ItemT = TypeVar("ItemT")
Value = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Page(Generic[ItemT]):
    """Some rows in order, and where the next ones start (None: these were the last).

    It may be short, or empty, and yet not the last: then the policy hid whatever was read.
    """

    items: tuple[ItemT, ...]
    next: str | None
    misread: bool = False  # the cursor was none of this list; pages start anew, programs are told


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed by: texts that stay in the address; empty means any."""

    @property
    def given(self) -> dict[str, Any]:
        """The ones that narrow, as parts of an address."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


@dataclass(frozen=True)
class Order:
    """By what a list is ordered, and by the id among equals; rows without a value come last, both ways."""

    by: Value
    id: Value
    descending: bool = False
    nullable: bool = False
    name: str = ""  # of the sort: a cursor belongs to one

    @property
    def clauses(self) -> tuple[ColumnElement[Any], ...]:
        """What ORDER BY says."""
        keys = [key.desc() if self.descending else key.asc() for key in (self.by, self.id)]
        return (self.by.is_(None), *keys) if self.nullable else tuple(keys)

    def beyond(self, value: Any, id: str) -> ColumnElement[bool]:
        """The rows after the one with this value and id."""
        if value is None:
            return and_(self.by.is_(None), self._further(tuple_(self.id), tuple_(_bound(self.id, id))))
        last = tuple_(_bound(self.by, value), _bound(self.id, id))
        further = self._further(tuple_(self.by, self.id), last)
        return or_(further, self.by.is_(None)) if self.nullable else further

    def _further(self, here: Any, last: Any) -> ColumnElement[bool]:
        further: ColumnElement[bool] = here < last if self.descending else here > last
        return further


def read_page(
    session: Session,
    statement: Select[Any],
    *,
    order: Order,
    cursor: str | None,
    allowed: Callable[[ItemT], bool],
    ahead: Callable[[Sequence[ItemT]], object] = len,
    limit: int = PAGE,
    arms: Sequence[ColumnElement[bool]] = (),
) -> Page[ItemT]:
    """Read one page of the rows that `allowed` lets through, from at most MOST_CHUNKS chunks.

    The statement narrows by SQL to about what the actor may see; `allowed` (the policy) has the last
    word, so that a list can never show more than the page of each thing would. `ahead` is handed every
    chunk of rows before, to read in one query what `allowed` asks of each. Of `arms`, if any, a row has
    to fit one: each is read by itself, for no index serves an order and an OR at once.
    """
    ordered = statement.add_columns(order.by, order.id).order_by(*order.clauses)

    def chunk(place: Place, size: int) -> Select[Any]:
        return _chunk(ordered, order, place, arms=arms, size=size)

    return read_chunks(
        session, chunk, order=order, cursor=cursor, allowed=allowed, ahead=ahead, limit=limit, item=_first
    )


def read_chunks(
    session: Session,
    chunk: Callable[[Place, int], Select[Any]],
    *,
    order: Order,
    cursor: str | None,
    allowed: Callable[[ItemT], bool],
    ahead: Callable[[Sequence[ItemT]], object],
    limit: int,
    item: Callable[[Row[Any]], ItemT],
) -> Page[ItemT]:
    """The same of rows that `chunk` asks for, so many after a place; they end with the value and the id."""
    place = told = decode(cursor, order.name, order.by.type)
    misread = bool(cursor) and place == Place()
    found: list[tuple[ItemT, Place]] = []
    for _ in range(MOST_CHUNKS):
        rows = session.execute(chunk(place, limit + 1)).unique().all()
        items = [item(row) for row in rows]
        ahead(items)
        for row, one in zip(rows, items, strict=True):
            place = Place(*row[-2:])
            if allowed(one):
                told = place
                found.append((one, place))
            else:
                told = told._replace(hidden=told.hidden + 1)
        if len(found) > limit:
            told = found[limit - 1][1]
            break
        if len(rows) <= limit:
            return Page(tuple(one for one, _place in found), None, misread)
    return Page(tuple(one for one, _place in found[:limit]), encode(told, order.name), misread)


def _first(row: Row[Any]) -> Any:
    return row[0]


def plain_page(
    session: Session,
    arms: Sequence[Select[Any]],
    given: Mapping[str, Any],
    *,
    order: Order,
    cursor: str | None,
    limit: int = PAGE,
    first: Select[Any] | None = None,
) -> Page[Any]:
    """One page of plain rows, all of which the reader may see; `given` is bound in the statements.

    `first` is the head of the arms, one more than a page, where it is kept: then it is read on the driver.
    """
    place = decode(cursor, order.name, order.by.type)
    if place.id is not None:
        arms = [rows.where(order.beyond(place.value, place.id)) for rows in arms]
    if first is not None and place.id is None and limit == PAGE:
        found = rows_of(session, first, **given)
    else:
        found = session.execute(head_of(arms, order, limit + 1), dict(given)).all()
    if len(found) <= limit:
        return Page(tuple(found), None)
    last = found[limit - 1]
    place = Place(getattr(last, str(order.by.key)), getattr(last, str(order.id.key)))
    return Page(tuple(found[:limit]), encode(place, order.name))


def head_of(arms: Sequence[Select[Any]], order: Order, size: int) -> Select[Any]:
    """The first rows of all arms, of which no two find the same: each is read by itself (see `read_page`).

    The number is written into the statement, so that a kept plan knows it.
    """
    most: ColumnElement[int] = literal_column(str(size))
    if len(arms) == 1:
        return arms[0].order_by(*order.clauses).limit(most)
    heads = union_all(*(select(head_of([arm], order, size).subquery()) for arm in arms)).subquery()
    by, id = (heads.c[str(key.key)] for key in (order.by, order.id))
    return select(heads).order_by(by, id).limit(most)


def _chunk(
    ordered: Select[Any], order: Order, place: Place, *, arms: Sequence[ColumnElement[bool]], size: int
) -> Select[Any]:
    if place.id is not None:
        ordered = ordered.where(order.beyond(place.value, place.id))
    if arms:
        ids = ordered.with_only_columns(order.id, maintain_column_froms=True).limit(size + place.hidden)
        heads = union(*(select(ids.where(arm).subquery().c[0]) for arm in arms)).subquery()
        ordered = ordered.where(order.id.in_(select(heads.c[0])))
    return ordered.limit(size).offset(place.hidden or None)


def _bound(key: Value, value: Any) -> ColumnElement[Any]:
    return literal(value, key.type)
