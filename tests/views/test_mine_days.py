"""My path at the edge of a day: my own days turn where I am, those of an activity where it is held."""

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from certify.models import Activity
from certify.models.store import own_tx
from certify.scheme.words import ActivityState
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import Player
from tests.views.test_certifications import text_of

ClientOf = Callable[[Member], StrictClient]


def test_days_on_my_path_turn_where_i_am_and_those_of_an_activity_where_it_is_held(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    """By UTC it is the day before; in Hanoi the window of the renewal opens, and the workshop is held."""
    turn("2029-02-02T16:59:00+00:00")
    assert "It can be renewed from 3 Feb 2029" in text_of(client_of(world.ana).get("/my-path").text)
    turn("2029-02-02T17:00:00+00:00")
    assert "The time to renew began on 3 Feb 2029" in text_of(client_of(world.ana).get("/my-path").text)
    with own_tx() as session:
        workshop = session.scalars(select(Activity).where(Activity.kind == "workshop")).first()
        assert workshop is not None
        workshop.state = ActivityState.OPEN
        eve = workshop.held_on - timedelta(days=1)
    for hour, told in ((16, "Planned"), (17, "Held")):
        turn(f"{eve}T{hour}:30:00+00:00")
        page = text_of(client_of(world.ana).get("/my-path/activities?kind=workshop").text)
        assert re.findall(r"· WPC (\w+)", page) == [told]
