"""Objects of one row each, read and written by one statement: the session weighs all that is related."""

from collections.abc import Hashable
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, Update, bindparam, inspect, select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.exc import StaleDataError

from certify.models import prepared
from certify.models.base import Base

Kind = TypeVar("Kind", bound=Base)


class _Kind(NamedTuple):
    """How the rows of a table are read and written."""

    mapper: Mapper[Any]
    names: tuple[str, ...]  # of the attributes that are read at once, each from the column of its place
    later: tuple[str, ...]  # of those that are read when they are asked for
    written: frozenset[str]  # of those that are written under their own name
    one: Select[Any]


def find(session: Session, kind: type[Kind], id: str) -> Kind | None:
    """The row with an id, as the session knows it or else as the database does."""
    known = session.identity_map.get(_key(_kind(kind), id))
    if known is not None and not instance_state(known).expired:
        found: Kind = known
        return found
    return _read(session, kind, id)


def afresh(session: Session, kind: type[Kind], id: str) -> Kind:
    """The row with an id as the database knows it now; all that is related to it is read when asked for.

    Raises NoResultFound.
    """
    found = _read(session, kind, id)
    if found is None:
        raise NoResultFound(f"{kind.__name__} {id} is there no longer")
    return found


def _read(session: Session, kind: type[Kind], id: str) -> Kind | None:
    session.flush()
    known = _kind(kind)
    for values in prepared.read(session, known.one, {"id": id}):
        read: Kind = _object(session, known, id, dict(zip(known.names, values, strict=True)))
        return read
    return None


def _object(session: Session, kind: _Kind, id: str, values: dict[str, Any]) -> Any:
    row = session.identity_map.get(_key(kind, id))
    if row is None:
        return _new(session, kind, id, values)
    state = instance_state(row)
    if not state.expired:
        session.expire(row)
    state.dict.update(values)
    _settle(session, state)
    return row


def _new(session: Session, kind: _Kind, id: str, values: dict[str, Any]) -> Any:
    row = kind.mapper.class_manager.new_instance()
    state = instance_state(row)
    state.key = _key(kind, id)
    state.dict.update(values)
    _settle(session, state)
    state._expire_attributes(state.dict, kind.later)
    session._update_impl(state)  # what `add` does, without a look at all that could be related
    return row


def _key(kind: _Kind, id: str) -> Any:
    return kind.mapper.identity_key_from_primary_key((id,))


def forget(session: Session, kind: type[Base], id: str) -> None:
    """Have the session read a row again that it may know, for it was written past it."""
    known = session.identity_map.get(_key(_kind(kind), id))
    if known is not None:
        session.expire(known)


def write_row(session: Session, row: Any) -> None:
    """Write a changed row of the session, its version compared and moved on as the unit of work does it.

    Where anything else is new, changed or gone, all of it is flushed. Raises StaleDataError.
    """
    state, kind = instance_state(row), _kind(row.__class__)
    names = state.committed_state.keys()
    alone = not session.new and not session.deleted and all(one is row for one in session.dirty)
    alone = alone and not session.in_nested_transaction()  # whose end the session alone undoes in memory
    if not alone or not names or not names <= kind.written:
        session.flush()
        return
    values = {name: getattr(row, name) for name in sorted(names)}
    seen: int = row.version
    given = {**values, "this": row.id, "seen": seen, "version": seen + 1}
    if prepared.write(session, _updating(kind.mapper), given) != 1:
        raise StaleDataError(f"{type(row).__name__} {row.id} was written by somebody else")
    state.dict["version"] = seen + 1
    _settle(session, state)


def _settle(session: Session, state: Any) -> None:
    """Tell the session that memory and database agree."""
    state._commit_all(state.dict, session.identity_map)


@cache
def _kind(kind: Hashable) -> _Kind:
    mapper = inspect(kind)
    table = Base.metadata.tables[str(mapper.local_table)]
    read = [one for one in mapper.column_attrs if not one.deferred]
    return _Kind(
        mapper=mapper,
        names=tuple(one.key for one in read),
        later=tuple(one.key for one in mapper.column_attrs if one.deferred),
        written=frozenset(one.key for one in mapper.column_attrs if one.columns[0].name == one.key),
        one=select(*[one.columns[0] for one in read]).where(table.c.id == bindparam("id")),
    )


@cache
def _updating(mapper: Mapper[Any]) -> Update:
    table = Base.metadata.tables[str(mapper.local_table)]
    return update(table).where(table.c.id == bindparam("this"), table.c.version == bindparam("seen"))
