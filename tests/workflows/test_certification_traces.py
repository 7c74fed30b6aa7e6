"""What the moves on the way to a recommendation leave behind, to the last field."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from certify.models import (
    Activity,
    Affiliation,
    Assessment,
    CaseFile,
    Certification,
    Cohort,
    Exclusion,
    Involvement,
    Person,
    Relationship,
    Waiver,
    db,
)
from certify.models.store import write_tx
from certify.scheme.words import AssessmentState, CertificationState, Relation, TieKind
from certify.workflows.cohort import create_cohort
from tests.cast import Member, World
from tests.player import ASSESSED_ON, BASELINE_ON, DECIDED_ON, EDITION, REPORT_ON, TOT_ON, Player, at
from tests.store.locks import locked_cases
from tests.workflows.cohorts import case_row, stored
from tests.workflows.recording import tot
from tests.workflows.traces import Step, fields_of

S = CertificationState
GOOD = {item.id: 4 for item in EDITION.checklist}


# ---- training


def test_an_enrolment_ties_the_facilitators_and_a_failed_training_ends_it(
    admitted: Player, world: World
) -> None:
    event = tot(world, world.olu)
    step = Step(admitted, "enrol", world.olu, TOT_ON, activity=event)
    assert step.changes == {"state": S.TRAINING, "tot_event_id": event}
    assert step.traces.events() == [step.event(activity=event)]
    assert step.traces.messages() == [step.letter("enrolled", world.ana)]
    tied = step.involved(Relation.FACILITATED, event, world.bea, world.bo)
    assert step.traces.involvements() == tied
    roster = db.session.get_one(Activity, event).roster
    assert [one.certification_id for one in roster] == [admitted.certification]
    step = Step(admitted, "fail_training", world.bea, TOT_ON, to_repeat="The second day.")
    assert step.changes == {"state": S.ADMITTED, "tot_event_id": None, "to_repeat": "The second day."}
    assert step.traces.events() == [step.event(to_repeat="The second day.")]
    told = {"to_repeat": "The second day."}
    people = (world.ana, world.olu)
    assert step.traces.messages() == [step.letter("training_failed", one, **told) for one in people]
    step = Step(admitted, "enrol", world.olu, TOT_ON, activity=event)
    assert step.changes == {"state": S.TRAINING, "tot_event_id": event, "to_repeat": None}
    assert step.traces.involvements() == set()
    assert len(db.session.get_one(Activity, event).roster) == 1


def cohort(world: World, *trainers: str, **more: Any) -> str:
    with write_tx() as session:
        asked: dict[str, Any] = {"module": "WPC", "country": "VN", "name": "Spring", "trainers": trainers}
        by = world.actor(session, world.olu, BASELINE_ON)
        return create_cohort(session, by, at(BASELINE_ON), **asked, **more).id


def edited(id: str, by: Member, day: date, **facts: Any) -> tuple[Any, ...]:
    return ("cohort", id), "edit", ("open", "open"), by.id, at(day), facts, None


def test_a_cohort_that_has_no_supervisor_goes_with_the_candidates(admitted: Player, world: World) -> None:
    own = cohort(world, world.ana.id)
    with locked_cases() as locked:
        step = Step(admitted, "assign_supervisor", world.olu, BASELINE_ON, person=world.bo.id)
    assert set(locked) == {step.row.case_id, db.session.get_one(Cohort, own).case_id}
    assert step.changes == {"supervisor_id": world.bo.id}
    mine = step.event(person=world.bo.id, cohorts=[own])
    theirs = edited(own, world.olu, BASELINE_ON, supervisor=world.bo.id)
    assert sorted(step.traces.events(), key=str) == sorted([mine, theirs], key=str)
    assert step.traces.messages() == [
        step.letter("assigned", world.bo), step.letter("supervisor_assigned", world.ana),
    ]  # fmt: skip
    assert step.traces.involvements() == step.involved(Relation.SUPERVISED, step.row.id, world.bo)
    assert db.session.get_one(Cohort, own).supervisor_id == world.bo.id


def cohort_row(world: World, module: str, supervisor: Member | None, *trainers: Member) -> str:
    with write_tx() as session:
        row = Cohort(
            case=CaseFile(kind="cohort", opened_at=at(TOT_ON)), name="Spring", module=module, country="VN",
            supervisor_id=supervisor and supervisor.id, created_by_id=world.olu.id, created_at=at(TOT_ON),
            trainers=[session.get_one(Person, one.id) for one in trainers],
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def handed_over(played: Player, world: World, day: date, role: str, old: Member, to: Member) -> Step:
    asked = {"role": role, "from": old.id, "to": to.id, "reason": "He moves away."}
    return Step(played, "reassign", world.olu, day, **asked)


def test_a_cohort_goes_with_its_supervisor_when_every_candidate_in_it_does(
    trained: Player, world: World
) -> None:
    """One of somebody else's module or supervisor stays, and one with a candidate who is not handed over."""
    stored(case_row(world.lan, supervisor_id=world.bo.id))
    stored(case_row(world.ana, module="LEA", supervisor_id=world.bea.id))
    stored(case_row(world.kim, "left", supervisor_id=world.bo.id))
    ana, bo = world.ana, world.bo
    followed = [
        cohort_row(world, "WPC", bo, ana), cohort_row(world, "WPC", None, ana),
        cohort_row(world, "WPC", bo, ana, world.kim),
    ]  # fmt: skip
    stay = [
        cohort_row(world, "WPC", bo, ana, world.lan), cohort_row(world, "WPC", world.bea, ana),
        cohort_row(world, "LEA", bo, ana), cohort_row(world, "WPC", bo, world.lan),
    ]  # fmt: skip
    before = [db.session.get_one(Cohort, one).supervisor_id for one in stay]
    with locked_cases() as locked:
        step = handed_over(trained, world, BASELINE_ON, "supervisor", bo, world.tuan)
    facts = {"role": "supervisor", "from": bo.id, "to": world.tuan.id, "reason": "He moves away."}
    mine = step.event(**facts, cohorts=sorted(followed))
    theirs = [edited(one, world.olu, BASELINE_ON, supervisor=world.tuan.id) for one in followed]
    assert sorted(step.traces.events(), key=str) == sorted([mine, *theirs], key=str)
    assert {db.session.get_one(Cohort, one).supervisor_id for one in followed} == {world.tuan.id}
    assert [db.session.get_one(Cohort, one).supervisor_id for one in stay] == before
    told = {"reason": "He moves away."}
    assert step.traces.messages() == [
        step.letter("assigned", world.tuan, **told), step.letter("supervisor_assigned", ana, **told),
    ]  # fmt: skip
    assert step.traces.involvements() == step.involved(Relation.SUPERVISED, step.row.id, world.tuan)
    mine_too = [db.session.get_one(Cohort, one).case_id for one in (*followed, *stay[:2])]
    assert set(locked) == {step.row.case_id, *mine_too}
    with locked_cases() as locked:
        trained.move("hold", world.olu, BASELINE_ON, reason="Ill.")
    assert locked == [step.row.case_id]


