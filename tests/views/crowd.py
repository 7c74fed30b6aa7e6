"""Many cases at once, written straight into the tables, and what a page asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event

from certify.models import CaseFile, Certification, Person, db
from certify.models.store import write_tx
from certify.scheme.words import CertificationState
from tests.cast import WORLD, named

SINCE = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)


def crowd(n: int, state: CertificationState, *, module: str = "WPC", country: str = "VN") -> list[str]:
    """The ids of `n` cases in a state, each an hour younger than the one before; holders are strangers."""
    ids = []
    with write_tx() as session:
        for number in range(n):
            key = f"{state.value[:6]}{module}{country}{number:03}x".lower()
            holder = Person(
                id=named(key), name=f"Holder {number:03}", email=f"{key}@example.org", country=country,
                created_at=SINCE,
            )  # fmt: skip
            case = Certification(
                case=CaseFile(kind="certification", opened_at=SINCE), holder=holder, module=module,
                country=country, state=state, state_since=SINCE + timedelta(hours=number), sectors=[],
                languages=[], pauses=[], practice_asked_on=[], round=1, reasons=[],
                scheme_version=WORLD.edition, recommended_by_id=WORLD.bo.id, supervisor_id=WORLD.bo.id,
            )  # fmt: skip
            session.add_all([holder, case])
            session.flush()
            ids.append(case.id)
    return ids


@contextmanager
def asked(*verbs: str) -> Iterator[list[tuple[str, Any]]]:
    """The queries that the block sends, or the statements with these verbs, each with its values."""
    queries: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith(verbs or "SELECT"):
            queries.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
