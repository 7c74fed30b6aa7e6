"""R12: whoever changes the log past the application is found, row by row; what is not found is told too.

Each change is made as somebody with the database's password makes it, with every trigger asleep, looked at
by the product's own checker, and rolled back.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Table, delete, insert, select, text, update

from certify.audit import verify
from certify.audit.findings import Finding
from certify.config import Settings
from certify.models import Base, Certification, Event, StoredFile, db
from certify.models.guards import take_down
from certify.models.store import write_mode, write_tx
from certify.seal import chained, line_of, seal_with
from certify.workflows.erasure import erase
from certify.workflows.leaves import sequence
from tests.cast import World
from tests.place import KEY
from tests.player import ASSESSED_ON as LATER
from tests.player import Player, at

EVENT, LEAF, SECRET, CASE = (
    Base.metadata.tables[name] for name in ("event", "log_leaf", "event_secret", "case_file")
)
SEALED = (
    "id", "case_id", "seq", "at", "actor_id", "on_behalf_of_id", "subject_kind", "subject_id", "move",
    "from_state", "to_state", "scheme_version", "facts",
)  # fmt: skip
SAID: tuple[tuple[str, dict[str, str]], ...] = (
    ("hold", {"reason": "Parental leave."}),
    ("resume", {"reason": "Back again."}),
    ("waive", {"requirement": "cohort-size", "reason": "A factory closed."}),
)
AND_LAST = ("hold", {"reason": "An illness."})
CONTENT = b"A curriculum vitae."
Row = dict[str, Any]


@dataclass
class Thief:
    """Somebody who may write to every table, without the log's key; the checker looks over the shoulder."""

    connection: Connection
    files: Path

    def found(self) -> Iterator[Finding]:
        """What the product's checker says, part by part."""
        for part in verify.checks(self.connection, seal_with(KEY), self.files).values():
            yield from part()

    def names(self, *rows: str) -> bool:
        """Whether a finding names one of the rows."""
        return any(set(one.row.split()) & set(rows) for one in self.found())

    @contextmanager
    def change(self, *statements: Any) -> Iterator[None]:
        """Changes that are there inside and gone after."""
        savepoint = self.connection.begin_nested()
        for statement in statements:
            self.connection.execute(statement)
        yield
        savepoint.rollback()

    def rows(self, table: Table) -> list[Row]:
        """Every row, in an order that stays."""
        asked = select(table).order_by(*table.primary_key.columns)
        return [dict(row) for row in self.connection.execute(asked).mappings()]

    def case(self, row: Row) -> list[Row]:
        """The events of a row's case, in order."""
        asked = select(EVENT).where(EVENT.c.case_id == row["case_id"]).order_by(EVENT.c.seq)
        return [dict(one) for one in self.connection.execute(asked).mappings()]


def _complete(played: Player, world: World, instance: Path) -> None:
    """The record gets reasons, of which one is erased, a stored file, and leaves."""
    for move, facts in SAID:
        played.move(move, world.olu, LATER, **facts)
    with write_tx() as session:
        told = session.scalars(select(Event).where(Event.move == "hold")).one()
        assert erase(session, told, world.actor(session, world.olu), at(LATER)) is not None
    played.move(AND_LAST[0], world.olu, LATER + timedelta(1), **AND_LAST[1])
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    path = instance / "files" / sha256[:2] / sha256[2:]
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    with write_tx() as session:
        session.execute(update(StoredFile).values(sha256=sha256))
        sequence(session)


@contextmanager
def thief(instance: Path) -> Iterator[Thief]:
    """With the database's password, in a transaction that is rolled back."""
    with write_mode(db.engine), db.engine.connect() as connection:
        begun = connection.begin()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            take_down(connection)
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield Thief(connection, instance / "files")
        begun.rollback()


@pytest.fixture
def played(trained: Player, app: Flask, world: World, settings: Settings) -> Iterator[Thief]:
    """The record up to the classroom, with reasons given on the way, of which one was erased."""
    _complete(trained, world, settings.instance)
    with thief(settings.instance) as one:
        yield one


def key_of(row: Row, table: Table) -> Any:
    clause = True
    for column in table.primary_key.columns:
        clause = (column == row[column.name]) & clause
    return clause


