"""The chain and the MAC: every event of the log, in constant memory and near the speed of SHA-256."""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from sqlite3 import OperationalError
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from certify.audit.findings import RETIRED, Finding
from certify.audit.rows import read, read_strictly
from certify.models import CaseFile, Event
from certify.seal import FIRST, Seal, chained, end_of, joined, quoted

Row = tuple[Any, ...]  # (case, number, instant, actor, facts, end of the line, previous, hash, MAC, key)
_END = func.json_object(
    "from", Event.from_state, "id", Event.id, "move", Event.move, "on_behalf_of", Event.on_behalf_of_id,
    "scheme_version", Event.scheme_version, "seq", Event.seq, "subject_id", Event.subject_id,
    "subject_kind", Event.subject_kind, "to", Event.to_state,
)  # fmt: skip
_ENDING = (
    Event.id, Event.seq, Event.on_behalf_of_id, Event.subject_kind, Event.subject_id, Event.move,
    Event.from_state, Event.to_state, Event.scheme_version,
)  # fmt: skip
_SEALING = (Event.previous, Event.hash, Event.mac, Event.key_id)
_INSTANT = len("2026-05-04 10:00:00.000000")


def rows_of(connection: Connection, case_id: str | None = None) -> Iterator[Row]:
    """Every event with its seal, case by case in order, as the driver gives them.

    SQLite puts the end of each line together: nine columns fewer to hand over are worth a tenth of the
    whole check. It gives up at a value of a foreign type, or at a text that is not UTF-8; from there on it
    is done here, and always on PostgreSQL, where a function is what the database's owner makes of it.
    """
    n = 0
    if connection.dialect.name == "sqlite":
        try:
            for row in read_strictly(connection, _asked(connection, [_END], case_id)):
                yield row
                n += 1
            return
        except OperationalError:
            pass
    for row in islice(read(connection, _asked(connection, _ENDING, case_id)), n, None):
        yield *row[:5], _ended(row[5:-4]), *row[-4:]


def _asked(connection: Connection, ending: Iterable[Any], case_id: str | None) -> Any:
    first = (Event.case_id, Event.seq, _instant(connection), Event.actor_id, Event.recorded)
    asked = select(*first, *ending, *_SEALING).order_by(Event.case_id, Event.seq)
    return _of(asked, Event.case_id, case_id)


def _ended(columns: Row) -> str:
    try:
        return end_of(*columns)
    except TypeError:  # bytes in the place of a text: no event was ever sealed so
        return json.dumps({"id": str(columns[0])})


def _instant(connection: Connection) -> ColumnElement[str]:
    """The instant in UTC to the microsecond, as it is stored on SQLite."""
    if connection.dialect.name == "sqlite":
        return type_coerce(Event.at, Text)
    return func.pg_catalog.to_char(func.pg_catalog.timezone("UTC", Event.at), "YYYY-MM-DD HH24:MI:SS.US")


def line_of_row(row: Row) -> str:
    """What the hash of a row is taken over, after the hash before it."""
    case_id, _, at, actor, facts, end = row[:6]
    return joined(quoted(actor), f"{at[:10]}T{at[11:]}Z", quoted(case_id), facts, end)


def findings(rows: Iterable[Row], seal: Seal) -> Iterator[Finding]:
    """What is wrong with the events: numbering, chain, hash, MAC, keys."""
    case, last, previous, macs = None, 0, FIRST, seal.macs
    used, retired, of_json = None, set[object](), ""  # of the case
    for row in rows:
        of, seq, at, actor, facts, end, named, hash, mac, key = row
        if of != case:
            case, last, previous, used, retired = of, 0, FIRST, key, set()
            of_json = quoted(of) if isinstance(of, str) else ""
        try:
            line = joined(quoted(actor), f"{at[:10]}T{at[11:]}Z", of_json, facts, end)
            intact = (
                seq == last + 1
                and named == previous
                and len(at) == _INSTANT
                and at[10] == " "
                and hash == sha256(b"\0" + previous + line.encode()).digest()  # `chained`, a call less
                and mac == macs[key](hash)
            )
        except (LookupError, TypeError, ValueError):  # an unknown key, or a value of a foreign type
            intact = False
        if not intact:
            yield from _wrong(row, last, previous, seal)
        if key != used and key in macs:
            if key in retired:
                yield Finding("event", _id(row), f"sealed with the key {key}, retired before it", RETIRED)
            retired.add(used)
            used = key
        last, previous = seq, hash


def _is_instant(at: Any) -> bool:
    return isinstance(at, str) and len(at) == _INSTANT and at[10] == " "


def _id(row: Row) -> str:
    try:
        return str(json.loads(row[5])["id"])
    except (TypeError, ValueError):
        return f"{row[0]} number {row[1]}"


def _wrong(row: Row, last: object, previous: object, seal: Seal) -> Iterator[Finding]:
    """The same checks once more, each with its sentence."""
    case, seq, at, *_, named, hash, mac, key = row
    id = _id(row)
    if not isinstance(last, int) or seq != last + 1:
        yield Finding("event", id, f"its number in case {case} is {seq!r} and follows {last!r}")
    if named != previous:
        yield Finding("event", id, "it does not name the hash of the event before it")
    if hash != _hash(row):
        yield Finding("event", id, "its content is not what was sealed")
    if not _is_instant(at):
        yield Finding("event", id, f"its instant {at!r} is not written as the software writes it")
    if key not in seal.keys:
        yield Finding(
            "event",
            id,
            f"it was sealed with the key {key!r}, which is not in the keys folder",
            "Put the retired key back as log-mac.<id>.key; if there never was such a key, it is forged.",
        )
    elif not isinstance(hash, bytes) or mac != seal.macs[key](hash):
        yield Finding("event", id, "its MAC is not that of its hash: sealed without the log's key")


def _hash(row: Row) -> bytes | None:
    try:
        return chained(row[6], line_of_row(row))
    except (TypeError, ValueError):
        return None


def ends(connection: Connection, case_id: str | None = None) -> Iterator[Finding]:
    """Whether each case file names the last of its events, and every event lies in a case."""
    asked = (
        select(CaseFile.id, CaseFile.last_seq, Event.id)
        .outerjoin(Event, (Event.case_id == CaseFile.id) & (Event.seq == CaseFile.last_seq))
        .where(CaseFile.last_seq != 0)
        .where(Event.id.is_(None) | (Event.hash != CaseFile.last_hash) | CaseFile.last_hash.is_(None))
    )
    for id, last_seq, event in read(connection, _of(asked, CaseFile.id, case_id)):
        if event is None:
            yield Finding("case_file", id, f"its last event, number {last_seq}, is missing")
        else:
            yield Finding("case_file", id, f"its last hash is not that of event {event}")
    beyond = (
        select(Event.id, Event.seq, Event.case_id, CaseFile.last_seq)
        .outerjoin(CaseFile, CaseFile.id == Event.case_id)
        .where(CaseFile.id.is_(None) | (Event.seq > CaseFile.last_seq))
    )
    for id, seq, case, last_seq in read(connection, _of(beyond, Event.case_id, case_id)):
        there = f"the case ends at {last_seq}" if last_seq is not None else "there is no such case"
        yield Finding("event", id, f"it is number {seq} of case {case}, and {there}")


def _of(asked: Any, column: ColumnElement[str] | InstrumentedAttribute[str], case_id: str | None) -> Any:
    return asked if case_id is None else asked.where(column == case_id)
