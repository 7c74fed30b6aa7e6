"""A row that is read or written by one statement: as the session would have, and nothing is left over."""

import pytest
from flask import Flask
from sqlalchemy import inspect, select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from certify.models import Certification, Event, Person, db
from certify.models.rows import afresh, find, write_row
from certify.models.store import write_tx
from tests.cast import World
from tests.player import Player


def _stored(player: Player) -> tuple[str | None, list[str], int]:
    db.session.rollback()
    case = db.session.get_one(Certification, player.certification)
    return case.employer, case.sectors, case.version


def test_what_changed_is_stored_and_the_version_moves_on_by_one(submitted: Player) -> None:
    _, _, version = _stored(submitted)
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        case.employer, case.sectors = "Elsewhere", ["footwear"]
        write_row(session, case)
        assert (case.version, list(session.dirty), inspect(case).persistent) == (version + 1, [], True)
        assert case.holder.id == submitted.holder.id  # what was not loaded can still be asked for
    assert _stored(submitted) == ("Elsewhere", ["footwear"], version + 1)


def test_a_row_that_is_flagged_moves_its_version_on_without_another_change(submitted: Player) -> None:
    employer, sectors, version = _stored(submitted)
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        flag_modified(case, "state_since")
        write_row(session, case)
    assert _stored(submitted) == (employer, sectors, version + 1)


def test_a_row_that_did_not_change_stays_as_it_is(submitted: Player) -> None:
    before = _stored(submitted)
    with write_tx() as session:
        write_row(session, session.get_one(Certification, submitted.certification))
    assert _stored(submitted) == before


def test_a_row_that_somebody_else_wrote_is_stale(submitted: Player) -> None:
    before = _stored(submitted)
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        others = update(Certification).values(version=Certification.version + 1)
        session.execute(others.execution_options(synchronize_session=False))
        case.employer = "Elsewhere"
        with pytest.raises(StaleDataError):
            write_row(session, case)
        session.rollback()
    assert _stored(submitted) == before


def test_whatever_else_is_changed_is_written_with_it(submitted: Player, world: World) -> None:
    _, sectors, version = _stored(submitted)
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        case.employer = "Elsewhere"
        session.get_one(Person, world.ana.id).language = "vi"
        write_row(session, case)
        assert list(session.dirty) == []
    assert _stored(submitted) == ("Elsewhere", sectors, version + 1)
    assert db.session.get_one(Person, world.ana.id).language == "vi"


def test_a_row_of_a_relation_is_written_with_it(submitted: Player, world: World) -> None:
    """A relation has no column of its own name: the unit of work finds its key."""
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        case.supervisor = session.get_one(Person, world.bo.id)
        write_row(session, case)
    assert db.session.get_one(Certification, submitted.certification).supervisor_id == world.bo.id


def test_a_row_that_the_session_knows_is_not_read_again(submitted: Player) -> None:
    with write_tx() as session:
        case = find(session, Certification, submitted.certification)
        assert case is not None
        assert session.get_one(Certification, submitted.certification) is case
        case.employer = "Elsewhere"
        assert find(session, Certification, submitted.certification) is case
        assert case.employer == "Elsewhere"
        session.rollback()
    assert find(db.session(), Certification, "nobody") is None


def test_a_row_read_afresh_is_as_the_database_says_and_so_is_what_it_is_related_to(
    submitted: Player, world: World
) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        assert case.supervisor is None
        past = update(Certification).values(supervisor_id=world.bo.id, employer="Elsewhere", version=41)
        session.execute(past.execution_options(synchronize_session=False))
        assert afresh(session, Certification, submitted.certification) is case
        assert (case.employer, case.version, case.supervisor.id if case.supervisor else None) == (
            "Elsewhere", 41, world.bo.id,
        )  # fmt: skip
        assert list(session.dirty) == []
        session.rollback()


def test_what_is_read_later_is_read_when_it_is_asked_for(submitted: Player) -> None:
    first = select(Event.id).order_by(Event.at).limit(1)
    event = afresh(db.session(), Event, db.session.scalars(first).one())
    assert "hash" not in vars(event)
    assert len(event.hash) == 32


def test_a_row_that_is_gone_is_not_there_afresh(app: Flask) -> None:
    with pytest.raises(NoResultFound):
        afresh(db.session(), Certification, "nobody")
