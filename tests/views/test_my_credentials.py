"""My credentials: each with its standing and what one may do with it, and the mail that sends one on."""

from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event, insert, select, update

from certify.credentials.numbers import new_number
from certify.models import Credential, Message, db
from certify.models.store import own_tx
from certify.reminders.texts import letter_of
from tests.cast import Member, World, named
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import Player
from tests.views.sending import send
from tests.views.shown import cell_of, links_with

ClientOf = Callable[[Member], StrictClient]
MINE = "/my-credentials"


@pytest.fixture
def credential(certified: Player, world: World) -> Credential:
    """Ana's certificate for WPC, of 4 May 2026; it is June."""
    return db.session.scalars(select(Credential)).one()


def mails() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.kind == "credential_sent")))


def test_each_certificate_has_its_standing_and_every_way_to_take_it_along(
    client_of: ClientOf, credential: Credential, world: World
) -> None:
    page = client_of(world.ana).get(MINE).text
    for said in ("Ana Trần is certified for Workplace Cooperation (WPC).", "pill-good", credential.number):
        assert said in page
    number = credential.number
    assert links_with(page, number) == {
        f"Download PDF {number}": f"/credentials/{number}.pdf",
        f"Download JSON {number}": f"/credentials/{number}.json",
        f"Add to LinkedIn profile {number}": links_with(page, number)[f"Add to LinkedIn profile {number}"],
        f"Send by mail {number}": f"{MINE}/{credential.id}/send",
        f"http://localhost/verify/ {number}": f"/verify/{number}",
        f"Why it stands so {number}": f"/certifications/{credential.certification_id}/standing",
    }


def test_the_link_to_linkedin_is_filled_in_with_what_is_documented(
    client_of: ClientOf, credential: Credential, world: World
) -> None:
    page = client_of(world.ana).get(MINE).text
    number = credential.number
    address = urlsplit(links_with(page, number)[f"Add to LinkedIn profile {number}"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://www.linkedin.com/profile/add"
    assert {name: value[0] for name, value in parse_qs(address.query).items()} == {
        "startTask": "CERTIFICATION_NAME",
        "name": "Certified SCORE Trainer: Workplace Cooperation (WPC)",
        "organizationName": "SCORE Việt Nam",
        "issueYear": "2026",
        "issueMonth": "5",
        "expirationYear": "2029",
        "expirationMonth": "5",
        "certUrl": f"http://localhost/verify/{number}",
        "certId": number,
    }


def test_what_each_part_reveals_is_told_for_every_part(
    client_of: ClientOf, credential: Credential, world: World
) -> None:
    page = client_of(world.ana).get(MINE).text
    parts = ("Number, link, QR code", "PDF", "JSON", "Mail", "LinkedIn")
    assert [part for part in parts if not cell_of(page, part, "Personal data in it")] == []
    assert "your scores and the comments on them" in page


def test_without_a_certificate_the_page_says_when_there_will_be_one(
    client_of: ClientOf, world: World
) -> None:
    page = client_of(world.kim).get(MINE)
    assert (page.status_code, "No certificate yet" in page.text) == (200, True)


def test_twenty_certificates_ask_the_database_as_often_as_one(
    client_of: ClientOf, credential: Credential, world: World
) -> None:
    ana = client_of(world.ana)
    ana.get(MINE)  # an edition is read once a process

    def statements(rows: int) -> int:
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        shown = ana.get(MINE).text.count("Download JSON")
        event.remove(db.engine, "before_cursor_execute", note)
        assert shown == rows
        return sum(each.startswith("SELECT") for each in seen)

    alone = statements(1)
    row = {column.name: getattr(credential, column.name) for column in Credential.__table__.columns}
    more = [{**row, "id": named(f"more{n}"), "number": new_number("TC")} for n in "abcdefghijklmnopqrs"]
    with own_tx() as session:
        session.execute(insert(Credential), more)
    assert statements(20) == alone


def test_it_is_found_from_the_navigation_and_from_my_path(
    client_of: ClientOf, credential: Credential, world: World
) -> None:
    page = client_of(world.ana).get("/my-path").text
    assert page.count(f'href="{MINE}"') == 2
    assert f'href="{MINE}#c-{credential.id}"' in page


def test_what_may_not_be_used_is_not_shown_round(
    client_of: ClientOf, credential: Credential, certified: Player, turn: Turn, world: World
) -> None:
    ana, number, address = client_of(world.ana), credential.number, f"{MINE}/{credential.id}/send"
    typed = {"csrf_token": ana.token(address), "email": "buyer@example.org", "note": "As agreed."}
    certified.move("suspend", world.maya, NOW.date(), grounds="A complaint is examined.")
    turn("2026-06-02")
    page = ana.get(MINE).text
    assert set(links_with(page, number)) == {
        f"Download JSON {number}",
        f"http://localhost/verify/ {number}",
        f"Why it stands so {number}",
    }
    assert "its PDF is not given out" in page
    closed = ana.get(address)
    assert (closed.status_code, "Only a certificate that is good" in closed.text) == (409, True)
    assert 'name="email"' not in closed.text
    assert "The certification was suspended on 1 Jun 2026" in closed.text
    answer = ana.post(address, data=typed)
    assert (answer.status_code, "Only a certificate that is good" in answer.text) == (409, True)
    assert "As agreed." in answer.text
    assert mails() == []


def test_an_expired_one_can_still_be_downloaded(
    client_of: ClientOf, credential: Credential, turn: Turn, world: World
) -> None:
    turn(date(2031, 1, 1))
    found = set(links_with(client_of(world.ana).get(MINE).text, credential.number))
    assert f"Download PDF {credential.number}" in found
    assert f"Send by mail {credential.number}" not in found


def test_a_mail_holds_the_link_and_the_note_and_no_more(
    client_of: ClientOf, credential: Credential, world: World
) -> None:
    address = f"{MINE}/{credential.id}/send"
    sent = send(client_of(world.ana), address, email="Buyer@Example.org", note="As you asked.\nAna")
    assert (sent.status_code, sent.location) == (303, MINE)
    [message] = mails()
    assert (message.email, message.recipient_id, message.params) == (
        "buyer@example.org",
        None,
        {
            "holder": "Ana Trần",
            "module": "Workplace Cooperation",
            "issuer": "SCORE Việt Nam",
            "number": credential.number,
            "note": "As you asked.\nAna",
        },
    )
    letter = letter_of(Claim(message))
    assert letter.subject == "Ana Trần sends you a certificate"
    assert letter.text.startswith("Good day,\n")
    assert "> As you asked.\n> Ana\n" in letter.text
    assert f"/verify/{credential.number}\n" in letter.text


class Claim:
    """A message as the outbox hands it to the letter."""

    link, way_out, items = None, None, ()

    def __init__(self, message: Message) -> None:
        self.kind, self.name, self.email = message.kind, message.name, message.email
        self.language, self.params = message.language, message.params


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "nobody"}, "Give an e-mail address like name@example.org."),
        ({"email": ""}, "Fill in: E-mail address."),
        ({"email": "a@example.org,b@example.org"}, "Give an e-mail address like name@example.org."),
        ({"email": "a@example.org", "note": "x" * 501}, "At most 500 characters."),
    ],
)
def test_a_mail_that_cannot_go_comes_back_filled(
    client_of: ClientOf, credential: Credential, world: World, changes: dict[str, str], sentence: str
) -> None:
    answer = send(client_of(world.ana), f"{MINE}/{credential.id}/send", **changes)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert mails() == []


