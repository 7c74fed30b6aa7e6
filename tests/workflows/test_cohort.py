"""Cohorts: who is in them, under whose supervision, and who may open and change them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import (
    Activity,
    Certification,
    Cohort,
    Enterprise,
    EnterpriseContact,
    Event,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.scheme.words import RoleName
from certify.workflows.activity_edit import create_activity
from certify.workflows.cohort import create_cohort, edit_cohort
from certify.workflows.engine import Forbidden, NotVisible, Refused
from certify.workflows.facts import InvalidFacts
from tests.cast import Member, World
from tests.player import BASELINE_ON, DECIDED_ON, Player, at
from tests.store.locks import locked_cases


def cohort_of(world: World, by: Member, on: date = BASELINE_ON, **changes: Any) -> str:
    asked = {
        "module": "WPC",
        "country": "VN",
        "name": "Spring",
        "trainers": [world.ana.id],
        "supervisor": world.bo.id,
        "enterprises": list(world.enterprises[:4]),
        **changes,
    }
    with write_tx() as session:
        return create_cohort(session, world.actor(session, by, on), at(on), **asked).id


def edit(world: World, id: str, by: Member, **changes: Any) -> None:
    with write_tx() as session:
        who = world.actor(session, by, BASELINE_ON)
        edit_cohort(session, session.get_one(Cohort, id), who, at(BASELINE_ON), **changes)


def cohort(id: str) -> Cohort:
    return db.session.get_one(Cohort, id)


@pytest.mark.parametrize("by", ["ana", "bo", "olu"])
def test_trainer_supervisor_and_coordinator_open_a_cohort(trained: Player, world: World, by: str) -> None:
    made = cohort(cohort_of(world, getattr(world, by)))
    assert (made.name, made.supervisor_id, made.case.kind) == ("Spring", world.bo.id, "cohort")
    assert [person.id for person in made.trainers] == [world.ana.id]
    assert {one.id for one in made.enterprises} == set(world.enterprises[:4])


@pytest.mark.parametrize("by", ["kim", "bea", "sami", "quy"])
def test_nobody_else_opens_a_cohort_with_their_trainers(trained: Player, world: World, by: str) -> None:
    with pytest.raises(Forbidden):
        cohort_of(world, getattr(world, by))
    assert db.session.scalars(select(Cohort)).all() == []


def test_a_provider_opens_a_cohort_of_its_own_trainers(app: Flask, world: World) -> None:
    Player(holder=world.lan).apply().admit().train()
    made = cohort(cohort_of(world, world.sami, trainers=[world.lan.id]))
    assert made.organisation_id == world.provider


def test_opening_and_changing_are_events_of_its_case(trained: Player, world: World) -> None:
    id = cohort_of(world, world.olu)
    edit(world, id, world.olu, name="Autumn", enterprises=list(world.enterprises))
    events = db.session.scalars(select(Event).where(Event.subject_id == id).order_by(Event.seq)).all()
    assert [(one.move, one.from_state, one.to_state) for one in events] == [
        ("create", "new", "open"), ("edit", "open", "open"),
    ]  # fmt: skip
    assert events[1].facts == {"name": "Autumn", "enterprises": sorted(world.enterprises)}
    assert cohort(id).name == "Autumn"


def test_the_supervisor_is_the_assigned_one_of_every_candidate(trained: Player, world: World) -> None:
    with pytest.raises(InvalidFacts) as refused:
        cohort_of(world, world.olu, supervisor=world.bea.id)
    assert set(refused.value.errors) == {"supervisor"}
    assert cohort(cohort_of(world, world.olu, supervisor=None)).supervisor_id == world.bo.id


def test_trainers_are_on_the_path_or_certified_in_the_module(trained: Player, world: World) -> None:
    for trainers in ([world.ana.id, world.kim.id], [], ["f" * 20], [world.ana.id] * 2):
        with pytest.raises(InvalidFacts) as refused:
            cohort_of(world, world.olu, trainers=trainers)
        assert set(refused.value.errors) == {"trainers"}


def test_module_country_variant_and_enterprises_exist(trained: Player, world: World) -> None:
    with write_tx() as session:
        session.get_one(Enterprise, world.enterprises[4]).country = "LA"
    wrong = {
        "module": "XYZ",
        "country": "ZZ",
        "variant": "by-post",
        "name": "x" * 121,
        "enterprises": ["f" * 20],
    }
    for field, value in wrong.items():
        with pytest.raises(InvalidFacts) as refused:
            cohort_of(world, world.olu, **{field: value})
        assert field in refused.value.errors
    with pytest.raises(InvalidFacts):
        cohort_of(world, world.olu, enterprises=[world.enterprises[4]])


def test_who_has_activities_in_it_stays_in_it(trained: Player, world: World) -> None:
    trained.deliver()
    with pytest.raises(InvalidFacts) as refused:
        edit(world, trained.cohort, world.olu, enterprises=list(world.enterprises[1:]))
    assert set(refused.value.errors) == {"enterprises"}
    with pytest.raises(InvalidFacts):
        edit(world, trained.cohort, world.olu, colour="red")


def test_rights_are_asked_before_anybodys_name_is_told(trained: Player, world: World) -> None:
    """The mistakes of a cohort name people: who may not open it learns none of them."""
    with pytest.raises(Forbidden):
        cohort_of(world, world.kim, trainers=[world.ana.id, world.lan.id], supervisor=world.bea.id)


def test_a_trainer_is_no_contact_of_an_enterprise_of_the_cohort(trained: Player, world: World) -> None:
    """Nobody confirms their own visits, by whichever door they come in."""
    open_one = cohort_of(world, world.olu, enterprises=[])
    with write_tx() as session:
        for enterprise, changes in (
            (world.enterprises[3], {"email": "ANA@example.org"}),
            (world.enterprises[4], {"email": "other@example.org", "person_id": world.ana.id}),
        ):
            session.add(
                EnterpriseContact(enterprise_id=enterprise, name="X", created_at=at(BASELINE_ON), **changes)
            )
    for enterprise in world.enterprises[3:]:
        for attempt in (
            lambda e=enterprise: cohort_of(world, world.olu, enterprises=[e]),
            lambda e=enterprise: edit(world, open_one, world.olu, enterprises=[e]),
        ):
            with pytest.raises(InvalidFacts) as refused:
                attempt()
            assert set(refused.value.errors) == {"enterprises"}
    edit(world, open_one, world.olu, enterprises=list(world.enterprises[:3]))


def test_a_change_locks_the_cohort_and_then_the_certifications_concerned(
    trained: Player, world: World
) -> None:
    """So that nobody decides on a candidate while the evidence changes."""
    Player(holder=world.lan).apply().admit().train()
    id = cohort_of(world, world.olu)
    with locked_cases() as locked:
        edit(world, id, world.olu, trainers=[world.ana.id, world.lan.id])
    cases = db.session.scalars(select(Certification.case_id).order_by(Certification.case_id)).all()
    assert locked == [cohort(id).case_id, *cases]


def test_a_stranger_does_not_know_of_it_and_a_reader_does_not_change_it(
    trained: Player, world: World
) -> None:
    id = cohort_of(world, world.olu)
    with pytest.raises(NotVisible):
        edit(world, id, world.kim, name="Mine")
    with pytest.raises(Forbidden):
        edit(world, id, world.maya, name="Mine")


def test_certified_trainers_alone_have_no_supervisor_and_the_coordinator_confirms(
    trained: Player, world: World
) -> None:
    trained.deliver().visit().recommend().grant()
    with pytest.raises(InvalidFacts) as refused:
        cohort_of(world, world.ana, DECIDED_ON)
    assert set(refused.value.errors) == {"supervisor"}
    id = cohort_of(world, world.ana, DECIDED_ON, supervisor=None)
    report = _report(world, id)
    with pytest.raises(NotVisible):  # Bo has no part in this cohort
        trained.do(report, "confirm", world.bo, DECIDED_ON)
    with pytest.raises(Forbidden):
        trained.do(report, "confirm", world.ana, DECIDED_ON)
    trained.do(report, "confirm", world.olu, DECIDED_ON)
    assert db.session.get_one(Activity, report).state == "confirmed"


def test_a_coordinator_confirms_nothing_of_a_candidate_without_a_supervisor(
    admitted: Player, world: World
) -> None:
    """A cohort may be planned before anybody is assigned; then the assigned one confirms."""
    report = _report(world, cohort_of(world, world.ana, DECIDED_ON, supervisor=None))
    with pytest.raises(Refused):
        admitted.do(report, "confirm", world.olu, DECIDED_ON)
    admitted.move("assign_supervisor", world.olu, DECIDED_ON, person=world.bo.id)
    admitted.do(report, "confirm", world.bo, DECIDED_ON)


def _report(world: World, id: str) -> str:
    with write_tx() as session:
        report = create_activity(
            session,
            world.actor(session, world.ana, DECIDED_ON),
            at(DECIDED_ON),
            kind="cycle_report",
            cohort=session.get_one(Cohort, id),
            fields={"held_on": DECIDED_ON.isoformat(), "report": "Done."},
        ).id
    Player().do(report, "submit", world.ana, DECIDED_ON)
    return report


def test_somebody_elses_enterprise_is_not_chosen_by_its_id(trained: Player, world: World) -> None:
    """Olu entered the first four for everybody; the fifth is Sami's own."""
    with write_tx() as session:
        session.get_one(Enterprise, world.enterprises[4]).created_by_id = world.sami.id
    with pytest.raises(InvalidFacts) as refused:
        cohort_of(world, world.ana, enterprises=[world.enterprises[0], world.enterprises[4]])
    assert set(refused.value.errors) == {"enterprises"}
    assert db.session.scalars(select(Cohort)).all() == []
    made = cohort_of(world, world.ana)
    with pytest.raises(InvalidFacts):
        edit(world, made, world.ana, enterprises=list(world.enterprises))
    edit(world, made, world.olu, enterprises=list(world.enterprises))  # a coordinator sees them all


