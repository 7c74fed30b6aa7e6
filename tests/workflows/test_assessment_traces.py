"""What the moves of a sheet leave behind, to the last field: rows, sheets, events, drafts."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from sqlalchemy import select

from certify.models import Assessment, Certification, ConflictDeclaration, RoleGrant, db
from certify.models.store import write_tx
from certify.scheme.words import AssessmentState, Relation
from certify.workflows import engine
from certify.workflows.assessment_draft import save_agreement_draft, save_draft
from certify.workflows.engine import Forbidden, Refusal
from tests.cast import Member, World
from tests.player import ASSESSED_ON, EDITION, REPORT_ON, Player, at
from tests.workflows.refusing import refused_by
from tests.workflows.traces import Traces, fields_of

ON, AT = ASSESSED_ON, at(ASSESSED_ON)
CLASSROOM = {item.id: 4 for item in EDITION.checklist if "classroom" in item.applies}
ITEM, OTHER, THIRD = list(CLASSROOM)[:3]
LENIENT = next(item.id for item in EDITION.checklist if item.id in CLASSROOM and not item.critical)


def assigned(played: Player, world: World, observer: Member) -> str:
    asked = {"person": observer.id, "activity": played.workshop}
    played.move("assign_observer", world.olu, REPORT_ON, **asked)
    return db.session.scalars(
        select(Assessment.id).where(Assessment.assessor_id == observer.id, Assessment.kind == "observation")
    ).one()


@pytest.fixture
def sheet(visited: Player, world: World) -> str:
    """Tuấn's observation of Ana's workshop, assigned."""
    return assigned(visited, world, world.tuan)


def do(world: World, id: str, name: str, by: Member, day: date = ON, **facts: Any) -> None:
    with write_tx() as session:
        thing = session.get_one(Assessment, id)
        engine.perform(thing, name, world.actor(session, by, day), at(day), **facts)


def row(id: str) -> Assessment:
    db.session.rollback()
    return db.session.get_one(Assessment, id)


def event(id: str, move: str, states: str, by: Member, instant: datetime, **facts: Any) -> tuple[Any, ...]:
    return ("assessment", id), move, tuple(states.split()), by.id, instant, facts, "score-2026"


def test_each_conflict_that_is_declared_is_kept(sheet: str, world: World) -> None:
    stated, traces = ["We shared an office.", "He was my pupil."], Traces()
    do(world, sheet, "declare", world.tuan, conflicts=stated)
    assert traces.events() == [
        event(sheet, "declare", "assigned declared", world.tuan, AT, conflicts=stated)
    ]  # fmt: skip
    assert row(sheet).conflicts == stated
    kept = db.session.scalars(select(ConflictDeclaration).order_by(ConflictDeclaration.statement.desc()))
    assert [fields_of(one) for one in kept] == [
        {
            "person_id": world.tuan.id, "case_id": row(sheet).case_id, "thing_id": sheet,
            "statement": statement, "declared_at": AT,
        }
        for statement in stated
    ]  # fmt: skip


def test_what_is_handed_in_is_kept_whole_and_the_log_holds_its_digest(
    visited: Player, sheet: str, world: World
) -> None:
    do(world, sheet, "declare", world.tuan, conflicts=[])
    with write_tx() as session:
        session.get_one(Assessment, sheet).draft = {"scores": {}}
    scores: dict[str, int | None] = {**CLASSROOM, LENIENT: None}
    words = {"comments": {ITEM: "Calm."}, "not_applicable": {LENIENT: "Nobody asked."}}
    later, traces = ON + timedelta(1), Traces()
    do(world, sheet, "submit", world.tuan, later, scores=scores, **words)
    kept = row(sheet)
    assert (kept.state, kept.submitted_at, kept.draft) == ("submitted", at(later), None)
    (first,) = kept.sheets
    said = {
        "scores": first.scores, "comments": {ITEM: "Calm."}, "not_applicable": {LENIENT: "Nobody asked."},
    }  # fmt: skip
    given = {item: score for item, score in scores.items() if score is not None}
    assert {item: score for item, score in first.scores.items() if score is not None} == given
    assert fields_of(first) == {
        "assessment_id": sheet, "number": 1, "reason": None, "written_by_id": world.tuan.id,
        "written_at": at(later), **said,
    }  # fmt: skip
    assert {name: getattr(kept, name) for name in said} == said
    digest = sha256(rfc8785.dumps({"sheet": first.id, **said})).hexdigest()
    silent = {"scores": None, "comments": None, "not_applicable": None}
    told = {**silent, "sheet": 1, "sha256": digest}
    by = (world.tuan, at(later))
    assert traces.events() == [event(sheet, "submit", "declared submitted", *by, **told)]
    assert traces.involvements() == set()  # tied since the assignment
    change = {"scores": {**CLASSROOM, ITEM: 5}, "reason": "I misread my notes."}
    traces = Traces()
    do(world, sheet, "correct", world.tuan, later, **change)
    kept = row(sheet)
    _, second = kept.sheets
    assert (second.number, second.reason, second.comments) == (2, "I misread my notes.", {})
    assert (kept.scores, kept.comments, kept.not_applicable) == (second.scores, {}, {})
    ((*_, facts, _edition),) = traces.events()
    assert {name: facts[name] for name in ("sheet", "reason", *silent)} == {
        **silent, "sheet": 2, "reason": "I misread my notes.",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["screening", "observation"])
def test_who_hands_in_is_tied_to_the_candidate_by_what_they_did(
    visited: Player, sheet: str, world: World, kind: str
) -> None:
    """Even one who was put there by another way than an assignment."""
    id = sheet
    with write_tx() as session:
        found = session.get_one(Certification, visited.certification).assessments
        one = next(each for each in found if each.kind == kind)
        one.state, one.assessor_id, id = AssessmentState.DECLARED, world.bo.id, one.id
    place = {item.id: 4 for item in EDITION.screening} if kind == "screening" else CLASSROOM
    traces = Traces()
    do(world, id, "submit", world.bo, scores=place)
    relation = {"screening": Relation.SCREENED, "observation": Relation.OBSERVED}[kind]
    tied = (world.bo.id, world.ana.id, visited.certification, relation, id, AT)
    assert traces.involvements() == {tied}


def test_what_two_observers_agree_on_goes_to_both_and_the_originals_stay(
    visited: Player, sheet: str, world: World
) -> None:
    other = assigned(visited, world, world.bea)
    for id, who, change in ((sheet, world.tuan, {}), (other, world.bea, {ITEM: 2, OTHER: 2})):
        do(world, id, "declare", who, conflicts=[])
        do(world, id, "submit", who, scores={**CLASSROOM, **change})
    with write_tx() as session:
        for id in (sheet, other):
            session.get_one(Assessment, id).draft = {"scores": {ITEM: 3}}
    traces = Traces()
    agreed = {ITEM: 3, OTHER: 4}
    asked = {
        "scores": {**agreed, THIRD: None}, "notes": {ITEM: "Seen twice.", OTHER: "", THIRD: "Alike."},
    }  # fmt: skip
    do(world, sheet, "reconcile", world.bo, **asked)
    silent: dict[str, Any] = {"scores": None, "notes": None}
    apart = sorted([ITEM, OTHER])
    mine = {**silent, "items": apart, "with": other}
    states = "submitted reconciled"
    assert sorted(traces.events(), key=str) == sorted(
        [
            event(sheet, "reconcile", states, world.bo, AT, **mine),
            event(other, "follow_reconciliation", states, world.bo, AT, **silent),
        ],
        key=str,
    )
    for id, originals in ((sheet, CLASSROOM), (other, {**CLASSROOM, ITEM: 2, OTHER: 2})):
        kept = row(id)
        assert (kept.agreed_scores, kept.agreed_notes) == ({**originals, **agreed}, {ITEM: "Seen twice."})
        assert (kept.scores, kept.draft, kept.state) == (originals, None, "reconciled")


def test_a_void_sheet_keeps_the_reason(sheet: str, world: World) -> None:
    traces = Traces()
    do(world, sheet, "void", world.olu, reason="Ill.")
    assert traces.events() == [event(sheet, "void", "assigned void", world.olu, AT, reason="Ill.")]
    assert row(sheet).reason == "Ill."


# ---- drafts


def test_a_draft_is_the_assessors_between_declaration_and_handing_in(sheet: str, world: World) -> None:
    def save(by: Member, instant: datetime = AT) -> None:
        with write_tx() as session:
            who = world.actor(session, by, instant.date())
            one = session.get_one(Assessment, sheet)
            save_draft(one, who, instant, {"scores": {ITEM: 3}}, private_notes="Late.")

    late = (Refusal(None, "A draft can be kept until the scores are handed in."),)
    assert refused_by(lambda: save(world.tuan)) == late
    do(world, sheet, "declare", world.tuan, conflicts=[])
    with pytest.raises(Forbidden) as no:
        save(world.bo)
    assert str(no.value) == "save_draft"
    save(world.tuan)
    assert (row(sheet).draft, row(sheet).private_notes) == ({"scores": {ITEM: 3}}, "Late.")
    with write_tx() as session:
        held = session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.tuan.id)).one()
        held.until_on = ON
    with pytest.raises(Forbidden):
        save(world.tuan, AT + timedelta(1))
    evening = datetime(2026, 4, 27, 18, tzinfo=UTC)  # tomorrow in Hanoi
    with pytest.raises(Forbidden):
        save(world.tuan, evening)
    with write_tx() as session:
        thing, who = session.get_one(Assessment, sheet), world.actor(session, world.tuan, ON)
        with pytest.raises(Forbidden):
            engine.perform(thing, "submit", who, evening, scores=CLASSROOM)
    save(world.tuan)
    do(world, sheet, "submit", world.tuan, scores=CLASSROOM)
    assert refused_by(lambda: save(world.tuan)) == late


def test_a_draft_of_an_agreement_is_the_supervisors_while_the_sheet_is_in(
    visited: Player, sheet: str, world: World
) -> None:
    def save(by: Member, instant: datetime = AT) -> None:
        with write_tx() as session:
            who = world.actor(session, by, instant.date())
            save_agreement_draft(session.get_one(Assessment, sheet), who, instant, {"scores": {ITEM: 3}})

    nothing = (Refusal(None, "There is nothing to reconcile here now."),)
    assert refused_by(lambda: save(world.bo)) == nothing
    with write_tx() as session:
        session.get_one(Assessment, sheet).state = AssessmentState.SUBMITTED
    with pytest.raises(Forbidden) as no:
        save(world.tuan)
    assert str(no.value) == "save_agreement_draft"
    save(world.bo)
    assert row(sheet).draft == {"scores": {ITEM: 3}}
