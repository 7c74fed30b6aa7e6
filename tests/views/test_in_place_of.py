"""In place of who is away: every form of a move asks, both names stand in the record, no right follows."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select

from certify.models import Absence, Assessment, Event, Message, Relationship, Review, RoleGrant, db
from certify.models.store import own_tx
from certify.queries.desk import waiting
from certify.queries.entries import entries_of
from certify.queries.standing_in import held_desks
from certify.queries.tasks import Asking
from certify.reminders.texts import reading_of
from certify.scheme.words import RoleName
from certify.workflows.clock_moves import make_due
from tests.cast import LONG_AGO, SINCE, WORLD, Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.licensing import GRANTED_ON, Licensing
from tests.player import DECIDED_ON, VISITS_ON, Player, at
from tests.practice import record
from tests.views.away import away
from tests.views.sending import fields_on, send
from tests.workflows.renewing import OPENS, Renewing

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
    [told] = db.session.scalars(select(Message).where(Message.kind == "done_in_place"))
    assert (told.recipient_id, reading_of(told.kind, told.params).path) == (
        world.olu.id, f"/activities/{kept}",
    )  # fmt: skip
    create = select(Event).where(Event.subject_id == kept, Event.move == "create")
    [entry] = entries_of(db.session(), db.session.scalars(create).all())
    assert [(str(one.label), one.said[0].said) for one in entry.notes][-1] == (
        "Activity", "Cycle report, 20 May 2026",
    )  # fmt: skip


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
    assert "Maya Đặng (in place of Mika Hoàng), 9 Nov 2026" in maya.get(page).text
    [told] = db.session.scalars(select(Message).where(Message.kind == "done_in_place"))
    read = reading_of(told.kind, told.params)
    assert (told.recipient_id, read.path, read.sentences[0]) == (
        world.mika.id,
        page,
        "While you were away, Maya Đặng did this in your place: Close the review (Ana Trần · WPC · VN).",
    )


def held(member: Member, when: datetime) -> list[tuple[str, str, bool]]:
    """What waits on the desks whose place somebody holds: queue, reason, whether they could do it."""
    db.session.rollback()
    desks = held_desks(db.session(), WORLD.actor(db.session(), member, when.date()), when)
    return [(one.task.queue, str(one.task.reason), one.can_do) for desk in desks for one in desk.tasks]


def test_a_deputy_reads_whose_recommendation_is_next_and_that_they_cannot_give_it(
    visited: Player, world: World, client_of: ClientOf
) -> None:
    """Bea trained Ana, and reads her case; only Bo, who supervises, recommends."""
    away("bo", "bea")
    page = client_of(world.bea).get("/desk").text
    assert "Submitted for assessment; the recommendation of Bo Nguyễn is next. · You cannot do this." in page
    assert "your recommendation is next" not in page
    assert "your recommendation is next" in client_of(world.bo).get("/desk").text


def test_what_a_deputy_could_do_themself_says_so(
    submitted: Player, world: World, second: Member, client_of: ClientOf
) -> None:
    away("olu", "kim")
    assert [(queue, can_do) for queue, _, can_do in held(second, NOW)] == [("applications", True)]
    page = client_of(second).get("/desk").text
    assert ("You may act in their name" in page, "You cannot do this" in page) == (True, False)


def test_a_visit_that_waits_says_whose_confirmation_it_waits_for(delivered: Player, world: World) -> None:
    visit = record(delivered, "visit", VISITS_ON[0])
    delivered.do(visit, "submit", world.ana, VISITS_ON[0])
    away("bo", "olu")
    assert held(world.olu, NOW) == [
        ("to_confirm", "visit of 2026-03-23 waits for the confirmation of Bo Nguyễn.", True)
    ]


def test_a_licence_to_decide_is_on_the_desk_of_the_deputy(seasoned: Player, world: World) -> None:
    Licensing(seasoned).nominate().confirm().teach().examine()
    away("mika", "maya", last=FOREVER)
    assert held(world.maya, at(GRANTED_ON)) == [
        ("licences", "Examined for the licence; a decision is next.", True)
    ]


def test_a_renewal_to_decide_is_on_the_desk_of_the_deputy(certified: Player, world: World) -> None:
    Renewing(certified).reviewed()
    away("mika", "maya", last=OPENS)
    assert [(queue, can_do) for queue, _, can_do in held(world.maya, at(OPENS))] == [
        ("renewals_to_decide", True)
    ]


def test_who_took_part_is_not_told_that_they_could_decide_in_somebody_s_place(
    certified: Player, world: World
) -> None:
    """Maya watched the trainer last, and another Master Trainer decides on the renewal."""
    Renewing(certified).reviewed()
    with own_tx() as session:
        (_first, last) = session.scalars(
            select(Assessment).where(Assessment.kind == "observation").order_by(Assessment.submitted_at)
        )
        last.assessor_id = world.maya.id
    away("mika", "maya", last=OPENS)
    assert [can_do for _queue, _, can_do in held(world.maya, at(OPENS))] == [False]


def test_a_tie_to_the_holder_keeps_a_deputy_from_deciding(recommended: Player, world: World) -> None:
    declared = {"kind": "family", "declared_by_id": world.mika.id, "declared_at": LONG_AGO}
    with own_tx() as session:
        session.add(Relationship(person_id=world.mika.id, other_id=world.ana.id, **declared))
    away("maya", "mika")
    assert [(queue, can_do) for queue, _, can_do in held(world.mika, NOW)] == [("to_approve", False)]


def test_nobody_stands_in_for_a_certification_of_one_s_own(trained: Player, world: World) -> None:
    """Olu reads Ana's case, and what is next in it is hers alone."""
    asking = Asking(db.session(), WORLD.actor(db.session(), world.ana), NOW)
    assert [one.queue.name for one in waiting(asking)] == ["mine"]
    away("ana", "olu")
    assert held(world.olu, NOW) == []


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
