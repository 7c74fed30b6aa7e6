"""The outbox: rows are sent once, after the commit, kept on failure and tried again later."""

import email
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy import select, update

from certify.auth import links
from certify.clock import real_now
from certify.models import Message, db
from certify.models.store import own_tx
from certify.queries.mail import Waiting, stuck_page, waiting
from certify.reminders import outbox
from certify.reminders.outbox import deliver_owed, send_again
from certify.reminders.texts import Letter, letter_of
from certify.workflows.credential_mail import erase_mail
from tests.cast import World
from tests.conftest import NOW
from tests.reminders.sink import Sink, free_port, owe_to, point_at, serving, states, wait


def test_a_letter_goes_once_as_text_and_html_with_a_message_id_from_its_row(world: World, sink: Sink) -> None:
    owe_to("a", params={"module": "WPC", "certification": "c1"})
    assert (deliver_owed(NOW), deliver_owed(NOW)) == (1, 0)
    [(to, letter)] = sink.got
    row = db.session.scalars(select(Message)).one()
    assert to == ["ana@example.org"]
    assert letter["Message-ID"] == f"<{row.id}@localhost>"
    assert letter["Subject"] == "You are admitted"
    assert letter["From"] == "Certify <certify@example.org>"
    assert letter["To"] == "ana@example.org"
    text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    for body in (text, html):
        assert "Dear Ana Trần," in body
        assert "You are admitted to certification in module WPC." in body
        assert "http://localhost/certifications/c1" in body
    assert (row.state, row.attempts, row.last_error) == ("sent", 1, None)
    assert row.sent_at is not None


def test_what_is_due_later_waits(world: World, sink: Sink) -> None:
    owe_to("a", at=NOW + timedelta(days=1))
    assert deliver_owed(NOW) == 0
    assert deliver_owed(NOW + timedelta(days=1)) == 1


def test_a_server_that_is_down_loses_nothing_and_the_same_id_goes_later(app: Flask, world: World) -> None:
    point_at(app, free_port())
    for number, key in enumerate("abc", start=-3):
        owe_to(key, at=NOW + timedelta(seconds=number))
    assert deliver_owed(NOW) == 0
    assert states() == [("owed", 1), ("owed", 0), ("owed", 0)]
    first = db.session.scalars(select(Message).where(Message.key == "a")).one()
    assert "ConnectionRefusedError" in (first.last_error or "")
    handler = Sink()
    with serving(handler) as port:
        point_at(app, port)
        assert deliver_owed(NOW) == 2  # the first waits a minute before its second try
        wait(timedelta(seconds=61))
        assert deliver_owed(NOW) == 1
    assert states() == [("sent", 2), ("sent", 1), ("sent", 1)]
    assert handler.got[-1][1]["Message-ID"] == f"<{first.id}@localhost>"


@pytest.mark.parametrize(
    ("attempts", "too_soon", "late_enough"),
    [(1, 59, 61), (2, 299, 301), (3, 899, 901), (4, 3599, 3601), (50, 3599, 3601)],
)
def test_tries_are_spaced_one_five_fifteen_sixty_minutes_then_hourly(
    world: World, sink: Sink, attempts: int, too_soon: int, late_enough: int
) -> None:
    owe_to("a")
    with own_tx() as session:
        session.execute(update(Message).values(attempts=attempts, claimed_at=real_now()))
    wait(timedelta(seconds=too_soon))
    assert deliver_owed(NOW) == 0
    wait(timedelta(seconds=late_enough))
    assert deliver_owed(NOW) == 1


def test_one_full_mailbox_does_not_hold_up_the_rest_and_is_given_up_after_a_week(
    world: World, sink: Sink
) -> None:
    sink.refused = {"ana@example.org": "452 mailbox full"}
    owe_to("a")
    owe_to("b", to="kim")
    assert deliver_owed(NOW) == 1
    assert states() == [("owed", 1), ("sent", 1)]
    with own_tx() as session:
        session.execute(update(Message).where(Message.key == "a").values(attempts=171))
    wait(timedelta(hours=2))
    assert deliver_owed(NOW) == 0
    assert states() == [("failed", 172), ("sent", 1)]


def test_two_senders_at_once_send_each_letter_once(app: Flask, world: World, sink: Sink) -> None:
    for number in range(12):
        owe_to(f"m{number}")

    def send(_number: int) -> int:
        with app.app_context():
            return deliver_owed(NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(4))) == 12
    assert len({letter["Message-ID"] for _, letter in sink.got}) == len(sink.got) == 12


