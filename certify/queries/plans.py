"""A word to SQLite, which keeps no statistics, about where a statement is best begun."""

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def not_first(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """A column whose index SQLite leaves alone; PostgreSQL knows how many rows a value has, and may."""
    return _NotFirst(column)


class _NotFirst(FunctionElement[str]):
    name = "not_first"
    type = String()
    inherit_cache = True


@compiles(_NotFirst)
def _plainly(one: _NotFirst, compiler: SQLCompiler, **more: Any) -> str:
    return str(compiler.process(one.clauses, **more))


@compiles(_NotFirst, "sqlite")
def _in_sqlite(one: _NotFirst, compiler: SQLCompiler, **more: Any) -> str:
    return f"+{compiler.process(one.clauses, **more)}"
