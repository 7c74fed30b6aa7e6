"""A service provider's coordinator: rights by a grant in force, never by working somewhere."""

from datetime import date, timedelta

import pytest
from flask import Flask

from certify.models import Affiliation, Certification, Cohort, RoleGrant, db
from certify.models.store import write_tx
from certify.policy import Actor, Grant, may
from certify.queries.certifications import Filters, certification_page
from certify.queries.cohorts import cohort_page
from certify.queries.desk import waiting
from certify.queries.tasks import Asking
from certify.scheme.words import RoleName
from certify.workflows.certification import open_certification
from certify.workflows.engine import Forbidden
from certify.workflows.nomination import nominate
from certify.workflows.people import actor_of
from tests.cast import SINCE, World, named
from tests.player import APPLIED_ON, BASELINE_ON, Player, at

ON = BASELINE_ON


@pytest.fixture
def sami(app: Flask, world: World) -> Actor:
    """Coordinator of one provider by a grant, and employed by another one besides."""
    with write_tx() as session:
        session.add(Affiliation(person_id=world.sami.id, organisation_id=world.other_provider, from_on=SINCE))
    return world.actor(db.session(), world.sami, ON)


def listed(actor: Actor, on: date = ON) -> set[str]:
    return {one.id for one in certification_page(db.session(), actor, at(on), Filters()).items}


def sees(actor: Actor, case: str, on: date = ON) -> bool:
    return may(actor, "certification.see", db.session.get_one(Certification, case), on)


def employ(submitted: Player, world: World, organisation: str) -> str:
    """Ana works there and has applied; her case."""
    with write_tx() as session:
        session.add(Affiliation(person_id=world.ana.id, organisation_id=organisation, from_on=SINCE))
    return submitted.certification


def test_an_actor_acts_for_the_providers_of_grants_in_force(sami: Actor, world: World) -> None:
    assert sami.organisations == {world.provider}
    assert sami.provides_for(on=ON) == {world.provider}
    assert sami.provides_for(on=ON, module="WPC", country="VN") == {world.provider}
    assert sami.provides_for(on=ON, country="LA") == frozenset()
    assert sami.provides_for(on=SINCE - timedelta(1)) == frozenset()
    reviewer = Grant(RoleName.QA_REVIEWER, None, None, SINCE, None, organisation=world.provider)
    assert Actor("x", "X", (reviewer,)).provides_for(on=ON) == frozenset()


def test_to_work_for_a_provider_opens_nobodys_case(submitted: Player, sami: Actor, world: World) -> None:
    case = employ(submitted, world, world.other_provider)
    assert (sees(sami, case), listed(sami)) == (False, set())


def test_the_own_providers_people_are_seen_while_the_grant_is_in_force(
    submitted: Player, sami: Actor, world: World
) -> None:
    case = employ(submitted, world, world.provider)
    assert (sees(sami, case), listed(sami)) == (True, {case})
    with write_tx() as session:
        session.get_one(RoleGrant, named("grantsami")).until_on = ON
    after = ON + timedelta(1)
    late = actor_of(db.session(), world.sami.id, after)
    assert late is not None
    assert (sees(late, case), sees(late, case, after), listed(late, after)) == (True, False, set())


def test_a_grant_for_one_country_opens_no_case_of_another(
    submitted: Player, sami: Actor, world: World
) -> None:
    case = employ(submitted, world, world.provider)
    with write_tx() as session:
        session.get_one(Certification, case).country = "LA"
    assert (sees(sami, case), listed(sami)) == (False, set())


def test_to_work_for_a_provider_shows_none_of_its_cohorts(sami: Actor, world: World) -> None:
    Player(holder=world.lan).apply().admit().train().deliver()
    cohort = db.session.scalars(db.select(Cohort)).one()
    assert [one.id for one in cohort_page(db.session(), sami, ON).items] == [cohort.id]
    with write_tx() as session:
        session.get_one(Cohort, cohort.id).organisation_id = world.other_provider
    assert not may(sami, "cohort.see", db.session.get_one(Cohort, cohort.id), ON)
    assert cohort_page(db.session(), sami, ON).items == ()


def test_nobody_nominates_for_a_provider_where_they_only_work(sami: Actor, world: World) -> None:
    asked = {"module": "WPC", "country": "VN", "email": world.kim.email, "name": "Kim"}
    with pytest.raises(Forbidden), write_tx() as session:
        nominate(session, sami, at(ON), organisation_id=world.other_provider, **asked)
    with write_tx() as session:
        made = nominate(session, sami, at(ON), organisation_id=world.provider, **asked)
        assert made.nominating_organisation_id == world.provider


def test_without_naming_it_a_nomination_is_by_the_own_provider(sami: Actor, world: World) -> None:
    with write_tx() as session:
        made = open_certification(
            session, sami, at(ON), module="WPC", country="VN", holder_id=world.kim.id
        ).id
    case = db.session.get_one(Certification, made)
    assert case.nominating_organisation_id == world.provider
    assert {one.queue.name: one.count for one in waiting(Asking(db.session(), sami, at(ON)))} == {
        "nominations": 1
    }
    with write_tx() as session:
        session.get_one(Certification, made).nominating_organisation_id = world.other_provider
    assert waiting(Asking(db.session(), sami, at(ON))) == ()


def test_who_is_admitted_or_certified_delivers_until_it_ends(submitted: Player, world: World) -> None:
    def delivers() -> bool:
        return may(world.actor(db.session(), world.ana, ON), "enterprise.create", None, ON)

    assert not delivers()
    submitted.admit()
    assert delivers()
    submitted.move("leave", world.ana, APPLIED_ON, reason="Moving.")
    assert not delivers()
