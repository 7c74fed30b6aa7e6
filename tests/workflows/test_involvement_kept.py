"""What people did in a certification is kept once for each of them, each act and each thing."""

from datetime import date

from sqlalchemy import select

from certify.models import Certification, Involvement
from certify.models.store import write_tx
from certify.scheme.words import Relation
from certify.workflows.involvement import record
from tests.cast import World
from tests.player import Player, at

FIRST, SECOND = at(date(2026, 3, 2)), at(date(2026, 3, 3))


def test_each_of_two_people_is_tied_to_the_case_by_each_act_and_thing(admitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, admitted.certification)
        acts = [
            (world.bo.id, Relation.FACILITATED, "event"),
            (world.bea.id, Relation.FACILITATED, "event"),
            (world.bo.id, Relation.FACILITATED, "another"),
            (world.bo.id, Relation.OBSERVED, "event"),
        ]
        for when in (FIRST, SECOND):
            for person, relation, thing in acts:
                record(session, person, case, relation, thing, when)
        kept = session.scalars(select(Involvement).where(Involvement.relation != Relation.SCREENED))
        assert {
            (one.person_id, one.relation, one.thing_id, one.certification_id, one.holder_id, one.at)
            for one in kept
        } == {(*act, case.id, world.ana.id, FIRST) for act in acts}
