"""The pages of a renewal: countdown, filing, review and decision, each also with bad input and when stale."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from certify.models import Absence, Affiliation, Event, Message, Renewal, db
from certify.models.store import write_tx
from certify.scheme.words import RoleName
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import Player, at
from tests.views.sending import fields_on
from tests.workflows.renewing import DAY, ENDS, GRACE_ENDS, LAST, OPENS, REASONS, Renewing, grant_of
from tests.workflows.test_quality import SEEN_ON, arranged, delivering, scored

ClientOf = Callable[[Member], StrictClient]
CITED = {"reasons-0-requirement": "practice-per-year", "reasons-0-reason": "Three cycles in three years."}


def send(client: StrictClient, path: str, /, **typed: str):  # type: ignore[no-untyped-def]
    """What is on the page, and what was typed into it."""
    return client.post(path, data={**fields_on(client.get(path).text, path), **typed})


def words(page: str) -> str:
    """The text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_renewal_is_opened_filed_reviewed_and_granted_on_the_pages(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified)
    turn(OPENS)
    ana, case = client_of(world.ana), certified.certification
    opened = send(ana, f"/certifications/{case}/renewal")
    renewing.id = opened.location.rpartition("/")[2]
    here = f"/renewals/{renewing.id}"
    assert (opened.status_code, opened.location, renewing.row.state) == (303, here, "open")
    assert "Check what you file" in words(ana.get(f"{here}/moves/file").text)
    assert send(ana, f"{here}/moves/file", declaration="y").location == here
    kim = client_of(world.kim)
    assert send(kim, f"{here}/moves/review", outcome="All cycles were good.").location == here
    mika = client_of(world.mika)
    assert "All cycles were good." in words(mika.get(f"{here}/moves/grant").text)
    assert send(mika, f"{here}/moves/grant", **CITED).location == here
    assert (renewing.row.state, renewing.row.reasons) == ("granted", REASONS)
    shown = words(ana.get(here).text)
    assert "valid from 5 May 2029 to 4 May 2032" in shown
    assert renewing.certificates[1].number in shown
    assert "Renewal of" in words(ana.get(f"/certifications/{case}/renewal").text)


