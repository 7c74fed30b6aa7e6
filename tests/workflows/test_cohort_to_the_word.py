"""Cohorts: what opening and changing one writes, to the last field, and whose it is."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from certify.models import (
    Affiliation,
    Certification,
    Cohort,
    Person,
    RoleGrant,
)
from certify.models.store import write_tx
from certify.scheme.words import RoleName
from certify.workflows.cohort import as_changeable, create_cohort
from certify.workflows.engine import Forbidden, NotVisible
from tests.cast import Member, World, named
from tests.player import BASELINE_ON, Player
from tests.store.locks import locked_cases
from tests.workflows.cohorts import LATE, case_row, change, cohort, end_office, opened
from tests.workflows.refusing import errors_of
from tests.workflows.traces import Traces, fields_of

DAY = timedelta(days=1)


# ---- opened and changed


def test_a_cohort_is_opened_as_it_was_asked_for(trained: Player, world: World) -> None:
    traces = Traces()
    with locked_cases() as locked:
        id = opened(world, world.ana, variant="", enterprises=tuple(reversed(world.enterprises[:2])))
    made = cohort(id)
    assert fields_of(made) == {
        "case_id": made.case_id, "name": "Spring", "module": "WPC", "country": "VN", "variant": None,
        "supervisor_id": world.bo.id, "organisation_id": None, "created_by_id": world.ana.id,
        "created_at": LATE,
    }  # fmt: skip
    assert (made.case.kind, made.case.opened_at, locked) == ("cohort", LATE, [])
    told = {
        "name": "Spring", "variant": None, "trainers": [world.ana.id], "supervisor": world.bo.id,
        "enterprises": sorted(world.enterprises[:2]),
    }  # fmt: skip
    event = (("cohort", id), "create", ("new", "open"), world.ana.id, LATE, told, None)
    assert traces.events() == [event]
    assert as_changeable(made) == told


def test_a_cohort_without_a_name_is_called_by_module_and_trainers(trained: Player, world: World) -> None:
    with write_tx() as session:
        session.add(case_row(world.lan, supervisor_id=world.bo.id))
    both = [world.lan.id, world.ana.id]
    assert cohort(opened(world, world.ana, name="  ", trainers=both)).name == "WPC · Ana Trần, Lan Phạm"
    assert cohort(opened(world, world.ana, name=" Autumn ")).name == "Autumn"
    with write_tx() as session:
        who = world.actor(session, world.ana, LATE.date())
        without = create_cohort(session, who, LATE, module="WPC", country="VN", trainers=[world.ana.id])
        assert (without.name, without.variant, without.supervisor_id, without.enterprises) == (
            "WPC · Ana Trần", None, world.bo.id, [],
        )  # fmt: skip
    with write_tx() as session:
        session.get_one(Person, world.ana.id).name = "A" * 130
    assert cohort(opened(world, world.ana, name="")).name == ("WPC · " + "A" * 130)[:120]


def test_a_change_tells_what_reads_otherwise(trained: Player, world: World) -> None:
    id = opened(world, world.ana)
    traces = Traces()
    given = {
        "trainers": iter([world.ana.id]), "supervisor": "", "variant": "group-programme", "name": "Autumn",
        "enterprises": iter(reversed(world.enterprises[:3])),
    }  # fmt: skip
    change(world, id, world.olu, **given)
    told = {"name": "Autumn", "variant": "group-programme", "enterprises": sorted(world.enterprises[:3])}
    event = (("cohort", id), "edit", ("open", "open"), world.olu.id, LATE, told, None)
    assert traces.events() == [event]
    assert as_changeable(cohort(id)) == {
        "name": "Autumn", "variant": "group-programme", "trainers": [world.ana.id],
        "supervisor": world.bo.id, "enterprises": sorted(world.enterprises[:3]),
    }  # fmt: skip
    traces = Traces()
    change(world, id, world.olu)
    change(world, id, world.olu, variant="")
    assert [one[5] for one in traces.events()] == [{}, {"variant": None}]


def test_a_change_locks_the_cohort_whoever_is_in_it_and_whoever_joins(trained: Player, world: World) -> None:
    with write_tx() as session:
        joining, elsewhere = case_row(world.lan, supervisor_id=world.bo.id), case_row(world.lan, module="LEA")
        session.add_all([joining, elsewhere])
        session.flush()
        cases = joining.case_id, session.get_one(Certification, trained.certification).case_id
    id = opened(world, world.ana)
    with locked_cases() as locked:
        change(world, id, world.olu, trainers=[world.ana.id, world.lan.id])
    assert set(locked) == {cohort(id).case_id, *cases}
    with locked_cases() as locked:
        change(world, id, world.olu, trainers=[world.ana.id])
    assert set(locked) == {cohort(id).case_id, *cases}


def test_only_what_can_be_changed_is_and_only_by_who_may(trained: Player, world: World) -> None:
    id = opened(world, world.ana)
    field = ["There is no such field here."]
    told = errors_of(lambda: change(world, id, world.kim, module="LEA", colour="red", name="Mine"))
    assert told == {"module": field, "colour": field}
    for by, answer in ((world.maya, Forbidden), (world.kim, NotVisible)):
        with pytest.raises(answer) as refused:
            change(world, id, by, name="Mine")
        assert str(refused.value) == "cohort.edit"
    with pytest.raises(Forbidden) as refused:
        opened(world, world.kim)
    assert str(refused.value) == "cohort.create"
    own = opened(world, world.olu)
    end_office(world.olu, LATE.date())  # it is tomorrow in Hanoi, and he sees what he made
    for act in (lambda: change(world, own, world.olu, name="Mine"), lambda: opened(world, world.olu)):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(NotVisible):
        change(world, id, world.olu, name="Mine")


# ---- whose it is


def test_a_cohort_is_of_the_provider_where_its_trainers_work_or_who_nominated_them(
    trained: Player, world: World
) -> None:
    """By the trainers' names, on the days of their work; the acting provider's own comes first."""

    def owner(by: Member, *trainers: Member) -> str | None:
        return cohort_of(world, by, [one.id for one in trainers]).organisation_id

    first = BASELINE_ON
    with write_tx() as session:
        session.add(case_row(world.lan, supervisor_id=world.bo.id))
        session.add(case_row(world.kim, supervisor_id=world.bo.id))
        for days in ((first + DAY, None), (date(2025, 1, 1), first - DAY)):
            session.add(work(world.ana, world.other_provider, *days))
    assert owner(world.olu, world.ana) is None
    assert owner(world.olu, world.ana, world.lan) == world.provider
    with write_tx() as session:
        session.add(work(world.ana, world.other_provider, first, first))
    assert owner(world.olu, world.ana, world.lan) == world.other_provider
    assert owner(world.sami, world.ana, world.lan) == world.provider
    with write_tx() as session:
        found = select(Certification).where(Certification.holder_id == world.kim.id)
        session.scalars(found).one().nominating_organisation_id = world.other_provider
    assert owner(world.olu, world.kim) == world.other_provider
    assert owner(world.olu, world.lan, world.kim) == world.provider


def work(who: Member, at_: str, from_on: date, until_on: date | None) -> Affiliation:
    return Affiliation(person_id=who.id, organisation_id=at_, from_on=from_on, until_on=until_on)


def cohort_of(world: World, by: Member, trainers: list[str]) -> Cohort:
    return cohort(opened(world, by, trainers=trainers))


@pytest.mark.parametrize("change_", [{"country": "LA"}, {"module": "LEA"}, {"until_on": BASELINE_ON - DAY}])
def test_a_provider_of_elsewhere_does_not_come_first(
    trained: Player, world: World, change_: dict[str, Any]
) -> None:
    """Olu provides for the second as well: for this module, this country and that day, or not at all."""
    with write_tx() as session:
        session.add(case_row(world.lan, supervisor_id=world.bo.id))
        session.add(work(world.ana, world.other_provider, date(2025, 1, 1), None))
        provides = {
            "role": RoleName.PROVIDER, "country": "VN", "from_on": date(2025, 1, 1),
            "organisation_id": world.provider, "proposed_by_id": world.ada.id, "proposed_at": LATE,
            "confirmed_by_id": world.sol.id, "confirmed_at": LATE,
        }  # fmt: skip
        grant = RoleGrant(id=named("own"), person_id=world.olu.id, **provides)
        session.add(grant)
    both = [world.ana.id, world.lan.id]
    assert cohort_of(world, world.olu, both).organisation_id == world.provider
    with write_tx() as session:
        for name, value in change_.items():
            setattr(session.get_one(RoleGrant, grant.id), name, value)
    assert cohort_of(world, world.olu, both).organisation_id == world.other_provider
