"""The path whole, through the workflows: states, events, credential and replay agree."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import Certification, Credential, Event, db
from certify.models.store import write_tx
from certify.scheme.words import CertificationState
from certify.workflows import engine
from certify.workflows.certification import recognise, requirements_of
from certify.workflows.engine import Forbidden, Refused
from tests.cast import World
from tests.player import ASSESSED_ON, DECIDED_ON, Player, at
from tests.replayed import replay


def test_a_candidate_is_carried_from_application_to_certificate(certified: Player, world: World) -> None:
    case = db.session.get_one(Certification, certified.certification)
    assert case.state is CertificationState.CERTIFIED
    assert (case.valid_from, case.valid_until) == (date(2026, 5, 4), date(2029, 5, 4))
    credential = db.session.scalars(select(Credential)).one()
    assert (credential.holder_name, credential.valid_until) == ("Ana Trần", date(2029, 5, 4))
    assert credential.zone == "Asia/Ho_Chi_Minh"


def test_every_state_replays_from_the_events(certified: Player, world: World) -> None:
    replayed = replay(db.session.scalars(select(Event)))
    stored = {
        (workflow.name, row.id): str(row.state)
        for workflow in engine.workflows()
        for row in db.session.scalars(select(workflow.row))
    }
    assert {key: state for key, state in replayed.items() if key[0] != "cohort"} == stored


def test_after_the_decision_the_requirements_stand_as_they_were(certified: Player, world: World) -> None:
    certified.do(certified.visits[0], "void", world.bo, DECIDED_ON, reason="It was another enterprise.")
    case = db.session.get_one(Certification, certified.certification)
    results = requirements_of(db.session(), case, at(DECIDED_ON))
    assert {result.status.value for result in results} == {"met"}


def test_a_refused_move_leaves_no_trace(trained: Player, world: World) -> None:
    before = db.session.scalars(select(Event.id)).all()
    with pytest.raises(Refused) as refused:
        trained.move("begin_visits", world.ana, date(2026, 3, 1))
    assert {one.requirement for one in refused.value.refusals} == {
        "toe-start", "cohort-size", "baseline-before-classroom", "classroom-days", "participants",
    }  # fmt: skip
    assert db.session.scalars(select(Event.id)).all() == before
    assert db.session.get_one(Certification, trained.certification).state == "classroom_delivery"


def test_an_exception_in_an_effect_rolls_the_state_back(submitted: Player, world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        _return_and_crash(submitted, world)
    assert db.session.get_one(Certification, submitted.certification).state == "submitted"


def _return_and_crash(played: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, played.certification)
        olu = world.actor(session, world.olu)
        engine.perform(case, "return_application", olu, at(DECIDED_ON), to_complete="The CV.")
        assert case.state == "draft"
        raise ZeroDivisionError


def test_nobody_decides_on_a_file_they_assessed(recommended: Player, world: World) -> None:
    """Tuấn observed; as a Master Trainer too he is still blocked, and told why."""
    from certify.models import RoleGrant
    from certify.scheme.words import RoleName

    with write_tx() as session:
        session.add(
            RoleGrant(
                person_id=world.tuan.id, role=RoleName.MASTER_TRAINER, module="WPC", country="VN",
                from_on=date(2025, 1, 1), issuer_id=world.issuer, proposed_by_id=world.ada.id,
                proposed_at=at(ASSESSED_ON), confirmed_by_id=world.sol.id, confirmed_at=at(ASSESSED_ON),
            )
        )  # fmt: skip
    with pytest.raises(Refused) as refused:
        recommended.move(
            "grant", world.tuan, DECIDED_ON, reasons=[{"requirement": "mean-score", "reason": "Good."}],
            effective_on=DECIDED_ON,
        )  # fmt: skip
    assert [(one.requirement, str(one.reason)) for one in refused.value.refusals] == [
        ("independence", "Tuấn Lê observed the candidate.")
    ]


def test_the_assessor_cannot_decide_for_want_of_the_role(recommended: Player, world: World) -> None:
    with pytest.raises(Forbidden):
        recommended.move(
            "grant", world.bo, DECIDED_ON, reasons=[{"requirement": "mean-score", "reason": "Good."}],
            effective_on=DECIDED_ON,
        )  # fmt: skip


def test_withdrawal_revokes_the_credential_in_the_same_commit(certified: Player, world: World) -> None:
    certified.move("suspend", world.maya, date(2026, 6, 1), grounds="Code of conduct broken.")
    certified.move("withdraw", world.mika, date(2026, 7, 1), grounds="It was broken again.")
    assert db.session.scalars(select(Credential)).one().state == "revoked"


def test_a_recognised_trainer_has_our_number_and_no_requirements(app: Flask, world: World) -> None:
    with write_tx() as session:
        case = recognise(
            session, world.actor(session, world.maya), at(DECIDED_ON), person=world.kim.id, module="WPC",
            country="VN", source="ILO Hanoi", number="VN-0231", valid_from=date(2025, 1, 1),
            valid_until=date(2027, 12, 31), grounds="Seen in the ILO's register.",
        )  # fmt: skip
        made = case.id
    case = db.session.get_one(Certification, made)
    assert (case.state, case.scheme_version, len(case.credentials)) == ("certified", "score-2026", 1)
    assert requirements_of(db.session(), case, at(DECIDED_ON)) == ()