def test_what_a_coordinator_entered_stays_everybodys_when_the_coordinator_leaves_office(
    trained: Player, world: World
) -> None:
    """Olu leaves office and Kim follows: trainers choose what Olu entered, and Kim too."""
    with write_tx() as session:
        held = select(RoleGrant).where(RoleGrant.person_id == world.olu.id)
        session.scalars(held).one().ended_at = at(BASELINE_ON)
        session.add(
            RoleGrant(
                person_id=world.kim.id, role=RoleName.COORDINATOR, country="VN", from_on=BASELINE_ON,
                proposed_by_id=world.ada.id, proposed_at=at(BASELINE_ON),
                confirmed_by_id=world.sol.id, confirmed_at=at(BASELINE_ON),
            )
        )  # fmt: skip
    for by in (world.ana, world.kim):
        made = cohort_of(world, by)
        assert {one.id for one in cohort(made).enterprises} == set(world.enterprises[:4])


def test_what_somebody_entered_before_or_after_their_office_is_their_own(
    trained: Player, world: World
) -> None:
    with write_tx() as session:
        held = select(RoleGrant).where(RoleGrant.person_id == world.olu.id)
        session.scalars(held).one().ended_at = at(BASELINE_ON)
        session.get_one(Enterprise, world.enterprises[0]).created_at = at(DECIDED_ON)
    with pytest.raises(InvalidFacts) as refused:
        cohort_of(world, world.ana)
    assert set(refused.value.errors) == {"enterprises"}


