"""By which columns a list can be sorted: a name in the address, told to the database as a keyset."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, String, and_, literal, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from certify.models.search import WRITTEN
from certify.presentation import country, word
from certify.queries.paging import Order, Value
from certify.scheme.places import COUNTRIES

Through = Callable[[Select[Any]], Select[Any]]


@dataclass(frozen=True)
class Column:
    """One way to sort: by which value, through which join, and whether the first click sorts downwards."""

    by: Callable[[], Value]  # asked at each request: words are ordered in the reader's language
    through: Through = lambda statement: statement
    latest_first: bool = False
    nullable: bool = False


@dataclass(frozen=True)
class Sorting:
    """How one list can be sorted: its columns by name, and the one that it is sorted by unless told.

    A sort is written as in the address: "name" upwards, "-name" downwards.
    """

    id: Value
    columns: Mapping[str, Column]
    default: str

    def chosen(self, asked: str | None) -> str:
        """The sort that an address asks for; the default for one that nobody offers."""
        return asked if asked and asked.removeprefix("-") in self.columns else self.default

    def applied(self, statement: Select[Any], sort: str) -> tuple[Select[Any], Order]:
        """The statement joined to what it is sorted by, and the order to read its pages in."""
        sort = self.chosen(sort)
        column = self.columns[sort.removeprefix("-")]
        order = Order(column.by(), self.id, sort.startswith("-"), column.nullable, sort)
        return column.through(statement), order

    def following(self, name: str, sort: str) -> str:
        """What a click on a heading asks for: the column's own direction first, then the other."""
        first, second = (f"-{name}", name) if self.columns[name].latest_first else (name, f"-{name}")
        return second if sort == first else first


def by(value: Value, *, latest_first: bool = False, nullable: bool = False) -> Column:
    """By a day, a moment, a number or a code of the list's own table."""
    return Column(lambda: value, latest_first=latest_first, nullable=nullable)


def by_name_of(keys: Any, owner: Value, *, nullable: bool = False) -> Column:
    """By the name of somebody or something, folded as for a search: alike in every script and database."""
    key = aliased(keys)
    written = and_(key.owner_id == owner, key.sort == WRITTEN)
    return Column(
        lambda: key.key, lambda statement: statement.join(key, written, isouter=nullable), nullable=nullable
    )


def by_words(value: Value, words: Iterable[str]) -> Column:
    """By the words as the reader's language shows and orders them."""
    offered = tuple(words)
    return Column(lambda: place_of(value, sorted(offered, key=word)))


def by_progress(value: Value, states: Iterable[str]) -> Column:
    """By a state as the path runs, which no alphabet knows."""
    offered = tuple(states)
    return Column(lambda: place_of(value, offered))


def by_country(value: Value) -> Column:
    """By a country's name in the reader's language."""
    return Column(lambda: place_of(value, sorted(COUNTRIES, key=country)))


def place_of(value: Value, words: Iterable[str]) -> "_Position":
    """Where a value stands among words, as a number that both databases compute from one text."""
    listed = f" {' '.join(map(str, words))} "
    return _Position(literal(listed), literal(" ") + type_coerce(value, String) + literal(" "))


class _Position(FunctionElement[int]):
    """Where one text begins in another, counted from 1; 0 when it is not there."""

    name = "position"
    type = Integer()
    inherit_cache = True


@compiles(_Position)
def _in_sqlite(position: _Position, compiler: SQLCompiler, **more: Any) -> str:
    return f"instr({compiler.process(position.clauses, **more)})"


@compiles(_Position, "postgresql")
def _in_postgresql(position: _Position, compiler: SQLCompiler, **more: Any) -> str:
    return f"strpos({compiler.process(position.clauses, **more)})"
