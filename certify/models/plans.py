"""How a statement is run on a driver: its SQL in a dialect's words, what is bound to it, what comes back."""

from collections import namedtuple
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Dialect, Executable
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler
from sqlalchemy.sql.visitors import iterate

Process = Callable[[Any], Any]


@dataclass(slots=True)
class Plan:
    """A statement as the driver takes it."""

    sql: str
    dialect: Dialect
    places: tuple[str, ...]  # of what is bound, in the order of the SQL
    fixed: Mapping[str, Any]  # what is bound whatever is given, as the driver takes it
    made: tuple[tuple[str, Process], ...]  # columns with a default that is made anew
    entries: tuple[tuple[str, str, int], ...]  # the place of each entry of a list
    sending: tuple[tuple[str, Process], ...]  # the places whose values the driver does not take as they come
    columns: tuple[Any, ...]
    row: Any  # makes a row of values
    reading: tuple[tuple[int, Process], ...] | None = None  # the columns whose values are not as they come

    def parameters(self, given: Mapping[str, Any]) -> Any:
        """What is given, as the driver takes it."""
        values = {**self.fixed, **given}
        for place, make in self.made:
            values[place] = make(None)
        for place, name, n in self.entries:
            values[place] = given[name][n]
        for place, send in self.sending:
            values[place] = send(values[place])
        return tuple([values[place] for place in self.places]) if self.dialect.positional else values

    def found(self, cursor: Any) -> Sequence[Any]:
        """The rows of a cursor as they come."""
        if self.reading is None:
            self.reading = tuple(self._reading(cursor.description))
        rows: Sequence[Any] = cursor.fetchall()
        return rows

    def rows(self, found: Sequence[Any]) -> list[Any]:
        """The same, each value as its column's type reads it."""
        row = self.row
        if not self.reading:
            return [row(*values) for values in found]
        return [row(*self._read(list(values))) for values in found]

    def _reading(self, described: Sequence[Any]) -> Iterator[tuple[int, Process]]:
        for n, column in enumerate(self.columns):
            read = column.type.dialect_impl(self.dialect).result_processor(self.dialect, described[n][1])
            if read is not None:
                yield n, read

    def _read(self, values: list[Any]) -> list[Any]:
        for n, read in self.reading or ():
            if values[n] is not None:
                values[n] = read(values[n])
        return values


@dataclass(frozen=True, slots=True)
class _Plans:
    """The plans of one statement, by dialect, names of what is given, and lengths of its lists."""

    lists: tuple[str, ...]
    made: dict[Hashable, Plan]


def plan_of(statement: Executable, dialect: Dialect, given: Mapping[str, Any]) -> Plan:
    """The plan for these parameters, by their names and the number of entries in their lists."""
    plans = _plans(statement)
    shape = (dialect.name, *given, *[len(given[name]) for name in plans.lists])
    found = plans.made.get(shape)
    if found is None:
        found = plans.made[shape] = _made(statement, dialect, given)
    return found


@lru_cache(maxsize=1000)
def _plans(statement: Any) -> _Plans:
    asked = {part for part in iterate(statement) if isinstance(part, BindParameter) and part.required}
    return _Plans(tuple(sorted({part.key for part in asked if part.expanding})), {})


def _made(statement: Any, dialect: Dialect, given: Mapping[str, Any]) -> Plan:
    compiled = statement.compile(dialect=dialect, column_keys=list(given))
    expanded = compiled.construct_expanded_state(given)
    parts = _Parts(compiled, expanded, given)
    columns = statement.exported_columns if statement.is_select or compiled.effective_returning else ()
    return Plan(
        sql=expanded.statement,
        dialect=dialect,
        places=tuple(expanded.positiontup or ()),
        fixed=parts.fixed,
        made=tuple(parts.made.items()),
        entries=tuple(parts.entries),
        sending=tuple(parts.sending.items()),
        columns=tuple(columns),
        row=namedtuple("Row", [column.key for column in columns], rename=True),
    )


class _Parts:
    """Where each bound value comes from: given, an entry of a given list, a column's default, or the SQL."""

    def __init__(self, compiled: SQLCompiler, expanded: ExpandedState, given: Mapping[str, Any]) -> None:
        self.fixed: dict[str, Any] = {}
        self.made: dict[str, Process] = {}
        self.entries: list[tuple[str, str, int]] = []
        self.sending: dict[str, Process] = {}
        self.expanded = expanded
        self.defaults = {column.key: column.default for column in compiled.insert_prefetch}
        for parameter, name in compiled.bind_names.items():
            send = parameter.type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
            entries = expanded.parameter_expansion.get(name)
            if name in given and entries is not None:
                self.entries += [(place, name, n) for n, place in enumerate(entries)]
            for place in [name] if entries is None else entries:
                self._send(name in given, name, place, send)

    def _send(self, is_given: bool, name: str, place: str, send: Process | None) -> None:
        default: Any = None if is_given else self.defaults.get(name)
        if default is not None and default.is_callable:
            self.made[place] = default.arg
        elif not is_given:
            value = self.expanded.parameters[place] if default is None else default.arg
            self.fixed[place] = value if send is None else send(value)
            return
        if send is not None:
            self.sending[place] = send
