"""What a command locks before it reads: the case that it writes to, and those that go along."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session

from certify.models import (
    Affiliation,
    Certification,
    Cohort,
    Enterprise,
    Event,
    Organisation,
    Person,
    RoleGrant,
    StoredFile,
)
from certify.models.store import write_tx
from certify.workflows import engine, issuer_keys, ties
from certify.workflows.changes import Change
from certify.workflows.drafts import keep_draft
from certify.workflows.enterprises import lock
from certify.workflows.erasure import erase
from certify.workflows.file_erasure import erase_file
from certify.workflows.leaves import sequence
from certify.workflows.undoing import UNDOINGS
from tests.cast import World
from tests.conftest import NOW
from tests.player import Player
from tests.store.locks import locked_cases
from tests.workflows.evidence_rows import cohort

ON = NOW.date()
Act = Callable[[Session, Player, World], Any]


def _by(session: Session, world: World) -> Any:
    return world.actor(session, world.olu)


def _hold(session: Session, played: Player, world: World) -> None:
    case = session.get_one(Certification, played.certification)
    engine.perform(case, "hold", _by(session, world), NOW, reason="Leave.")


def _hand_over(session: Session, played: Player, world: World) -> None:
    case = session.get_one(Certification, played.certification)
    handed = {"role": "supervisor", "from": world.bo.id, "to": world.tuan.id, "reason": "Bo moves away."}
    engine.perform(case, "reassign", _by(session, world), NOW, **handed)


def _keep(session: Session, played: Player, world: World) -> None:
    case = session.get_one(Certification, played.certification)
    keep_draft(session, case, "hold", _by(session, world), NOW, reason="Leave.")


def _erase(session: Session, played: Player, world: World) -> None:
    case = session.get_one(Certification, played.certification).case_id
    first = session.scalars(select(Event).where(Event.case_id == case)).first()
    assert first is not None
    erase(session, first, _by(session, world), NOW)


def _erase_file(session: Session, played: Player, world: World) -> None:
    file = session.scalars(select(StoredFile)).one()
    erase_file(session, file, _by(session, world), NOW)


def _undo(session: Session, played: Player, world: World) -> None:
    thing = session.get_one(Cohort, played.cohort)
    same = Change("cohort", thing.id, {"name": thing.name}, {"name": "Autumn"})
    assert UNDOINGS["cohort"].back(session, _by(session, world), NOW, thing, same) is False


def _correct(session: Session, played: Player, world: World) -> None:
    found = lock(session, session.get_one(Enterprise, world.enterprises[0]))
    assert [one.id for one in found] == sorted([played.cohort, "0"])


LOCKED: tuple[tuple[Act, list[str]], ...] = (
    (_keep, ["certification"]),
    (_erase, ["certification"]),
    (_erase_file, ["certification"]),
    (_undo, ["cohort"]),
    (_correct, ["cohort", "other", "certification"]),
    (_hand_over, ["cohort", "certification"]),
    (_hold, ["certification"]),
)


def test_a_command_locks_its_cases_first(delivered: Player, world: World) -> None:
    with write_tx() as session:
        other = cohort(session, world, "0", NOW, world.lan.id)
        other.enterprises = [session.get_one(Enterprise, world.enterprises[0])]
        session.flush()
        cases = {
            session.get_one(Certification, delivered.certification).case_id: "certification",
            session.get_one(Cohort, delivered.cohort).case_id: "cohort",
            other.case_id: "other",
        }
        for act, locked in LOCKED:
            with locked_cases() as found:
                act(session, delivered, world)
            assert sorted(cases[case] for case in found) == sorted(locked), act


@contextmanager
def locked_rows() -> Iterator[list[str]]:
    """The tables that rows were locked in, in the order of the locks."""
    found: list[str] = []

    def watch(state: ORMExecuteState) -> None:
        if state.is_select and getattr(state.statement, "_for_update_arg", None) is not None:
            found.append(state.bind_mapper.class_.__tablename__ if state.bind_mapper else "")

    event.listen(Session, "do_orm_execute", watch)
    try:
        yield found
    finally:
        event.remove(Session, "do_orm_execute", watch)


def test_a_change_outside_of_cases_locks_its_rows(world: World) -> None:
    with write_tx() as session:
        olu, kim = _by(session, world), session.get_one(Person, world.kim.id)
        work = session.get_one(Affiliation, f"{'worklan':0<20}")
        grant = session.get_one(RoleGrant, f"{'grantbo':0<20}")
        provider = session.get_one(Organisation, world.provider)

        def _back(name: str, thing: Any, **more: Any) -> None:
            UNDOINGS[name].back(session, olu, NOW, thing, Change(name, thing.id, {}, {}, more))

        nothing: dict[str, Any] = {"rows": [], "ended_at": None, "version": kim.version}
        for act, locked in (
            (lambda: ties.join(session, kim, provider, position="", from_on=ON, until_on=None), ["person"]),
            (lambda: ties.lock(session, work), ["person", "affiliation"]),
            (lambda: ties.leave(session, work, ON), ["person", "affiliation"]),
            (lambda: _back("proposal", grant), ["role_grant"]),
            (lambda: _back("account", kim), ["person"]),
            (lambda: _back("sign_ins", kim, **nothing), ["person"]),
            (lambda: _back("last_day", work), ["person", "affiliation"]),
            (lambda: issuer_keys.locked(session, world.issuer), ["issuing_body"]),
        ):
            with locked_rows() as found:
                act()
            assert found == locked


def test_the_sequencer_waits_for_no_case_that_somebody_writes_to(world: World) -> None:
    statements: list[Any] = []
    with write_tx() as session:
        event.listen(session, "do_orm_execute", lambda state: statements.append(state.statement))
        sequence(session)
        [asked] = [one for one in statements if getattr(one, "_for_update_arg", None) is not None]
        assert asked._for_update_arg.skip_locked is True
