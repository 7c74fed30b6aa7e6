"""Enterprises: what is wrong in which words, what an act leaves in the rows and in the log of cohorts."""

from typing import Any

import pytest

from certify.models import Cohort, Enterprise, Person, RoleGrant
from certify.models.store import write_tx
from certify.scheme.words import ConsentLevel
from certify.workflows.engine import Forbidden, NotVisible
from certify.workflows.enterprises import add_contact, amend, take_on
from tests.cast import LONG_AGO, World
from tests.conftest import NOW
from tests.player import Player
from tests.workflows.keeping import errors, events

OPTION = ["Choose one of the options."]
ADDRESS = ["Give an e-mail address like name@example.org."]
WHAT = {"name": "Dệt", "country": "VN", "sector": "C13", "size": 180, "consent": "aggregate"}
WHOLE: dict[str, Any] = {**WHAT, "contact_name": "Yến", "contact_email": "Yen@phongphu.example"}


def row(enterprise: Enterprise) -> tuple[Any, ...]:
    return (
        enterprise.name, enterprise.country, enterprise.sector, enterprise.size, enterprise.consent,
        enterprise.created_at, enterprise.created_by_id,
    )  # fmt: skip


def contacts(enterprise: Enterprise) -> list[tuple[Any, ...]]:
    return [(one.name, one.email, one.person_id, one.created_at) for one in enterprise.contacts]


def test_an_enterprise_is_taken_on_as_it_was_told_or_not_at_all(world: World) -> None:
    with write_tx() as session:
        sami = world.actor(session, world.sami)
        made = take_on(session, sami, NOW, **WHOLE)
        assert row(made) == ("Dệt", "VN", "C13", 180, ConsentLevel.AGGREGATE, NOW, world.sami.id)
        assert contacts(made) == [("Yến", "Yen@phongphu.example", None, NOW)]
        known = take_on(session, sami, NOW, **{**WHOLE, "contact_email": "KIM@example.org"})
        assert contacts(known) == [("Yến", "KIM@example.org", world.kim.id, NOW)]
        session.get_one(Person, world.kim.id).disabled_at = NOW
        for change, wrong in (
            ({"country": "XX"}, {"country": OPTION}),
            ({"consent": "some"}, {"consent": OPTION}),
            ({"contact_email": "nobody"}, {"contact_email": ADDRESS}),
        ):
            olu = world.actor(session, world.olu)
            assert errors(take_on, session, olu, NOW, **{**WHOLE, **change}) == wrong
        with pytest.raises(Forbidden, match=r"^enterprise\.create$"):
            take_on(session, world.actor(session, world.asa), NOW, **WHOLE)


def test_only_what_reads_like_an_address_is_one(world: World) -> None:
    with write_tx() as session:
        enterprise = session.get_one(Enterprise, world.enterprises[4])
        olu = world.actor(session, world.olu)

        def said(address: str) -> dict[str, list[str]]:
            return errors(add_contact, session, enterprise, olu, NOW, contact_name="A", contact_email=address)

        assert {
            name
            for one in (
                "a b@c.de", "a@b c.de", "a@b@c.de", "<a@c.de>", "a,b@c.de", "a;b@c.de", "a:b@c.de",
                '"a"@c.de', "(a)@c.de", "a[b]@c.de", "a\\b@c.de", "a@c..de", "a@.de", "a@c.de.", "a@",
                "@c.de", "", f"{'a' * 65}@c.de", "a@c<.de", "a@c.d,e", " a@c.de",
            )
            for name in said(one)
        } == {"contact_email"}  # fmt: skip
        for address in ("a@localhost", "a.b+c@d-e.fg.hi", f"{'a' * 64}@c.de", "đ@ü.vn"):
            add_contact(session, enterprise, olu, NOW, contact_name="A", contact_email=address)


