"""What is next and on whom it waits: the candidate too, while the own work is not done."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from certify.models import Activity, Certification
from certify.models.store import write_tx
from certify.scheme.words import ActivityState, CertificationState
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import BASELINE_ON, REPORT_ON, Player
from tests.views.test_mine import holds

ClientOf = Callable[[Member], StrictClient]


def test_who_has_done_everything_waits_for_others_alone(visited: Player, world: World) -> None:
    """The last visit waits for the enterprise: nothing more can be done by the candidate meanwhile."""
    with write_tx() as session:
        row = session.get_one(Certification, visited.certification)
        row.state = CertificationState.SUPERVISED_VISITS
        last = session.scalars(
            select(Activity).where(Activity.kind == "visit").order_by(Activity.held_on.desc())
        ).first()
        assert last is not None
        last.state = ActivityState.SUBMITTED
    assert {one[0] for one in holds(visited, world, REPORT_ON)} == {"enterprise_contact"}
    with write_tx() as session:
        last = session.get_one(Activity, last.id)
        last.state = ActivityState.VOID
    assert [one[:3] for one in holds(visited, world, REPORT_ON)] == [
        ("candidate", "Ana Trần", "Make the visits, then submit for assessment.")
    ]


def test_the_path_says_what_the_desk_says(
    delivered: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(BASELINE_ON + timedelta(30))
    ana = client_of(world.ana)
    for page in ("/desk", "/my-path", f"/certifications/{delivered.certification}"):
        assert "Make the visits, then submit for assessment." in ana.get(page).text, page