def test_a_claim_whose_sender_died_is_taken_over_after_its_lease(world: World, sink: Sink) -> None:
    owe_to("a")
    with own_tx() as session:
        session.execute(update(Message).values(state="sending", attempts=1, claimed_at=real_now()))
    assert deliver_owed(NOW) == 0
    wait(timedelta(minutes=11))
    assert deliver_owed(NOW) == 1


def test_a_token_is_made_when_the_letter_is_sent_and_opens_what_it_is_for(world: World, sink: Sink) -> None:
    owe_to("a", kind="reset", link_purpose="reset", link_subject=world.ana.id)
    assert deliver_owed(NOW) == 1
    text = sink.got[0][1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    token = text.split("http://localhost/reset/")[1].split()[0]
    link = links.peek(db.session(), token, "reset")
    assert link is not None
    assert (link.subject, link.email) == (world.ana.id, "ana@example.org")
    row = db.session.scalars(select(Message)).one()
    assert token not in {str(value) for value in vars(row).values()}


def test_what_people_wrote_is_escaped_in_html_and_breaks_no_header(world: World, sink: Sink) -> None:
    owe_to(
        "a", kind="file_to_decide", params={"holder": "<b>Ana</b>\r\nBcc: kim@example.org", "module": "WPC"}
    )
    assert deliver_owed(NOW) == 1
    [(to, letter)] = sink.got
    assert to == ["ana@example.org"]
    assert letter["Bcc"] is None
    assert letter["Subject"] == "A file to decide: <b>Ana</b> Bcc: kim@example.org"
    assert "&lt;b&gt;Ana&lt;/b&gt;" in letter.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_a_kind_without_words_of_its_own_still_reads_well(world: World, sink: Sink) -> None:
    owe_to("a", kind="something_new")
    assert deliver_owed(NOW) == 1
    assert sink.got[0][1]["Subject"] == "News from Certify"


def test_a_letter_that_names_no_thing_leads_to_the_desk(world: World, sink: Sink) -> None:
    owe_to("a", kind="nominated", params={"by": "Sami Haddad", "module": "WPC"})
    assert deliver_owed(NOW) == 1
    text = sink.got[0][1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Sami Haddad nominated you for certification in module WPC." in text
    assert "http://localhost/desk" in text.splitlines()


def test_a_link_of_an_unknown_kind_does_not_hold_up_the_letters_behind_it(world: World, sink: Sink) -> None:
    owe_to("a", link_purpose="time_travel", link_subject=world.ana.id)
    owe_to("b", to="kim")
    assert deliver_owed(NOW) == 2


def test_without_smtp_letters_are_kept_for_the_owner_alone_and_shown(
    app: Flask, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    owe_to("a", params={"module": "WPC"})
    assert deliver_owed(NOW) == 1
    [path] = (app.extensions["certify.settings"].instance / "outbox").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    letter = email.message_from_bytes(path.read_bytes(), policy=default)
    assert (letter["To"], letter["Subject"]) == ("ana@example.org", "You are admitted")
    assert "mail to ana@example.org: You are admitted" in capsys.readouterr().out


@pytest.mark.parametrize("refuses", [True, False])
def test_what_is_erased_while_it_is_sent_stays_so_and_is_never_sent_again(
    world: World, sink: Sink, monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    sink.refused = {"ana@example.org": "452 mailbox full"} if refuses else {}
    owe_to("a", params={"number": "TC-1"})

    def erased_meanwhile(claimed: outbox.Claimed) -> Letter:
        with own_tx() as session:
            erase_mail(session.get_one(Message, claimed.id))
        return letter_of(claimed)

    monkeypatch.setattr(outbox, "letter_of", erased_meanwhile)
    deliver_owed(NOW)
    db.session.rollback()
    row = db.session.scalars(select(Message)).one()
    assert (row.state, row.email, row.name, row.last_error, row.sent_at) == (
        "erased",
        "(erased)",
        "",
        None,
        None,
    )
    with own_tx() as session:
        assert send_again(session, row.id) is False
    wait(timedelta(days=1))
    assert deliver_owed(NOW + timedelta(days=1)) == 0
    assert stuck_page(db.session()).items == ()
    assert waiting(db.session()) == Waiting(0, 0)
