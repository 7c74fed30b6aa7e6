"""What a reader is told of results that rest on scores: neutral until they may see or all is decided."""

from typing import Any

import pytest

from certify.models import Certification, db
from certify.scheme.evidence import RequirementResult
from certify.scheme.words import RequirementStatus
from certify.workflows.certification import requirements_of
from certify.workflows.engine import Refusal
from certify.workflows.result_sight import HIDDEN, SCORED_BY, for_reader, refusals_for_reader
from tests.cast import Member, World
from tests.player import ASSESSED_ON, EDITION, REPORT_ON, Player, at

GOOD: dict[str, int | None] = {item.id: 4 for item in EDITION.checklist if "classroom" in item.applies}
NOT_MET, MET = RequirementStatus.NOT_MET, RequirementStatus.MET


@pytest.fixture
def played(half_observed: Player) -> Player:
    """Lan, whom Sami's organisation employs, in assessment; Tuấn and Bea are to observe the workshop."""
    return half_observed


def case_of(played: Player) -> Certification:
    db.session.rollback()
    return db.session.get_one(Certification, played.certification)


def read_by(played: Player, world: World, member: Member) -> dict[str, RequirementResult]:
    """The requirements that scores decide, as a member reads them."""
    case, actor = case_of(played), world.actor(db.session(), member, ASSESSED_ON)
    told = for_reader(requirements_of(db.session(), case, at(ASSESSED_ON)), case, actor, ASSESSED_ON)
    return {one.id: one for one in told if one.id in SCORED_BY}


def open_or_not(results: dict[str, RequirementResult]) -> dict[str, Any]:
    return {id: (one.status, one.reasons, one.earliest_on) for id, one in results.items()}


def test_who_may_not_see_the_scores_reads_even_a_sufficient_result_as_open(
    played: Player, world: World
) -> None:
    unknown = (NOT_MET, (HIDDEN,), None)
    met = (MET, (), None)
    open_yet = {"screening": met, "mean-score": unknown, "critical-items": unknown}
    known = {"screening": met, "mean-score": met, "critical-items": met}
    told = {one.key: open_or_not(read_by(played, world, one)) for one in world.members}
    assert told["lan"] == told["sami"] == told["bea"] == open_yet
    assert told["bo"] == told["olu"] == told["maya"] == told["tuan"] == known


def test_only_what_scores_decide_is_kept_back(played: Player, world: World) -> None:
    case, lan = case_of(played), world.actor(db.session(), world.lan, ASSESSED_ON)
    before = requirements_of(db.session(), case, at(ASSESSED_ON))
    after = for_reader(before, case, lan, ASSESSED_ON)
    assert {one.id for one, told in zip(before, after, strict=True) if one != told} == {
        "mean-score", "critical-items",
    }  # fmt: skip


def test_once_recommended_everybody_knows_that_it_sufficed(played: Player, world: World) -> None:
    played._score("observation", world.bea, ASSESSED_ON, GOOD)
    visit: dict[str, int | None] = {item.id: 4 for item in EDITION.checklist if "visit" in item.applies}
    played.move("assign_observer", world.olu, REPORT_ON, person=world.tuan.id, activity=played.visits[0])
    played._score("observation", world.tuan, ASSESSED_ON, visit)
    played.move("recommend", world.bo, ASSESSED_ON, narrative="She hears managers and workers.")
    for member in (world.sami, world.lan):
        assert {one.status for one in read_by(played, world, member).values()} == {MET}


def test_a_refusal_for_scores_reads_neutral_and_once(played: Player, world: World) -> None:
    case = case_of(played)
    refused = [
        Refusal("mean-score", "The observations have a mean of 2.00.", ("expert_trainer",), ASSESSED_ON),
        Refusal("critical-items", "A critical item scored 2.", ("expert_trainer",)),
        Refusal("critical-items", "Another critical item scored 1.", ("expert_trainer",)),
        Refusal("satisfaction", "No answer is in.", ("candidate",)),
    ]
    bea, bo = (world.actor(db.session(), one, ASSESSED_ON) for one in (world.bea, world.bo))
    assert refusals_for_reader(refused, case, bea, ASSESSED_ON) == (
        Refusal("mean-score", HIDDEN, ("expert_trainer",)),
        Refusal("critical-items", HIDDEN, ("expert_trainer",)),
        refused[3],
    )
    assert refusals_for_reader(refused, case, bo, ASSESSED_ON) == tuple(refused)


def test_while_no_sheet_is_in_nothing_is_kept_back(submitted: Player, world: World) -> None:
    submitted.move("assign_screener", world.olu, REPORT_ON, person=world.bea.id)
    told = read_by(submitted, world, world.ana)
    assert told["screening"].reasons == ("0 of 2 screening sheets are in.",)
