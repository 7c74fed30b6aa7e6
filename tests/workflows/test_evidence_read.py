"""The evidence as it is read: every field of every row, in the order of its days, and nobody else's."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from certify.models import (
    Assessment,
    Certification,
    db,
)
from certify.models.store import write_tx
from certify.scheme.evidence import (
    Attendance,
    Cycle,
    Day,
    Evidence,
    Happening,
    Member,
    Observation,
    Pause,
    Sheet,
    Training,
    Waived,
)
from certify.scheme.words import (
    ActivityKind,
    AssessmentKind,
    AssessmentState,
    Relation,
    VisitPurpose,
)
from certify.workflows.delivery import deliveries_of
from certify.workflows.dossier import Dossier, evidence_of
from certify.workflows.involvement import record
from tests.cast import LONG_AGO, World
from tests.conftest import NOW
from tests.player import Player
from tests.workflows.evidence_rows import (
    CONFIRMED,
    DAY,
    FIRST,
    OPEN,
    VOID,
    activity,
    cycles,
    settled,
    trainings,
)

HAPPENINGS = {
    "c2": (
        {
            "id": "w2", "kind": ActivityKind.WORKSHOP, "held_on": FIRST,
            "days": (Day(FIRST, Decimal(7)),), "enterprises": ("a", "b"),
            "attendance": (("a", "manager", "f", 2), ("b", "worker", "m", 3)),
            "feedback_asked": 16, "feedback_answers": (5, 4),
        },
        {
            "id": "v1", "kind": ActivityKind.VISIT, "held_on": FIRST + DAY, "state": OPEN,
            "enterprise": "a", "purpose": VisitPurpose.CONSULTATION,
        },
        {"id": "w1", "kind": ActivityKind.WORKSHOP, "held_on": FIRST + DAY},
    ),
    "c1": (
        {
            "id": "b1", "kind": ActivityKind.BASELINE, "held_on": FIRST - DAY, "state": VOID,
            "enterprise": "d", "manager_interviewed": True,
        },
        {"id": "b2", "kind": ActivityKind.BASELINE, "held_on": FIRST - DAY, "worker_interviewed": True},
    ),
    "c3": (),
}  # fmt: skip


def happening(world: World, told: dict[str, Any]) -> Happening:
    of = dict(zip("abcde", world.enterprises, strict=True))
    named = {
        **told,
        "enterprise": of.get(told.get("enterprise", "")),
        "enterprises": tuple(of[one] for one in told.get("enterprises", ())),
        "attendance": tuple(Attendance(of[one[0]], *one[1:]) for one in told.get("attendance", ())),
    }
    return Happening(**{"state": CONFIRMED, "last_on": told["held_on"] + DAY, **named})


def wanted_cycles(world: World) -> tuple[Cycle, ...]:
    a, b, c, d, _e = world.enterprises
    members = {
        "c2": (
            Member(b, "Gỗ Tân Phú", 100, True), Member(a, "May Hòa Bình", 80, False),
            Member(c, "Nhựa Đại Lợi", 120, True),
        ),
        "c1": (Member(d, "Cơ khí Hà Đông", 140, True),),
        "c3": (),
    }  # fmt: skip
    return tuple(
        Cycle(
            cohort=id, name=f"Cohort {id}", variant="hybrid" if id == "c2" else None,
            enterprises=members[id], happenings=tuple(happening(world, one) for one in HAPPENINGS[id]),
        )
        for id in ("c2", "c1", "c3")
    )  # fmt: skip


WANTED_TRAININGS = (
    Training(
        "t2", CONFIRMED, (Day(date(2026, 2, 2), Decimal(7)), Day(date(2026, 2, 3), Decimal("6.5"))),
        Decimal(13), Decimal(82), (4, 3), current=True,
    ),
    Training("t1", VOID, (), None, None, (), current=False),
    Training("t3", OPEN, (), None, None, (), current=False),
)  # fmt: skip


WANTED: dict[str, Any] = {
    "module": "WPC",
    "country": "VN",
    "trainings": WANTED_TRAININGS,
    "excluded": frozenset({"w1", "b2"}),
    "waived": (
        Waived("tot-test", "For tot-test.", "Olu Adeyemi", date(2026, 3, 3)),
        Waived("cohort-size", "For cohort-size.", "Olu Adeyemi", date(2026, 6, 1)),
    ),
    "pauses": (Pause(date(2026, 2, 10), date(2026, 2, 12)), Pause(date(2026, 3, 1), None)),
    "practice_asked_on": (date(2026, 4, 1), date(2026, 5, 1)),
}


def observed(session: Session, world: World, case: Certification) -> tuple[Observation, ...]:
    """Three observations of one instant and one before; Bea facilitated Ana's ToT and is no stranger."""
    rows = (
        ("o2", world.tuan.id, LONG_AGO, AssessmentState.SUBMITTED, {"B1": 4}, None),
        ("o1", world.bea.id, NOW, AssessmentState.RECONCILED, {"B1": 3}, {"B1": 4}),
        ("o3", world.quy.id, NOW, AssessmentState.ASSIGNED, {}, None),
        ("o4", world.quy.id, NOW, AssessmentState.VOID, {}, None),
    )
    for id, assessor, at, state, scores, agreed in rows:
        session.add(
            Assessment(
                id=id, case_id=case.case_id, certification_id=case.id, kind=AssessmentKind.OBSERVATION,
                activity_id=None if id == "o3" else "w2", state=state, state_since=at, assessor_id=assessor,
                scores=scores, agreed_scores=agreed, created_at=at,
            )
        )  # fmt: skip
    record(session, world.bea.id, case, Relation.FACILITATED, "t2", NOW)
    session.flush()
    return tuple(
        Observation(
            id, "" if id == "o3" else "w2", assessor, state, scores, agreed, assessor != world.bea.id
        )
        for id, assessor, _at, state, scores, agreed in rows[:3]
    )  # fmt: skip