def test_who_is_certified_is_called_a_trainer_where_something_is_theirs_to_clear(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(OPENS - DAY)
    for page in ("maintenance", "renewal"):
        shown = words(client_of(world.olu).get(f"/certifications/{certified.certification}/{page}").text)
        assert "Who can clear it: Trainer." in shown, page
        assert "Candidate" not in shown, page


def test_what_is_shown_of_a_certificate_that_ended_is_its_standing_and_its_holder_renews_first(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(GRACE_ENDS + DAY)
    ana, case = client_of(world.ana), f"/certifications/{certified.certification}"
    for page in ("/desk", case, f"{case}/maintenance", f"{case}/renewal", "/my-path"):
        pills = re.findall(r'<span class="pill pill-\w+">([^<]+)</span>', ana.get(page).text)
        assert ("Expired" in pills, "Certified" in pills) == (True, False), page
    row = client_of(world.olu).get("/certifications").text.partition("Ana Trần")[2]
    assert re.findall(r'<span class="pill pill-bad">([^<]+)', row)[0] == "Expired"
    moves = ana.get(case).text.partition('id="moves"')[2]
    assert words(moves).index("Renew the certification") < words(moves).index("Retire")
    assert "Renew the certification" not in client_of(world.olu).get(case).text
    people = words(ana.get(case).text.partition('id="people"')[2].partition("</dl>")[0])
    assert "Trainer Ana Trần" in people
    turn(OPENS - DAY)
    assert "Renew the certification" not in ana.get(case).text


def test_of_two_certificates_the_one_to_come_says_from_when_and_the_days_left_are_of_the_other(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    Renewing(certified).reviewed().grant(OPENS)
    turn(OPENS)
    page = client_of(world.ana).get(f"/certifications/{certified.certification}").text
    card = words(page.partition('id="credentials"')[2].partition("</section>")[0])
    assert "90 days left" in card
    assert card.count("Issued") == 1
    assert "From 5 May 2029" in card
    assert "Valid until 4 May 2029 · 90 days left" in words(client_of(world.ana).get("/my-path").text)
    shown = client_of(world.ana).get("/my-credentials").text
    names = re.findall(r'<h2 id="c-[^>]+>(.+?)</h2>', shown)
    assert (len(names), len(set(names))) == (2, 2)


def test_a_renewal_that_ended_with_its_certification_says_so_and_opens_on_no_day(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified).open().file()
    certified.move("withdraw", world.mika, OPENS, grounds="Forged lists.")
    turn(OPENS)
    ana, case = client_of(world.ana), f"/certifications/{certified.certification}"
    shown = words(ana.get(f"/renewals/{renewing.id}").text)
    assert "The certification ended, and this renewal with it" in shown
    assert "Renewal of" in words(ana.get(f"{case}/renewal").text)
    for page in (f"/renewals/{renewing.id}", case, f"{case}/renewal", f"{case}/maintenance"):
        told = words(ana.get(page).text)
        for said in ("Opens ", "can be renewed", "What a renewal asks for", "What the renewal takes"):
            assert said not in told, (page, said)
    assert ana.get(f"/renewals/{renewing.id}/moves/end").status_code == 404


def test_a_page_on_which_it_was_to_be_filed_offers_nothing_once_it_is(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified).open()
    turn(OPENS)
    ana, page = client_of(world.ana), f"/renewals/{renewing.id}/moves/file"
    typed = {**fields_on(ana.get(page).text, page), "declaration": "y"}
    renewing.file()
    answer = ana.post(page, data=typed)
    assert (answer.status_code, "while your page was open" in answer.text) == (409, True)
    assert (f'action="{page}"' in answer.text, "Back to the renewal" in answer.text) == (False, True)


def test_who_decides_second_reads_who_decided_and_keeps_what_was_typed(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified).reviewed()
    turn(OPENS)
    maya, page = client_of(world.maya), f"/renewals/{renewing.id}/moves/refuse"
    typed = {**fields_on(maya.get(page).text, page), **CITED, "reasons-0-reason": "Two cycles are too few."}
    renewing.refuse()
    answer = maya.post(page, data=typed)
    shown = words(answer.text)
    assert answer.status_code == 409
    assert "It was settled meanwhile, and cannot be sent any more." in shown
    assert "send it again" not in shown
    assert "Mika Hoàng refused the renewal." in shown
    assert "Two cycles are too few." in shown.partition("What you typed")[2]
    assert 'href="/decisions-and-appeals#appeals"' in answer.text


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (OPENS - 10 * DAY, ("100 days until the certificate ends", "on 3 Feb 2029")),
        (ENDS, ("0 days until the certificate ends", "Open the renewal")),
        (ENDS + DAY, ("1 day since the certificate ended", "in the time of grace")),
        (GRACE_ENDS + DAY, ("Grace is over", "observed-classroom")),
        (LAST + DAY, ("It can no longer be renewed", "it takes the full path again")),
    ],
)
def test_the_countdown_says_how_long_what_it_takes_and_what_next(
    certified: Player, world: World, client_of: ClientOf, turn: Turn, day: date, expected: tuple[str, str]
) -> None:
    Renewing(certified)
    turn(day)
    shown = words(client_of(world.ana).get(f"/certifications/{certified.certification}/renewal").text)
    assert [each in shown for each in expected] == [True, True], shown


def test_the_page_of_the_case_has_the_renewal_as_a_card(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified, refresher_hours=8)
    turn(OPENS)
    here = f"/certifications/{certified.certification}"
    shown = words(client_of(world.ana).get(here).text)
    assert "90 days until the certificate ends" in shown
    assert "1 requirement of the renewal is not met yet" in shown
    assert "0 of 8 hours of refresher training are confirmed in this validity." in shown
    renewing.open()
    assert f'href="/renewals/{renewing.id}"' in client_of(world.olu).get(here).text


def test_there_is_nothing_to_renew_before_a_certificate_and_after_its_end(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    path = f"/certifications/{recommended.certification}/renewal"
    assert "There is nothing to renew" in client_of(world.ana).get(path).text
    answer = client_of(world.ana).post(path, data={"csrf_token": client_of(world.ana).token("/account")})
    assert answer.status_code in (409, 422)


def test_what_is_refused_or_typed_wrongly_is_told_on_the_filled_page(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified, refresher_hours=8).open()
    turn(OPENS)
    here, ana = f"/renewals/{renewing.id}/moves", client_of(world.ana)
    assert send(ana, f"{here}/file").status_code == 422
    renewing.file()
    again = ana.get(f"{here}/file")
    assert "is not possible while the state is “filed”" in words(again.text)
    empty = send(client_of(world.kim), f"{here}/review", outcome="")
    assert (empty.status_code, "There is a problem" in empty.text) == (422, True)
    renewing.review()
    mika = client_of(world.mika)
    assert "0 of 8 hours" in words(mika.get(f"{here}/grant").text)
    half = send(mika, f"{here}/refuse", **{**CITED, "reasons-0-requirement": ""})
    assert (half.status_code, "Three cycles in three years." in half.text) == (422, True)
    refused = mika.post(f"{here}/grant", data={"csrf_token": mika.token(f"{here}/refuse"), **CITED})
    assert (refused.status_code, "Three cycles in three years." in refused.text) == (409, True)
    assert renewing.row.state == "reviewed"
    for move, status in (("open", 404), ("no-such", 404), ("file", 403)):
        assert mika.get(f"{here}/{move}").status_code == status, move


def _open_to_grant(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> tuple[Renewing, str, StrictClient, dict[str, list[str]]]:
    """A reviewed renewal with the page of its grant open before Mika: what it shows as a form."""
    renewing = Renewing(certified).reviewed()
    turn(OPENS)
    path, mika = f"/renewals/{renewing.id}/moves/grant", client_of(world.mika)
    return renewing, path, mika, fields_on(mika.get(path).text, path)


def test_a_page_that_is_no_longer_true_decides_nothing(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing, path, mika, shown = _open_to_grant(certified, world, client_of, turn)
    with write_tx() as session:
        session.get_one(Renewal, renewing.id).outcome = "Put right."
    answer = mika.post(path, data={**shown, **CITED})
    assert (answer.status_code, "changed while your page was open" in answer.text) == (409, True)
    assert "Three cycles in three years." in answer.text
    assert renewing.row.state == "reviewed"


def test_a_page_that_was_open_while_another_decided_shows_the_decision(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing, path, mika, shown = _open_to_grant(certified, world, client_of, turn)
    cited = re.findall(r'<option value="([a-z-]+)"', mika.get(path).text)
    assert len(cited) == len(set(cited)) == 7
    assert send(mika, path, **CITED).status_code == 303
    answer = mika.post(path, data={**shown, **CITED})
    decision = f"The next certificate is valid from {renewing.row.valid_from:%-d %b %Y}"
    for status, page in ((409, answer), (200, mika.get(path))):
        assert (page.status_code, decision in words(page.text)) == (status, True)


def test_the_decision_page_shows_the_relations_of_whoever_decides(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified).reviewed()
    with write_tx() as session:
        session.add(grant_of(world.tuan, RoleName.MASTER_TRAINER, issuer_id=world.issuer))
    turn(OPENS)
    path = f"/renewals/{renewing.id}/moves/refuse"
    assert "Tuấn Lê observed the trainer." in words(client_of(world.tuan).get(path).text)
    assert "No relation between you and the trainer" in words(client_of(world.mika).get(path).text)


def test_an_observer_of_a_late_renewal_is_chosen_with_relations_in_sight(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified).open().file(GRACE_ENDS + DAY)
    workshop, _ = renewing.deliver(GRACE_ENDS + 2 * DAY)
    turn(GRACE_ENDS + 20 * DAY)
    olu, path = client_of(world.olu), f"/renewals/{renewing.id}/moves/assign_observer"
    note = "A coordinator names who observes the cycle after the end"
    assert note in words(client_of(world.ana).get(f"/renewals/{renewing.id}").text)
    page = olu.get(path).text
    assert "Bea Okafor facilitated the trainer" in words(page)
    assert (workshop in page, str(certified.workshop) in page) == (True, False)
    assert send(olu, path, person=world.tuan.id, activity=workshop).status_code == 303
    (sheet,) = [one for one in renewing.case.assessments if one.activity_id == workshop]
    assert (sheet.kind, sheet.assessor_id, sheet.state) == ("observation", world.tuan.id, "assigned")
    asked = select(Message).where(Message.kind.like("renewal_observer%")).order_by(Message.kind)
    held_on = (GRACE_ENDS + 2 * DAY).isoformat()
    assert [
        (one.kind, one.recipient_id, one.params["held_on"], one.params["ends_on"])
        for one in db.session.scalars(asked)
    ] == [
        ("renewal_observer", world.tuan.id, held_on, ENDS.isoformat()),
        ("renewal_observer_named", world.ana.id, held_on, ENDS.isoformat()),
    ]


def test_what_can_never_be_granted_is_said_before_it_is_opened_and_filed(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified, practice_cycles=1)
    turn(GRACE_ENDS + DAY)
    ana, said = client_of(world.ana), "As recorded it cannot be granted: the practice period from 4 May 2026"
    of_case = words(ana.get(f"/certifications/{certified.certification}/renewal").text)
    assert (said in of_case, "A renewal can be filed, but as recorded it cannot be granted." in of_case) == (
        True,
        True,
    )
    assert "As recorded a renewal cannot be granted" in words(ana.get("/desk").text)
    renewing.open(GRACE_ENDS + DAY)
    assert said in words(ana.get(f"/renewals/{renewing.id}/moves/file").text)


def test_the_public_page_says_that_a_renewal_is_filed_and_shows_the_gap(
    certified: Player, world: World, client: StrictClient, turn: Turn
) -> None:
    renewing = Renewing(certified).open().file()
    number = renewing.certificates[0].number
    turn(ENDS + 10 * DAY)
    shown = words(client.get(f"/verify/{number}").text)
    assert "Expired, in grace" in shown
    assert "A renewal is filed and not decided yet." in shown
    renewing.review(ENDS + 10 * DAY).grant(ENDS + 10 * DAY)
    new = renewing.certificates[1].number
    assert "From 5 May 2029 to 13 May 2029 neither was valid." in words(client.get(f"/verify/{number}").text)
    for path in (f"/verify/{new}", f"/verify/{new}?view=print"):
        shown = words(client.get(path).text)
        assert "Between the two, from 5 May 2029 to 13 May 2029, there was no valid certificate." in shown
        assert ("A renewal is filed" in shown, number in shown) == (False, True)


def test_strangers_do_not_know_of_a_renewal(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified).open()
    for path in (f"/renewals/{renewing.id}", f"/renewals/{renewing.id}/moves/file", "/renewals/nothing"):
        assert client_of(world.lan).get(path).status_code == 404, path
    assert db.session.get_one(Renewal, renewing.id).state == "open"


def test_a_deputy_decides_in_place_of_a_master_trainer_who_is_away(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    renewing = Renewing(certified).reviewed()
    with write_tx() as session:
        session.add(
            Absence(
                person_id=world.maya.id, deputy_id=world.mika.id, from_on=OPENS, until_on=OPENS, note="",
                told_at=at(OPENS),
            )
        )  # fmt: skip
    turn(OPENS)
    path, mika = f"/renewals/{renewing.id}/moves/grant", client_of(world.mika)
    assert "In place of Maya Đặng, who is away" in words(mika.get(path).text)
    assert send(mika, path, **CITED, in_place_of=world.maya.id).status_code == 303
    event = db.session.scalars(select(Event).filter_by(subject_id=renewing.id, move="grant")).one()
    assert (event.actor_id, event.on_behalf_of_id) == (world.mika.id, world.maya.id)
    assert renewing.row.decided_by_id == world.mika.id


def test_evidence_is_named_and_linked_for_whoever_may_open_it(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    with write_tx() as session:
        session.add(
            Affiliation(person_id=world.ana.id, organisation_id=world.provider, from_on=date(2026, 1, 1))
        )
    played, workshop = delivering(certified)
    sheet = arranged(played, world.quy, world.quy, workshop)
    scored(sheet, world, world.quy, 2)
    turn(SEEN_ON)
    here = f"/certifications/{certified.certification}/renewal"
    seen = {
        who.name: f"/assessments/{sheet}" in client_of(who).get(here).text for who in (world.olu, world.sami)
    }
    assert seen == {world.olu.name: True, world.sami.name: False}
    assert world.quy.name not in client_of(world.sami).get(here).text
