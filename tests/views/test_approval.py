"""Recommendation and approval: everything on one page, one form, the right move, every no explained."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from certify.models import Affiliation, Certification, Credential, IssuingBody, db
from certify.models.store import own_tx, write_tx
from certify.queries.verification import verdict_of
from certify.scheme.words import CertificationState
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import DECIDED_ON, REPORT_ON, Player
from tests.views.test_certifications import text_of
from tests.views.test_moves import hidden, state

ClientOf = Callable[[Member], StrictClient]
REASONS = {
    "reasons-0-requirement": "mean-score",
    "reasons-0-reason": "Strong in both events.",
    "sure": "y",
}


@pytest.fixture
def recommended(recommended: Player, world: World, turn: Turn) -> Player:
    turn(DECIDED_ON)
    return recommended


def approval(case: Player) -> str:
    return f"/certifications/{case.certification}/approval"


def decide(client: StrictClient, path: str, **fields: str):  # type: ignore[no-untyped-def]
    return client.post(path, data={**hidden(client.get(path).text), **fields})


def test_the_file_is_on_one_page(recommended: Player, world: World, client_of: ClientOf) -> None:
    page = text_of(client_of(world.maya).get(approval(recommended)).text)
    for said in (
        "Waits for your approval",
        "No relation between you and the candidate is known",
        "valid until 4 May 2029 (36 months, score-2026)",
        "She hears managers and workers.",
        "13 of 13 answers are satisfied; 16 people were asked",
        "Mean of the classroom by Tuấn Lê: 4.00.",
        "Nothing was waived.",
        "Grant: certify for this module",
        "The decision is due by 27 May 2026.",
    ):
        assert said in page, said


def test_granting_certifies(recommended: Player, world: World, client_of: ClientOf) -> None:
    answer = decide(
        client_of(world.maya), approval(recommended), outcome="grant", effective_on="2026-05-04", **REASONS
    )
    assert answer.status_code == 303, text_of(answer.text)
    assert state(recommended) is CertificationState.CERTIFIED
    case = db.session.get_one(Certification, recommended.certification)
    assert (case.valid_from, case.valid_until) == (date(2026, 5, 4), date(2029, 5, 4))
    assert case.reasons == [{"requirement": "mean-score", "reason": "Strong in both events."}]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"outcome": "refuse", **REASONS}, CertificationState.REFUSED),
        ({"outcome": "return_assessment", "questions": "Why a 4?"}, CertificationState.ASSESSMENT),
        (
            {
                "outcome": "ask_more_practice",
                "what": "One more visit.",
                "by_on": "2026-08-01",
                "back_to": "supervised_visits",
            },
            CertificationState.MORE_PRACTICE,
        ),
    ],
)
def test_refusing_returning_and_more_practice_go_to_their_moves(
    recommended: Player,
    world: World,
    client_of: ClientOf,
    fields: dict[str, str],
    expected: CertificationState,
) -> None:
    answer = decide(client_of(world.maya), approval(recommended), **fields)
    assert answer.status_code == 303, text_of(answer.text)
    assert state(recommended) is expected


def test_what_was_typed_for_another_outcome_does_no_harm(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    answer = decide(
        client_of(world.maya), approval(recommended), outcome="refuse", questions="Why a 4?", **REASONS
    )
    assert answer.status_code == 303
    assert state(recommended) is CertificationState.REFUSED


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"outcome": "crown"},
        {"outcome": "grant", "effective_on": "2026-05-04"},
        {"outcome": "grant", "effective_on": "2026-05-03", **REASONS},
        {"outcome": "grant", "effective_on": "soon", **REASONS},
        {"outcome": "refuse", "reasons-0-requirement": "mean-score"},
        {"outcome": "refuse", "reasons-0-reason": "No requirement cited."},
        {"outcome": "return_assessment"},
        {"outcome": "ask_more_practice", "what": "x", "by_on": "2026-05-01", "back_to": "supervised_visits"},
    ],
)
def test_a_decision_without_what_it_needs_comes_back_filled(
    recommended: Player, world: World, client_of: ClientOf, fields: dict[str, str]
) -> None:
    answer = decide(client_of(world.maya), approval(recommended), **fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    for typed in ("No requirement cited.", "soon"):
        assert (typed in fields.values()) <= (typed in answer.text)
    assert state(recommended) is CertificationState.RECOMMENDED


def test_a_related_master_trainer_sees_why_not_and_is_refused(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    with write_tx() as session:
        for member in (world.maya, world.ana):
            session.add(
                Affiliation(
                    person_id=member.id, organisation_id=world.other_provider, from_on=date(2025, 1, 1)
                )
            )
    maya = client_of(world.maya)
    page = maya.get(approval(recommended)).text
    assert "You cannot decide on this file" in page
    assert 'name="outcome"' not in page
    answer = maya.post(
        approval(recommended),
        data={**hidden(page), "outcome": "grant", "effective_on": "2026-05-04", **REASONS},
    )
    assert answer.status_code == 409
    assert "<code>independence</code>" in answer.text
    assert "Strong in both events." in answer.text
    assert state(recommended) is CertificationState.RECOMMENDED


def test_a_stale_page_is_told_what_changed(recommended: Player, world: World, client_of: ClientOf) -> None:
    maya = client_of(world.maya)
    seen = hidden(maya.get(approval(recommended)).text)
    recommended.move("waive", world.olu, DECIDED_ON, requirement="satisfaction", reason="Small cohort.")
    form = {**seen, "outcome": "grant", "effective_on": "2026-05-04", **REASONS}
    answer = maya.post(approval(recommended), data=form)
    assert answer.status_code == 409
    assert "What changed meanwhile" in answer.text
    assert "Small cohort." in answer.text
    assert re.search(r'value="grant"[^>]*checked|checked[^>]*value="grant"', answer.text)
    assert state(recommended) is CertificationState.RECOMMENDED


def test_two_deciders_at_once_make_one_decision(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    maya, mika = client_of(world.maya), client_of(world.mika)
    forms = [
        {**hidden(one.get(approval(recommended)).text), "outcome": "refuse", **REASONS}
        for one in (maya, mika)
    ]
    assert maya.post(approval(recommended), data=forms[0]).status_code == 303
    late = mika.post(approval(recommended), data=forms[1])
    assert late.status_code == 409
    assert "Maya Đặng refused the certification." in text_of(late.text)
    assert "and cannot be sent any more." in text_of(late.text)


def test_only_a_master_trainer_opens_the_approval(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    for member in (world.ana, world.bo, world.olu):
        assert client_of(member).get(approval(recommended)).status_code == 403
    assert client_of(world.kim).get(approval(recommended)).status_code == 404


def test_an_auditor_reads_the_approval_and_decides_nothing(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    asa = client_of(world.asa)
    page = asa.get(approval(recommended))
    assert page.status_code == 200
    assert 'name="outcome"' not in page.text
    token = asa.token("/account")
    answer = asa.post(approval(recommended), data={"csrf_token": token, "outcome": "refuse", **REASONS})
    assert answer.status_code == 403


def test_the_supervisor_recommends_with_everything_side_by_side(
    visited: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(REPORT_ON)
    path = f"/certifications/{visited.certification}/recommendation"
    bo = client_of(world.bo)
    page = bo.get(path).text
    assert "“Recommend” is not possible now:" in page
    answer = decide(bo, path, outcome="recommend", narrative="She is ready.")
    assert answer.status_code == 409
    assert "<code>observed-classroom</code>" in answer.text
    assert "She is ready." in answer.text
    assert decide(bo, path, outcome="recommend").status_code == 422
    answer = decide(
        bo,
        path,
        outcome="ask_more_practice",
        what="One more visit.",
        by_on="2026-08-01",
        back_to="supervised_visits",
        exclude=visited.visits[0],
    )
    assert answer.status_code == 303, text_of(answer.text)
    assert state(visited) is CertificationState.MORE_PRACTICE
    excluded = db.session.get_one(Certification, visited.certification).exclusions
    assert [one.activity_id for one in excluded] == [visited.visits[0]]


def test_only_the_supervisor_opens_the_recommendation(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    path = f"/certifications/{recommended.certification}/recommendation"
    for member in (world.ana, world.tuan, world.maya):
        assert client_of(member).get(path).status_code == 403
    page = client_of(world.bo).get(path)
    assert page.status_code == 200
    assert "Nothing is to be recommended now" in page.text


def test_what_cannot_be_undone_is_ticked_as_meant(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    maya = client_of(world.maya)
    for outcome in ("grant", "refuse"):
        facts = {**REASONS, "outcome": outcome, "effective_on": "2026-05-04", "sure": ""}
        answer = decide(maya, approval(recommended), **facts)
        assert answer.status_code == 422
        assert "Tick that you have read the file and mean this decision." in answer.text
        assert state(recommended) is CertificationState.RECOMMENDED
    answer = decide(maya, approval(recommended), outcome="return_assessment", questions="Why a 4?")
    assert answer.status_code == 303


def rows(page: str) -> list[str]:
    """What the reason rows of a page hold."""
    return re.findall(r'name="reasons-\d+-reason"[^>]*>\n([^<]*)</textarea>', page)


def test_reason_rows_are_added_and_taken_away_without_losing_a_word(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    maya, path = client_of(world.maya), approval(recommended)
    typed = {
        "outcome": "refuse",
        "reasons-0-requirement": "mean-score",
        "reasons-0-reason": "One.",
        "reasons-1-requirement": "satisfaction",
        "reasons-1-reason": "Two.",
        "reasons-2-requirement": "",
        "reasons-2-reason": "",
    }
    more = decide(maya, path, **typed, **{"reasons-rows": "add"})
    assert more.status_code == 422
    assert rows(more.text) == ["One.", "Two.", "", ""]
    assert "There is a problem" not in more.text
    assert "Error:" not in more.text
    fewer = decide(maya, path, **typed, **{"reasons-rows": "0"})
    assert rows(fewer.text) == ["Two.", ""]
    assert re.search(r'<option value="satisfaction" selected>', fewer.text)
    assert state(recommended) is CertificationState.RECOMMENDED


def test_a_row_that_is_not_there_is_not_taken_away(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    """A made-up button counts for nothing: the decision is read as it was sent."""
    answer = decide(
        client_of(world.maya), approval(recommended), outcome="refuse", **REASONS, **{"reasons-rows": "77"}
    )
    assert answer.status_code == 303


def test_the_file_shows_its_figures_beside_what_is_asked(
    recommended: Player, world: World, client_of: ClientOf
) -> None:
    page = text_of(client_of(world.maya).get(approval(recommended)).text)
    for said in ("4.00 (3.5 needed)", "100 % (80 % needed)", "met or waived", "7 days"):
        assert said in page, said


def test_a_certificate_begins_on_the_day_that_it_is_where_it_is_issued(
    recommended: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    """It is the 4th in Hanoi, where the case is, and the 3rd in Bogotá, where the issuing body is."""
    with own_tx() as session:
        session.get_one(IssuingBody, world.issuer).zone = "America/Bogota"
    turn("2026-05-04T03:00:00+00:00")
    maya, path = client_of(world.maya), approval(recommended)
    page = maya.get(path).text
    assert re.search(r'name="effective_on"[^>]*value="2026-05-03"', page)
    assert "valid until 3 May 2029 (36 months, score-2026)" in text_of(page)
    assert decide(maya, path, outcome="grant", effective_on="2026-05-03", **REASONS).status_code == 303
    number = db.session.scalars(select(Credential.number)).one()
    said = verdict_of(db.session(), number, datetime(2026, 5, 4, 3, tzinfo=UTC))
    assert (said.verdict, said.valid_from, said.valid_until) == ("valid", date(2026, 5, 3), date(2029, 5, 3))
