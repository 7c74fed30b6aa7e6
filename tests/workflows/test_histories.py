"""What ties two people, dated: acts, declared ties in both directions, and the days at one employer."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from certify.models import Activity, Affiliation, Assessment, Certification, Involvement, Relationship, db
from certify.models.store import write_tx
from certify.policy.relations import History, PastAct, Tie
from certify.scheme.words import Relation, TieKind
from certify.workflows.involvement import histories_of, histories_with, history_of, record
from tests.cast import SINCE, Member, World
from tests.conftest import NOW
from tests.player import Player
from tests.workflows.evidence_rows import activity, other

DAY = timedelta(days=1)
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
LATE = datetime.fromisoformat("2026-03-02T20:00:00+00:00")  # the third of March in Viet Nam


def declare(session: Session, one: Member, other: Member, kind: TieKind, **days: date | None) -> None:
    span = {"from_on": FIRST, "until_on": LAST, **days}
    session.add(
        Relationship(
            person_id=one.id, other_id=other.id, kind=kind, declared_by_id=one.id, declared_at=NOW, **span
        )
    )  # fmt: skip
    session.flush()


def test_ties_are_read_from_both_sides_and_by_everybodys_name(submitted: Player, world: World) -> None:
    with write_tx() as session:
        declare(session, world.bo, world.ana, TieKind.FAMILY)
        declare(session, world.ana, world.bo, TieKind.COMMERCIAL_INTEREST, until_on=None)
        declare(session, world.ana, world.bea, TieKind.EMPLOYMENT, from_on=None)
        declare(session, world.lan, world.kim, TieKind.FAMILY)
        found = histories_of(session, [world.bo.id, world.bea.id, world.ana.id], [world.ana.id, world.kim.id])
        family = Tie(Relation.FAMILY, FIRST, LAST)
        interest = Tie(Relation.COMMERCIAL_INTEREST, FIRST, None)
        bo = found[world.bo.id, world.ana.id]
        assert (bo.person, set(bo.ties), bo.acts) == ("Bo Nguyễn", {family, interest}, ())
        assert len(bo.ties) == 2
        bea = History("Bea Okafor", (Tie(Relation.EMPLOYMENT, None, LAST),))
        assert found[world.bea.id, world.ana.id] == bea
        assert found[world.ana.id, world.ana.id] == History("Ana Trần", (Tie(Relation.SELF, None, None),))
        for member in (world.bo, world.bea, world.ana):
            assert found[member.id, world.kim.id] == History(member.name)
        assert len(found) == 6
        assert history_of(session, world.bea.id, world.ana.id) == bea
        both = histories_with(session, [world.bea.id, "nobody"], world.ana.id)
        assert both == {world.bea.id: bea, "nobody": History("nobody")}


def test_days_at_one_employer_are_those_that_both_were_there(submitted: Player, world: World) -> None:
    with write_tx() as session:
        session.execute(delete(Affiliation))

        def shared(*spans: tuple[str, int, int | None, str]) -> tuple[Tie, ...]:
            session.execute(delete(Affiliation))
            session.add_all(
                Affiliation(
                    id=f"{n}", person_id=person, organisation_id=where, from_on=SINCE + first * DAY,
                    until_on=None if last is None else SINCE + last * DAY,
                )
                for n, (person, first, last, where) in enumerate(spans)
            )  # fmt: skip
            session.flush()
            return histories_of(session, [world.bo.id], [world.ana.id])[world.bo.id, world.ana.id].ties

        def tie(first: int, last: int | None) -> Tie:
            until = None if last is None else SINCE + last * DAY
            return Tie(Relation.EMPLOYMENT, SINCE + first * DAY, until)

        bo, ana, here, there = world.bo.id, world.ana.id, world.provider, world.other_provider
        assert shared((bo, 0, None, here), (ana, 5, None, here)) == (tie(5, None),)
        assert shared((bo, 7, 9, here), (ana, 5, None, here)) == (tie(7, 9),)
        assert shared((bo, 0, 20, here), (ana, 5, 9, here)) == (tie(5, 9),)
        assert shared((bo, 0, 5, here), (ana, 5, 9, here)) == (tie(5, 5),)
        assert shared((bo, 9, None, here), (ana, 5, 9, here)) == (tie(9, 9),)
        assert shared((bo, 0, 4, here), (ana, 5, 9, here)) == ()
        assert shared((bo, 10, None, here), (ana, 5, 9, here)) == ()
        assert shared((bo, 0, None, there), (ana, 0, None, here)) == ()
        assert shared((bo, 0, None, here)) == shared((ana, 0, None, here)) == ()
        both = shared((bo, 0, None, here), (ana, 1, 2, here), (ana, 6, None, here), (bo, 0, None, there))
        assert set(both) == {tie(1, 2), tie(6, None)}
        own = histories_of(session, [ana], [ana])[ana, ana]
        assert own.ties == (Tie(Relation.SELF, None, None),)


def test_an_act_is_kept_once_and_dated_where_it_was_done(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)

        def kept() -> list[tuple[Any, ...]]:
            rows = session.scalars(select(Involvement).order_by(Involvement.at, Involvement.thing_id))
            return [
                (one.person_id, one.holder_id, one.certification_id, one.relation, one.thing_id, one.at)
                for one in rows
            ]

        common = (world.ana.id, case.id)
        first = (world.bo.id, *common, Relation.OBSERVED, "one", NOW)
        record(session, world.bo.id, case, Relation.OBSERVED, "one", NOW)
        record(session, world.bo.id, case, Relation.OBSERVED, "one", NOW + DAY)
        assert kept() == [first]
        record(session, world.bo.id, case, Relation.OBSERVED, "two", NOW)
        record(session, world.bea.id, case, Relation.OBSERVED, "one", LATE)
        record(session, world.bo.id, case, Relation.SCREENED, "one", NOW + DAY)
        assert kept() == [
            (world.bea.id, *common, Relation.OBSERVED, "one", LATE), first,
            (world.bo.id, *common, Relation.OBSERVED, "two", NOW),
            (world.bo.id, *common, Relation.SCREENED, "one", NOW + DAY),
        ]  # fmt: skip
        read = histories_of(session, [world.bo.id, world.bea.id], [world.ana.id])
        bea = (PastAct(Relation.OBSERVED, case.id, date(2026, 3, 3)),)
        assert read[world.bea.id, world.ana.id].acts == bea
        bo = read[world.bo.id, world.ana.id].acts
        assert sorted(bo, key=lambda one: (one.on, one.relation)) == [
            *[PastAct(Relation.OBSERVED, case.id, NOW.date())] * 2,
            PastAct(Relation.SCREENED, case.id, NOW.date() + DAY),
        ]
        assert histories_of(session, [world.bo.id], [world.lan.id])[world.bo.id, world.lan.id].acts == ()
        second = other(session, world, "o1", holder_id=world.lan.id)
        record(session, world.bo.id, second, Relation.OBSERVED, "one", NOW)
        assert (world.bo.id, world.lan.id, "o1", Relation.OBSERVED, "one", NOW) in kept()


def test_what_was_voided_before_it_was_handed_in_never_took_place(admitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, admitted.certification)
        things: dict[str, Activity | Assessment] = {
            "t1": session.get_one(Activity, activity(session, world, "t1", "tot_event", FIRST)),
            case.assessments[0].id: case.assessments[0],
        }
        session.execute(delete(Involvement))
        for id, thing in things.items():
            record(session, world.bo.id, case, Relation.OBSERVED, id, NOW)
            standing = thing.state
            for state, submitted_at, counts in (
                (standing, None, 1), ("void", None, 0), ("void", NOW, 1), (standing, NOW, 1),
            ):  # fmt: skip
                thing.state, thing.submitted_at = type(standing)(state), submitted_at  # type: ignore[assignment]
                session.flush()
                acts = histories_of(session, [world.bo.id], [world.ana.id])[world.bo.id, world.ana.id].acts
                assert len(acts) == counts, (id, state, submitted_at)
            session.execute(delete(Involvement))


def test_a_page_asks_for_a_history_once(submitted: Player, world: World) -> None:
    session = db.session()
    found = history_of(session, world.bo.id, world.ana.id)
    assert history_of(session, world.bo.id, world.ana.id) is found
    assert history_of(session, world.bea.id, world.ana.id).person == "Bea Okafor"
    with_bo = histories_with(session, [world.bo.id], world.ana.id)
    assert with_bo[world.bo.id] == found
    assert histories_with(session, [world.bea.id], world.ana.id)[world.bea.id].person == "Bea Okafor"
    assert histories_with(session, [world.bo.id], world.bo.id)[world.bo.id].ties[0].relation == "self"