def test_mails_are_held_up_after_a_few(client_of: ClientOf, credential: Credential, world: World) -> None:
    ana, address = client_of(world.ana), f"{MINE}/{credential.id}/send"
    form = {"csrf_token": ana.token(address), "note": ""}
    answers = [ana.post(address, data={**form, "email": f"n{n}@example.org"}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert "Too many tries." in answers[-1].text
    assert len(mails()) == 5


@pytest.mark.parametrize("key", ["kim", "lan", "maya", "olu", "ada", "asa"])
def test_nobody_else_sends_it(client_of: ClientOf, credential: Credential, world: World, key: str) -> None:
    stranger = client_of(getattr(world, key))
    address = f"{MINE}/{credential.id}/send"
    assert (stranger.get(address).status_code, stranger.post(address).status_code) == (404, 404)
    assert credential.number not in stranger.get(MINE).text


def test_what_was_sent_on_is_in_my_data_and_goes_with_an_erasure(
    client_of: ClientOf, credential: Credential, world: World, app: Flask
) -> None:
    ana = client_of(world.ana)
    told = {"email": "buyer@example.org", "note": "As agreed with Petra."}
    assert send(ana, f"{MINE}/{credential.id}/send", **told).status_code == 303
    (mine,) = ana.get("/my-path/data.json").get_json()["mails_sent_on"]
    assert mine.pop("sent_at") is not None
    assert mine == {
        "at": NOW.isoformat(), "to": told["email"], "number": credential.number, "note": told["note"],
    }  # fmt: skip
    with own_tx() as session:
        session.execute(update(Message).values(sent_at=None, state="owed"))
    db.session.rollback()
    words = ["audit", "erase", "--person", world.ana.email, "--reason", "Article 17.", "--yes"]
    done = app.test_cli_runner().invoke(args=words)
    assert "and 1 mails sent on erased" in done.output, done.output
    (mail,) = mails()
    assert (mail.email, mail.params, mail.state) == ("(erased)", {"number": credential.number}, "erased")
    assert "mails" not in app.test_cli_runner().invoke(args=words).output
