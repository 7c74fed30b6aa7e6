"""Keeping a certification up in the browser: its page, the log, the code of conduct, changes, QA's list."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, select

from certify.models import (
    Activity,
    Affiliation,
    Assessment,
    CaseFile,
    Certification,
    ConflictDeclaration,
    Credential,
    Enterprise,
    Event,
    Message,
    NameChange,
    Person,
    Relationship,
    db,
)
from certify.models.store import own_tx
from certify.workflows.conduct import conduct_of
from tests import practice
from tests.api.test_lists import counted_queries
from tests.cast import Member, World
from tests.conftest import NOW, Turn
from tests.player import EDITION, Player
from tests.practice import DAY
from tests.views.conftest import ClientOf
from tests.views.sending import fields_on, send
from tests.views.sheets import text_of

WORKSHOP_ON = date(2026, 9, 1)
VISIT_ON = date(2026, 9, 22)
TODAY = date(2026, 12, 1)


@pytest.fixture
def practised(certified: Player, turn: Turn) -> Player:
    """Ana held a workshop and made a visit, and planned another one; it is December."""
    played = practice.cohort(certified, WORKSHOP_ON)
    practice.cycle(played, WORKSHOP_ON)
    practice.record(played, "visit", VISIT_ON + DAY)
    turn(TODAY)
    return played


def page_of(played: Player, page: str = "maintenance") -> str:
    return f"/certifications/{played.certification}/{page}"


def told(client_of: ClientOf, who: Member, path: str) -> str:
    answer = client_of(who).get(path)
    assert answer.status_code == 200
    return text_of(answer.text)


def rows(asked: Select[Any]) -> list[Any]:
    """What is stored now, not when the test last looked."""
    db.session.rollback()
    return list(db.session.scalars(asked))


def messages(kind: str) -> set[str]:
    return set(rows(select(Message.recipient_id).where(Message.kind == kind)))


def test_the_page_tells_what_a_renewal_asks_for_and_what_is_missing(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    text = told(client_of, world.ana, page_of(practised))
    assert "3 of 5 are met today." in text
    assert "Practising Last delivery that counts 22 Sept 2026" in text
    assert "This practice period 4 May 2026 – 3 May 2027" in text
    assert "Code of conduct to be signed by 4 May 2027" in text
    assert "0 of 8 hours of refresher training are confirmed in this validity." in text
    assert "Who can clear it: QA reviewer. Earliest: 1 Dec 2026." in text
    assert "Record a refresher" in text
    for reader in (world.olu, world.quy, world.maya, world.asa):
        text = told(client_of, reader, page_of(practised))
        assert "3 of 5 are met today." in text
        assert "Record a refresher" not in text
    assert client_of(world.kim).get(page_of(practised)).status_code == 404
    assert client_of(world.sami).get(page_of(practised)).status_code == 404


def test_before_the_grant_there_is_nothing_to_keep_up(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    assert "Nothing to keep up yet" in told(client_of, world.ana, page_of(recommended))
    assert "No deliveries yet" in told(client_of, world.ana, page_of(recommended, "deliveries"))


def test_the_log_is_filtered_and_says_why_a_delivery_is_flagged(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    log = page_of(practised, "deliveries")
    text = told(client_of, world.ana, log)
    assert "3 deliveries" in text
    assert "Not confirmed yet." in text
    assert "1 delivery" in told(client_of, world.ana, f"{log}?kind=workshop")
    assert "2 deliveries" in told(client_of, world.olu, f"{log}?counts=counted")
    assert "1 delivery" in told(client_of, world.ana, f"{log}?counts=waiting")
    assert "No delivery fits these filters" in told(client_of, world.ana, f"{log}?counts=flagged")
    assert "3 deliveries" in told(client_of, world.ana, f"{log}?kind=nothing&cursor=nowhere")
    assert "3 deliveries" in told(client_of, world.ana, "/my-path/deliveries")
    assert "No deliveries yet" in told(client_of, world.kim, "/my-path/deliveries")


def queries_of(client_of: ClientOf, who: Member, path: str) -> int:
    """How often a page asks the database; an edition is read once a process."""
    client = client_of(who)
    client.get(path)
    with counted_queries() as statements:
        assert client.get(path).status_code == 200
    return len(statements)


def test_a_long_log_goes_on_page_by_page_and_asks_no_more_than_a_short_one(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    paths = [page_of(practised), page_of(practised, "deliveries"), "/my-path/deliveries"]
    before = [queries_of(client_of, world.ana, path) for path in paths]
    for n in range(24):
        practice.record(practised, "visit", VISIT_ON + (2 + n) * DAY)
    first = client_of(world.ana).get(page_of(practised, "deliveries")).text
    assert before == [queries_of(client_of, world.ana, path) for path in paths]
    assert first.count('data-label="Day"') == 25
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = client_of(world.ana).get(following).text
    assert second.count('data-label="Day"') == 2
    assert "Back to the first page" in second


def test_the_log_is_taken_along_as_a_table_without_formulas(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    with own_tx() as session:
        session.get_one(Enterprise, world.enterprises[1]).name = "=HYPERLINK(1)"
    answer = client_of(world.ana).get(page_of(practised, "deliveries.csv"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="deliveries.csv"'
    assert list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))) == [
        ["Day", "Activity", "Where", "Counts", "Reasons"],
        ["2026-09-23", "Enterprise visit", "'=HYPERLINK(1)", "Waits to be confirmed", "Not confirmed yet."],
        ["2026-09-22", "Enterprise visit", "'=HYPERLINK(1)", "Counted", ""],
        ["2026-09-01", "Classroom workshop", "Cohort of 2026-09-01", "Counted", ""],
    ]


def test_the_holder_signs_the_code_of_conduct_after_reading_it(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    page, ana = page_of(practised, "code-of-conduct"), client_of(world.ana)
    text = told(client_of, world.ana, page)
    assert all(sentence in text for sentence in conduct_of(EDITION))
    assert "You sign as Ana Trần, on 1 Dec 2026." in text
    unread = send(ana, page)
    assert (unread.status_code, "Tick that you have read it" in unread.text) == (422, True)
    for _ in range(2):
        assert send(ana, page, agreed="y").status_code == 303
    signed = rows(select(Activity).where(Activity.kind == "code_of_conduct"))
    assert [(one.held_on, one.state, one.confirmed_by_id) for one in signed] == [
        (TODAY, "confirmed", world.ana.id)
    ]
    assert "To be signed again by 1 Dec 2027." in told(client_of, world.olu, page)
    assert "Sign it" not in told(client_of, world.olu, page)
    assert client_of(world.olu).post(page, data={"agreed": "y"}).status_code == 403
    assert "4 of 5 are met today." not in told(client_of, world.ana, page_of(practised))


def test_a_refresher_counts_once_qa_has_confirmed_it(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    new = page_of(practised, "activities/new/refresher")
    made = send(client_of(world.ana), new, held_on="2026-11-02", hours="8").location
    assert send(client_of(world.ana), f"{made}/moves/submit").status_code == 303
    assert "3 of 5 are met today." in told(client_of, world.ana, page_of(practised))
    assert client_of(world.olu).post(f"{made}/moves/confirm", data={}).status_code == 403
    assert send(client_of(world.quy), f"{made}/moves/confirm").status_code == 303
    assert "4 of 5 are met today." in told(client_of, world.ana, page_of(practised))
    assert send(client_of(world.ana), new, held_on="2026-11-02", hours="0").status_code == 422


def test_a_refresher_before_the_certification_is_refused_and_one_that_is_in_says_who_confirms_it(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    new, ana = page_of(practised, "activities/new/refresher"), client_of(world.ana)
    early = send(ana, new, held_on="2019-01-01", hours="8")
    said = "Choose a day since 4 May 2026, when the certification began."
    assert (early.status_code, said in text_of(early.text)) == (422, True)
    made = send(ana, new, held_on="2026-05-04", hours="8").location
    assert send(ana, f"{made}/moves/submit").status_code == 303
    assert "It waits for a QA reviewer of the country to confirm it." in told(client_of, world.ana, made)


def test_a_new_employer_ends_the_old_affiliation_and_begins_the_new_one(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    with own_tx() as session:
        since = date(2025, 1, 1)
        session.add(Affiliation(person_id=world.ana.id, organisation_id=world.provider, from_on=since))
    page, ana = page_of(practised, "moves/report_employer"), client_of(world.ana)
    ahead = send(ana, page, employer="Hiệp hội Gỗ Bình Dương", from_on="2026-12-02")
    assert (ahead.status_code, "has not come yet" in ahead.text) == (422, True)
    assert send(ana, page, employer="Hiệp hội Gỗ Bình Dương", from_on="2026-11-16").status_code == 303
    jobs = rows(
        select(Affiliation).where(Affiliation.person_id == world.ana.id).order_by(Affiliation.from_on)
    )
    assert [(one.organisation_id, one.from_on, one.until_on) for one in jobs] == [
        (world.provider, date(2025, 1, 1), TODAY),
        (world.other_provider, date(2026, 11, 16), None),
    ]
    assert messages("employer_changed") == {world.olu.id}
    assert "Employer: Hiệp hội Gỗ Bình Dương" in told(client_of, world.olu, page_of(practised))
    again = send(ana, page, employer="Hiệp hội Gỗ Bình Dương", from_on="2026-11-16")
    assert (again.status_code, "This employer is recorded already." in again.text) == (409, True)
    assert client_of(world.olu).get(page).status_code == 403


def test_an_employer_that_is_no_organisation_here_only_ends_the_old_one(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    page = page_of(practised, "moves/report_employer")
    assert send(client_of(world.ana), page, employer="Xưởng Mây", from_on="2026-01-01").status_code == 303
    assert rows(select(Affiliation).where(Affiliation.person_id == world.ana.id)) == []
    case = Certification.id == practised.certification
    assert rows(select(Certification.employer).where(case)) == ["Xưởng Mây"]


def test_a_conflict_becomes_a_statement_and_a_tie_where_it_names_a_person(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    page, ana = page_of(practised, "moves/report_conflict"), client_of(world.ana)
    half = send(ana, page, statement="We share a shop.", other_email=world.bo.email)
    assert (half.status_code, "Choose what ties you to this person." in half.text) == (422, True)
    whole = {"statement": "We share a shop.", "other_email": world.bo.email, "tie": "commercial_interest"}
    assert send(ana, page, **whole).status_code == 303
    said = rows(select(ConflictDeclaration.statement).where(ConflictDeclaration.person_id == world.ana.id))
    ties = rows(select(Relationship).where(Relationship.person_id == world.ana.id))
    assert (said, [(one.other_id, one.kind) for one in ties]) == (
        ["We share a shop."],
        [(world.bo.id, "commercial_interest")],
    )
    assert messages("conflict_reported") == {world.olu.id}
    (event,) = rows(select(Event).where(Event.move == "report_conflict"))
    assert event.facts == {**whole, "other_email": None}
    assert send(ana, page, statement="My brother buys there.").status_code == 303


def test_what_was_said_of_a_conflict_is_for_the_trainer_and_the_coordinator_alone(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    said = {"statement": "My sister buys there.", "other_email": world.bo.email, "tie": "family"}
    assert send(client_of(world.ana), page_of(practised, "moves/report_conflict"), **said).status_code == 303
    for who, reads in ((world.ana, True), (world.olu, True), (world.bo, False), (world.maya, False)):
        assert ("My sister buys there." in told(client_of, who, page_of(practised))) is reads, who.name
        for page in ("history", ""):
            shown = told(client_of, who, page_of(practised, page).rstrip("/"))
            assert "My sister" not in shown, (who.name, page)


def test_another_name_is_asked_for_and_accepted_by_the_coordinator(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    page, ana, olu = page_of(practised, "name-change"), client_of(world.ana), client_of(world.olu)
    assert send(ana, page).text.partition("</title>")[0].count("Error:") == 1
    same = send(ana, page, name="Ana Trần", reason="None.")
    assert (same.status_code, "known by already" in same.text) == (422, True)
    assert send(ana, page, name="Ana Nguyễn", reason="I married.").status_code == 303
    assert messages("name_change_asked") == {world.olu.id}
    twice = send(ana, page, name="Ana Lê", reason="I married.")
    assert (twice.status_code, "waits for its answer already" in twice.text) == (409, True)
    assert "Ana Nguyễn" in told(client_of, world.olu, "/name-changes")
    history = told(client_of, world.bo, page_of(practised, "history"))
    assert ("asked for another name" in history, "I married." in history) == (True, False)
    request = f"/name-changes/{rows(select(NameChange.id))[0]}"
    assert ana.get(request).status_code == 200
    assert client_of(world.kim).get(request).status_code == 404
    assert ana.post(request, data={"do": "accept"}).status_code == 403
    assert send(olu, request, do="decline").status_code == 422
    assert send(olu, request, do="accept").status_code == 303
    assert rows(select(Person.name).where(Person.id == world.ana.id))[0] == "Ana Nguyễn"
    assert rows(select(Credential.holder_name)) == ["Ana Nguyễn"]
    assert messages("name_change_accepted") == {world.ana.id}
    assert "No request waits" in told(client_of, world.olu, "/name-changes")
    shown = told(client_of, world.olu, request)
    assert ("Accepted" in shown, "Answered" in shown, "Answer –" in shown) == (True, True, False)


def test_whose_name_stands_on_a_certificate_is_led_from_the_account_to_asking_for_another(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    ana = client_of(world.ana)
    answer = send(ana, "/account", name="Ana Nguyễn")
    assert (answer.status_code, "once a coordinator has accepted it" in answer.text) == (409, True)
    assert f"/certifications/{certified.certification}/name-change" in answer.text
    assert "/name-change" not in client_of(world.kim).get("/account").text


def test_a_declined_name_says_why_and_a_stale_page_decides_nothing(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    page = page_of(practised, "name-change")
    assert send(client_of(world.ana), page, name="Ana N.", reason="Shorter.").status_code == 303
    request = f"/name-changes/{rows(select(NameChange.id))[0]}"
    stale = send(client_of(world.olu), request, do="accept", version="0")
    assert (stale.status_code, "while your page was open" in stale.text) == (409, True)
    said = {"do": "decline", "reason": "No document shows it."}
    assert send(client_of(world.olu), request, **said).status_code == 303
    assert rows(select(Person.name).where(Person.id == world.ana.id))[0] == "Ana Trần"
    assert messages("name_change_declined") == {world.ana.id}
    assert "Why not No document shows it." in told(client_of, world.ana, request)
    assert "No document shows it." in told(client_of, world.ana, page)
    events = rows(select(Event.move).where(Event.subject_kind == "name_change").order_by(Event.seq))
    assert events == ["ask", "decline"]


def test_a_reviewer_finds_who_was_not_observed_arranges_it_and_hands_it_in(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    quy = client_of(world.quy)
    assert "Ana Trần" in told(client_of, world.quy, "/quality?needs=unobserved")
    assert "Nobody fits these filters" in told(client_of, world.quy, "/quality?needs=finding")
    (workshop,) = rows(
        select(Activity.id).where(Activity.cohort_id == practised.cohort, Activity.kind == "workshop")
    )
    arrange = page_of(practised, "moves/assign_qa")
    offered = client_of(world.quy).get(arrange).text
    assert str(practised.workshop) not in offered
    assert send(quy, arrange, person=world.quy.id, activity=workshop).status_code == 303
    assert [str(workshop) in one for one in (offered, quy.get(arrange).text)] == [True, False]
    sheet = f"/assessments/{rows(select(Assessment.id).where(Assessment.kind == 'qa'))[0]}"
    assert send(quy, sheet, f"{sheet}/moves/declare").status_code == 303
    scores = {f"score-{item.id}": "2" for item in EDITION.checklist if "classroom" in item.applies}
    page = quy.get(sheet)
    form = {**fields_on(page.text, sheet), **scores, "do": "submit"}
    assert quy.post(sheet, data=form).status_code == 303
    assert "Finding" in told(client_of, world.ana, sheet)
    text = told(client_of, world.ana, page_of(practised))
    assert "The quality observation of 2026-09-01 fell short" in text.replace("1 Sept 2026", "2026-09-01")
    assert "Ana Trần" in told(client_of, world.quy, "/quality?needs=finding")
    assert "Open finding" in told(client_of, world.quy, "/quality")
    assert "Nobody fits these filters" in told(client_of, world.quy, "/quality?needs=unobserved")
    assert client_of(world.bo).get("/quality").status_code == 403


def test_a_pass_of_somebody_else_closes_no_finding(
    practised: Player, world: World, client_of: ClientOf
) -> None:
    """Two trainers of one cohort: Lan passed after Ana had fallen short."""
    with own_tx() as session:
        case = session.get_one(Certification, practised.certification)
        file = CaseFile(kind="certification", opened_at=NOW)
        lan = Certification(
            case=file, holder_id=world.lan.id, module="WPC", country="VN", state="certified",
            state_since=NOW, valid_from=case.valid_from, valid_until=case.valid_until,
        )  # fmt: skip
        session.add(lan)
        session.flush()
        events = session.scalars(
            select(Activity).where(Activity.cohort_id == practised.cohort).order_by(Activity.held_on)
        ).all()
        for owner, event, short in ((case, events[0], True), (lan, events[1], False)):
            session.add(
                Assessment(
                    case_id=owner.case_id, certification_id=owner.id, activity_id=event.id, kind="qa",
                    state="submitted", state_since=NOW, assessor_id=world.quy.id, created_at=NOW,
                    falls_short=short,
                )
            )  # fmt: skip
    text = told(client_of, world.quy, "/quality?needs=finding")
    assert ("Ana Trần" in text, "Lan Phạm" in text) == (True, False)
    unobserved = told(client_of, world.quy, "/quality?needs=unobserved")
    assert "Nobody fits these filters" in unobserved


def test_practising_stands_on_the_case_the_path_and_the_providers_list(
    practised: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    with own_tx() as session:
        session.add(Affiliation(person_id=world.ana.id, organisation_id=world.provider, from_on=WORKSHOP_ON))
    pages = [
        (world.ana, f"/certifications/{practised.certification}"), (world.ana, "/my-path"),
        (world.sami, "/trainers"),
    ]  # fmt: skip
    for who, path in pages:
        assert "Practising" in told(client_of, who, path), path
    turn(VISIT_ON + timedelta(366))
    for who, path in pages:
        assert "Not practising" in told(client_of, who, path), path
