"""Certificates are issued and ended by decisions alone."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from sqlalchemy import select

from certify.credentials.issuing import NotDecided, draft_credential
from certify.credentials.numbers import normalise
from certify.models import Certification, Credential, Event, db
from certify.models.store import write_tx
from certify.workflows import engine
from certify.workflows.credential import issue, revoke, supersede
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
    document = made.document
    assert document is not None
    assert event.facts == {
        "number": made.number,
        "valid_from": "2026-05-04",
        "valid_until": "2029-05-04",
        "revision": 1,
        "key": "key-1",
        "document_sha256": sha256(document.content.encode()).hexdigest(),
    }


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


def test_a_successor_takes_over_on_its_first_day_unless_it_is_revoked(played: Player, world: World) -> None:
    """The list says "revoked" of the one before from that midnight in Hanoi on."""
    with write_tx() as session:
        maya = world.actor(session, world.maya, DECIDED_ON)
        case = session.get_one(Certification, played.certification)
        case.valid_from, case.valid_until = date(2029, 5, 5), date(2032, 5, 4)
        first = session.scalars(select(Credential)).one()
        second = issue(session, case, maya, at(DECIDED_ON), supersedes=first)
        ids = first.id, second.id
    before, after = (db.session.get_one(Credential, id).document for id in ids)
    assert before is not None
    assert after is not None
    assert (before.ended_at, after.ended_at) == (datetime(2029, 5, 4, 17, tzinfo=UTC), None)
    told = json.loads(after.content)
    assert told["credentialSubject"]["narrative"].endswith(
        f"It takes the place of {before.credential.number}."
    )
    assert told["relatedResource"][0]["id"] == json.loads(before.content)["id"]
    with write_tx() as session:
        maya = world.actor(session, world.maya, DECIDED_ON)
        revoke(session, session.get_one(Credential, ids[1]), maya, at(DECIDED_ON), reason="Misprint.")
    before, after = (db.session.get_one(Credential, id).document for id in ids)
    assert before is not None
    assert after is not None
    assert (before.ended_at, after.ended_at) == (None, at(DECIDED_ON))
