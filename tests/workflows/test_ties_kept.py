"""Where people work and whom they are tied to: what is refused on which day, and what is kept."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from certify.models import Affiliation, Organisation, Person, Relationship
from certify.models.store import write_tx
from certify.scheme.words import TieKind
from certify.workflows import ties
from certify.workflows.changes import NO_CHANGE, Change
from certify.workflows.engine import Refusal
from tests.cast import World
from tests.conftest import NOW
from tests.workflows.keeping import errors, refusals

ON, DAY = NOW.date(), timedelta(days=1)
LAST = {"until_on": ["The last day lies before the first."]}
DOUBLE = (Refusal(None, "Kim Park is recorded there for these days already."),)


def test_nobody_works_twice_at_one_place_on_one_day(world: World) -> None:
    with write_tx() as session:
        kim = session.get_one(Person, world.kim.id)
        provider = session.get_one(Organisation, world.provider)
        other = session.get_one(Organisation, world.other_provider)

        def join(first: int, last: int | None, where: Organisation = provider) -> Affiliation:
            until = None if last is None else ON + last * DAY
            return ties.join(session, kim, where, position="P", from_on=ON + first * DAY, until_on=until)

        made = join(0, 9)
        assert (made.person_id, made.organisation_id, made.position, made.from_on, made.until_on) == (
            kim.id, provider.id, "P", ON, ON + 9 * DAY,
        )  # fmt: skip
        assert session.get_one(Affiliation, made.id) is made
        assert errors(join, 5, 4) == LAST
        for first, last in ((9, None), (9, 9), (-3, 0), (-3, None), (3, 4), (-3, 20)):
            assert refusals(join, first, last) == DOUBLE
        assert join(5, 5, other).until_on == ON + 5 * DAY
        assert join(-3, -1).from_on == ON - 3 * DAY
        assert join(10, None).until_on is None
        assert refusals(join, 400, 500) == DOUBLE


def test_a_last_day_is_a_change_that_can_be_undone(world: World) -> None:
    with write_tx() as session:
        kim = session.get_one(Person, world.kim.id)
        provider = session.get_one(Organisation, world.provider)
        first = ties.join(session, kim, provider, position="", from_on=ON, until_on=None)
        assert errors(ties.leave, session, first, ON - DAY) == LAST
        gone = ties.leave(session, first, ON + DAY)
        assert gone == Change("last_day", first.id, {"until_on": None}, {"until_on": "2026-06-02"})
        assert first.until_on == ON + DAY
        assert ties.leave(session, first, ON + DAY) is NO_CHANGE
        ties.join(session, kim, provider, position="", from_on=ON + 2 * DAY, until_on=None)
        assert refusals(ties.leave, session, first, ON + 2 * DAY) == DOUBLE
        assert errors(ties.put_last_day, first, ON - DAY) == LAST
        assert refusals(ties.put_last_day, first, None) == DOUBLE
        before = ties.join(session, kim, provider, position="", from_on=ON - 9 * DAY, until_on=ON - DAY)
        assert refusals(ties.leave, session, before, ON) == DOUBLE
        earlier = ties.leave(session, first, ON)
        assert (earlier.before, earlier.after) == ({"until_on": "2026-06-02"}, {"until_on": "2026-06-01"})


def row(one: Relationship) -> tuple[Any, ...]:
    return (
        one.person_id, one.other_id, one.other_email, one.kind, one.from_on, one.until_on, one.note,
        one.declared_by_id, one.declared_at,
    )  # fmt: skip


def test_a_declared_tie_is_kept_once_whoever_the_address_belongs_to(world: World) -> None:
    with write_tx() as session:
        kim, family = world.actor(session, world.kim), TieKind.FAMILY

        def declare(email: str, kind: TieKind = family, **days: date | None) -> None:
            span: dict[str, Any] = {"from_on": ON, "until_on": None, **days}
            ties.declare(session, kim, NOW, other_email=email, kind=kind, note="Sister.", **span)

        def kept() -> list[tuple[Any, ...]]:
            return [row(one) for one in session.scalars(select(Relationship).order_by(Relationship.id))]

        again = {"other_email": ["You declared this already."]}
        assert errors(declare, "Kim@example.org") == {"other_email": ["This is your own address."]}
        assert errors(declare, world.bo.email, until_on=ON - DAY) == LAST
        declare("BO@example.org")
        declare("Nobody@example.org")
        bo = (kim.id, world.bo.id, "bo@example.org", family, ON, None, "Sister.", kim.id, NOW)
        nobody = (kim.id, None, "nobody@example.org", *bo[3:])
        assert sorted(kept(), key=lambda one: one[2]) == [bo, nobody]
        assert errors(declare, world.bo.email) == again
        assert errors(declare, "nobody@example.org", from_on=None) == again
        declare(world.bo.email, until_on=ON)
        assert errors(declare, world.bo.email, until_on=ON) == again
        declare(world.bo.email, until_on=ON + DAY)
        declare(world.bo.email, TieKind.COMMERCIAL_INTEREST)
        declare(world.bea.email, from_on=None, until_on=ON)
        assert len(kept()) == 6
        ties.declare(
            session, world.actor(session, world.lan), NOW, other_email=world.bo.email, kind=family,
            from_on=None, until_on=None, note="",
        )  # fmt: skip


def test_a_span_may_last_one_day(world: World) -> None:
    ties.check_span(ON, None)
    ties.check_span(ON, ON)
    assert errors(ties.check_span, ON, ON - DAY) == LAST
