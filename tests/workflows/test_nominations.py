"""A nomination: what the provider is told, and the one message that the person gets."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from certify.models import Certification, Message, Person, RoleGrant
from certify.models.store import write_tx
from certify.workflows.engine import Forbidden, InvalidFacts, Refusal
from certify.workflows.nomination import nominate, nominate_person
from tests.cast import World
from tests.conftest import NOW
from tests.player import Player
from tests.workflows.keeping import errors, owed, refusals

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KINDS = ("nominated", "nominated_new", "nominated_again", "invitation")
PARAMS = {"module": "WPC", "by": "Sami Haddad", "organisation": "Công ty Tư vấn Sông Hồng"}
STAFF = {"person": ["Nobody with an active account fits this entry."]}


def asked_already(day: str) -> dict[str, list[str]]:
    return {"email": [f"Asked already on {day}; a person is written to once in 24 hours."]}


def test_what_is_wrong_is_told_before_anybody_is_written_to(world: World) -> None:
    with write_tx() as session:
        sami = world.actor(session, world.sami)
        whole = {"module": "WPC", "country": "VN", "email": world.kim.email, "name": "Kim"}

        def said(**change: Any) -> dict[str, list[str]]:
            return errors(nominate, session, sami, NOW, **{**whole, **change}, organisation_id=world.provider)

        assert said(email="kim.example.org") == {"email": ["Give an e-mail address like name@example.org."]}
        assert said(name="") == {"name": ["Fill in: Full name."]}
        assert said(email=" SAMI@example.org") == {"email": ["Nobody nominates themself; apply instead."]}
        assert owed(session, *KINDS) == []


def test_a_person_is_written_to_once_a_day_by_one_provider_for_one_module(world: World) -> None:
    with write_tx() as session:
        sami = world.actor(session, world.sami)
        everything: dict[str, Any] = {"country": "VN", "email": world.kim.email, "name": "Kim"}

        def ask(at: datetime, module: str = "WPC", **more: Any) -> Certification | None:
            given = {**everything, "organisation_id": world.provider, **more}
            return nominate(session, sami, at, module=module, **given)

        case = ask(NOW)
        assert case is not None
        assert (case.holder_id, case.nominated_by_id, case.nominating_organisation_id, case.module) == (
            world.kim.id, world.sami.id, world.provider, "WPC",
        )  # fmt: skip
        kim = (world.kim.id, "Kim Park", world.kim.email, "en")
        assert owed(session, *KINDS) == [
            (
                f"nominated:{case.id}", "nominated", *kim, case.case_id,
                {**PARAMS, "certification": case.id}, (None, None), NOW, NOW,
            )
        ]  # fmt: skip
        with pytest.raises(InvalidFacts) as again:
            ask(NOW)
        assert again.value.errors == asked_already("2026-06-01")
        with pytest.raises(InvalidFacts) as again:
            ask(NOW.replace(hour=20) + HOUR)
        assert again.value.errors == asked_already("2026-06-01")
        assert ask(NOW, email=world.lan.email) is not None
        second = ask(NOW + DAY)
        assert second is None
        [later] = owed(session, "nominated_again")
        assert (later[0][:10], len(later[0])) == ("nominated:", 30)
        assert later[1:] == (
            "nominated_again", *kim, None, {**PARAMS, "certification": ""}, (None, None), NOW + DAY, NOW + DAY
        )  # fmt: skip
        earlier = ask(NOW - HOUR, "QUA")  # a message of later is not one of the last 24 hours
        assert earlier is not None
        assert ask(NOW - 2 * HOUR, "QUA") is None
        assert ask(NOW, "LEA", organisation_id=world.provider) is not None


def test_the_24_hours_are_those_of_the_same_provider(world: World) -> None:
    with write_tx() as session:
        sami = world.actor(session, world.sami)
        session.add(
            Message(
                key="k", kind="nominated", recipient_id=world.kim.id, name="", email="",
                created_at=NOW - HOUR, due_at=NOW - HOUR,
                params={"module": "WPC", "organisation": "Hiệp hội Gỗ Bình Dương"},
            )
        )  # fmt: skip
        session.add(
            Message(
                key="another", kind="granted", recipient_id=world.kim.id, name="", email="", params={},
                created_at=NOW - HOUR, due_at=NOW - HOUR,
            )
        )  # fmt: skip
        given = {"module": "WPC", "country": "VN", "email": world.kim.email, "name": "Kim"}
        assert nominate(session, sami, NOW, **given, organisation_id=world.provider) is not None
        given["module"] = "QUA"
        one = session.scalars(select(Message).where(Message.key == "k")).one()
        one.params = {"module": "QUA", "organisation": "Công ty Tư vấn Sông Hồng"}
        one.created_at = NOW.replace(hour=18) - DAY  # one in the morning of today in Viet Nam
        session.flush()
        late = errors(nominate, session, sami, NOW, **given, organisation_id=world.provider)
        assert late == asked_already("2026-06-01")


def test_who_is_new_gets_account_and_nomination_in_one_message(world: World) -> None:
    with write_tx() as session:
        sami = world.actor(session, world.sami)
        given = {"module": "WPC", "country": "ID", "email": "New@Example.org", "name": "Ngọc Đinh"}
        session.get_one(RoleGrant, f"{'grantsami':0<20}").country = None
        session.flush()
        sami = world.actor(session, world.sami)
        case = nominate(session, sami, NOW, **given, organisation_id=world.provider)
        person = session.scalars(select(Person).where(Person.email == "new@example.org")).one()
        assert case is not None
        assert case.holder_id == person.id
        assert (person.name, person.country, person.created_at, person.affiliations) == (
            "Ngọc Đinh", "ID", NOW, [],
        )  # fmt: skip
        assert owed(session, *KINDS) == [
            (
                f"nominated:{case.id}", "nominated_new", person.id, "Ngọc Đinh", "new@example.org", "en",
                case.case_id, {**PARAMS, "certification": case.id}, ("invitation", person.id), NOW, NOW,
            )
        ]  # fmt: skip
        with pytest.raises(InvalidFacts) as again:
            nominate(session, sami, NOW + HOUR, **given, organisation_id=world.provider)
        assert again.value.errors == asked_already("2026-06-01")


def test_somebody_without_a_password_and_without_a_new_case_is_not_invited_by_it(world: World) -> None:
    with write_tx() as session:
        sami = world.actor(session, world.sami)
        session.get_one(Person, world.kim.id).password_hash = None
        given = {"module": "WPC", "country": "VN", "email": world.kim.email, "name": "Kim"}
        first = nominate(session, sami, NOW, **given, organisation_id=world.provider)
        assert first is not None
        assert nominate(session, sami, NOW + DAY, **given, organisation_id=world.provider) is None
        links = [(kind, link) for _key, kind, *_, link, _at, _due in owed(session, *KINDS)]
        assert sorted(links) == [
            ("nominated_again", (None, None)),
            ("nominated_new", ("invitation", world.kim.id)),
        ]


def test_staff_are_nominated_by_id_and_nobody_else_is_told_of(world: World) -> None:
    with write_tx() as session:
        given = {"module": "WPC", "country": "VN"}
        sami = world.actor(session, world.sami)
        with pytest.raises(Forbidden, match=r"^create$"):  # before the person is looked for
            nominate_person(session, sami, NOW, module="WPC", country="ID", person_id="nobody")
        for nobody in (world.kim.id, "nobody"):
            assert errors(nominate_person, session, sami, NOW, **given, person_id=nobody) == STAFF
        lan = session.get_one(Person, world.lan.id)
        lan.disabled_at = NOW
        assert errors(nominate_person, session, sami, NOW, **given, person_id=lan.id) == STAFF
        lan.disabled_at = None
        for place in ({"country": "ID"}, {"country": "VN", "module": "QUA"}):
            session.get_one(RoleGrant, f"{'grantsami':0<20}").module = "WPC"
            session.flush()
            sami = world.actor(session, world.sami)
            with pytest.raises(Forbidden, match=r"^create$"):
                nominate_person(session, sami, NOW, **{**given, **place}, person_id=lan.id)
        with pytest.raises(Forbidden, match=r"^create$"):
            nominate_person(session, sami, NOW, module="QUA", country="VN", person_id="nobody")
        with pytest.raises(Forbidden, match=r"^create$"):
            nominate_person(session, world.actor(session, world.olu), NOW, **given, person_id=lan.id)
        case = nominate_person(session, sami, NOW, **given, person_id=lan.id)
        assert (case.holder_id, case.nominated_by_id, case.nominating_organisation_id, case.country) == (
            lan.id, world.sami.id, world.provider, "VN",
        )  # fmt: skip
        assert owed(session, *KINDS) == [
            (
                f"nominated:{case.id}", "nominated", lan.id, "Lan Phạm", "lan@example.org", "en",
                case.case_id, {**PARAMS, "certification": case.id}, (None, None), NOW, NOW,
            )
        ]  # fmt: skip
        no = (Refusal(None, "This person cannot be nominated for this module now."),)
        assert refusals(nominate_person, session, sami, NOW, **given, person_id=lan.id) == no


def test_the_first_of_two_providers_nominates_and_only_while_in_office(world: World) -> None:
    with write_tx() as session:
        old = session.get_one(RoleGrant, f"{'grantsami':0<20}")
        session.add(
            RoleGrant(
                person_id=world.sami.id, role=old.role, organisation_id=world.other_provider, country="VN",
                from_on=NOW.date(), until_on=NOW.date(), proposed_by_id=world.ada.id, proposed_at=NOW,
                confirmed_by_id=world.sol.id, confirmed_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        sami = world.actor(session, world.sami)
        given = {"module": "WPC", "country": "VN", "person_id": world.lan.id}
        case = nominate_person(session, sami, NOW, **given)
        assert case.nominating_organisation_id == min(world.provider, world.other_provider)
        named = max(world.provider, world.other_provider)
        by_mail = {"module": "QUA", "country": "VN", "email": world.kim.email, "name": "Kim"}
        other = nominate(session, sami, NOW, **by_mail, organisation_id=named)
        assert other is not None
        assert other.nominating_organisation_id == named
        later = NOW.replace(hour=18)  # tomorrow in Viet Nam
        given["module"] = "LEA"
        assert nominate_person(session, sami, later, **given).nominating_organisation_id == world.provider


def test_a_case_that_was_refused_stays_between_the_person_and_certify(
    submitted: Player, world: World
) -> None:
    with write_tx() as session:
        sami = world.actor(session, world.sami)
        given = {"module": "WPC", "country": "VN", "email": world.ana.email, "name": "Ana"}
        assert nominate(session, sami, NOW, **given, organisation_id=world.provider) is None
        [(key, kind, *_rest)] = owed(session, *KINDS)
        assert (key.startswith("nominated:"), kind) == (True, "nominated_again")
