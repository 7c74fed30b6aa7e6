"""Confirming a visit from a mailed link: looking changes nothing, an answer works once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from certify.auth.sessions import hashed
from certify.clock import real_now
from certify.models import Activity, SingleUseLink, db
from certify.models.store import write_tx
from tests.cast import Member, World
from tests.client import StrictClient
from tests.player import Player
from tests.views.sending import send
from tests.views.test_audit import told

ClientOf = Callable[[Member], StrictClient]
TOKEN = "a-token-as-the-mail-would-carry-it"
PATH = f"/confirm-visit/{TOKEN}"


@pytest.fixture
def visit(delivered: Player, world: World, client_of: ClientOf) -> str:
    """A visit to the second enterprise, submitted; its contact has no account."""
    ana = client_of(world.ana)
    answer = send(
        ana,
        f"/cohorts/{delivered.cohort}/activities/new/visit",
        held_on="2026-05-20",
        enterprise=world.enterprises[1],
        purpose="consultation",
        people_met="Owner",
        report="Private report.",
    )
    visit = answer.location.rpartition("/")[2]
    assert send(ana, f"/activities/{visit}/moves/submit").status_code == 303
    with write_tx() as session:
        session.add(
            SingleUseLink(
                token_hash=hashed(TOKEN),
                purpose="confirm_visit",
                subject=visit,
                email="contact1@example.org",
                created_at=real_now(),
                expires_at=real_now() + timedelta(days=14),
            )
        )
    return visit


def state_of(visit: str) -> tuple[str, str | None, str | None]:
    db.session.rollback()
    row = db.session.get_one(Activity, visit)
    return (str(row.state), row.confirmed_by_name, row.reason)


def test_looking_changes_nothing(visit: str, client: StrictClient) -> None:
    for _ in range(2):
        page = client.get(PATH)
        assert page.status_code == 200
    assert "Gỗ Tân Phú" in page.text
    assert "Ana Trần" in page.text
    assert "Private report." not in page.text
    assert state_of(visit) == ("submitted", None, None)


def test_one_answer_confirms_the_visit(visit: str, client: StrictClient) -> None:
    answer = send(client, PATH, answer="yes")
    assert answer.status_code == 303, answer.text
    assert "You confirmed the visit." in client.get(answer.location).text
    assert state_of(visit) == ("confirmed", "Contact 1", None)


def test_a_visit_that_did_not_happen_goes_back_with_two_taps(visit: str, client: StrictClient) -> None:
    answer = send(client, PATH, answer="no")
    assert answer.status_code == 303, answer.text
    assert "You said that the visit did not happen." in client.get(answer.location).text
    assert state_of(visit) == ("returned", None, "The enterprise says that this visit did not happen.")


def test_a_word_more_goes_back_with_the_no(visit: str, client: StrictClient) -> None:
    assert send(client, PATH, answer="no", note="Nobody came.").status_code == 303
    told = "The enterprise says that this visit did not happen. Nobody came."
    assert state_of(visit) == ("returned", None, told)


def test_what_is_wrong_goes_back_in_the_contacts_words(visit: str, client: StrictClient) -> None:
    answer = send(client, PATH, answer="wrong", reason="It was on the 19th.")
    assert "with your words" in client.get(answer.location).text
    assert state_of(visit) == ("returned", None, "It was on the 19th.")


@pytest.mark.parametrize("given", ["wrong", "", "maybe"])
def test_who_says_that_something_is_wrong_says_what_and_no_link_is_spent(
    visit: str, client: StrictClient, given: str
) -> None:
    answer = send(client, PATH, answer=given)
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert state_of(visit)[0] == "submitted"
    assert send(client, PATH, answer="yes").status_code == 303


def test_the_day_reads_as_people_write_it(visit: str, client: StrictClient) -> None:
    page = client.get(PATH).text
    assert ("on 20 May 2026" in page, "2026-05-20" in page) == (True, False)


def test_a_used_link_opens_a_kind_page(visit: str, client: StrictClient) -> None:
    form = {"csrf_token": client.token(PATH), "answer": "yes"}
    assert client.post(PATH, data=form).status_code == 303
    for again in (client.get(PATH), client.post(PATH, data=form)):
        assert again.status_code == 404
        assert "Perhaps you, or a colleague, answered already" in again.text


@pytest.mark.parametrize("token", ["nothing", "x" * 500, "%00", "a%2Fb"])
def test_an_unknown_link_opens_the_same_page(world: World, client: StrictClient, token: str) -> None:
    assert client.get(f"/confirm-visit/{token}").status_code == 404


def test_an_expired_link_confirms_nothing(visit: str, client: StrictClient) -> None:
    form = {"csrf_token": client.token(PATH), "answer": "yes"}
    with write_tx() as session:
        session.execute(update(SingleUseLink).values(expires_at=real_now()))
    assert client.post(PATH, data=form).status_code == 404
    assert state_of(visit) == ("submitted", None, None)


def test_without_the_pages_token_nothing_happens(visit: str, client: StrictClient) -> None:
    assert client.post(PATH, data={"answer": "yes"}).status_code == 422
    assert state_of(visit) == ("submitted", None, None)


def test_a_visit_that_was_settled_meanwhile_keeps_the_link(
    visit: str, world: World, client: StrictClient, client_of: ClientOf
) -> None:
    form = {"csrf_token": client.token(PATH), "answer": "yes"}
    assert send(client_of(world.olu), f"/activities/{visit}/moves/void", reason="Twice.").status_code == 303
    answer = client.post(PATH, data=form)
    assert answer.status_code == 409
    assert "Olu Adeyemi struck the visit out" in answer.text
    db.session.rollback()
    assert db.session.scalars(select(SingleUseLink.used_at)).all()[-1] is None


def test_a_visit_answered_in_the_account_asks_nothing_more_of_who_has_the_link(
    visit: str, world: World, client: StrictClient, client_of: ClientOf
) -> None:
    with write_tx() as session:
        session.get_one(Activity, visit).enterprise.contacts[0].person_id = world.eka.id
        session.execute(update(SingleUseLink).values(email=world.eka.email))
    form = {"csrf_token": client.token(PATH), "answer": "no"}
    assert send(client_of(world.eka), f"/activities/{visit}/moves/confirm").status_code == 303
    told = f"by {world.eka.name}, in the account: the visit is confirmed."
    for answer, status in ((client.get(PATH), 200), (client.post(PATH, data=form), 409)):
        assert (answer.status_code, told in answer.text) == (status, True)
        assert 'name="answer"' not in answer.text
    assert state_of(visit)[0] == "confirmed"


def test_a_visit_sent_back_in_the_account_says_so_to_who_has_the_link(
    visit: str, world: World, client: StrictClient, client_of: ClientOf
) -> None:
    with write_tx() as session:
        session.get_one(Activity, visit).enterprise.contacts[0].person_id = world.eka.id
        session.execute(update(SingleUseLink).values(email=world.eka.email))
    path = f"/activities/{visit}/moves/return"
    assert send(client_of(world.eka), path, reason="The day is wrong.").status_code == 303
    assert f"by {world.eka.name}: the visit went back to the trainer." in client.get(PATH).text


def test_a_contact_with_an_account_is_known_by_its_address(
    visit: str, world: World, client: StrictClient
) -> None:
    with write_tx() as session:
        contact = session.get_one(Activity, visit).enterprise.contacts[0]
        contact.person_id = world.eka.id
        session.execute(update(SingleUseLink).values(email=world.eka.email))
    assert send(client, PATH, answer="yes").status_code == 303
    assert state_of(visit)[0] == "confirmed"


def test_a_trainer_cannot_confirm_the_own_visit_by_a_link_to_the_contacts_address(
    visit: str, world: World, client: StrictClient
) -> None:
    with write_tx() as session:
        session.get_one(Activity, visit).enterprise.contacts[0].email = world.ana.email
        session.execute(update(SingleUseLink).values(email=world.ana.email))
    answer = send(client, PATH, answer="yes")
    assert answer.status_code == 409
    assert "A trainer of the visit cannot confirm it" in answer.text
    assert state_of(visit) == ("submitted", None, None)


def test_the_log_names_the_contact_who_answered_by_the_link(
    visit: str, world: World, client: StrictClient, client_of: ClientOf
) -> None:
    asa = client_of(world.asa)
    assert send(client, PATH, answer="wrong", reason="It was on the 19th.").status_code == 303
    assert "Contact 1 (by mailed link) returned the activity." in told(asa)
    assert send(client_of(world.ana), f"/activities/{visit}/moves/submit").status_code == 303
    with write_tx() as session:
        session.execute(update(SingleUseLink).values(used_at=None))
    assert send(client, PATH, answer="yes").status_code == 303
    assert set(told(asa, "?person=cont")) == {
        "Contact 1 (by mailed link) returned the activity.",
        "Contact 1 (by mailed link) confirmed the activity.",
    }
    assert told(asa, "?person=ontact") == []


def test_thanks_are_said_for_known_answers_only(world: World, client: StrictClient) -> None:
    asked = {
        each: client.get(f"/confirm-visit/thanks/{each}").status_code
        for each in ("confirmed", "denied", "returned", "x")
    }
    assert asked == {"confirmed": 200, "denied": 200, "returned": 200, "x": 404}
