"""In place of who is away: every form of a move asks, both names stand in the record, no right follows."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from certify.models import Absence, Assessment, Event, Review, RoleGrant, db
from certify.models.store import own_tx
from certify.scheme.words import RoleName
from certify.workflows.clock_moves import make_due
from tests.cast import LONG_AGO, SINCE, Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.licensing import GRANTED_ON, Licensing
from tests.player import DECIDED_ON, Player, at
from tests.views.away import away
from tests.views.sending import fields_on, send

ClientOf = Callable[[Member], StrictClient]
FOREVER = date(2028, 1, 1)


def names_of(move: str) -> tuple[str | None, str | None]:
    """Who made the move last, and in whose place."""
    db.session.rollback()
    found = select(Event).where(Event.move == move).order_by(Event.at.desc(), Event.id.desc())
    event = db.session.scalars(found).first()
    assert event is not None
    return event.actor_id, event.on_behalf_of_id


def refused_once_back(client: StrictClient, page: str, **fields: str) -> None:
    """The page was opened while somebody was away, and sent when they were there again."""
    shown = fields_on(client.get(page).text, page)
    with own_tx() as session:
        for one in session.scalars(select(Absence)):
            one.ended_at = NOW
    answer = client.post(page, data={**shown, **fields})
    assert (answer.status_code, "not away today" in answer.text) == (409, True)


@pytest.fixture
def second(world: World) -> Member:
    """Kim coordinates beside Olu."""
    with own_tx() as session:
        session.add(
            RoleGrant(
                person_id=world.kim.id, role=RoleName.COORDINATOR, country="VN", from_on=SINCE,
                proposed_by_id=world.ada.id, proposed_at=LONG_AGO, confirmed_by_id=world.sol.id,
                confirmed_at=LONG_AGO,
            )
        )  # fmt: skip
    return world.kim


def test_a_record_made_void_in_place_of_the_coordinator(
    delivered: Player, world: World, second: Member, client_of: ClientOf
) -> None:
    kept = delivered.record("cycle_report", date(2026, 5, 20), report="All visits made.")
    page, kim = f"/activities/{kept}/moves/void", client_of(second)
    assert "In place of" not in kim.get(page).text
    away("olu", "kim")
    assert send(kim, page, reason="Twice.", in_place_of=world.olu.id).status_code == 303
    assert names_of("void") == (second.id, world.olu.id)


def test_a_sheet_made_void_in_place_of_the_coordinator(
    recommended: Player, world: World, second: Member, client_of: ClientOf
) -> None:
    sheet = db.session.scalars(select(Assessment.id).where(Assessment.kind == "observation")).first()
    page, kim = f"/assessments/{sheet}/moves/void", client_of(second)
    away("olu", "kim")
    refused_once_back(kim, page, reason="Wrong visit.", in_place_of=world.olu.id)
    away("olu", "kim")
    assert send(kim, page, reason="Wrong visit.", in_place_of=world.olu.id).status_code == 303
    assert names_of("void") == (second.id, world.olu.id)


def test_a_licence_decided_in_place_of_a_master_trainer(
    seasoned: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    licence = Licensing(seasoned).nominate().confirm().teach().examine()
    turn(GRANTED_ON)
    away("mika", "maya", last=FOREVER)
    page, maya = f"/licences/{licence.id}/moves/grant", client_of(world.maya)
    given = {"reasons-0-requirement": "licence-examination", "reasons-0-reason": "Clear and calm."}
    assert send(maya, page, **given, in_place_of=world.mika.id).status_code == 303
    assert names_of("grant") == (world.maya.id, world.mika.id)


def test_a_review_closed_in_place_of_a_master_trainer(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    certified.move("suspend", world.maya, DECIDED_ON, grounds="A complaint of an enterprise.")
    make_due(at(DECIDED_ON))
    make_due(at(date(2026, 11, 4)))
    turn(date(2026, 11, 9))
    page, maya = f"/reviews/{db.session.scalars(select(Review.id)).one()}", client_of(world.maya)
    away("mika", "maya", last=FOREVER)
    refused_once_back(maya, page, reason="It stays.", in_place_of=world.mika.id)
    away("mika", "maya", last=FOREVER)
    assert send(maya, page, reason="It stays.", in_place_of=world.mika.id).status_code == 303
    assert names_of("close") == (world.maya.id, world.mika.id)


def test_a_decision_in_place_of_somebody_bears_both_names(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    away("maya", "mika")
    client = client_of(world.mika)
    assert "Ana Trần" in client.get("/desk").text
    assert "In place of Maya Đặng" in client.get("/desk").text
    address = f"/certifications/{recommended.certification}"
    answer = send(
        client, f"{address}/approval", f"{address}/approval#decision",
        outcome="return_assessment", questions="Why a 4?", in_place_of=world.maya.id,
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert names_of("return_assessment") == (world.mika.id, world.maya.id)
    assert "Mika Hoàng (in place of Maya Đặng)" in client.get(f"{address}/history").text


def test_nobody_acts_in_place_of_who_is_there_or_could_not_do_it_either(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    client, page = client_of(world.mika), f"/certifications/{recommended.certification}/approval"
    assert "In place of" not in client.get(page).text
    away("maya", "mika")
    fields = {"outcome": "return_assessment", "questions": "Why?", "in_place_of": world.maya.id}
    shown = client.get(page).text
    assert "In place of Maya Đặng, who is away" in shown
    with own_tx() as session:
        session.scalars(select(Absence)).one().ended_at = NOW  # Maya is back while the page is open
    answer = client.post(page, data={**fields_on(shown, f"{page}#decision"), **fields})
    assert (answer.status_code, "not away today" in answer.text) == (409, True)
    assert db.session.scalars(select(Event).where(Event.move == "return_assessment")).all() == []


def test_an_absence_gives_no_right(recommended: Player, world: World, client_of: ClientOf) -> None:
    """Olu coordinates; that Maya named him, past every check, lets him decide nothing."""
    away("maya", "olu")
    page = f"/certifications/{recommended.certification}/approval"
    assert client_of(world.olu).get(page).status_code == 403