def test_who_has_a_tie_that_is_allowed_is_assigned_with_it_on_the_record(
    admitted: Player, world: World
) -> None:
    with write_tx() as session:
        for one in (world.bo, world.ana):
            work = {"organisation_id": world.provider, "from_on": BASELINE_ON}
            session.add(Affiliation(person_id=one.id, **work))
    step = Step(admitted, "assign_supervisor", world.olu, BASELINE_ON, person=world.bo.id)
    told = ["Bo Nguyễn and the candidate share an employer or provider."]
    assert step.traces.events() == [step.event(person=world.bo.id, cohorts=[], mitigate=told)]


# ---- visits and assessment


def sheets(played: Player) -> list[Assessment]:
    """Newest last, as far as the instants say."""
    db.session.rollback()
    asked = select(Assessment).where(
        Assessment.certification_id == played.certification, Assessment.kind == "observation"
    )
    return list(db.session.scalars(asked.order_by(Assessment.created_at, Assessment.state)))


def test_an_observation_that_is_handed_over_is_void_and_made_anew(visited: Player, world: World) -> None:
    workshop = visited.workshop
    asked = {"person": world.tuan.id, "activity": workshop}
    step = Step(visited, "assign_observer", world.olu, REPORT_ON, **asked)
    (first,) = (one.id for one in sheets(visited))
    made = {"kind": "observation", "assessor": world.tuan.id, "activity": workshop}
    assigned = ("assign", ("new", "assigned"), world.olu.id, step.at)
    assert step.traces.events() == [
        step.event(**asked, assessment=first), (("assessment", first), *assigned, made, "score-2026"),
    ]  # fmt: skip
    assert step.traces.messages() == [step.letter("assigned_sheet", world.tuan, assessment=first)]
    assert step.traces.involvements() == step.involved(Relation.OBSERVED, first, world.tuan)
    later = REPORT_ON + timedelta(1)
    step = handed_over(visited, world, later, "observer", world.tuan, world.bea)
    void, anew = sheets(visited)
    assert (void.id, void.state, void.reason, anew.state) == (first, "void", "He moves away.", "assigned")
    assert (anew.assessor_id, anew.activity_id) == (world.bea.id, workshop)
    facts = {"role": "observer", "from": world.tuan.id, "to": world.bea.id, "reason": "He moves away."}
    ties = ["Bea Okafor facilitated the candidate's ToT."]
    assert step.traces.events() == [
        step.event(**facts, assessments=[anew.id], mitigate=ties),
        (
            ("assessment", first), "void", ("assigned", "void"), world.olu.id, step.at,
            {"reason": "He moves away."}, "score-2026",
        ),
        (
            ("assessment", anew.id), "assign", ("new", "assigned"), world.olu.id, step.at,
            {**made, "assessor": world.bea.id}, "score-2026",
        ),
    ]  # fmt: skip
    told = {"assessment": anew.id, "reason": "He moves away."}
    assert step.traces.messages() == [step.letter("assigned_sheet", world.bea, **told)]
    assert step.traces.involvements() == step.involved(Relation.OBSERVED, anew.id, world.bea)