def test_a_correction_tells_what_differs_and_nothing_else(delivered: Player, world: World) -> None:
    with write_tx() as session:
        mine = session.get_one(Enterprise, world.enterprises[0])
        olu, cohort = world.actor(session, world.olu), session.get_one(Cohort, delivered.cohort)
        same = {"name": mine.name, "country": "VN", "sector": "C14", "size": 80, "consent": "named"}
        amend(session, mine, olu, NOW, **same)
        assert events(session, "amend_enterprise") == []
        for change, wrong in (({"country": "xx"}, "country"), ({"consent": ""}, "consent")):
            assert errors(amend, session, mine, olu, NOW, **{**same, **change}) == {wrong: OPTION}
        new = {"name": "May", "country": "ID", "sector": "C15", "size": 9, "consent": "none"}
        amend(session, mine, olu, NOW, **new)
        assert row(mine) == ("May", "ID", "C15", 9, ConsentLevel.NONE, LONG_AGO, world.olu.id)
        facts = {"enterprise": mine.id, "before": same, "after": new}
        assert events(session, "amend_enterprise") == [
            (cohort.case_id, world.olu.id, NOW, ("cohort", cohort.id), ("open", "open"), facts)
        ]


def test_a_further_contact_is_told_in_the_log_of_the_cohort(delivered: Player, world: World) -> None:
    with write_tx() as session:
        mine = session.get_one(Enterprise, world.enterprises[1])
        olu, cohort = world.actor(session, world.olu), session.get_one(Cohort, delivered.cohort)

        def said(address: str) -> dict[str, list[str]]:
            return errors(add_contact, session, mine, olu, NOW, contact_name="A", contact_email=address)

        assert said("nobody") == {"contact_email": ADDRESS}
        assert said("CONTACT1@example.org") == {
            "contact_email": ["This address is a contact of the enterprise already."]
        }
        assert said("Ana@example.org") == {
            "contact_email": ["A trainer of the enterprise cannot be its contact, who confirms the visits."]
        }
        made = add_contact(session, mine, olu, NOW, contact_name="Kim", contact_email="Kim@example.org")
        assert contacts(mine)[1:] == [("Kim", "Kim@example.org", world.kim.id, NOW)]
        facts = {"enterprise": mine.id, "contact": made.id}
        assert events(session, "add_contact") == [
            (cohort.case_id, world.olu.id, NOW, ("cohort", cohort.id), ("open", "open"), facts)
        ]


def test_who_sees_it_is_forbidden_and_a_stranger_finds_nothing(delivered: Player, world: World) -> None:
    with write_tx() as session:
        mine = session.get_one(Enterprise, world.enterprises[0])

        def said(key: str, act: Any, **facts: Any) -> tuple[type[Exception], str]:
            member = next(one for one in world.members if one.key == key)
            with pytest.raises((Forbidden, NotVisible)) as refused:
                act(session, mine, world.actor(session, member), NOW, **facts)
            return refused.type, str(refused.value)

        contact = {"contact_name": "A", "contact_email": "a@example.org"}
        for act, facts in ((amend, WHAT), (add_contact, contact)):
            assert said("asa", act, **facts) == (Forbidden, "enterprise.edit")
            assert said("kim", act, **facts) == (NotVisible, "enterprise.edit")


def test_its_maker_edits_it_on_the_day_of_its_own_country(world: World) -> None:
    """The role ends on the last day of Viet Nam, where it is late in the evening by our clock."""
    with write_tx() as session:
        mine = session.get_one(Enterprise, world.enterprises[4])
        mine.created_by_id = world.kim.id
        session.get_one(RoleGrant, f"{'grantolu':0<20}").until_on = NOW.date()
        session.flush()
        olu = world.actor(session, world.olu)
        amend(session, mine, olu, NOW.replace(hour=16), **WHAT)
        with pytest.raises(NotVisible):
            amend(session, mine, olu, NOW.replace(hour=18), **WHAT)
        amend(session, mine, world.actor(session, world.kim), NOW.replace(hour=18), **WHAT)
        take_on(session, olu, NOW.replace(hour=16), **WHOLE)
        with pytest.raises(Forbidden):
            take_on(session, olu, NOW.replace(hour=18), **WHOLE)
