"""A renewal on its way ends with its certification, in the same commit; its people are told."""

import pytest
from sqlalchemy import select

from certify.audit import states
from certify.models import DuePoint, Event, Message, Renewal, db
from certify.models.store import own_tx
from certify.reminders.planning import replan
from certify.scheme.words import RenewalState
from certify.workflows.engine import Forbidden, NotVisible, Refused
from tests.cast import Member, World
from tests.player import Player, at
from tests.workflows.renewing import DAY, OPENS, Renewing, told

STEPS = ("open", "filed", "reviewed")


def _as_far_as(certified: Player, step: str) -> Renewing:
    renewing = Renewing(certified).open()
    if step != "open":
        renewing.file()
    if step == "reviewed":
        renewing.review()
    return renewing


def _end(certified: Player, world: World, move: str) -> None:
    grounds = {"grounds": "Forged lists."} if move == "withdraw" else {}
    certified.move(move, world.mika if move == "withdraw" else world.ana, OPENS + DAY, **grounds)


def _letters() -> set[tuple[str, str]]:
    asked = select(Message).where(Message.kind.in_(("renewal_ended", "renewal_taken_back")))
    return {(one.kind, one.name.split()[0]) for one in db.session.scalars(asked)}


@pytest.mark.parametrize("move", ["withdraw", "retire"])
@pytest.mark.parametrize("step", STEPS)
def test_a_renewal_ends_with_its_certification(certified: Player, world: World, step: str, move: str) -> None:
    renewing = _as_far_as(certified, step)
    assert renewing.worth(0, OPENS) == (None, step != "open")
    _end(certified, world, move)
    row, reason = renewing.row, "withdrawn" if move == "withdraw" else "retired"
    assert (row.state, row.decided_at, row.decided_by_id) == ("ended", at(OPENS + DAY), None)
    assert renewing.worth(0, OPENS + DAY) == (reason, False)
    last = db.session.scalars(select(Event).where(Event.subject_id == row.id).order_by(Event.seq)).all()[-1]
    assert (last.move, last.from_state, last.to_state) == ("end", step, "ended")


@pytest.mark.parametrize("step", STEPS)
def test_its_trainer_and_whoever_was_asked_to_act_are_told(
    certified: Player, world: World, step: str
) -> None:
    _as_far_as(certified, step)
    _end(certified, world, "withdraw")
    asked = {"open": set(), "filed": {world.kim, world.quy}, "reviewed": {world.maya}}[
        step
    ]  # Mika withdrew it
    assert _letters() == {("renewal_ended", "Ana")} | {("renewal_taken_back", _first(one)) for one in asked}


def test_who_gives_the_certification_up_is_told_nothing_of_it(certified: Player, world: World) -> None:
    _as_far_as(certified, "reviewed")
    _end(certified, world, "retire")
    assert _letters() == {("renewal_taken_back", _first(one)) for one in (world.maya, world.mika)}


def test_what_has_ended_goes_no_further(certified: Player, world: World) -> None:
    renewing = _as_far_as(certified, "reviewed")
    _end(certified, world, "withdraw")
    for step, label in ((renewing.grant, "Grant the renewal"), (renewing.refuse, "Refuse the renewal")):
        with pytest.raises(Refused) as refused:
            step(OPENS + 2 * DAY)
        assert told(refused) == [(None, f"“{label}” is not possible while the state is “ended”.")]


def test_nobody_ends_a_renewal_by_itself_and_the_log_replays_what_ended(
    certified: Player, world: World
) -> None:
    renewing = _as_far_as(certified, "filed")
    for actor in (world.ana, world.mika, world.olu, world.ada):
        with pytest.raises((Forbidden, NotVisible)):
            renewing.move("end", actor, OPENS)
    _end(certified, world, "withdraw")
    assert _not_replayed() == []
    with own_tx() as session:
        session.get_one(Renewal, renewing.id).state = RenewalState.FILED
    assert _not_replayed() == [("renewal", renewing.id, "stored filed, replayed ended")]


def test_nobody_is_reminded_of_what_has_ended(certified: Player, world: World) -> None:
    _as_far_as(certified, "filed")
    replan(at(OPENS))
    assert _planned() == {"renewal-review-due"}
    _end(certified, world, "withdraw")
    replan(at(OPENS + DAY))
    assert _planned() == set()


def _not_replayed() -> list[tuple[str, str, str]]:
    with db.engine.connect() as connection:
        return [(one.table, one.row, one.wrong) for one in states.findings(connection)]


def _planned() -> set[str]:
    db.session.rollback()
    asked = select(DuePoint.reminder).where(DuePoint.settled_at.is_(None), DuePoint.reminder != "")
    return {one for one in db.session.scalars(asked) if one.startswith("renewal")}


def _first(member: Member) -> str:
    return member.name.split()[0]
