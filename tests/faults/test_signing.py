"""A certificate is signed with the decision or there is no decision, and never in a name that is no more."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from certify.faults import Point, Struck, arm
from certify.models import Certification, Credential, CredentialDocument, Decision, Event, Person, db
from certify.models.store import write_tx
from certify.workflows import account_holders, engine
from tests.cast import World
from tests.credentials.signed import certificate, document
from tests.faults.test_races import GRANT, decide
from tests.player import DECIDED_ON, Player, at

RENAMED = "Ana Trần Ngọc"


@pytest.fixture(autouse=True)
def _nothing_ordered() -> Iterator[None]:
    yield
    arm("")


def kept(played: Player) -> tuple[str, list[int]]:
    """The state of the certification, and how many rows speak of a decision."""
    db.session.rollback()
    state = db.session.get_one(Certification, played.certification).state
    tables = (Decision, Credential, CredentialDocument, Event)
    return state, [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_a_grant_that_breaks_at_the_signature_fails_whole_and_may_be_made_again(
    recommended: Player, world: World
) -> None:
    before, grant = kept(recommended), decide(world, recommended, world.maya)
    struck = arm(f"{Point.SIGNATURE}:1")
    with pytest.raises(Struck):
        grant()
    assert struck is not None
    assert (struck.struck, kept(recommended)) == (True, before)
    grant()
    state, [decisions, credentials, documents, _events] = kept(recommended)
    assert (state, decisions, credentials, documents) == ("certified", 1, 1, 1)


def test_a_grant_that_commits_while_its_holder_is_renamed_bears_the_new_name(
    recommended: Player, app: Flask, world: World
) -> None:
    granted, renamed = threading.Event(), threading.Event()

    def rename() -> None:
        with app.app_context():
            assert granted.wait(timeout=30)
            with write_tx() as session:
                ana = session.get_one(Person, world.ana.id)
                account_holders.correct(
                    session, world.actor(session, world.ada), ana, at(DECIDED_ON), name=RENAMED,
                    country=ana.country, sex=ana.sex,
                )  # fmt: skip
            db.session.remove()
            renamed.set()

    renaming = threading.Thread(target=rename)
    renaming.start()
    with write_tx() as session:
        case = session.get_one(Certification, recommended.certification)
        engine.perform(case, "grant", world.actor(session, world.maya), at(DECIDED_ON), **GRANT)
        granted.set()
        renamed.wait(timeout=0.3)  # without the lock it is done by now, and has found no certificate
    renaming.join(timeout=30)
    db.session.rollback()
    assert certificate().holder_name == RENAMED
    assert document()["credentialSubject"]["identifier"][0]["identityHash"] == RENAMED