def other(value: Any) -> Any:
    """A value of the same kind that is another one."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    return value + 1000 if isinstance(value, int) else f"{(value or '')[:-1]}~"


def forged(value: str) -> str:
    """Facts that are still JSON, with one thing changed."""
    return '{"forged":1}' if value == "{}" else '{"forged":1,' + value[1:]


# Another value that still is JSON, so that nothing stumbles over it before it is compared.
FORGED = {"facts": forged, "value": lambda _value: '"forged"'}


def test_a_record_that_nobody_touched_holds(played: Thief) -> None:
    assert list(played.found()) == []


def unnoticed(played: Thief, table: Table) -> list[tuple[Any, str]]:
    """The rows and columns that can be changed, one value at a time, without a finding that names them."""
    missed = []
    for row in played.rows(table):
        first = str(row[table.columns[0].name])
        for name, value in row.items():
            value = FORGED[name](value) if name in FORGED else other(value)
            with played.change(update(table).where(key_of(row, table)).values({name: value})):
                if not played.names(first, str(value)):
                    missed.append((row, name))
    return missed


@pytest.mark.parametrize("table", [EVENT, LEAF, SECRET], ids=lambda table: table.name)
def test_a_changed_value_of_any_row_of_the_log_is_found(played: Thief, table: Table) -> None:
    assert played.rows(table) != []
    assert unnoticed(played, table) == []


@pytest.mark.long
def test_a_changed_value_of_any_row_of_a_whole_path_is_found(
    certified: Player, app: Flask, settings: Settings
) -> None:
    """R12 at size: every event, leaf and secret from the application to the certificate."""
    with write_tx() as session:
        session.execute(delete(StoredFile))
        sequence(session)
    db.session.rollback()
    with thief(settings.instance) as one:
        assert list(one.found()) == []
        assert {table.name: unnoticed(one, table) for table in (EVENT, LEAF, SECRET)} == {
            "event": [],
            "log_leaf": [],
            "event_secret": [],
        }


def test_an_instant_that_is_written_otherwise_is_found(played: Thief) -> None:
    """SQLite keeps instants as texts and sorts them so: the same instant with a T comes after all others."""
    if played.connection.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps instants as numbers.")
    for row in played.rows(EVENT):
        rewritten = text("UPDATE event SET at = replace(at, ' ', 'T') WHERE id = :id").bindparams(
            id=row["id"]
        )
        with played.change(rewritten):
            assert played.names(row["id"])


def test_a_value_of_a_foreign_type_is_found(played: Thief) -> None:
    """SQLite lets a text column hold bytes, which nothing else would tell from the text."""
    if played.connection.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's columns have types.")
    row = played.rows(EVENT)[0]
    for column in ("move", "facts", "subject_id", "to_state", "at", "case_id"):
        cast = text(f"UPDATE event SET {column} = CAST({column} AS BLOB) WHERE id = :id").bindparams(
            id=row["id"]
        )
        with played.change(cast):
            assert played.names(row["id"]), column


def test_a_changed_end_of_any_case_is_found(played: Thief) -> None:
    missed = []
    for row in played.rows(CASE):
        for column in ("last_seq", "last_hash", "sequenced_seq"):
            with played.change(update(CASE).where(key_of(row, CASE)).values({column: other(row[column])})):
                if not played.names(row["id"]):
                    missed.append((row, column))
    assert missed == []


def test_a_deleted_event_is_found_in_its_place_or_at_the_end_of_its_case(played: Thief) -> None:
    missed = []
    for row in played.rows(EVENT):
        follower = [one["id"] for one in played.case(row) if one["seq"] == row["seq"] + 1]
        with played.change(delete(EVENT).where(key_of(row, EVENT))):
            if not played.names(*follower or [row["case_id"]]):
                missed.append(row["id"])
    assert missed == []


def test_a_deleted_leaf_is_found_by_its_case_and_by_the_gap(played: Thief) -> None:
    rows = played.rows(LEAF)
    for row in rows:
        after = {str(row["number"] + 1)} if row is not rows[-1] else set()
        with played.change(delete(LEAF).where(key_of(row, LEAF))):
            assert {one.row for one in played.found()} == {f"of event {row['event_id']}", *after}


def test_a_deleted_secret_is_found_unless_the_log_tells_of_its_erasure(played: Thief) -> None:
    missed = []
    for row in played.rows(SECRET):
        with played.change(delete(SECRET).where(key_of(row, SECRET))):
            if not played.names(row["event_id"]):
                missed.append(row)
    assert played.rows(SECRET) != []
    assert missed == []


def test_a_forged_row_is_found(played: Thief) -> None:
    """An event at the end of a case with a right hash and no key; a leaf; a secret."""
    last = played.case(played.rows(EVENT)[0])[-1]
    event = sealed({**last, "id": "f" * 20, "seq": last["seq"] + 1}, after=last["hash"])
    end = update(CASE).where(CASE.c.id == last["case_id"])
    end = end.values(last_seq=event["seq"], last_hash=event["hash"])
    with played.change(insert(EVENT).values(event)):
        assert played.names(event["id"])
    with played.change(insert(EVENT).values(event), end):
        assert played.names(event["id"])
    with played.change(insert(LEAF).values(number=len(played.rows(LEAF)), event_id="f" * 20, hash=b"f" * 32)):
        assert played.names(str(len(played.rows(LEAF)) - 1))
    secret = {"event_id": last["id"], "path": "/forged", "salt": b"f" * 16, "value": '"forged"'}
    with played.change(insert(SECRET).values(secret)):
        assert played.names(last["id"])


def test_facts_that_changed_places_are_found(played: Thief) -> None:
    rows = played.rows(EVENT)
    for one, two in pairwise(rows):
        if one["facts"] == two["facts"]:
            continue
        swapped = [
            update(EVENT).where(key_of(a, EVENT)).values(facts=b["facts"])
            for a, b in ((one, two), (two, one))
        ]
        with played.change(*swapped):
            assert {one["id"], two["id"]} <= {found.row for found in played.found()}


def test_a_log_cut_off_at_its_end_is_found(played: Thief) -> None:
    for row in played.rows(CASE):
        for seq in range(1, row["last_seq"] + 1):
            cut = (EVENT.c.case_id == row["id"]) & (EVENT.c.seq >= seq)
            with played.change(delete(EVENT).where(cut)):
                assert played.names(row["id"])


def sealed(row: Row, *, after: bytes) -> Row:
    """A row with the hash that it needs; the MAC stays what it was, for the key lies elsewhere."""
    instant = row["at"].isoformat(timespec="microseconds").replace("+00:00", "Z")
    line = line_of(*({**row, "at": instant}[name] for name in SEALED))
    return {**row, "previous": after, "hash": chained(after, line)}


def rehashed(played: Thief, changed: Row) -> list[Any]:
    """The statements that make the chain right again after a change, the leaves and the end included."""
    statements, after = [], changed["previous"]
    for row in played.case(changed)[changed["seq"] - 1 :]:
        row = sealed(changed if row["id"] == changed["id"] else row, after=after)
        after = row["hash"]
        statements.append(update(EVENT).where(key_of(row, EVENT)).values(row))
        statements.append(update(LEAF).where(LEAF.c.event_id == row["id"]).values(hash=after))
    end = update(CASE).where(CASE.c.id == changed["case_id"]).values(last_hash=after)
    return [*statements, end]


def test_a_chain_that_was_hashed_anew_is_found_by_the_mac_alone(played: Thief) -> None:
    """Power check: chain, leaves and ends agree again, and nothing but the MAC speaks."""
    for row in played.rows(EVENT):
        with played.change(*rehashed(played, {**row, "actor_id": None, "scheme_version": "score-forged"})):
            found = list(played.found())
            assert row["id"] in {one.row for one in found}
            assert [one for one in found if "its MAC is not" not in one.wrong] == []


def test_what_only_checkpoints_will_show(played: Thief) -> None:
    """docs/security.md lists these: a cut with the end moved back, the last leaf, two leaves exchanged."""
    leaves = played.rows(LEAF)
    last = next(row for row in played.rows(EVENT) if row["facts"] != "{}" and row["to_state"] == "on_hold")
    last = played.case(last)[-1]
    before = played.case(last)[-2]
    cut = [
        delete(SECRET).where(SECRET.c.event_id == last["id"]),
        delete(LEAF).where(LEAF.c.event_id == last["id"]),
        delete(EVENT).where(EVENT.c.id == last["id"]),
        update(CASE)
        .where(CASE.c.id == last["case_id"])
        .values(last_seq=before["seq"], sequenced_seq=before["seq"], last_hash=before["hash"]),
        update(Certification).values(state=last["from_state"]),
    ]
    assert (last["move"], last["from_state"], leaves[-1]["event_id"]) == (
        "hold",
        "classroom_delivery",
        last["id"],
    )
    with played.change(*cut):
        assert list(played.found()) == []
    unsaid = update(CASE).where(CASE.c.id == last["case_id"]).values(sequenced_seq=before["seq"])
    with played.change(delete(LEAF).where(key_of(leaves[-1], LEAF)), unsaid):
        assert list(played.found()) == []
    one, two = leaves[0], leaves[1]
    exchanged = [
        delete(LEAF).where(LEAF.c.number.in_([0, 1])),
        insert(LEAF).values({**one, "number": 1}),
        insert(LEAF).values({**two, "number": 0}),
    ]
    with played.change(*exchanged):
        assert list(played.found()) == []


def test_a_stored_file_that_is_gone_or_changed_is_found(played: Thief) -> None:
    path = next(path for path in played.files.rglob("*") if path.is_file())
    id = played.connection.scalar(select(StoredFile.id))
    path.write_bytes(CONTENT + b" ")
    assert [(one.table, one.row) for one in played.found()] == [("stored_file", id)]
    path.unlink()
    assert [(one.table, one.row) for one in played.found()] == [("stored_file", id)]


def test_a_state_and_a_certificate_out_of_nothing_are_found(played: Thief) -> None:
    certification = played.connection.execute(select(Certification.id)).scalars().first()
    with played.change(update(Certification).values(state="certified")):
        assert [(one.table, one.row) for one in played.found()] == [("certification", certification)] * 2
