"""One changed row written by one statement, where the unit of work weighs all that it is related to first."""

from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, inspect, update
from sqlalchemy.orm import Mapper, Session, make_transient, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from certify.models.base import Base


def write_row(session: Session, row: Any) -> None:
    """Write a changed row of the session, its version compared and moved on as the unit of work does it.

    Where anything else is new, changed or gone, all of it is flushed. Raises StaleDataError.
    """
    state = inspect(row)
    names = state.committed_state.keys()
    alone = not session.new and not session.deleted and all(one is row for one in session.dirty)
    if not alone or not names or not names <= _columns(state.mapper):
        session.flush()
        return
    values = {name: getattr(row, name) for name in names}
    written = session.connection().execute(
        _updating(state.mapper),
        {**values, "this": row.id, "seen": row.version, "version": row.version + 1},
    )
    if written.rowcount != 1:
        raise StaleDataError(f"{type(row).__name__} {row.id} was written by somebody else")
    set_committed_value(row, "version", row.version + 1)
    _settle(session, row)


def _settle(session: Session, row: Any) -> None:
    """Tell the session that memory and database agree; what was not loaded is read when it is asked for."""
    make_transient(row)
    make_transient_to_detached(row)
    session.add(row)


@cache
def _columns(mapper: Mapper[Any]) -> frozenset[str]:
    """The attributes that are written under their own name."""
    return frozenset(one.key for one in mapper.column_attrs if one.columns[0].name == one.key)


@cache
def _updating(mapper: Mapper[Any]) -> Update:
    table = Base.metadata.tables[str(mapper.local_table)]
    return update(table).where(table.c.id == bindparam("this"), table.c.version == bindparam("seen"))
