"""People as actors, and roles by module, country, organisation and issuing body."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from certify.models import Certification, IssuingBody, Organisation, Person, RoleGrant, db
from certify.models.store import write_tx
from certify.policy import Actor, Grant
from certify.scheme.words import CertificationState, RoleName
from certify.workflows import grants, role_rules, roles
from certify.workflows.engine import Refusal
from certify.workflows.people import actor_of
from certify.workflows.terms import decision_days, validity_months
from tests.cast import World
from tests.conftest import NOW
from tests.player import EDITION, Player
from tests.workflows.keeping import owed, refusals
from tests.workflows.test_role_refusals import by, wish

ON, DAY = NOW.date(), timedelta(days=1)


def test_an_actor_is_what_stands_of_a_person_on_a_day(submitted: Player, world: World) -> None:
    with write_tx() as session:
        case = session.get_one(Certification, submitted.certification)
        bo = session.get_one(RoleGrant, f"{'grantbo':0<20}")
        trainer = Grant(RoleName.EXPERT_TRAINER, None, "VN", bo.from_on, None)
        ana = Actor(world.ana.id, "Ana Trần", has_case=True)
        assert actor_of(session, world.bo.id, ON) == Actor(world.bo.id, "Bo Nguyễn", (trainer,))
        assert actor_of(session, world.ana.id, ON) == ana
        eka = Actor(world.eka.id, "Eka Bùi", contact_of=frozenset({world.enterprises[0]}))
        assert actor_of(session, world.eka.id, ON) == eka
        assert actor_of(session, world.kim.id, ON) == Actor(world.kim.id, "Kim Park")
        assert actor_of(session, "nobody", ON) is None
        on_path = set()
        for state in CertificationState:
            case.state = state
            session.flush()
            found = actor_of(session, world.ana.id, ON)
            assert found in (ana, replace(ana, on_path=True))
            on_path |= {state.value} if found and found.on_path else set()
        assert on_path == {
            "admitted", "training", "classroom_delivery", "supervised_visits", "assessment", "more_practice",
            "recommended", "certified", "suspended", "on_hold",
        }  # fmt: skip
        session.get_one(Person, world.bo.id).disabled_at = NOW
        session.flush()
        assert actor_of(session, world.bo.id, ON) is None


def more(session: Session, world: World, role: RoleName, person: str, **what: Any) -> RoleGrant:
    made = RoleGrant(
        person_id=person, role=role, from_on=ON, proposed_by_id=world.ada.id, proposed_at=NOW,
        confirmed_by_id=world.sol.id, confirmed_at=NOW, **what,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def test_holders_come_by_name_and_then_by_id(world: World) -> None:
    with write_tx() as session:
        for key, name in (("tuan", "Aa"), ("bea", "Bb"), ("bo", "Bb")):
            session.get_one(Person, f"{key:0<20}").name = name
        more(session, world, RoleName.QA_REVIEWER, world.kim.id, module="QUA", country="ID")
        session.flush()

        def held(role: RoleName, **where: str) -> list[str]:
            return [one.id for one in session.scalars(grants.holders((role,), ON, **where))]

        assert held(RoleName.EXPERT_TRAINER) == [world.tuan.id, world.bea.id, world.bo.id]
        reviewers = {
            (module, country): held(RoleName.QA_REVIEWER, module=module, country=country)
            for module in ("WPC", "QUA")
            for country in ("VN", "ID")
        }
        quy, kim = [world.quy.id], [world.kim.id]
        assert reviewers == {("WPC", "VN"): quy, ("QUA", "VN"): quy, ("WPC", "ID"): [], ("QUA", "ID"): kim}
        sami = session.get_one(RoleGrant, f"{'grantsami':0<20}")
        assert grants.value_of(sami).organisation == world.provider
        tuan = session.get_one(RoleGrant, f"{'granttuan':0<20}")
        assert grants.value_of(tuan) == Grant(RoleName.EXPERT_TRAINER, "WPC", "VN", tuan.from_on, None)


def test_a_role_belongs_to_one_organisation_or_body(world: World) -> None:
    with write_tx() as session:
        ada = by(session, world.ada)
        provider = wish(session, world, RoleName.PROVIDER)
        made = roles.propose(session, ada, provider, NOW)
        assert (made.organisation_id, made.issuer_id) == (world.provider, None)
        assert (made.module, made.country, made.until_on) == ("WPC", "VN", None)
        other = replace(provider, organisation=session.get_one(Organisation, world.other_provider))
        second = roles.propose(session, ada, other, NOW)
        double = (Refusal(None, "Kim Park has this role already, or it is proposed."),)
        for one in (provider, other):
            assert refusals(roles.propose, session, ada, one, NOW) == double
        body = IssuingBody(code="b2", legal_name="B2", country="VN", zone="UTC", created_at=NOW)
        session.add(body)
        session.flush()
        master = wish(session, world, RoleName.MASTER_TRAINER)
        third = roles.propose(session, ada, master, NOW)
        fourth = roles.propose(session, ada, replace(master, issuer=body), NOW)
        assert (third.issuer_id, third.organisation_id, fourth.issuer_id) == (world.issuer, None, body.id)
        for grant in (made, second, third, fourth):
            roles.end(session, ada, grant, NOW)
            roles.take_up_again(session, grant)
        for grant, again in ((second, other), (fourth, replace(master, issuer=body))):
            roles.end(session, ada, grant, NOW)
            roles.propose(session, ada, again, NOW)
            assert refusals(roles.take_up_again, session, grant) == double


def test_a_master_trainer_grants_only_where_the_appointment_reaches(world: World) -> None:
    with write_tx() as session:
        maya = session.get_one(RoleGrant, f"{'grantmaya':0<20}")
        maya.module = "WPC"
        session.flush()

        def proposed(module: str, country: str, member: Any = world.maya, **what: Any) -> RoleGrant:
            more = {"module": module, "country": country, **what}
            return roles.propose(
                session, by(session, member), wish(session, world, RoleName.EXPERT_TRAINER, **more), NOW
            )

        no = (
            Refusal(
                None, "This role is proposed by an administrator, a scheme owner or a Master Trainer.",
                ("administrator", "scheme_owner", "master_trainer"),
            ),
        )  # fmt: skip
        for module, country in (("QUA", "VN"), ("WPC", "ID")):
            assert refusals(proposed, module, country) == no
        here = proposed("WPC", "VN")
        assert role_rules.awaited(here, NOW) == ("administrator",)
        assert role_rules.awaits(here, by(session, world.ada), NOW) is True
        assert role_rules.confirmation_refusals(session, by(session, world.ada), here, NOW) == []
        by_ada = [proposed(*place, world.ada, until_on=ON + DAY) for place in (("QUA", "VN"), ("WPC", "ID"))]
        scheme = ("scheme_owner", "master_trainer")
        for grant in by_ada:
            assert role_rules.awaited(grant, NOW) == scheme
            assert role_rules.awaits(grant, by(session, world.maya), NOW) is False
            said = "Proposed by an administrator: a scheme owner or a Master Trainer has to confirm it."
            reasons = role_rules.confirmation_refusals(session, by(session, world.maya), grant, NOW)
            assert reasons == [Refusal(None, said, scheme)]
        gone = "Maya Đặng, who proposed it, may not propose it any more."
        for module, country in (("QUA", "VN"), ("WPC", "ID")):  # she has no say there any more
            maya.module, maya.country = module, country
            session.flush()
            assert role_rules.confirmation_refusals(session, by(session, world.ada), here, NOW) == [
                Refusal(None, gone, ("administrator",))
            ]
        reviewer = roles.propose(session, by(session, world.ada), wish(session, world), NOW)
        assert role_rules.awaited(reviewer, NOW) == ("administrator", "scheme_owner")


def test_who_is_disabled_or_ended_waits_for_nobody(world: World) -> None:
    with write_tx() as session:
        coordinator = roles.propose(
            session, by(session, world.ada), wish(session, world, RoleName.COORDINATOR, module=None), NOW
        )
        ada = session.get_one(Person, world.ada.id)
        assert role_rules.awaited(coordinator, NOW) == ("scheme_owner", "master_trainer")
        ada.disabled_at = NOW
        assert role_rules.awaited(coordinator, NOW) == ("administrator",)
        ada.disabled_at = None
        grant = session.get_one(RoleGrant, f"{'grantada':0<20}")
        for name, value in (("ended_at", NOW), ("confirmed_at", None)):
            before = getattr(grant, name)
            setattr(grant, name, value)
            assert role_rules.awaited(coordinator, NOW) == ("administrator",)
            setattr(grant, name, before)
        for member in (world.ada, world.kim):
            assert role_rules.awaits(coordinator, by(session, member), NOW) is False
        roles.end(session, by(session, world.ada), coordinator, NOW)
        coordinator.ended_by_id = None
        assert list(roles.done_with(session, coordinator)) == []


def test_everybody_in_office_is_told_but_who_proposed_and_whose_role_it_is(world: World) -> None:
    with write_tx() as session:
        for key in ("bo", "olu"):
            more(session, world, RoleName.ADMINISTRATOR, f"{key:0<20}")
        session.get_one(Person, world.ada.id).name = "Aa"  # first by name, and the one who proposes
        session.flush()
        olu = session.get_one(Person, world.olu.id)
        made = roles.propose(session, by(session, world.ada), wish(session, world, person=olu), NOW)
        params = {"grant": made.id, "person": "Olu Adeyemi", "role": "qa_reviewer", "by": "Aa"}
        assert owed(session, "role_proposed") == [
            (
                f"role_proposed:{made.id}:{one.id}", "role_proposed", one.id, one.name, one.email, "en", None,
                params, (None, None), NOW, NOW,
            )
            for one in (world.bo, world.sol)
        ]  # fmt: skip
        roles.confirm(session, by(session, world.sol), made, NOW + DAY)
        roles.end(session, by(session, world.ada), made, NOW + 2 * DAY)
        person = (olu.id, olu.name, olu.email, "en", None)
        for kind, who, at in (("role_granted", "Sol Rivera", NOW + DAY), ("role_ended", "Aa", NOW + 2 * DAY)):
            params = {"role": "qa_reviewer", "by": who}
            assert owed(session, kind) == [
                (f"{kind}:{made.id}", kind, *person, params, (None, None), at, at)
            ]  # fmt: skip


def test_a_role_for_everywhere_begins_and_ends_by_the_day_in_utc(world: World) -> None:
    late = NOW.replace(hour=20)  # tomorrow in Viet Nam
    with write_tx() as session:
        ada, everywhere = by(session, world.ada), {"module": None, "country": None}
        made = roles.propose(session, ada, wish(session, world, RoleName.AUDITOR, **everywhere), NOW)
        roles.end(session, ada, made, late)
        assert [one.reason for one in roles.done_with(session, made)] == [
            "Ada Mensah ended this role on 2026-06-01."
        ]
        here = roles.propose(session, ada, wish(session, world), NOW)
        roles.end(session, ada, here, late)
        assert [one.reason for one in roles.done_with(session, here)] == [
            "Ada Mensah ended this role on 2026-06-02."
        ]


def test_terms_are_those_of_module_and_country(submitted: Player, world: World) -> None:
    case = db.session.get_one(Certification, submitted.certification)
    for name, read in (("decision_days", decision_days), ("validity_months", validity_months)):
        own = {name: replace(EDITION.parameters[name], value=7)}
        wpc = replace(EDITION.modules["WPC"], parameters=own)
        module = replace(EDITION, modules={**EDITION.modules, "WPC": wpc})
        overlay = replace(next(iter(EDITION.overlays.values())), parameters=own)
        country = replace(EDITION, overlays={"VN": overlay})
        assert [read(one, case) for one in (module, country)] == [7, 7]