@pytest.fixture
def case(admitted: Player, world: World) -> Certification:
    with write_tx() as session:
        found = session.get_one(Certification, admitted.certification)
        trainings(session, world, found)
        cycles(session, world, found)
        settled(session, world, found)
        return found


def test_all_of_the_evidence_is_read_as_it_stands(case: Certification, world: World) -> None:
    sheets = tuple(
        Sheet(one.id, one.assessor_id, AssessmentState.SUBMITTED, one.scores)
        for one in sorted(case.assessments, key=lambda one: (one.created_at, one.id))
    )
    assert {one.assessor for one in sheets} == {world.bea.id, world.quy.id}
    whole = Evidence(**WANTED, cycles=wanted_cycles(world), sheets=sheets)
    assert evidence_of(db.session(), case, NOW) == whole
    with write_tx() as session:
        case = session.get_one(Certification, case.id)
        observations = observed(session, world, case)
        case.self_assessment, case.recommended_at = {}, NOW
        session.flush()
        read = evidence_of(session, case, NOW)
        assert read.observations == observations
        assert (read.self_assessed, read.recommended, read.mitigation_needed) == (True, True, True)
        assert read.sheets == sheets
        assert [one.id for one in Dossier(session, case, NOW).cohorts] == ["c1", "c2", "c3"]


def test_many_are_read_at_once_as_each_is_alone(case: Certification, world: World) -> None:
    lan = Player(holder=world.lan).apply()
    found = db.session.get_one(Certification, lan.certification)
    case = db.session.get_one(Certification, case.id)
    both = deliveries_of(db.session(), [case, found])
    assert both[case.id] == Evidence(**WANTED, cycles=wanted_cycles(world))
    alone = evidence_of(db.session(), found, NOW)
    assert both == {case.id: both[case.id], found.id: alone}
    assert [(one.cohort, [each.id for each in one.happenings]) for one in alone.cycles] == [
        ("c2", ["v2", "w3", "w1"]), ("c5", ["b5"])
    ]  # fmt: skip


def test_who_facilitated_supervises_and_recommends_with_a_second_observer(
    admitted: Player, world: World
) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, admitted.certification)
        activity(session, world, "t1", "tot_event", FIRST, world.bo.id)
        record(session, world.bo.id, case, Relation.FACILITATED, "t1", NOW)
        tuan, bo = world.tuan.id, world.bo.id
        for supervisor, recommender, needed in ((tuan, None, False), (bo, None, True), (tuan, bo, True)):
            case.supervisor_id, case.recommended_by_id = supervisor, recommender
            session.flush()
            assert evidence_of(session, case, NOW).mitigation_needed is needed
