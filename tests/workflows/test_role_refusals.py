"""A role is given by two people: every no in its words, who is told, and what the record keeps."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from certify.models import IssuingBody, Message, Organisation, Person, RoleGrant
from certify.models.store import write_tx
from certify.policy import Actor, Grant
from certify.scheme.words import RoleName
from certify.workflows import grants, role_rules, roles
from certify.workflows.engine import Refusal, Refused
from certify.workflows.people import actor_of
from tests.cast import Member, World
from tests.conftest import NOW

ON = NOW.date()
DAY = timedelta(days=1)
ADMINISTRATOR = ("administrator",)
OWNER_OR_MASTER = ("scheme_owner", "master_trainer")


def wish(
    session: Session, world: World, role: RoleName = RoleName.QA_REVIEWER, **more: Any
) -> role_rules.Proposal:
    """A role for Kim in Viet Nam, complete in everything."""
    whole = role_rules.Proposal(
        person=session.get_one(Person, world.kim.id),
        role=role,
        module="WPC",
        country="VN",
        from_on=ON,
        issuer=session.get_one(IssuingBody, world.issuer) if role is RoleName.MASTER_TRAINER else None,
        organisation=session.get_one(Organisation, world.provider) if role is RoleName.PROVIDER else None,
    )
    return replace(whole, **more)


def by(session: Session, member: Member) -> Actor:
    found = actor_of(session, member.id, ON)
    assert found is not None
    return found


def told(act: Any, *args: Any) -> list[Refusal]:
    with pytest.raises(Refused) as refused:
        act(*args)
    return list(refused.value.refusals)


def test_a_proposal_that_is_incomplete_is_told_all_that_it_lacks(app: Flask, world: World) -> None:
    with write_tx() as session:
        ada = by(session, world.ada)

        def reasons(role: RoleName, **more: Any) -> list[str]:
            refusals = told(roles.propose, session, ada, wish(session, world, role, **more), NOW)
            assert {(one.requirement, one.who, one.earliest_on) for one in refusals} == {(None, (), None)}
            return [one.reason for one in refusals]

        module = "Name the module: this role is given module by module."
        country = "Name the country: this role is given country by country."
        issuer = "A Master Trainer's appointment names the issuing body."
        provider = "Name the organisation whose coordinator this person becomes."
        last = "The last day lies before the first."
        nothing: dict[str, Any] = {"module": None, "country": None, "issuer": None, "organisation": None}
        assert reasons(RoleName.EXPERT_TRAINER, **nothing) == [module, country]
        assert reasons(RoleName.MASTER_TRAINER, **nothing) == [module, country, issuer]
        assert reasons(RoleName.COORDINATOR, **nothing) == [country]
        assert reasons(RoleName.PROVIDER, **nothing) == [provider]
        assert reasons(RoleName.QA_REVIEWER, until_on=ON - DAY) == [last]
        whole = roles.propose(
            session, ada, wish(session, world, RoleName.AUDITOR, **nothing, until_on=ON), NOW
        )
        assert (whole.module, whole.country, whole.from_on, whole.until_on) == (None, None, ON, ON)


def test_who_proposes_what_to_whom(app: Flask, world: World) -> None:
    with write_tx() as session:
        expert, auditor = RoleName.EXPERT_TRAINER, RoleName.AUDITOR

        def reasons(member: Member, role: RoleName, **more: Any) -> list[tuple[str, tuple[str, ...]]]:
            refusals = told(
                roles.propose, session, by(session, member), wish(session, world, role, **more), NOW
            )
            return [(one.reason, one.who) for one in refusals]

        office = (
            "This role is proposed by an administrator, a scheme owner or a Master Trainer.",
            ("administrator", "scheme_owner", "master_trainer"),
        )
        alone = ("This role is proposed by an administrator.", ADMINISTRATOR)
        for member in (world.olu, world.bo):
            assert reasons(member, expert) == [office]
        for member in (world.olu, world.maya, world.sol):
            assert reasons(member, auditor) == [alone]
        assert reasons(world.maya, expert, country="ID") == [office]
        kim = session.get_one(Person, world.kim.id)
        ada = session.get_one(Person, world.ada.id)
        own = ("Nobody has a hand in their own role.", ADMINISTRATOR)
        assert reasons(world.ada, auditor, person=ada) == [own]
        kim.disabled_at = NOW
        disabled = ("The account of Kim Park is disabled.", ADMINISTRATOR)
        assert reasons(world.ada, auditor) == [disabled]
        assert reasons(world.olu, auditor, until_on=ON - DAY) == [
            disabled, ("The last day lies before the first.", ()), alone,
        ]  # fmt: skip
        kim.disabled_at = None
        for member in (world.ada, world.sol, world.maya):
            with session.begin_nested() as undone:
                roles.propose(session, by(session, member), wish(session, world, expert), NOW)
                undone.rollback()


def test_nobody_has_a_role_twice_at_one_time(app: Flask, world: World) -> None:
    with write_tx() as session:
        ada = by(session, world.ada)
        first = wish(session, world, RoleName.EXPERT_TRAINER, until_on=ON + 9 * DAY)
        roles.propose(session, ada, first, NOW)
        double = [Refusal(None, "Kim Park has this role already, or it is proposed.")]
        assert told(roles.propose, session, ada, first, NOW) == double
        last_day = replace(first, from_on=ON + 9 * DAY, until_on=None)
        assert told(roles.propose, session, ada, last_day, NOW) == double
        for other in (
            replace(last_day, from_on=ON + 10 * DAY),
            replace(first, module="QUA"),
            replace(first, country="ID"),
            replace(first, role=RoleName.QA_REVIEWER),
            replace(first, person=session.get_one(Person, world.lan.id)),
        ):
            roles.propose(session, ada, other, NOW)


def proposed(session: Session, world: World, member: Member, role: RoleName, **more: Any) -> RoleGrant:
    return roles.propose(session, by(session, member), wish(session, world, role, **more), NOW)


def test_the_second_person_is_another_and_of_the_right_office(app: Flask, world: World) -> None:
    with write_tx() as session:

        def reasons(grant: RoleGrant, member: Member) -> list[tuple[str, tuple[str, ...]]]:
            refusals = role_rules.confirmation_refusals(session, by(session, member), grant, NOW)
            assert role_rules.awaits(grant, by(session, member), NOW) is not bool(refusals)
            return [(one.reason, one.who) for one in refusals]

        own = "You proposed this role: somebody else has to confirm it."
        scheme = "Proposed by an administrator: a scheme owner or a Master Trainer has to confirm it."
        expert = proposed(session, world, world.ada, RoleName.EXPERT_TRAINER)
        assert role_rules.awaited(expert, NOW) == OWNER_OR_MASTER
        assert reasons(expert, world.ada) == [(own, OWNER_OR_MASTER)]
        assert reasons(expert, world.olu) == [(scheme, OWNER_OR_MASTER)]
        assert reasons(expert, world.sol) == reasons(expert, world.maya) == []
        by_owner = proposed(session, world, world.sol, RoleName.COORDINATOR)
        administrator = "An administrator has to confirm this role."
        assert role_rules.awaited(by_owner, NOW) == ADMINISTRATOR
        assert reasons(by_owner, world.sol) == [(own, ADMINISTRATOR)]
        assert reasons(by_owner, world.maya) == [(administrator, ADMINISTRATOR)]
        assert reasons(by_owner, world.ada) == []
        reviewer = proposed(session, world, world.ada, RoleName.QA_REVIEWER)
        office = "This role is confirmed by another administrator or a scheme owner."
        either = ("administrator", "scheme_owner")
        assert role_rules.awaited(reviewer, NOW) == either
        assert reasons(reviewer, world.maya) == [(office, either)]
        assert reasons(reviewer, world.ada) == [(own, either)]
        assert reasons(reviewer, world.sol) == []


def test_who_is_out_of_office_proposed_nothing(app: Flask, world: World) -> None:
    with write_tx() as session:
        grants = [
            proposed(session, world, world.ada, role) for role in (RoleName.COORDINATOR, RoleName.AUDITOR)
        ]
        session.get_one(Person, world.ada.id).disabled_at = NOW
        session.flush()
        gone = Refusal(None, "Ada Mensah, who proposed it, may not propose it any more.", ADMINISTRATOR)
        for grant in grants:
            assert role_rules.confirmation_refusals(session, by(session, world.sol), grant, NOW) == [gone]


def messages(session: Session, kind: str) -> list[tuple[str, dict[str, Any]]]:
    rows = session.scalars(select(Message).where(Message.kind == kind).order_by(Message.key))
    return sorted((row.recipient_id or "", row.params) for row in rows)


def test_the_offices_hear_of_a_proposal_and_the_person_of_the_role(app: Flask, world: World) -> None:
    with write_tx() as session:
        grant = proposed(session, world, world.sol, RoleName.COORDINATOR)
        asked = {"grant": grant.id, "person": "Kim Park", "role": "coordinator", "by": "Sol Rivera"}
        assert messages(session, "role_proposed") == [(world.ada.id, asked)]
        assert (grant.confirmed_at, grant.proposed_by_id, grant.proposed_at) == (None, world.sol.id, NOW)
        ada = by(session, world.ada)
        roles.confirm(session, ada, grant, NOW)
        assert (grant.confirmed_by_id, grant.confirmed_at) == (world.ada.id, NOW)
        given = {"role": "coordinator", "by": "Ada Mensah"}
        assert messages(session, "role_granted") == [(world.kim.id, given)]
        again = [Refusal(None, "This role is confirmed already.")]
        assert told(roles.confirm, session, ada, grant, NOW) == again
        assert told(roles.take_up_again, session, grant) == again
        roles.end(session, ada, grant, NOW + DAY)
        assert (grant.ended_by_id, grant.ended_at) == (world.ada.id, NOW + DAY)
        assert messages(session, "role_ended") == [(world.kim.id, given)]
        over = [Refusal(None, "This proposal was put aside or has ended.")]
        assert told(roles.confirm, session, ada, grant, NOW) == over
        assert told(roles.end, session, ada, grant, NOW) == [Refusal(None, "This role has already ended.")]
        assert list(roles.done_with(session, grant)) == [
            Refusal(None, "Ada Mensah confirmed this role on 2026-06-01."),
            Refusal(None, "Ada Mensah ended this role on 2026-06-02."),
        ]


def test_a_proposal_put_aside_waits_again_unless_it_was_made_anew(app: Flask, world: World) -> None:
    with write_tx() as session:
        ada = by(session, world.ada)
        grant = proposed(session, world, world.ada, RoleName.QA_REVIEWER)
        assert list(roles.done_with(session, grant)) == []
        roles.end(session, ada, grant, NOW)
        assert messages(session, "role_ended") == []
        roles.take_up_again(session, grant)
        assert (grant.ended_at, grant.ended_by_id) == (None, None)
        roles.end(session, ada, grant, NOW)
        proposed(session, world, world.ada, RoleName.QA_REVIEWER)
        assert told(roles.take_up_again, session, grant) == [
            Refusal(None, "Kim Park has this role already, or it is proposed.")
        ]


@pytest.mark.parametrize(
    ("change", "today", "later"),
    [
        ({}, True, True),
        ({"until_on": ON}, True, True),
        ({"until_on": ON - DAY}, False, True),
        ({"until_on": ON - 2 * DAY}, False, False),
        ({"from_on": ON + DAY}, False, True),
        ({"confirmed_at": None}, False, False),
        ({"ended_at": NOW}, False, False),
    ],
)
def test_a_role_is_in_force_on_its_days_and_read_a_day_longer(
    app: Flask, world: World, change: dict[str, date | datetime | None], today: bool, later: bool
) -> None:
    """A person's roles are read for every zone at once; the policy asks each again with the case's day."""
    with write_tx() as session:
        grant = session.get_one(RoleGrant, f"{'grantolu':0<20}")
        for name, value in change.items():
            setattr(grant, name, value)
        session.flush()
        read = grants.grants_of(session, world.olu.id, ON)
        assert read == ((grants.value_of(grant),) if later else ())
        held = session.scalars(grants.holders((RoleName.COORDINATOR,), ON)).all()
        assert [one.id for one in held] == [world.olu.id] * today


def test_holders_are_asked_for_by_role_module_and_country(app: Flask, world: World) -> None:
    with write_tx() as session:

        def held(*of: RoleName, **where: str) -> list[str]:
            return [one.name for one in session.scalars(grants.holders(of, ON, **where))]

        assert held(RoleName.EXPERT_TRAINER) == [world.bea.name, world.bo.name, world.tuan.name]
        assert held(RoleName.EXPERT_TRAINER, module="QUA") == [world.bea.name, world.bo.name]
        assert held(RoleName.EXPERT_TRAINER, country="ID") == []
        assert held(RoleName.ADMINISTRATOR, RoleName.SCHEME_OWNER, country="ID", module="WPC") == [
            world.ada.name, world.sol.name,
        ]  # fmt: skip
        session.get_one(Person, world.bea.id).disabled_at = NOW
        session.flush()
        assert held(RoleName.EXPERT_TRAINER, module="QUA", country="VN") == [world.bo.name]
        row = session.get_one(RoleGrant, f"{'grantmaya':0<20}")
        value = Grant(
            RoleName.MASTER_TRAINER, module=None, country="VN", from_on=row.from_on, until_on=None,
            issuer=world.issuer,
        )  # fmt: skip
        assert grants.value_of(row) == value
        assert grants.grants_of(session, world.maya.id, ON) == (value,)
