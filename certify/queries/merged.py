"""One list of the rows of several tables: each is read by its own index, and they are put in one order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select, union_all
from sqlalchemy.orm import Session

from certify.queries.cursors import Place
from certify.queries.paging import PAGE, Order, Page, read_chunks
from certify.queries.sight import fixed

Key = tuple[str, str]  # of which source a row is, and its id


@dataclass(frozen=True)
class Source:
    """Rows that no other source finds, and the order of the list in the columns of their table."""

    name: str
    rows: Select[Any]
    order: Order

    def head(self, place: Place, size: int) -> Select[Any]:
        """The first of them after a place."""
        by, id = self.order.by.label("by"), self.order.id.label("id")
        asked = self.rows.with_only_columns(
            fixed(self.name).label("source"), by, id, maintain_column_froms=True
        )
        if place.id is not None:
            asked = asked.where(self.order.beyond(place.value, place.id))
        return asked.order_by(*self.order.clauses).limit(size + place.hidden)


def read_merged(
    session: Session,
    sources: Sequence[Source],
    *,
    cursor: str | None,
    allowed: Callable[[Key], bool],
    ahead: Callable[[Sequence[Key]], object],
    limit: int = PAGE,
) -> Page[Key]:
    """One page of the sources together, sorted alike; `allowed` and `ahead` as for `read_page`."""
    if not sources:
        return Page((), None)
    order = sources[0].order

    def chunk(place: Place, size: int) -> Select[Any]:
        heads = union_all(*(select(one.head(place, size).subquery()) for one in sources)).subquery()
        merged = Order(heads.c.by, heads.c.id, order.descending, order.nullable)
        return select(heads).order_by(*merged.clauses).limit(size).offset(place.hidden or None)

    return read_chunks(
        session, chunk, order=order, cursor=cursor, allowed=allowed, ahead=ahead, limit=limit, item=_key
    )


def _key(row: Row[Any]) -> Key:
    return row.source, row.id
