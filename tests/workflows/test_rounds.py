"""What stays true over replaced people, failed trainings, holds and voided sheets."""

from datetime import date, timedelta

import pytest
from flask import Flask

from certify.models import Assessment, Certification, Cohort, RoleGrant, db
from certify.models.store import write_tx
from certify.scheme.words import RoleName
from certify.workflows import engine
from certify.workflows.activity_edit import create_activity
from certify.workflows.certification import requirements_of
from certify.workflows.cohort import create_cohort
from certify.workflows.engine import Forbidden, NotVisible, Refused
from tests.cast import Member, World
from tests.player import ASSESSED_ON, BASELINE_ON, DECIDED_ON, EDITION, REPORT_ON, TOT_ON, Player, at

TOLD = [{"requirement": "mean-score", "reason": "Strong in every event."}]


def case_of(played: Player) -> Certification:
    """The row, read afresh."""
    db.session.rollback()
    return db.session.get_one(Certification, played.certification)


def status(played: Player, name: str) -> str:
    """How one requirement stands on the day of the decision."""
    results = requirements_of(db.session(), case_of(played), at(DECIDED_ON))
    return next(one.status.value for one in results if one.id == name)


def make_master(world: World, member: Member) -> None:
    """One more role for somebody of the cast."""
    with write_tx() as session:
        session.add(
            RoleGrant(
                person_id=member.id, role=RoleName.MASTER_TRAINER, module="WPC", country="VN",
                from_on=date(2025, 1, 1), issuer_id=world.issuer, proposed_by_id=world.ada.id,
                proposed_at=at(ASSESSED_ON), confirmed_by_id=world.sol.id, confirmed_at=at(ASSESSED_ON),
            )
        )  # fmt: skip


def void_sheet(world: World, played: Player, observer: Member) -> None:
    """The coordinator voids an observer's first sheet."""
    with write_tx() as session:
        sheets = session.get_one(Certification, played.certification).assessments
        sheet = next(one for one in sheets if one.assessor_id == observer.id and one.kind == "observation")
        thing = session.get_one(Assessment, sheet.id)
        engine.perform(thing, "void", world.actor(session, world.olu), at(ASSESSED_ON), reason="Mixed up.")


def test_who_observed_does_not_decide_though_their_sheet_was_voided(
    recommended: Player, world: World
) -> None:
    make_master(world, world.tuan)
    void_sheet(world, recommended, world.tuan)
    with pytest.raises(Refused) as refused:
        recommended.move("refuse", world.tuan, DECIDED_ON, reasons=TOLD)
    assert [one.requirement for one in refused.value.refusals] == ["independence"]


def test_a_recommendation_keeps_its_mitigation_when_the_supervisor_is_replaced(
    app: Flask, world: World
) -> None:
    played = Player(facilitator=world.bo).apply().admit().train().deliver().visit()
    played.move("assign_observer", world.olu, REPORT_ON, person=world.bea.id, activity=played.workshop)
    scores = {item.id: 4 for item in EDITION.checklist if "classroom" in item.applies}
    played._score("observation", world.bea, ASSESSED_ON, scores)
    played.recommend()
    assert status(played, "second-observer") == "met"
    void_sheet(world, played, world.bea)
    played.move(
        "reassign", world.olu, ASSESSED_ON, role="supervisor", to=world.bea.id, reason="Bo moves away.",
        **{"from": world.bo.id},
    )  # fmt: skip
    assert status(played, "second-observer") == "not_met"


def second_tot(world: World, played: Player, facilitator: Member) -> str:
    """Another ToT event of the module, in June."""
    with write_tx() as session:
        event = create_activity(
            session, world.actor(session, world.olu), at(DECIDED_ON), kind="tot_event", module="WPC",
            country="VN",
            fields={"days": [{"on": "2026-06-01", "hours": "7"}], "facilitators": [facilitator.id]},
        )  # fmt: skip
        return event.id


def test_a_repeated_tot_is_judged_on_its_own_results(app: Flask, world: World) -> None:
    played = Player(holder=world.lan, facilitator=world.bea).apply().admit()
    with write_tx() as session:
        days = [{"on": (TOT_ON + timedelta(n)).isoformat(), "hours": "7"} for n in range(5)]
        first = create_activity(
            session, world.actor(session, world.olu), at(TOT_ON - timedelta(9)), kind="tot_event",
            module="WPC", country="VN", fields={"days": days, "facilitators": [world.bea.id]},
        ).id  # fmt: skip
    played.move("enrol", world.olu, TOT_ON - timedelta(8), activity=first)
    played.move("assign_supervisor", world.olu, TOT_ON - timedelta(8), person=world.bo.id)
    with write_tx() as session:
        entry = session.get_one(Certification, played.certification).roster_entries[0]
        entry.hours_present, entry.test_percent, entry.micro_teaching = 35, 82, [4, 4]
    last = TOT_ON + timedelta(4)
    played.do(first, "submit", world.bea, last)
    played.do(first, "confirm", world.bea, last)
    played.move("fail_training", world.bea, last, to_repeat="Asked the group nothing.")
    assert status(played, "tot-test") == "not_met"
    played.move("enrol", world.olu, DECIDED_ON, activity=second_tot(world, played, world.tuan))
    with pytest.raises((Forbidden, NotVisible)):
        played.move("complete_training", world.bea, DECIDED_ON)
    with pytest.raises(Refused) as refused:
        played.move("complete_training", world.tuan, DECIDED_ON)
    told = {one.requirement for one in refused.value.refusals}
    assert told == {"tot-attendance", "tot-test", "tot-micro-teaching"}


def test_a_hold_is_kept_from_its_first_to_its_last_day(admitted: Player, world: World) -> None:
    admitted.move("hold", world.olu, date(2026, 3, 1), reason="Parental leave.")
    assert case_of(admitted).pauses == [{"from": "2026-03-01", "until": None}]
    admitted.move("resume", world.olu, date(2026, 4, 1), reason="Back.")
    case = case_of(admitted)
    assert (str(case.state), case.pauses) == ("admitted", [{"from": "2026-03-01", "until": "2026-04-01"}])


def test_who_leaves_takes_no_recommendation_along(recommended: Player, world: World) -> None:
    recommended.move("leave", world.ana, DECIDED_ON, reason="A new job.")
    recommended.move("rejoin", world.olu, DECIDED_ON + timedelta(30), reason="Back again.")
    case = case_of(recommended)
    assert (str(case.state), case.recommended_at, case.round) == ("admitted", None, 2)
    assert status(recommended, "recommendation") == "not_met"


def test_a_shared_cohort_follows_a_new_supervisor_only_with_all_its_candidates(
    trained: Player, world: World
) -> None:
    lan = Player(holder=world.lan).apply().admit().train()
    with write_tx() as session:
        cohort = create_cohort(
            session, world.actor(session, world.olu), at(BASELINE_ON), module="WPC", country="VN",
            name="Shared", trainers=[world.ana.id, world.lan.id], supervisor=world.bo.id,
            enterprises=list(world.enterprises[:4]),
        )  # fmt: skip
        cohort_id = cohort.id
    handed = {"role": "supervisor", "from": world.bo.id, "to": world.tuan.id, "reason": "Bo moves away."}
    trained.move("reassign", world.olu, BASELINE_ON, **handed)
    db.session.rollback()
    assert db.session.get_one(Cohort, cohort_id).supervisor_id == world.bo.id
    lan.move("reassign", world.olu, BASELINE_ON, **handed)
    db.session.rollback()
    assert db.session.get_one(Cohort, cohort_id).supervisor_id == world.tuan.id
