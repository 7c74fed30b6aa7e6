"""The log's layers one by one: line, hash, MAC, numbers, triggers, leaves, commitments, keys."""

import hmac
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import DBAPIError

from certify import seal_log
from certify.audit import grants
from certify.config import Settings
from certify.models import Certification, Event, EventSecret, LogLeaf, db
from certify.models.commitments import ERASED, commitments
from certify.models.guards import TABLES, standing, wanted
from certify.models.store import own_tx, write_mode, write_tx
from certify.seal import (
    FIRST,
    NAME,
    SealRefused,
    chained,
    key_id,
    line_of,
    make_key,
    read_seal,
    rotate_key,
    seal_with,
)
from certify.workflows.erasure import erase
from certify.workflows.leaves import sequence
from certify.workflows.log import next_event
from tests.cast import World
from tests.place import KEY
from tests.player import REPORT_ON, Player, at

NAMES = (
    "id", "case_id", "seq", "at", "actor", "on_behalf_of", "subject_kind", "subject_id", "move", "from", "to",
    "scheme_version",
)  # fmt: skip
TEXT = some.text(some.characters(exclude_categories=["Cs"]))


@given(some.lists(TEXT, min_size=11, max_size=11), some.integers(1, 2**31), some.booleans(), TEXT)
def test_a_line_is_canonical_json(texts: list[str], seq: int, nobody: bool, said: str) -> None:
    texts.insert(2, "")
    values: dict[str, Any] = {**dict(zip(NAMES, texts, strict=True)), "seq": seq}
    if nobody:
        values.update(actor=None, on_behalf_of=None, scheme_version=None)
    facts = {"said": said}
    line = line_of(*values.values(), rfc8785.dumps(facts).decode())
    assert line.encode() == rfc8785.dumps({**values, "facts": facts})


@given(some.binary())
def test_a_mac_is_hmac_sha256(message: bytes) -> None:
    assert seal_with(KEY).mac(message) == hmac.digest(KEY, message, "sha256")


def test_the_first_event_follows_zeros_and_every_other_the_one_before(delivered: Player) -> None:
    for case in db.session.scalars(select(Event.case_id).distinct()):
        events = db.session.scalars(select(Event).filter_by(case_id=case).order_by(Event.seq)).all()
        assert [one.seq for one in events] == list(range(1, len(events) + 1))
        assert [one.previous for one in events] == [FIRST, *(one.hash for one in events[:-1])]


def test_what_a_move_causes_in_its_own_case_is_numbered_and_chained_after_it(certified: Player) -> None:
    case = db.session.get_one(Certification, certified.certification).case
    moves = select(Event.move, Event.seq).filter_by(case_id=case.id).order_by(Event.seq.desc()).limit(2)
    assert [tuple(row) for row in db.session.execute(moves)] == [
        ("issue", case.last_seq),
        ("grant", case.last_seq - 1),
    ]
    last = select(Event.hash).filter_by(case_id=case.id, seq=case.last_seq)
    assert case.last_hash == db.session.scalars(last).one()


def test_a_number_without_its_event_is_never_committed(admitted: Player, world: World) -> None:
    actor = world.actor(db.session(), world.olu, REPORT_ON)
    case = db.session.get_one(Certification, admitted.certification)
    with pytest.raises(RuntimeError, match="never written"), write_tx() as session:
        next_event(
            session,
            case_id=case.case_id,
            actor=actor,
            at=at(REPORT_ON),
            subject=("certification", case.id),
            move="hold",
            states=("admitted", "on_hold"),
        )


def _refused(connection: Connection, statement: str) -> bool:
    savepoint = connection.begin_nested()
    with suppress(DBAPIError):
        connection.exec_driver_sql(statement)
        savepoint.rollback()
        return False
    savepoint.rollback()
    return True