def test_only_open_observations_of_who_hands_over_are_made_anew(visited: Player, world: World) -> None:
    events = (visited.workshop, *visited.visits[:2])
    for event in events[:2]:
        visited.move("assign_observer", world.olu, REPORT_ON, person=world.tuan.id, activity=event)
    visited.move("assign_observer", world.olu, REPORT_ON, person=world.bo.id, activity=events[2])
    with write_tx() as session:
        for one in session.scalars(select(Assessment).where(Assessment.assessor_id == world.tuan.id)):
            one.state = AssessmentState.DECLARED if one.activity_id == events[0] else one.state
            one.state = AssessmentState.SUBMITTED if one.activity_id == events[1] else one.state
    step = handed_over(visited, world, REPORT_ON, "observer", world.tuan, world.bea)
    left = sheets(visited)
    found = sorted((one.assessor_id, events.index(one.activity_id), str(one.state)) for one in left)
    assert found == [
        (world.bea.id, 0, "assigned"), (world.bo.id, 2, "assigned"), (world.tuan.id, 0, "void"),
        (world.tuan.id, 1, "submitted"),
    ]  # fmt: skip
    assert len(step.traces.messages()) == 1
    asked = {"person": world.bea.id, "activity": events[2]}
    ((*_, facts, _edition), _assigned) = Step(
        visited, "assign_observer", world.olu, REPORT_ON, **asked
    ).traces.events()
    assert facts["mitigate"] == ["Bea Okafor facilitated the candidate's ToT."]


def test_a_waiver_is_kept_with_its_reason_and_ties_who_waived(visited: Player, world: World) -> None:
    asked = {"requirement": "cohort-size", "reason": "A remote province."}
    step = Step(visited, "waive", world.olu, REPORT_ON, **asked)
    assert step.changes == {}
    assert [fields_of(one) for one in db.session.scalars(select(Waiver))] == [
        {"certification_id": step.row.id, "waived_by_id": world.olu.id, "waived_at": step.at, **asked}
    ]
    assert step.traces.events() == [step.event(**asked)]
    assert step.traces.messages() == [step.letter("waived", world.ana, **asked)]
    assert step.traces.involvements() == step.involved(Relation.WAIVED, "cohort-size", world.olu)


def test_the_self_assessment_is_kept_and_the_supervisor_told(visited: Player, world: World) -> None:
    with write_tx() as session:
        row = session.get_one(Certification, visited.certification)
        row.state, row.self_assessment = S.SUPERVISED_VISITS, None
    step = Step(visited, "submit_for_assessment", world.ana, REPORT_ON, self_assessment=GOOD)
    assert step.changes == {"state": S.ASSESSMENT, "self_assessment": GOOD}
    assert step.traces.events() == [step.event(self_assessment=GOOD)]
    assert step.traces.messages() == [step.letter("submitted_for_assessment", world.bo)]


