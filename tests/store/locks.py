"""Watching which case files a command locks, in which order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from certify.models import CaseFile


@contextmanager
def locked_cases() -> Iterator[list[str]]:
    """The ids of the case files that were locked meanwhile, each once, in the order of their locks."""
    found: list[str] = []

    def watch(state: ORMExecuteState) -> Any:
        if not state.is_select or getattr(state.statement, "_for_update_arg", None) is None:
            return None
        if state.bind_mapper is None or state.bind_mapper.class_ is not CaseFile:
            return None
        rows = state.invoke_statement().freeze()
        found.extend(row.id for row in rows().scalars() if row.id not in found)
        return rows()

    event.listen(Session, "do_orm_execute", watch)
    try:
        yield found
    finally:
        event.remove(Session, "do_orm_execute", watch)
