"""What several files of views' tests begin with."""

from collections.abc import Callable

import pytest

from tests.cast import Member, World
from tests.client import StrictClient
from tests.player import Player
from tests.views.sending import send
from tests.views.sheets import assign

ClientOf = Callable[[Member], StrictClient]


@pytest.fixture
def assigned(visited: Player, world: World) -> str:
    """Tuấn is asked to observe Ana's workshop."""
    return assign(visited, world.tuan, world)


@pytest.fixture
def declared(assigned: str, world: World, client_of: ClientOf) -> str:
    declare = f"/assessments/{assigned}/moves/declare"
    assert send(client_of(world.tuan), f"/assessments/{assigned}", declare).status_code == 303
    return assigned
