"""Certificates are issued and ended by decisions alone."""

from datetime import date

import pytest
from sqlalchemy import select

from certify.credentials.issuing import NotDecided, draft_credential
from certify.credentials.numbers import normalise
from certify.models import Certification, Credential, Event, db
from certify.models.store import write_tx
from certify.workflows import engine
from certify.workflows.credential import revoke, supersede
from certify.workflows.engine import Refused
from tests.cast import World
from tests.player import DECIDED_ON, Player, at


@pytest.fixture
def played(certified: Player, world: World) -> Player:
    return certified


def credential() -> Credential:
    return db.session.scalars(select(Credential)).one()


def test_a_grant_issues_one_certificate_that_copies_the_decision(played: Player, world: World) -> None:
    made = credential()
    assert normalise(made.number) == made.number
    assert made.number.startswith("TC-")
    assert (made.state, made.holder_name, made.module, made.zone, made.valid_from, made.valid_until) == (
        "issued", "Ana Trần", "WPC", "Asia/Ho_Chi_Minh", date(2026, 5, 4), date(2029, 5, 4),
    )  # fmt: skip
    event = db.session.scalars(select(Event).where(Event.subject_id == made.id)).one()
    assert event.facts == {"number": made.number, "valid_from": "2026-05-04", "valid_until": "2029-05-04"}


def test_a_withdrawal_revokes_it_in_the_same_commit(played: Player, world: World) -> None:
    played.move("withdraw", world.mika, date(2026, 7, 1), grounds="It was proved.")
    assert (credential().state, credential().state_since) == ("revoked", at(date(2026, 7, 1)))


def test_nobody_moves_a_certificate_by_hand(played: Player, world: World) -> None:
    for member in world.members:
        actor = world.actor(db.session(), member, DECIDED_ON)
        assert engine.offers(credential(), actor, at(DECIDED_ON)) == ()


def test_a_revoked_certificate_stays_revoked(played: Player, world: World) -> None:
    maya = world.actor(db.session(), world.maya, DECIDED_ON)
    with write_tx() as session:
        revoke(session, session.scalars(select(Credential)).one(), maya, at(DECIDED_ON), reason="Misprint.")
    with pytest.raises(Refused), write_tx() as session:
        supersede(session, session.scalars(select(Credential)).one(), maya, at(DECIDED_ON))
    assert (credential().state, credential().reason) == ("revoked", "Misprint.")


def test_without_a_decision_there_is_nothing_to_issue(admitted: Player, world: World) -> None:
    case = db.session.get_one(Certification, admitted.certification)
    with pytest.raises(NotDecided):
        draft_credential(case, at(DECIDED_ON))
