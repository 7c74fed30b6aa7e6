"""Two people at once: R4 and R5 of the reliability table, each with a planted bug that must be caught."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm.exc import StaleDataError

from certify.models import (
    Activity,
    CaseFile,
    Certification,
    Credential,
    CredentialDocument,
    Decision,
    Event,
    Involvement,
    Message,
    db,
)
from certify.models.store import own_tx, write_tx
from certify.scheme.words import ActivityState, CertificationState
from certify.workflows import engine
from certify.workflows.engine import Refused
from tests.cast import World
from tests.player import DECIDED_ON, Player, at
from tests.unguarded import forget

GRANT: dict[str, Any] = {
    "reasons": [{"requirement": "mean-score", "reason": "Strong in every event."}],
    "effective_on": DECIDED_ON,
}


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How often a race is run: enough to see it, and with `--long` enough to trust it."""
    return 200 if request.config.getoption("long") else 25


def together(app: Flask, *tasks: Callable[[], None], first: int | None = None) -> list[BaseException | None]:
    """Run the tasks at one instant in threads of their own; what each raised, in order.

    `first` names a task that the others wait for: so that each order of a race happens at least once.
    """
    start, raised = threading.Barrier(len(tasks)), [None] * len(tasks)
    done = [threading.Event() for _ in tasks]

    def run(n: int, task: Callable[[], None]) -> None:
        with app.app_context():
            start.wait()
            if first not in (None, n):
                assert done[first].wait(timeout=30)
            try:
                task()
            except (Refused, StaleDataError) as error:
                raised[n] = error
            finally:
                db.session.remove()
                done[n].set()

    threads = [threading.Thread(target=run, args=(n, task)) for n, task in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised  # type: ignore[return-value]


def reopen(played: Player, last_event: int) -> None:
    """Put the file back to where the round began: for the next round of the same race."""
    db.session.rollback()
    with own_tx() as session:
        case = session.get_one(Certification, played.certification)
        session.execute(delete(CredentialDocument))
        for table in (Credential, Decision):
            session.execute(delete(table).where(table.certification_id == case.id))
        forget(session, case.case, last_event)
        session.execute(delete(Involvement).where(Involvement.relation == "decided"))
        session.execute(delete(Message).where(Message.kind.in_(("granted", "refused"))))
        session.execute(
            update(Certification)
            .where(Certification.id == case.id)
            .values(state="recommended", valid_from=None, valid_until=None, decided_at=None)
        )
        session.execute(
            update(Activity).where(Activity.id == played.workshop).values(state=ActivityState.CONFIRMED)
        )


def decide(world: World, played: Player, member: Any, move: str = "grant") -> Callable[[], None]:
    """A decider's command, as a view makes it."""

    def task() -> None:
        with write_tx() as session:
            case = session.get_one(Certification, played.certification)
            facts = GRANT if move == "grant" else {"reasons": GRANT["reasons"]}
            engine.perform(case, move, world.actor(session, member), at(DECIDED_ON), **facts)

    return task


def test_of_two_deciders_in_one_instant_exactly_one_decides(
    recommended: Player, app: Flask, world: World, rounds: int
) -> None:
    """R4: the other one is refused, and sees the state that the first one made."""
    last_event = db.session.get_one(Certification, recommended.certification).case.last_seq
    for round_ in range(rounds):
        other = "refuse" if round_ % 2 else "grant"
        raised = together(
            app, decide(world, recommended, world.maya), decide(world, recommended, world.mika, other)
        )
        assert sorted(error is None for error in raised) == [False, True]
        loser = next(error for error in raised if error is not None)
        assert isinstance(loser, Refused)
        db.session.rollback()
        case = db.session.get_one(Certification, recommended.certification)
        assert str(case.state) in ("certified", "refused")
        assert "while the state is “" + ("certified" if case.state == "certified" else "refused") in str(
            loser
        )
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 1
        assert len(case.credentials) == (1 if case.state == "certified" else 0)
        reopen(recommended, last_event)


def test_the_race_of_deciders_is_seen_without_locks(recommended: Player, app: Flask, world: World) -> None:
    """Power check: read, think, write without lock, version or unique decision lets both decide."""
    doubles = 0
    for _ in range(5):
        both_read = threading.Barrier(2)

        def naive(member: Any, both_read: threading.Barrier = both_read) -> Callable[[], None]:
            def task() -> None:
                state = db.session.scalar(
                    select(Certification.state).where(Certification.id == recommended.certification)
                )
                db.session.rollback()
                both_read.wait()
                if state is CertificationState.RECOMMENDED:
                    with own_tx() as session:
                        session.execute(
                            update(Certification)
                            .where(Certification.id == recommended.certification)
                            .values(state="certified")
                        )
                        session.add(
                            Decision(
                                certification_id=recommended.certification, round=1, decided_by_id=member.id,
                                decided_at=at(DECIDED_ON), outcome="granted",
                            )
                        )  # fmt: skip

            return task

        together(app, naive(world.maya), naive(world.mika))
        db.session.rollback()
        doubles += db.session.scalar(select(func.count()).select_from(Decision)) == 2
        case = db.session.get_one(Certification, recommended.certification)
        reopen(recommended, case.case.last_seq)
    assert doubles == 5


def withdraw_evidence(world: World, played: Player) -> Callable[[], None]:
    """The supervisor voids the workshop."""

    def task() -> None:
        with write_tx() as session:
            workshop = session.get_one(Activity, played.workshop)
            actor = world.actor(session, world.bo)
            engine.perform(workshop, "void", actor, at(DECIDED_ON), reason="Held by someone else.")

    return task


def certified_without_evidence(played: Player) -> bool:
    """Whether a certificate was granted after its workshop had been voided."""
    db.session.rollback()
    case = db.session.get_one(Certification, played.certification)
    grant = db.session.scalar(select(Event).where(Event.case_id == case.case_id, Event.move == "grant"))
    if grant is None:
        return False
    counted = {one["activity"]: one["counted"] for one in grant.facts["counted"]}
    return not counted[played.workshop]


def voided_before(world: World, played: Player) -> bool:
    """Whether the withdrawal of the workshop was there first."""
    return db.session.get_one(Activity, played.workshop).state is ActivityState.VOID


def test_no_certificate_is_granted_without_its_evidence(
    recommended: Player, app: Flask, world: World, rounds: int
) -> None:
    """R5: whichever comes first, the other one sees it; both orders happen, and open races between them."""
    last_event = db.session.get_one(Certification, recommended.certification).case.last_seq
    outcomes = {first: Counter[str]() for first in (0, 1, None)}
    for round_ in range(rounds):
        first = (0, 1, None)[min(round_, 2)]
        tasks = decide(world, recommended, world.maya), withdraw_evidence(world, recommended)
        raised = together(app, *tasks, first=first)
        assert raised[1] is None
        assert not certified_without_evidence(recommended)
        state = str(db.session.get_one(Certification, recommended.certification).state)
        assert state == ("recommended" if raised[0] else "certified")
        outcomes[first][state] += 1
        void = db.session.scalars(select(Event).where(Event.move == "void")).one()
        with own_tx() as session:
            forget(session, session.get_one(CaseFile, void.case_id), void.seq - 1)
        reopen(recommended, last_event)
    assert outcomes[0] == {"certified": 1}, "the decision came first"
    assert outcomes[1] == {"recommended": 1}, "the withdrawal came first"
    assert outcomes[None].total() == rounds - 2


def test_the_race_for_the_evidence_is_seen_without_the_lock(
    recommended: Player, app: Flask, world: World
) -> None:
    """Power check: with the guards asked before the lock, a withdrawal slips in between."""
    slipped = threading.Event()
    judged = threading.Event()

    def unlocked_grant() -> None:
        case = db.session.get_one(Certification, recommended.certification)
        actor = world.actor(db.session(), world.maya)
        refusals = engine.refusals(case, "grant", actor, at(DECIDED_ON), facts=GRANT)
        assert refusals == ()
        db.session.rollback()
        judged.set()
        slipped.wait(timeout=30)
        with own_tx() as session:
            session.execute(
                update(Certification)
                .where(Certification.id == recommended.certification)
                .values(state="certified")
            )

    def withdrawal() -> None:
        judged.wait(timeout=30)
        withdraw_evidence(world, recommended)()
        slipped.set()

    together(app, unlocked_grant, withdrawal)
    db.session.rollback()
    assert db.session.get_one(Certification, recommended.certification).state == "certified"
    assert voided_before(world, recommended)
