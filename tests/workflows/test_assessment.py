"""The life of an assessment: declared, scored whole, corrected in the open, reconciled, and seen in time."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from certify.models import (
    Activity,
    Assessment,
    AssessmentSheet,
    Certification,
    ConflictDeclaration,
    Event,
    Involvement,
    Relationship,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.policy import may
from certify.scheme.words import Relation, TieKind
from certify.workflows import engine
from certify.workflows.assessment import may_see_private_notes, may_see_scores
from certify.workflows.engine import Forbidden, NotVisible, Refused
from certify.workflows.facts import InvalidFacts
from tests.cast import Member, World
from tests.player import ASSESSED_ON, DECIDED_ON, EDITION, REPORT_ON, Player, at

ON = ASSESSED_ON
CLASSROOM = {item.id: 4 for item in EDITION.checklist if "classroom" in item.applies}
ITEM = next(iter(CLASSROOM))


@pytest.fixture
def played(visited: Player, world: World) -> Player:
    """Ana in assessment: everything delivered, nothing observed yet."""
    return visited


@pytest.fixture
def observation(played: Player, world: World) -> str:
    """Tuấn's observation of Ana's workshop, assigned."""
    return assigned(played, world, world.tuan)


def assigned(played: Player, world: World, observer: Member) -> str:
    played.move("assign_observer", world.olu, REPORT_ON, person=observer.id, activity=played.workshop)
    return db.session.scalars(
        select(Assessment.id).where(Assessment.assessor_id == observer.id, Assessment.kind == "observation")
    ).one()


def do(world: World, id: str, name: str, by: Member, on: date = ON, **facts: Any) -> None:
    with write_tx() as session:
        thing = session.get_one(Assessment, id)
        engine.perform(thing, name, world.actor(session, by, on), at(on), **facts)


def hand_in(world: World, id: str, by: Member, **changes: int) -> None:
    do(world, id, "declare", by, conflicts=[])
    do(world, id, "submit", by, scores={**CLASSROOM, **changes}, comments={ITEM: "Well prepared."})


def assessment(id: str) -> Assessment:
    return db.session.get_one(Assessment, id)


def reasons(world: World, id: str, name: str, by: Member, on: date = ON) -> list[str]:
    refused = engine.refusals(assessment(id), name, world.actor(db.session(), by, on), at(on))
    return [str(one.reason) for one in refused]


def sees(world: World, id: str, member: Member) -> bool:
    return may_see_scores(assessment(id), world.actor(db.session(), member, ON), ON)


def test_conflicts_are_declared_before_scoring(world: World, observation: str) -> None:
    with pytest.raises(Refused):
        do(world, observation, "submit", world.tuan, scores=CLASSROOM)
    do(world, observation, "declare", world.tuan, conflicts=["We once shared an office."])
    declared = db.session.scalars(
        select(ConflictDeclaration).where(ConflictDeclaration.thing_id == observation)
    ).one()
    assert (declared.person_id, declared.statement) == (world.tuan.id, "We once shared an office.")
    assert assessment(observation).conflicts == ["We once shared an office."]


def test_only_the_assessor_with_active_status_fills_it_in(world: World, observation: str) -> None:
    for by in (world.bo, world.olu):
        with pytest.raises(Forbidden):
            do(world, observation, "declare", by, conflicts=[])
    for by in (world.bea, world.kim):
        with pytest.raises(NotVisible):
            do(world, observation, "declare", by, conflicts=[])
    with write_tx() as session:
        grants = select(RoleGrant).where(RoleGrant.person_id == world.tuan.id)
        session.scalars(grants).one().until_on = ON - timedelta(1)
    with pytest.raises(Forbidden):
        do(world, observation, "declare", world.tuan, conflicts=[])


def test_submitting_keeps_a_sheet_and_tells_no_score_to_the_log(world: World, observation: str) -> None:
    hand_in(world, observation, world.tuan)
    sheet = db.session.scalars(
        select(AssessmentSheet).where(AssessmentSheet.assessment_id == observation)
    ).one()
    assert (sheet.number, sheet.scores, sheet.comments, sheet.reason) == (
        1, CLASSROOM, {ITEM: "Well prepared."}, None,
    )  # fmt: skip
    assert assessment(observation).scores == CLASSROOM
    event = db.session.scalars(
        select(Event).where(Event.subject_id == observation, Event.move == "submit")
    ).one()
    assert {**event.facts, "sha256": len(event.facts["sha256"])} == {
        "scores": None, "comments": None, "not_applicable": None, "sheet": 1, "sha256": 64,
    }  # fmt: skip


def test_an_observer_is_tied_to_the_candidate_from_then_on(world: World, observation: str) -> None:
    hand_in(world, observation, world.tuan)
    tie = db.session.scalars(
        select(Involvement).where(
            Involvement.person_id == world.tuan.id, Involvement.relation == Relation.OBSERVED
        )
    ).one()
    assert tie.thing_id == observation


def test_incomplete_scores_are_refused_item_by_item(world: World, observation: str) -> None:
    do(world, observation, "declare", world.tuan, conflicts=[])
    with pytest.raises(InvalidFacts) as refused:
        do(world, observation, "submit", world.tuan, scores={})
    assert set(refused.value.errors) == {"scores"}
    with pytest.raises(InvalidFacts) as refused:
        do(world, observation, "submit", world.tuan, scores={ITEM: 4})
    assert len(refused.value.errors["scores"]) == len(CLASSROOM) - 1
    assert assessment(observation).state == "declared"


@pytest.mark.parametrize("name", ["declare", "submit"])
def test_a_relation_found_since_the_assignment_stops_the_observer(
    world: World, observation: str, name: str
) -> None:
    if name == "submit":
        do(world, observation, "declare", world.tuan, conflicts=[])
    with write_tx() as session:
        session.add(
            Relationship(
                person_id=world.ana.id,
                other_id=world.tuan.id,
                kind=TieKind.FAMILY,
                declared_by_id=world.ana.id,
                declared_at=at(ON),
            )
        )
    tuan = world.actor(db.session(), world.tuan, ON)
    refused = engine.refusals(assessment(observation), name, tuan, at(ON))
    assert [(one.requirement, str(one.reason)) for one in refused] == [
        ("independence", "Tuấn Lê is family of the candidate.")
    ]
    facts: dict[str, Any] = {"conflicts": []} if name == "declare" else {"scores": CLASSROOM}
    with pytest.raises(Refused):
        do(world, observation, name, world.tuan, **facts)


def test_what_was_not_held_or_is_void_cannot_be_observed(
    played: Player, world: World, observation: str
) -> None:
    do(world, observation, "declare", world.tuan, conflicts=[])
    with write_tx() as session:
        session.get_one(Activity, played.workshop).held_on = ON + timedelta(1)
    with pytest.raises(Refused) as refused:
        do(world, observation, "submit", world.tuan, scores=CLASSROOM)
    assert [one.earliest_on for one in refused.value.refusals] == [ON + timedelta(1)]
    played.do(played.workshop, "void", world.olu, ON, reason="Another cohort.")
    assert reasons(world, observation, "submit", world.tuan) == ["The activity was declared void."]


def test_a_correction_is_a_new_sheet_with_its_reason(world: World, observation: str) -> None:
    hand_in(world, observation, world.tuan)
    with pytest.raises(InvalidFacts):
        do(world, observation, "correct", world.tuan, scores=CLASSROOM)
    do(world, observation, "correct", world.tuan, scores={**CLASSROOM, ITEM: 5}, reason="I misread my notes.")
    sheets = assessment(observation).sheets
    assert [(sheet.number, sheet.scores[ITEM], sheet.reason) for sheet in sheets] == [
        (1, 4, None), (2, 5, "I misread my notes."),
    ]  # fmt: skip
    assert (assessment(observation).state, assessment(observation).scores[ITEM]) == ("submitted", 5)


def test_nothing_is_corrected_once_the_candidate_is_recommended(played: Player, world: World) -> None:
    played.recommend()
    id = db.session.scalars(select(Assessment.id).where(Assessment.activity_id == played.workshop)).one()
    with pytest.raises(Refused):
        do(world, id, "correct", world.tuan, DECIDED_ON, scores=CLASSROOM, reason="Too mild.")


# ---- two observers


def test_two_observers_far_apart_are_reconciled_and_the_originals_kept(
    played: Player, world: World, observation: str
) -> None:
    other = assigned(played, world, world.bea)
    hand_in(world, observation, world.tuan)
    assert reasons(world, observation, "reconcile", world.bo) == [
        "No second observer of this event has handed in scores."
    ]
    hand_in(world, other, world.bea, **{ITEM: 2})
    with pytest.raises(Forbidden):
        do(world, observation, "reconcile", world.tuan, scores={ITEM: 3})
    for scores in ({ITEM: None}, {"charm": 3}):
        with pytest.raises(InvalidFacts):
            do(world, observation, "reconcile", world.bo, scores=scores)
    do(world, observation, "reconcile", world.bo, scores={ITEM: 3})
    for id, original in ((observation, 4), (other, 2)):
        one = assessment(id)
        assert one.agreed_scores is not None
        assert (one.state, one.scores[ITEM], one.agreed_scores[ITEM]) == ("reconciled", original, 3)
        with pytest.raises(Refused):
            do(world, id, "reconcile", world.bo, scores={ITEM: 3})


def test_observers_one_point_apart_have_nothing_to_reconcile(
    played: Player, world: World, observation: str
) -> None:
    other = assigned(played, world, world.bea)
    hand_in(world, observation, world.tuan)
    hand_in(world, other, world.bea, **{ITEM: 3})
    with pytest.raises(Refused) as refused:
        do(world, observation, "reconcile", world.bo, scores={ITEM: 4})
    assert str(refused.value) == "The two observers are close enough on every item."


def test_two_observers_see_each_others_scores_once_both_are_in(
    played: Player, world: World, observation: str
) -> None:
    change = {"role": "supervisor", "from": world.bo.id, "to": world.bea.id, "reason": "Away."}
    played.move("reassign", world.olu, REPORT_ON, **change)
    other = assigned(played, world, world.bea)
    hand_in(world, observation, world.tuan)
    assert [sees(world, observation, one) for one in (world.tuan, world.bea, world.olu)] == [
        True, False, True,
    ]  # fmt: skip
    hand_in(world, other, world.bea)
    assert sees(world, observation, world.bea)


def test_a_second_observer_opens_the_others_sheet_once_both_are_in(
    played: Player, world: World, observation: str
) -> None:
    """Bea has no other part in the case, and an observer of another event has none in this one."""
    other = assigned(played, world, world.bea)

    def opens(member: Member, id: str) -> bool:
        return may(world.actor(db.session(), member, ON), "assessment.see", assessment(id), ON)

    hand_in(world, other, world.bea)
    assert (opens(world.bea, observation), opens(world.tuan, other)) == (False, False)
    hand_in(world, observation, world.tuan)
    assert (opens(world.bea, observation), opens(world.tuan, other)) == (True, True)
    assert sees(world, observation, world.bea)
    with write_tx() as session:
        session.get_one(Assessment, other).activity_id = played.visits[0]
    assert not opens(world.bea, observation)
    assert opens(world.bea, other)


# ---- who sees what, when


def test_the_candidate_sees_scores_once_recommended_but_never_private_notes(
    played: Player, world: World
) -> None:
    played.recommend()
    id = db.session.scalars(select(Assessment.id).where(Assessment.activity_id == played.workshop)).one()
    ana = world.actor(db.session(), world.ana, ON)
    told = {
        "recommended": True,
        "more_practice": True,
        "certified": True,
        "refused": True,
        "assessment": False,
    }
    for state, expected in told.items():
        with write_tx() as session:
            case = session.get_one(Certification, played.certification)
            case.state = state  # type: ignore[assignment]
            case.recommended_at = None
        assert sees(world, id, world.ana) is expected
        assert may_see_private_notes(assessment(id), ana, ON) is False
    with write_tx() as session:
        session.get_one(Certification, played.certification).round = 2  # was recommended, and returned
    assert sees(world, id, world.ana)


def test_before_it_is_in_nobody_but_the_assessor_sees_a_sheet(world: World, observation: str) -> None:
    members = (world.tuan, world.bo, world.olu, world.maya, world.ana, world.kim)
    assert [sees(world, observation, one) for one in members] == [True, *[False] * 5]
    hand_in(world, observation, world.tuan)
    assert [sees(world, observation, one) for one in members] == [True, True, True, True, False, False]


def test_the_coordinator_voids_with_a_reason_and_nobody_else(world: World, observation: str) -> None:
    with pytest.raises(Forbidden):
        do(world, observation, "void", world.tuan, reason="Ill.")
    with pytest.raises(InvalidFacts):
        do(world, observation, "void", world.olu)
    do(world, observation, "void", world.olu, reason="The observer fell ill.")
    assert (assessment(observation).state, assessment(observation).reason) == (
        "void",
        "The observer fell ill.",
    )
    with pytest.raises(Refused):
        do(world, observation, "declare", world.tuan, conflicts=[])
