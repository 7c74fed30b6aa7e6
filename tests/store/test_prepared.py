"""Statements run on the driver: SQLAlchemy's values and errors, and nothing goes past a transaction."""

import pytest
from flask import Flask
from sqlalchemy import bindparam, event, insert, literal_column, select, type_coerce
from sqlalchemy.exc import IntegrityError, PendingRollbackError

from certify.clock import real_now
from certify.models import Base, CaseFile, Certification, Message, Person, SchemeVersion, db, prepared
from certify.models.store import end_of, lock_case, rows_of, write_tx
from certify.workflows.log import append_event
from certify.workflows.notices import owe
from tests.cast import World
from tests.player import Player

NAMED = select(Person.id, Person.name).where(Person.id.in_(bindparam("ids", expanding=True)))
EDITION = insert(Base.metadata.tables[SchemeVersion.__tablename__])
CASE = select(
    Certification.state, Certification.state_since, Certification.admitted_on, Certification.sectors
).where(Certification.id == bindparam("id"))


def test_values_come_out_as_their_columns_read_them(submitted: Player) -> None:
    row = rows_of(db.session(), CASE, id=submitted.certification)[0]
    case = db.session.get_one(Certification, submitted.certification)
    told = (row.state, row.state_since, row.admitted_on, row.sectors)
    assert told == (case.state, case.state_since, case.admitted_on, case.sectors)
    assert [type(one) for one in told] == [
        type(one) for one in (case.state, case.state_since, None, case.sectors)
    ]


def test_a_word_outside_its_vocabulary_is_refused(app: Flask) -> None:
    told = select(type_coerce(literal_column("'lost'"), Certification.state.type).label("state"))
    with pytest.raises(ValueError, match="lost"):
        rows_of(db.session(), told)


def test_a_list_has_any_number_of_entries(app: Flask, world: World) -> None:
    people = [world.ana.id, world.bo.id, world.lan.id]
    found = [rows_of(db.session(), NAMED, ids=people[:n]) for n in (2, 0, 3, 1, 2)]
    assert [{row.id for row in rows} for rows in found] == [set(people[:n]) for n in (2, 0, 3, 1, 2)]


def test_a_column_with_a_default_gets_a_new_one_each_time(app: Flask, world: World) -> None:
    with write_tx() as session:
        ana = session.get_one(Person, world.ana.id)
        for key in ("first", "second", "second"):
            owe(session, key=key, kind="told", at=real_now(), recipient=ana)
    messages = db.session.scalars(select(Message).where(Message.kind == "told")).all()
    assert ({one.key for one in messages}, len({one.id for one in messages})) == ({"first", "second"}, 2)
    assert {(one.state, one.attempts) for one in messages} == {("owed", 0)}


def test_the_drivers_error_is_sqlalchemys_and_the_connection_goes_on(app: Flask, world: World) -> None:
    row = {
        "name": world.edition, "canonical": "", "sha256": "", "published_at": real_now(),
        "effective_on": real_now().date(), "transition_end_on": None,
    }  # fmt: skip
    with pytest.raises(IntegrityError), write_tx() as session:
        prepared.write(session, EDITION, row)
    with write_tx() as session:
        two = [{**row, "name": name, "sha256": name} for name in "ab"]
        assert prepared.write(session, EDITION, *two) == 2
        session.rollback()


def test_whoever_watches_statements_is_told(app: Flask, world: World) -> None:
    told: list[str] = []
    event.listen(db.engine, "before_cursor_execute", note := lambda *asked: told.append(asked[2]))
    try:
        rows_of(db.session(), NAMED, ids=[world.ana.id])
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert ["FROM person" in " ".join(one.split()) for one in told if "BEGIN" not in one] == [True]


def test_nothing_is_run_after_a_flush_that_failed(app: Flask, world: World) -> None:
    """It would be kept by itself, outside the transaction that is lost."""
    with write_tx() as session:
        lock_case(session)
        session.add(SchemeVersion(name=world.edition, canonical="", sha256="", published_at=real_now()))
        with pytest.raises(IntegrityError):
            session.flush()
        with pytest.raises(PendingRollbackError):
            prepared.read(session, NAMED, {"ids": []})
        session.rollback()


def test_what_a_savepoint_wrote_is_forgotten_with_it(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        (locked,) = lock_case(session, case.case_id)
        with session.begin_nested() as savepoint:
            append_event(
                session, case_id=case.case_id, actor=world.actor(session, world.olu), at=real_now(),
                subject=("certification", case.id), move="note", states=("submitted", "submitted"), facts={},
            )  # fmt: skip
            assert end_of(session, case.case_id).last_seq == locked.last_seq + 1
            savepoint.rollback()
        assert end_of(session, case.case_id) == locked
        assert session.get_one(CaseFile, case.case_id).last_seq == locked.last_seq
