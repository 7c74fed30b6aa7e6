"""Personal values against the commitments that the log holds, and erasures against what the log tells."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, select

from certify.audit.findings import Finding
from certify.audit.rows import read
from certify.models import Event, EventSecret
from certify.models.commitments import COMMITMENT, commitment, commitments
from certify.workflows.erasure import MOVE, SUBJECT

_TRACE = f'%{{"{COMMITMENT}":%'  # as it stands in canonical JSON, and never inside a text there

_BACK = "Somebody put it back, from a backup perhaps: erase it again with flask audit erase."


def findings(connection: Connection, case_id: str | None = None) -> Iterator[Finding]:
    """Values that are not what was committed, values nobody committed, and values that went untold."""
    asked = (
        select(Event.id, Event.case_id, Event.recorded, EventSecret.path, EventSecret.salt, EventSecret.value)
        .outerjoin(EventSecret, EventSecret.event_id == Event.id)
        .where(Event.recorded.like(_TRACE) | EventSecret.path.is_not(None))
        .order_by(Event.id)
    )
    if case_id is not None:
        asked = asked.where(Event.case_id == case_id)
    erased = _erased(connection)
    for _id, rows in groupby(read(connection, asked), key=itemgetter(0)):
        yield from _of_event(rows, erased)
    if case_id is None:
        yield from _orphans(connection)


def _erased(connection: Connection) -> frozenset[tuple[str, str, str]]:
    """The case, event and path of every value whose erasure the log tells."""
    told = select(Event.case_id, Event.subject_id, Event.recorded)
    told = told.where(Event.subject_kind == SUBJECT, Event.move == MOVE)
    return frozenset(
        (case, event, path) for case, event, recorded in read(connection, told) for path in _paths(recorded)
    )


def _paths(recorded: Any) -> list[str]:
    try:
        return [path for path in json.loads(recorded)["paths"] if isinstance(path, str)]
    except (LookupError, TypeError, ValueError):
        return []  # the chain has said so


def _of_event(rows: Iterable[tuple[Any, ...]], erased: frozenset[tuple[str, str, str]]) -> Iterator[Finding]:
    all_rows = list(rows)
    id, case, recorded, *_ = all_rows[0]
    secrets = {path: (salt, value) for *_, path, salt, value in all_rows if path is not None}
    try:
        committed = dict(commitments(json.loads(recorded)))
    except (TypeError, ValueError):
        return  # the chain has said so
    for path in sorted(committed.keys() | secrets.keys(), key=str):  # a path may be bytes by now
        row = f"{id} {path}"
        if path not in committed:
            yield Finding("event_secret", row, "the event has no commitment there")
        elif path not in secrets:
            if (case, id, path) not in erased:
                yield Finding("event_secret", row, "the value is gone, and no erasure is told in the log")
        elif (case, id, path) in erased:
            yield Finding("event_secret", row, "the log tells of its erasure, and the value is there", _BACK)
        elif not _fits(*secrets[path], committed[path]):
            yield Finding("event_secret", row, "the value is not what the event committed to")


def _fits(salt: Any, value: Any, expected: Any) -> bool:
    return isinstance(salt, bytes) and isinstance(value, str) and commitment(salt, value) == expected


def _orphans(connection: Connection) -> Iterator[Finding]:
    asked = (
        select(EventSecret.event_id, EventSecret.path)
        .outerjoin(Event, Event.id == EventSecret.event_id)
        .where(Event.id.is_(None))
    )
    for event, path in read(connection, asked):
        yield Finding("event_secret", f"{event} {path}", "there is no such event")
