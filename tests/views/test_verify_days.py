"""Days and moments of the public answer: by the body's clock; what leads on keeps the day, or says today."""

from datetime import date

import pytest
from sqlalchemy import select, update

from certify.credentials.qr import qr_of
from certify.models import Credential, IssuingBody, db
from certify.models.store import own_tx, write_tx
from certify.policy.actor import CLOCK
from certify.presentation.verdicts import not_valid_since
from certify.queries.verification import verdict_of
from certify.workflows.credential import issue
from tests.cast import World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import Player, at
from tests.views.shown import links_with
from tests.views.test_certifications import text_of

SUSPENDED_ON = date(2026, 7, 1)
BEFORE = "2026-06-15"
AN_EVENING = "2026-06-30T19:20:00+00:00"  # in Hanoi it is 02:20 of the day after


@pytest.fixture
def number(certified: Player, world: World) -> str:
    """Ana's certificate for WPC, of 4 May 2026; it is June."""
    return db.session.scalars(select(Credential.number)).one()


def new_period(number: str, first: date = date(2029, 5, 5)) -> str:
    """The number of a certificate that takes the place of another one, from that day on."""
    with write_tx() as session:
        before = session.scalars(select(Credential).where(Credential.number == number)).one()
        case = before.certification
        case.valid_from, case.valid_until = first, first.replace(year=first.year + 3)
        return issue(session, case, CLOCK, at(date(2026, 6, 1)), supersedes=before).number


def test_of_a_renewal_granted_early_each_page_says_what_the_other_certificate_is_worth(
    client: StrictClient, number: str
) -> None:
    newer = new_period(number)
    come = text_of(client.get(f"/verify/{newer}").text)
    assert f"Earlier certificate: {number} · valid today; its last day is 4 May 2029" in come
    assert f"Newer certificate: {newer} · from 5 May 2029" in text_of(client.get(f"/verify/{number}").text)
    later = text_of(client.get(f"/verify/{newer}?on=2029-06-01").text)
    assert f"Earlier certificate: {number}" in later
    assert "its last day is" not in later
    then = text_of(client.get(f"/verify/{newer}?on=2029-05-04").text)
    assert f"Earlier certificate: {number} · valid on that day" in then


@pytest.mark.parametrize("query", ["", "?view=print"])
def test_moments_are_told_by_the_clock_of_the_body_with_utc_for_programs(
    client: StrictClient, number: str, turn: Turn, query: str
) -> None:
    turn(AN_EVENING)
    page = client.get(f"/verify/{number}{query}").text
    assert '<time datetime="2026-06-30T19:20:00Z">1 Jul 2026, 02:20 Vietnam Time</time>' in page
    assert "Days and times are those of the issuing body: Vietnam Time." in page


def test_no_body_no_clock_but_utc(client: StrictClient, world: World) -> None:
    page = client.get("/verify/hello").text
    assert "UTC</time>" in page
    assert "Days and times are those of" not in page


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-06-30", "On that day, Ana Trần was certified"),
        ("2026-07-01", "Ana Trần is certified"),
        ("2026-07-02", "If nothing changes until then, Ana Trần will be certified"),
    ],
)
def test_today_is_the_day_of_the_body(
    client: StrictClient, number: str, turn: Turn, day: str, said: str
) -> None:
    turn(AN_EVENING)
    assert said in client.get(f"/verify/{number}?on={day}").text


def test_what_leads_on_from_a_day_keeps_it(client: StrictClient, number: str, turn: Turn) -> None:
    turn("2026-07-02")
    page = client.get(f"/verify/{number}?on={BEFORE}").text
    here = f"/verify/{number}?on={BEFORE}"
    assert links_with(page, "localhost") == {f"http://localhost/verify/ {number} ?on={BEFORE}": here}
    assert qr_of(f"http://localhost{here}").path in page
    assert "opens this answer about 15 Jun 2026 from the code" in page
    assert links_with(page, "for programs")["The same answer for programs (JSON)"] == f"/api/v1{here}"
    assert links_with(page, "Print view")["Print view"] == f"{here}&view=print"
    assert links_with(page, "today")["The answer for today"] == f"/verify/{number}"


def test_paper_leads_to_the_answer_of_the_day_on_which_it_is_read(client: StrictClient, number: str) -> None:
    page = client.get(f"/verify/{number}?on={BEFORE}&view=print").text
    assert "Ask for today's answer:" in page
    assert qr_of(f"http://localhost/verify/{number}").path in page


def test_the_chain_is_gone_along_on_the_same_day(
    client: StrictClient, certified: Player, number: str, turn: Turn
) -> None:
    successor = new_period(number)
    turn("2026-07-02")
    page = client.get(f"/verify/{number}?on={BEFORE}").text
    assert links_with(page, successor) == {successor: f"/verify/{successor}?on={BEFORE}"}
    back = client.get(f"/verify/{successor}?on={BEFORE}").text
    assert links_with(back, number)[number] == f"/verify/{number}?on={BEFORE}"


def test_the_files_beside_a_past_answer_are_todays(
    client: StrictClient, certified: Player, world: World, number: str, turn: Turn
) -> None:
    assert "today's files" not in client.get(f"/verify/{number}").text
    certified.move("suspend", world.maya, SUSPENDED_ON, grounds="A complaint is examined.")
    turn("2026-07-02")
    page = client.get(f"/verify/{number}?on={BEFORE}").text
    assert "was certified" in page
    assert "These are today's files, whichever day the answer is about." in page
    assert "The PDF is not given out while the certificate may not be used." in page
    certified.move("reinstate", world.maya, date(2026, 8, 1), findings="Nothing was found.")
    turn("2026-08-02")
    suspended = client.get(f"/verify/{number}?on=2026-07-15").text
    assert "was suspended on 1 Jul 2026" in suspended
    assert f'href="/credentials/{number}.pdf"' in suspended


def test_the_body_is_named_as_today_and_as_it_stands_on_the_paper(client: StrictClient, number: str) -> None:
    assert "(then" not in client.get(f"/verify/{number}").text
    with own_tx() as session:
        session.execute(update(IssuingBody).values(legal_name="SCORE Việt Nam Foundation"))
    for query in ("", "?view=print"):
        page = client.get(f"/verify/{number}{query}").text
        assert "SCORE Việt Nam Foundation (then SCORE Việt Nam)" in page


def test_what_ran_out_before_it_was_replaced_was_worth_nothing_from_its_end_on(
    certified: Player, number: str
) -> None:
    new_period(number, first=date(2029, 8, 1))
    answer = verdict_of(db.session(), number, at(date(2029, 9, 1)))
    assert (answer.reason, answer.since) == ("superseded", date(2029, 8, 1))
    assert not_valid_since(answer) == date(2029, 5, 5)
