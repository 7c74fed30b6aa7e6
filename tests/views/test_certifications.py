"""The list of cases, one case whole, its history: who sees what, and what each page says."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from certify.models import Certification, db
from certify.policy import may
from certify.queries.certifications import Filters, certification_page
from certify.workflows.dossier import day_of
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import DECIDED_ON, EDITION, Player, at
from tests.views.crowd import asked

ClientOf = Callable[[Member], StrictClient]


def text_of(page: str) -> str:
    """What the page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_stranger_finds_no_case(submitted: Player, world: World, client_of: ClientOf) -> None:
    for page in ("", "/history", "/approval", "/recommendation", "/application", "/moves/admit"):
        answer = client_of(world.kim).get(f"/certifications/{submitted.certification}{page}")
        assert answer.status_code == 404, page


def test_an_unknown_case_is_not_found(world: World, client_of: ClientOf) -> None:
    assert client_of(world.olu).get("/certifications/nothing").status_code == 404


def test_until_admission_what_later_steps_ask_for_is_folded(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    path = f"/certifications/{submitted.certification}"
    page = client_of(world.olu).get(path).text
    named = re.compile(r'id="requirement-([a-z-]+)"')
    now, _, later = page.partition('<details id="later">')
    folded = named.findall(later.partition("</details>")[0])
    assert f"Later on the path: {len(folded)}" in later
    steps = {one.id: one.step for one in EDITION.requirements.values()}
    assert "tot-attendance" in folded
    assert {steps[id] for id in folded} == {"tot", "toe", "assessment"}
    shown = named.findall(now)
    assert {id for id in shown if steps[id] != "admission"} == {"second-observer"}  # met: nobody asks for one
    met = re.search(r"Met \((\d+)\)", now)
    assert met
    assert f"{met.group(1)} of {len(shown) + len(folded)} met or waived" in text_of(now)
    submitted.admit()
    page = client_of(world.olu).get(path).text
    assert 'id="later"' not in page
    assert "tot-attendance" in named.findall(page)


def test_signed_out_readers_are_sent_to_sign_in(submitted: Player, client: StrictClient) -> None:
    answer = client.get(f"/certifications/{submitted.certification}")
    assert answer.status_code == 303
    assert answer.location == f"/sign-in?next=/certifications/{submitted.certification}"


def test_the_case_page_says_what_is_next_and_who_must_act(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    page = text_of(client_of(world.ana).get(f"/certifications/{submitted.certification}").text)
    assert "Ana Trần" in page
    assert "Admit – National coordinator." in page
    assert "Ana Trần submitted the application." in page


def test_a_coordinator_sees_why_admission_is_not_possible_yet(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.olu).get(f"/certifications/{submitted.certification}").text
    assert 'aria-describedby="why-admit"' in page
    assert f'href="/certifications/{submitted.certification}/moves/assign_screener"' in page


def test_a_certified_case_shows_everything(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(DECIDED_ON)
    number = db.session.get_one(Certification, certified.certification).credentials[0].number
    for member in (world.ana, world.bo, world.maya, world.olu, world.asa):
        answer = client_of(member).get(f"/certifications/{certified.certification}")
        assert answer.status_code == 200
        assert f'href="/verify/{number}"' in answer.text
        assert "24 of 24 met or waived" in text_of(answer.text)
        assert "Maya Đặng granted the certificate." in text_of(answer.text)


def test_what_is_open_in_the_cycle_leads_the_candidate_to_the_cohort(
    delivered: Player, world: World, client_of: ClientOf
) -> None:
    address = f"/certifications/{delivered.certification}"
    advice = r'requirement-advice"><a href="/cohorts/\w+">Hand in the cycle report'
    assert re.search(advice, client_of(world.ana).get(address).text)
    assert not re.search(advice, client_of(world.bo).get(address).text)


def test_the_coordinator_reads_the_screening_sheets_from_the_case(
    admitted: Player, world: World, client_of: ClientOf
) -> None:
    address = f"/certifications/{admitted.certification}"
    assert len(set(re.findall(r'href="(/assessments/\w+)"', client_of(world.olu).get(address).text))) == 2


def test_the_candidate_sees_no_score_before_the_recommendation(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    visited.move(
        "assign_observer", world.olu, date(2026, 4, 21), person=world.tuan.id, activity=visited.workshop
    )
    scores = dict.fromkeys(_classroom_items(), 4)
    visited._score("observation", world.tuan, date(2026, 4, 22), scores)
    turn("2026-04-23")
    hidden = text_of(client_of(world.ana).get(f"/certifications/{visited.certification}").text)
    assert "The scores are shown once the case is recommended" in hidden
    assert "Mean of the classroom by Tuấn Lê" not in hidden
    shown = text_of(client_of(world.bo).get(f"/certifications/{visited.certification}").text)
    assert "Mean of the classroom by Tuấn Lê: 4.00." in shown


def _classroom_items() -> list[str]:
    from tests.player import EDITION

    return [item.id for item in EDITION.checklist if "classroom" in item.applies]


def test_a_recognised_case_says_that_its_evidence_is_not_held(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    form = {
        "email": world.kim.email,
        "module": "WPC",
        "country": "VN",
        "source": "ILO Turin",
        "number": "T-1",
        "valid_from": "2025-01-01",
        "valid_until": "2027-12-31",
        "grounds": "Same path, same evidence.",
    }
    maya = client_of(world.maya)
    answer = maya.post("/recognise", data={**form, "csrf_token": maya.token("/recognise")})
    assert answer.status_code == 303, answer.text
    page = text_of(maya.get(answer.location).text)
    assert "Recognised, evidence not held: certificate T-1 of ILO Turin." in page
    assert "recognised, evidence not held" in maya.get("/certifications").text


def test_recognising_for_nobody_is_answered_with_the_filled_form(world: World, client_of: ClientOf) -> None:
    maya = client_of(world.maya)
    form = {"email": "nobody@example.org", "source": "ILO Turin", "csrf_token": maya.token("/recognise")}
    answer = maya.post("/recognise", data=form)
    assert answer.status_code == 422
    assert 'value="ILO Turin"' in answer.text
    assert client_of(world.olu).get("/recognise").status_code == 403


def test_the_history_reads_as_sentences_with_what_was_said(
    submitted: Player, world: World, client_of: ClientOf
) -> None:
    submitted.move("return_application", world.olu, date(2026, 1, 13), to_complete="Name your sectors.")
    page = text_of(client_of(world.ana).get(f"/certifications/{submitted.certification}/history").text)
    assert "Olu Adeyemi returned the application for completion." in page
    assert "What to complete: Name your sectors." in page
    assert page.index("returned the application") < page.index("opened the application")


def test_the_history_is_paged(submitted: Player, world: World, client_of: ClientOf) -> None:
    for day in range(13, 29):
        submitted.move("return_application", world.olu, date(2026, 1, day), to_complete=f"Round {day}.")
        submitted.move(
            "submit", world.ana, date(2026, 1, day), declaration=True, consents=["data"], conflicts=[]
        )
    ana = client_of(world.ana)
    first = ana.get(f"/certifications/{submitted.certification}/history").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    assert "opened the application" not in first
    assert "opened the application" in ana.get(following.group(1)).text


# the list


@pytest.fixture
def crowd(trained: Player, world: World) -> list[Player]:
    """Cases that different people have a part in."""
    return [
        trained,
        Player(holder=world.lan).apply(),
        Player(holder=world.eka, supervisor=world.bea, facilitator=world.bo).apply().admit(),
        Player(holder=world.sami).apply(),
    ]


def test_the_list_shows_exactly_what_policy_lets_see(crowd: list[Player], world: World) -> None:
    session = db.session()
    everything = session.query(Certification).all()
    assert len(everything) == 4
    seen = {}
    for member in world.members:
        actor = world.actor(session, member)
        listed = certification_page(session, actor, NOW, Filters(), limit=100)
        allowed = {one.id for one in everything if may(actor, "certification.see", one, day_of(one, NOW))}
        assert {one.id for one in listed.items} == allowed, member.key
        seen[member.key] = len(allowed)
    assert seen["olu"] == 4
    assert seen["kim"] == 0
    assert seen["sami"] == 2  # his own, and Lan's, who works for his organisation
    assert seen["bea"] == 2  # facilitated Ana's ToT, screened Eka
    assert seen["bo"] == 1  # supervises Ana


def test_the_list_needs_no_more_queries_for_more_cases(crowd: list[Player], world: World) -> None:
    session = db.session()
    actor = world.actor(session, world.olu)
    counts = []
    for limit in (1, 4):
        session.expire_all()
        with asked() as queries:
            certification_page(session, actor, NOW, Filters(), limit=limit)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2


def test_filters_narrow_the_list_and_stay_in_the_address(
    crowd: list[Player], world: World, client_of: ClientOf
) -> None:
    olu = client_of(world.olu)
    page = olu.get("/certifications?state=submitted&name=ph%E1%BA%A1m").text
    assert "Lan Phạm" in page
    assert "Ana Trần" not in page
    assert 'value="phạm"' in page
    assert '<option value="submitted" selected>' in page
    assert "No case fits these filters" in olu.get("/certifications?module=LEA").text
    assert "Ana Trần" in olu.get("/certifications?state=nonsense&country=XX").text


def test_the_list_is_paged_by_cursor(crowd: list[Player], world: World) -> None:
    session = db.session()
    actor = world.actor(session, world.olu)
    seen: list[str] = []
    cursor = None
    while True:
        page = certification_page(session, actor, NOW, Filters(), cursor=cursor, limit=1)
        seen += [one.id for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 4


def test_an_empty_list_says_what_to_do(app: Flask, world: World, client_of: ClientOf) -> None:
    assert "Apply for certification" in client_of(world.kim).get("/certifications").text


def test_a_cursor_that_nobody_made_starts_at_the_first_page(
    crowd: list[Player], world: World, client_of: ClientOf
) -> None:
    assert client_of(world.olu).get("/certifications?cursor=%00x").status_code == 400
    assert "Ana Trần" in client_of(world.olu).get("/certifications?cursor=nonsense").text


def test_an_expired_certificate_reads_so(
    certified: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(at(date(2029, 6, 1)))
    page = text_of(client_of(world.ana).get(f"/certifications/{certified.certification}").text)
    assert "Expired, in grace" in page


def test_a_reason_of_the_decision_names_its_requirement_in_words(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    page = client_of(world.ana).get(certified_page(certified)).text
    card = page.partition('id="reasons"')[2].partition("</ul>")[0]
    assert "The mean of the observations is high enough." in card
    assert 'href="#requirement-mean-score"' in card
    assert 'id="requirement-mean-score"' in page


def test_the_history_and_the_log_tell_requirements_in_words(
    certified: Player, world: World, client_of: ClientOf
) -> None:
    for member, path in (
        (world.ana, f"{certified_page(certified)}/history"),
        (world.asa, "/audit?move=grant"),
    ):
        said = text_of(client_of(member).get(path).text)
        assert (
            "Strong in every event. What is required: The mean of the observations is high enough. mean-score"
            in said
        )


def test_a_waiver_names_its_requirement_in_words(trained: Player, world: World, client_of: ClientOf) -> None:
    trained.move("waive", world.olu, date(2026, 3, 2), requirement="visits-span", reason="Stocktaking.")
    page = client_of(world.ana).get(certified_page(trained)).text
    sentence = EDITION.requirements["visits-span"].text
    for card in ("waivers", "history"):
        assert sentence in text_of(page.partition(f'id="{card}"')[2].partition("</section>")[0])


def certified_page(case: Player) -> str:
    return f"/certifications/{case.certification}"


def test_more_visits_cost_no_more_queries(visited: Player, world: World, client_of: ClientOf) -> None:
    olu, path = client_of(world.olu), f"/certifications/{visited.certification}"
    olu.get(path)
    with asked() as few:
        olu.get(path)
    for day in (20, 21, 22):
        visited.record(
            "visit",
            date(2026, 4, day),
            enterprise=world.enterprises[0],
            trainers=[world.ana.id],
            purpose="consultation",
            people_met="All",
            report="Once more.",
        )
    with asked() as many:
        olu.get(path)
    assert len(many) == len(few)
