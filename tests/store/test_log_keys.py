"""A change of the log's key: what the old one sealed verifies on, what it seals afterwards is found."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from certify import seal_log
from certify.audit import verify
from certify.config import Settings
from certify.models import Cohort, Event, db
from certify.models.store import seal_of, use_seal, write_tx
from certify.seal import NAME, Seal, SealRefused, key_id, make_key, read_seal, rotate_key, seal_with
from certify.workflows.leaves import sequence
from certify.workflows.log import append_event
from tests.cast import World
from tests.place import KEY
from tests.player import REPORT_ON, Player, at

OLD = key_id(KEY)


def _rotated(app: Flask) -> str:
    said = app.test_cli_runner().invoke(args=["audit", "rotate-key"])
    assert said.exit_code == 0, said.output
    return seal_of(db.session()).current


def _found(settings: Settings) -> list[tuple[str, str]]:
    seal = seal_of(db.session())
    db.session.rollback()
    with verify.snapshot(db.engine) as connection:
        parts = verify.checks(connection, seal, settings.instance / "files")
        return [(one.row, one.wrong) for name in ("chain and MAC", "keys", "leaves") for one in parts[name]()]


@contextmanager
def _sealing_with(seal: Seal) -> Iterator[None]:
    """A server that ran on, or somebody with a copy: it seals with a key of its own choice."""
    before = seal_of(db.session())
    db.session.rollback()
    use_seal(db.engine, seal)
    yield
    use_seal(db.engine, before)


def test_after_a_rotation_production_starts_seals_anew_and_verifies_what_was(
    admitted: Player, app: Flask, world: World, settings: Settings
) -> None:
    new = _rotated(app)
    keys = settings.instance / "keys"
    assert sorted(path.name for path in keys.glob("log-mac*")) == sorted([NAME, f"log-mac.{OLD}.key"])
    assert (keys / f"log-mac.{OLD}.key").read_bytes() == KEY
    assert {oct(path.stat().st_mode)[-3:] for path in keys.iterdir()} == {"600"}
    seal_log(replace(settings, mode="production", clock=""))
    admitted.move("hold", world.olu, REPORT_ON, reason="Parental leave.")
    assert new != OLD
    assert set(db.session.scalars(select(Event.key_id))) == {OLD, new}
    assert _found(settings) == []


def test_what_a_retired_key_seals_in_a_case_that_knows_the_new_one_is_found(
    admitted: Player, app: Flask, world: World, settings: Settings
) -> None:
    new = _rotated(app)
    admitted.move("hold", world.olu, REPORT_ON, reason="Parental leave.")
    with _sealing_with(seal_with(KEY)):
        admitted.move("resume", world.olu, REPORT_ON + timedelta(1), reason="Back.")
    late = db.session.scalars(select(Event.id).filter_by(move="resume")).one()
    assert (late, f"sealed with the key {OLD}, retired before it") in _found(settings)
    assert new in seal_of(db.session()).keys


@pytest.mark.parametrize("numbered", [True, False])
def test_what_a_retired_key_seals_in_another_case_is_found_by_the_leaves(
    delivered: Player, app: Flask, world: World, settings: Settings, numbered: bool
) -> None:
    """Each case by itself shows nothing: one is sealed by the old key alone, the other by the new one."""
    _rotated(app)
    delivered.move("hold", world.olu, REPORT_ON, reason="Parental leave.")
    with write_tx() as session:
        sequence(session)
    held = db.session.scalars(select(Event).filter_by(move="hold")).one()
    with _sealing_with(seal_with(KEY)):
        _edit_the_cohort(delivered, world)
    if numbered:
        with write_tx() as session:
            sequence(session)
    late = db.session.scalars(select(Event).filter_by(subject_id=delivered.cohort).order_by(Event.seq.desc()))
    event = late.first()
    assert event is not None
    assert (event.case_id != held.case_id, event.key_id) == (True, OLD)
    assert _found(settings) == [(event.id, f"sealed with the key {OLD}, and newer than the one after it")]


def _edit_the_cohort(player: Player, world: World) -> None:
    with write_tx() as session:
        cohort = session.get_one(Cohort, player.cohort)
        append_event(
            session,
            case_id=cohort.case_id,
            actor=world.actor(session, world.olu, REPORT_ON),
            at=at(REPORT_ON),
            subject=("cohort", cohort.id),
            move="edit",
            states=("open", "open"),
            facts={"supervisor": world.bo.id},
        )


def test_a_change_that_was_broken_off_is_done_again(tmp_path: Path) -> None:
    make_key(tmp_path)
    old = (tmp_path / NAME).read_bytes()
    (tmp_path / f"log-mac.{key_id(old)}.key").hardlink_to(tmp_path / NAME)
    seal = read_seal(tmp_path)
    assert seal is not None
    assert (seal.current, set(seal.keys)) == (key_id(old), {key_id(old)})
    assert rotate_key(tmp_path)[0] == key_id(old)
    seal = read_seal(tmp_path)
    assert seal is not None
    assert (seal.current != key_id(old), len(seal.keys), key_id(old) in seal.keys) == (True, 2, True)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_there_is_nothing_to_change_without_a_key(tmp_path: Path) -> None:
    with pytest.raises(SealRefused, match="missing"):
        rotate_key(tmp_path)