@pytest.mark.parametrize(
    ("from_on", "until_on", "for_everybody"),
    [
        (date(2024, 1, 8), date(2024, 1, 8), True),
        (date(2024, 1, 9), None, False),
        (date(2024, 1, 1), date(2024, 1, 7), False),
    ],
)
def test_a_coordinator_enters_for_everybody_on_the_days_of_the_role_alone(
    trained: Player, world: World, from_on: date, until_on: date | None, for_everybody: bool
) -> None:
    """The day is the country's: what was entered at 23:30 UTC on the 7th was entered in Hanoi on the 8th."""
    with write_tx() as session:
        held = session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.olu.id)).one()
        held.from_on, held.until_on = from_on, until_on
        held.confirmed_at = datetime(2024, 1, 1, tzinfo=UTC)
        for id in world.enterprises[:4]:
            session.get_one(Enterprise, id).created_at = datetime(2024, 1, 7, 23, 30, tzinfo=UTC)
    if for_everybody:
        assert {one.id for one in cohort(cohort_of(world, world.ana)).enterprises} == set(
            world.enterprises[:4]
        )
        return
    with pytest.raises(InvalidFacts) as refused:
        cohort_of(world, world.ana)
    assert set(refused.value.errors) == {"enterprises"}


def test_an_enterprise_of_the_cohort_stays_choosable(trained: Player, world: World) -> None:
    made = cohort_of(world, world.olu, enterprises=list(world.enterprises))
    with write_tx() as session:
        session.get_one(Enterprise, world.enterprises[4]).created_by_id = world.sami.id
    edit(world, made, world.ana, name="Autumn", enterprises=list(world.enterprises))