def test_more_practice_excludes_what_was_named_once_and_begins_another_round(
    recommended: Player, world: World
) -> None:
    visits = recommended.visits[:2]
    plan = {"what": "One more visit.", "by_on": DECIDED_ON + timedelta(40), "back_to": "supervised_visits"}
    step = Step(
        recommended, "ask_more_practice", world.maya, DECIDED_ON, exclude=[visits[0], visits[0]], **plan
    )
    assert step.changes == {
        "state": S.MORE_PRACTICE, "practice_what": plan["what"], "practice_by_on": plan["by_on"],
        "practice_back_to": plan["back_to"], "practice_asked_on": [DECIDED_ON.isoformat()],
        "recommended_at": None, "recommended_by_id": None, "round": 2,
    }  # fmt: skip
    asked = {**plan, "by_on": plan["by_on"].isoformat()}  # type: ignore[attr-defined]
    assert step.traces.events() == [step.event(exclude=[visits[0], visits[0]], **asked)]
    shown = {"what": asked["what"], "by_on": asked["by_on"]}
    assert step.traces.messages() == [
        step.letter("more_practice", one, **shown) for one in (world.ana, world.bo)
    ]  # fmt: skip
    with write_tx() as session:
        session.get_one(Certification, recommended.certification).state = S.ASSESSMENT
    step = Step(recommended, "ask_more_practice", world.bo, DECIDED_ON, exclude=visits, **plan)
    assert step.changes["practice_asked_on"] == [DECIDED_ON.isoformat()] * 2
    with write_tx() as session:
        session.get_one(Certification, recommended.certification).state = S.ASSESSMENT
    recommended.move("ask_more_practice", world.bo, DECIDED_ON, **plan)
    rows = [fields_of(one) for one in db.session.scalars(select(Exclusion))]
    assert sorted(rows, key=lambda row: visits.index(row["activity_id"])) == [
        {
            "certification_id": step.row.id, "activity_id": visit, "excluded_by_id": by.id,
            "excluded_at": at(DECIDED_ON),
        }
        for visit, by in zip(visits, (world.maya, world.bo), strict=True)
    ]  # fmt: skip


def test_questions_go_back_and_are_gone_with_the_next_recommendation(
    recommended: Player, world: World
) -> None:
    step = Step(recommended, "return_assessment", world.maya, DECIDED_ON, questions="Why a 4?")
    assert step.changes == {
        "state": S.ASSESSMENT, "questions": "Why a 4?", "recommended_at": None, "recommended_by_id": None,
        "round": 2,
    }  # fmt: skip
    assert step.traces.messages() == [step.letter("questions", world.bo, questions="Why a 4?")]
    with write_tx() as session:  # Mika does not decide on his family, and is not asked to
        tie = {"kind": TieKind.FAMILY, "declared_by_id": world.mika.id, "declared_at": at(DECIDED_ON)}
        session.add(Relationship(person_id=world.mika.id, other_id=world.ana.id, **tie))
    step = Step(recommended, "recommend", world.bo, DECIDED_ON, narrative="She has shown it.")
    assert step.changes == {
        "state": S.RECOMMENDED, "narrative": "She has shown it.", "recommended_by_id": world.bo.id,
        "recommended_at": step.at, "questions": None,
    }  # fmt: skip
    assert step.traces.events() == [step.event(narrative="She has shown it.")]
    assert step.traces.messages() == [
        step.letter("file_to_decide", world.maya), step.letter("recommended", world.ana),
    ]  # fmt: skip
    assert step.traces.involvements() == set()  # Bo stands by it since the first time


def test_who_recommends_is_tied_to_the_case(visited: Player, world: World) -> None:
    visited.recommend()
    db.session.rollback()
    row = db.session.get_one(Certification, visited.certification)
    kept = db.session.scalars(select(Involvement).where(Involvement.relation == Relation.RECOMMENDED)).one()
    assert fields_of(kept) == {
        "person_id": world.bo.id, "holder_id": world.ana.id, "certification_id": row.id,
        "relation": Relation.RECOMMENDED, "thing_id": row.id, "at": at(ASSESSED_ON),
    }  # fmt: skip
