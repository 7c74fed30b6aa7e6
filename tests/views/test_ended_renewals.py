"""What was filed or reviewed before its certification ended waits for nobody: no move of it can be made."""

import pytest

from tests.cast import Member, World
from tests.player import Player
from tests.views.test_upkeep_desk import desk
from tests.workflows.renewing import OPENS, Renewing

RENEWALS = ("renewals", "renewals_to_decide")


def _renewals(*members: Member) -> list[tuple[str, str]]:
    return [(one.key, task.queue) for one in members for task in desk(one, OPENS) if task.queue in RENEWALS]


@pytest.mark.parametrize("is_reviewed", [False, True])
def test_a_renewal_leaves_the_desks_when_its_certification_is_withdrawn(
    certified: Player, world: World, is_reviewed: bool
) -> None:
    renewing = Renewing(certified).open().file()
    if is_reviewed:
        renewing.review()
    waiting = [("maya", "renewals_to_decide")] if is_reviewed else [("kim", "renewals")]
    assert _renewals(world.kim, world.maya) == waiting
    certified.move("withdraw", world.mika, OPENS, grounds="The feedback was made up.")
    assert _renewals(world.kim, world.maya) == []


def test_a_suspended_trainer_is_reviewed_and_decided_on_when_reinstated(
    certified: Player, world: World
) -> None:
    renewing = Renewing(certified).open().file()
    certified.move("suspend", world.mika, OPENS, grounds="An enterprise complained.")
    assert _renewals(world.kim, world.maya) == [("kim", "renewals")]
    renewing.review()
    assert _renewals(world.kim, world.maya) == []
    certified.move("reinstate", world.mika, OPENS, findings="The complaint was unfounded.")
    assert _renewals(world.kim, world.maya) == [("maya", "renewals_to_decide")]
