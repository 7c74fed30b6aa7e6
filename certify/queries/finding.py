"""Finding rows by name: every typed word begins a word of the name, whatever its case and accents."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select
from sqlalchemy.orm import Session, aliased

from certify.models.search import ADDRESS, WRITTEN
from certify.queries.paging import PAGE, Order, Page, Value, read_page
from certify.queries.sorting import Column
from certify.scheme.folding import LONGEST_KEY, MOST_WORDS, fold

_LAST = "\U0010ffff"  # after every character that a name can hold


def by_name(keys: Any, text: str, *, addresses: bool = True) -> Select[Any]:
    """The keys under which `text` finds rows, one a row; all rows by name when nothing was typed.

    Reads one range of an index, whose order is that of the page: its cost does not grow with the table.
    """
    if not text.strip():
        return select(keys).where(keys.sort == WRITTEN)
    return select(keys).where(_found_first(keys, text, addresses))


def owners_page(
    session: Session,
    statement: Select[Any],
    *,
    order: Order,
    cursor: str | None,
    allowed: Callable[[Any], bool],
    ahead: Callable[[list[Any]], object] = len,
    limit: int = PAGE,
) -> Page[Any]:
    """One page of the rows that keys belong to."""
    page: Page[Any] = read_page(
        session,
        statement,
        order=order,
        cursor=cursor,
        allowed=lambda found: allowed(found.owner),
        ahead=lambda rows: ahead([found.owner for found in rows]),
        limit=limit,
    )
    return Page(tuple(found.owner for found in page.items), page.next, page.misread)


def found_ids(keys: Any, text: str, *, addresses: bool = False) -> Select[Any]:
    """The ids of the rows that `text` finds, to narrow another list by."""
    return select(keys.owner_id).where(_found(keys, text, addresses))


def found_by_name(keys: Any, owner: Value, text: str) -> Column:
    """A list narrowed by name, sorted as its rows are found: by the key that `text` begins."""

    def through(statement: Select[Any]) -> Select[Any]:
        return statement.join(keys, keys.owner_id == owner).where(_found_first(keys, text, False))

    return Column(lambda: keys.key, through)


def begins(name: str, text: str) -> bool:
    """The same of one name at hand: every typed word begins a word of it."""
    words = fold(text).split()[:MOST_WORDS]
    return bool(words) and all(f" {word}" in f" {fold(name)}" for word in words)


def _found_first(keys: Any, text: str, addresses: bool) -> ColumnElement[bool]:
    return and_(_found(keys, text, addresses), ~_found_before(keys, text, addresses))


def _found(keys: Any, text: str, addresses: bool) -> ColumnElement[bool]:
    words = sorted(fold(text).split()[:MOST_WORDS], key=len, reverse=True)
    if not words:
        return false()
    longest, *others = (word[:LONGEST_KEY] for word in words)
    begins = and_(keys.key >= longest, keys.key < longest + _LAST)
    # A folded word holds no wildcard.
    holds = [(literal(" ") + keys.key).like(f"% {word}%") for word in others]
    return and_(begins, *holds, *(() if addresses else (keys.sort < ADDRESS,)))


def _found_before(keys: Any, text: str, addresses: bool) -> ColumnElement[bool]:
    """Whether an earlier key finds the same row: “Nguyễn Ngọc” begins with “ng” twice."""
    other = aliased(keys)
    earlier = or_(other.key < keys.key, and_(other.key == keys.key, other.sort < keys.sort))
    return exists().where(other.owner_id == keys.owner_id, earlier, _found(other, text, addresses))
