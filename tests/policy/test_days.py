"""Rights and roles are dated by the day where the thing lives, not by the day in Greenwich."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from certify import auth
from certify.models import (
    Affiliation,
    Cohort,
    Enterprise,
    Organisation,
    Person,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.scheme.words import RoleName
from certify.workflows import accounts, role_rules, roles
from certify.workflows.engine import Refused
from tests.cast import World, named
from tests.conftest import Turn

EVENING = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)  # one in the morning of the 2nd in Hanoi
MORNING = date(2026, 6, 2)


def test_the_day_of_a_thing_is_that_of_its_country(app: Flask, world: World, turn: Turn) -> None:
    turn(EVENING)
    for thing in (Cohort(country="VN"), RoleGrant(country="VN"), Enterprise(country="VN")):
        assert auth.day_of(thing) == MORNING
    for nowhere in (None, RoleGrant(country=None)):
        assert auth.day_of(nowhere) == date(2026, 6, 1)


def test_an_invitation_dates_the_work_from_the_countrys_day(app: Flask, world: World) -> None:
    with write_tx() as session:
        accounts.invite(
            session, world.actor(session, world.sami), EVENING, name="New", email="new@example.org",
            country="VN", organisation=session.get_one(Organisation, world.provider),
        )  # fmt: skip
    asked = select(Affiliation.from_on).join(Person).where(Person.email == "new@example.org")
    assert db.session.scalars(asked).one() == MORNING


def test_a_proposal_is_judged_on_the_day_of_its_country(app: Flask, world: World) -> None:
    """Maya's appointment ended on the 1st: in Hanoi it is over, though not yet in Greenwich."""
    with write_tx() as session:
        session.get_one(RoleGrant, named("grantmaya")).until_on = date(2026, 6, 1)
    kim = db.session.get_one(Person, world.kim.id)
    proposal = role_rules.Proposal(kim, RoleName.EXPERT_TRAINER, "WPC", "VN", MORNING)
    maya = world.actor(db.session(), world.maya)
    with pytest.raises(Refused):
        roles.propose(db.session(), maya, proposal, EVENING)