def test_the_database_refuses_to_change_the_log(admitted: Player, world: World) -> None:
    admitted.move("hold", world.olu, REPORT_ON, reason="Parental leave.")
    with write_tx() as session:
        sequence(session)
    with write_mode(db.engine), db.engine.connect() as connection, connection.begin():
        tried = {
            "event": "UPDATE event SET move = 'x'",
            "log_leaf": "UPDATE log_leaf SET number = number + 1000",
            "event_secret": "UPDATE event_secret SET value = '1'",
        }
        for table, change in tried.items():
            assert _refused(connection, change), table
            assert _refused(connection, f"DELETE FROM {table}"), table
            again = f"{table} SELECT * FROM {table}"
            if connection.dialect.name == "sqlite":
                assert _refused(connection, f"INSERT OR REPLACE INTO {again}"), table
            else:
                assert _refused(connection, f"TRUNCATE {table} CASCADE"), table
            assert standing(connection, table) == wanted(connection.dialect.name, table)


def test_without_the_guard_insert_or_replace_would_slip_past(admitted: Player) -> None:
    """Power check, on the database that has it: with recursive triggers off no DELETE trigger is asked."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    with write_mode(db.engine), db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        connection.rollback()
        with connection.begin():
            statement = "INSERT OR REPLACE INTO event SELECT * FROM event"
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            assert _refused(connection, statement)
            connection.exec_driver_sql("DROP TRIGGER append_only_event_insert")
            assert not _refused(connection, statement)
            connection.rollback()
        connection.exec_driver_sql("PRAGMA recursive_triggers = ON")


def test_every_event_gets_one_number_without_gaps(delivered: Player, world: World) -> None:
    with write_tx() as session:
        first = sequence(session)
    assert first == db.session.scalar(select(func.count(Event.id)))
    with write_tx() as session:
        assert sequence(session) == 0
    delivered.move("hold", world.olu, REPORT_ON, reason="Parental leave.")
    with write_tx() as session:
        assert sequence(session) == 1
    leaves = db.session.scalars(select(LogLeaf).order_by(LogLeaf.number)).all()
    assert [leaf.number for leaf in leaves] == list(range(first + 1))
    hashes = dict(db.session.execute(select(Event.id, Event.hash)).all())
    assert {leaf.event_id: leaf.hash for leaf in leaves} == hashes


def _held(admitted: Player, world: World) -> Event:
    admitted.move("hold", world.olu, REPORT_ON, reason="Parental leave.")
    return db.session.scalars(select(Event).filter_by(move="hold")).one()


def test_a_reason_lies_beside_the_log_and_reads_as_if_it_lay_in_it(admitted: Player, world: World) -> None:
    event = _held(admitted, world)
    assert "Parental" not in event.recorded
    assert [path for path, _ in commitments(json.loads(event.recorded))] == ["/reason"]
    assert event.facts == {"reason": "Parental leave."}


def test_an_erased_reason_is_gone_and_the_record_holds(admitted: Player, app: Flask, world: World) -> None:
    id = _held(admitted, world).id
    with write_tx() as session:
        event = session.get_one(Event, id)
        assert erase(session, event, world.actor(session, world.olu), at(REPORT_ON)) is not None
        assert event.facts == {"reason": ERASED}
    with write_tx() as session:
        assert (
            erase(session, session.get_one(Event, id), world.actor(session, world.olu), at(REPORT_ON)) is None
        )
    db.session.expire_all()
    assert db.session.get_one(Event, id).facts == {"reason": "(erased)"}
    assert db.session.scalar(select(func.count()).select_from(EventSecret).filter_by(event_id=id)) == 0
    said = app.test_cli_runner().invoke(args=["audit", "verify", "--case", admitted.certification])
    assert (said.exit_code, "The record holds" in said.output) == (0, True)


def test_production_refuses_a_log_whose_key_is_lost_or_open(admitted: Player, settings: Settings) -> None:
    keys = settings.instance / "keys"
    production = replace(settings, mode="production", clock="")
    (keys / NAME).unlink()
    with pytest.raises(SealRefused, match=f"{NAME} is missing"):
        seal_log(production)
    (keys / NAME).write_bytes(KEY)
    (keys / NAME).chmod(0o640)
    with pytest.raises(SealRefused, match="chmod -R go="):
        seal_log(production)
    (keys / NAME).chmod(0o600)
    seal_log(production)


def test_an_empty_log_gets_a_key_that_is_its_owners_alone(app: Flask, settings: Settings) -> None:
    keys = settings.instance / "keys"
    (keys / NAME).unlink()
    seal_log(replace(settings, mode="production", clock=""))
    assert [oct(path.stat().st_mode)[-3:] for path in (keys, keys / NAME)] == ["700", "600"]
    assert len((keys / NAME).read_bytes()) == 32


def test_a_retired_key_still_verifies_what_it_sealed(tmp_path: Path) -> None:
    make_key(tmp_path)
    old = (tmp_path / NAME).read_bytes()
    rotate_key(tmp_path)
    seal = read_seal(tmp_path)
    assert seal is not None
    assert seal.current == key_id((tmp_path / NAME).read_bytes()) != key_id(old)
    hash = chained(FIRST, "{}")
    assert seal.macs[key_id(old)](hash) == seal_with(old).mac(hash)


def test_verify_names_table_row_and_remedy_and_answers_1(admitted: Player, app: Flask) -> None:
    with own_tx() as session:
        session.execute(update(Certification).values(state="certified"))
    done = app.test_cli_runner().invoke(args=["audit", "verify", "--json", "--case", admitted.certification])
    said = json.loads(done.output)
    assert done.exit_code == 1
    assert [(one["table"], one["row"], one["wrong"]) for one in said["findings"]] == [
        ("certification", admitted.certification, "stored certified, replayed admitted")
    ]
    assert said["findings"][0]["remedy"]


def test_the_role_that_the_grants_are_for_adds_to_the_log_and_does_nothing_else(
    admitted: Player, app: Flask
) -> None:
    if db.engine.dialect.name != "postgresql":
        said = app.test_cli_runner().invoke(args=["audit", "grants", "certify_app"])
        assert (said.exit_code, "SQLite knows no roles" in said.output) == (1, True)
        return
    role = f"r_{db.engine.url.database}"
    with write_mode(db.engine), db.engine.begin() as connection:
        connection.execute(text(f'CREATE ROLE "{role}"'))
    try:
        assert app.test_cli_runner().invoke(args=["audit", "grants", role]).exit_code == 0
        with write_mode(db.engine), db.engine.connect() as connection, connection.begin():
            connection.execute(text(f'SET LOCAL ROLE "{role}"'))
            refused = {
                act: _refused(connection, act)
                for act in ("UPDATE event SET move = 'x'", "DELETE FROM log_leaf", "TRUNCATE event_secret")
            }
            assert set(refused.values()) == {True}
            assert connection.scalar(text("SELECT count(*) FROM event"))
            assert not _refused(connection, "UPDATE case_file SET version = version")
            assert grants.excess(connection) == []
            connection.rollback()
        with write_mode(db.engine), db.engine.begin() as connection:  # power check: told when there is more
            connection.execute(text(f'GRANT ALL ON event TO "{role}"'))
        with db.engine.connect() as connection, connection.begin():
            connection.execute(text(f'SET LOCAL ROLE "{role}"'))
            assert grants.excess(connection) == ["UPDATE on event", "DELETE on event", "TRUNCATE on event"]
    finally:
        with write_mode(db.engine), db.engine.begin() as connection:
            connection.execute(text(f'DROP OWNED BY "{role}"'))
            connection.execute(text(f'DROP ROLE "{role}"'))


def test_the_doctor_says_what_is_wrong_and_what_to_do(admitted: Player, app: Flask) -> None:
    doctor = app.test_cli_runner()
    before = doctor.invoke(args=["doctor"])
    if db.engine.dialect.name == "sqlite":
        assert before.exit_code == 0, before.output
    else:  # the tests' server waits for no disk, and its owner may do anything
        assert "fail  postgresql: fsync is off" in before.output
        assert "warn  the application's role has UPDATE on event" in before.output
    assert "ok    event is append-only" in before.output
    with write_mode(db.engine), db.engine.begin() as connection:
        on = " ON event" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER append_only_event_update{on}")
    after = doctor.invoke(args=["doctor"])
    assert after.exit_code == 1
    assert "fail  event can be changed, its triggers are gone: append_only_event_update" in after.output
    assert doctor.invoke(args=["audit", "guard"]).exit_code == 0
    assert "ok    event is append-only" in doctor.invoke(args=["doctor"]).output


def test_every_table_of_the_log_is_guarded() -> None:
    assert TABLES == ("event", "log_leaf", "event_secret")
