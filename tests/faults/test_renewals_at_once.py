"""R4 for renewals: of two that are opened, or decided, in one instant exactly one stands."""

from flask import Flask

from certify.models import Renewal, db
from certify.workflows.engine import Refused
from tests.cast import World
from tests.faults.test_races import together
from tests.player import Player
from tests.workflows.renewing import OPENS, Renewing


def test_of_two_renewals_that_are_opened_at_once_one_is(certified: Player, app: Flask, world: World) -> None:
    renewing = Renewing(certified)
    raised = together(app, renewing.open, renewing.open)
    assert sorted(type(one).__name__ for one in raised) == ["NoneType", "Refused"]
    assert [one.state for one in renewing.case.renewals] == ["open"]


def test_of_two_deciders_in_one_instant_one_decides_on_a_renewal(
    certified: Player, app: Flask, world: World
) -> None:
    renewing = Renewing(certified).reviewed()
    raised = together(
        app, lambda: renewing.grant(OPENS, world.maya), lambda: renewing.refuse(OPENS, world.mika)
    )
    assert sorted(type(one).__name__ for one in raised) == ["NoneType", "Refused"]
    (loser,) = [one for one in raised if isinstance(one, Refused)]
    state = renewing.row.state
    assert str(loser.refusals[0].reason).endswith(f"while the state is “{state}”.")
    assert len(renewing.certificates) == (2 if state == "granted" else 1)
    assert db.session.get_one(Renewal, renewing.id).decided_by_id == (
        world.maya.id if state == "granted" else world.mika.id
    )
