"""Accounts: what each command writes and owes, to the last field, and each no in its words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import (
    Affiliation,
    Certification,
    Credential,
    EnterpriseContact,
    Message,
    Organisation,
    Person,
    Relationship,
    RoleGrant,
    db,
)
from certify.models.store import write_tx
from certify.scheme.words import CertificationState, RoleName, TieKind
from certify.workflows import account_holders, accounts
from certify.workflows.engine import Refusal
from tests.cast import World, named
from tests.player import Player
from tests.workflows.refusing import errors_of, refused_by
from tests.workflows.traces import Traces, fields_of, letter

AT = datetime(2026, 6, 1, 18, tzinfo=UTC)  # already the second of June in Hanoi
TODAY = date(2026, 6, 2)


@pytest.fixture
def traces(app: Flask, world: World) -> Traces:
    return Traces()


def owed(traces: Traces) -> list[dict[str, Any]]:
    """The new messages; the last part of a key is by chance."""
    told = traces.messages()
    for one in told:
        one["key"], _, chance = one["key"].rpartition(":")
        assert len(chance) == 20
    return told


def account(email: str) -> dict[str, Any]:
    db.session.rollback()
    return fields_of(db.session.scalars(select(Person).where(Person.email == email)).one())


def someone(**more: Any) -> dict[str, Any]:
    """The row of an account that nobody took up yet."""
    return {
        "name": "Mai Lý", "email": "mai@example.org", "country": "VN", "zone": None, "language": "en",
        "sex": None, "password_hash": None, "created_at": AT, "disabled_at": None, **more,
    }  # fmt: skip


def invited(world: World, **more: Any) -> Person:
    with write_tx() as session:
        by = world.actor(session, world.olu)
        asked = {"name": "Mai Lý", "email": " Mai@Example.org ", "country": "VN", **more}
        return accounts.invite(session, by, AT, **asked)


def test_an_invitation_makes_an_account_and_is_mailed_with_its_link(traces: Traces, world: World) -> None:
    made = invited(world)
    assert account("mai@example.org") == someone()
    link = {"link_purpose": "invitation", "link_subject": made.id}
    assert owed(traces) == [letter(f"invitation:{made.id}", "invitation", made, AT, **link)]
    assert made.affiliations == []


def test_whoever_a_provider_invites_works_there_from_today_of_the_country(
    traces: Traces, world: World
) -> None:
    provider = db.session.get_one(Organisation, world.provider)
    made = invited(world, organisation=provider, told=False)
    (work,) = db.session.scalars(select(Affiliation).where(Affiliation.person_id == made.id))
    assert fields_of(work) == {
        "person_id": made.id, "organisation_id": world.provider, "position": "", "from_on": TODAY,
        "until_on": None,
    }  # fmt: skip
    assert owed(traces) == []


def test_an_address_has_one_account(traces: Traces, world: World) -> None:
    assert errors_of(lambda: invited(world, email="ANA@example.org")) == {
        "email": ["There is an account with this address already."]
    }
    assert owed(traces) == []


def test_a_new_account_takes_up_what_was_said_of_its_address(app: Flask, world: World) -> None:
    """Ties declared to it and the contacts with it, however these were typed; nobody else's."""
    tie = {"person_id": world.bo.id, "kind": TieKind.FAMILY, "declared_by_id": world.bo.id}
    with write_tx() as session:
        session.add_all(
            Relationship(id=named(id), other_email=email, other_id=other, declared_at=AT, **tie)
            for id, email, other in (
                ("one", "mai@example.org", None), ("two", "nam@example.org", None),
                ("three", "mai@example.org", world.kim.id),
            )
        )  # fmt: skip
        session.add_all(
            EnterpriseContact(
                id=named(id), enterprise_id=world.enterprises[1], name="Mai", email=email, person_id=other,
                created_at=AT,
            )
            for id, email, other in (
                ("four", "Mai@Example.org", None), ("five", "nam@example.org", None),
                ("six", "mai@example.org", world.eka.id),
            )
        )  # fmt: skip
    made = invited(world)
    db.session.rollback()
    others = [db.session.get_one(Relationship, named(id)).other_id for id in ("one", "two", "three")]
    assert others == [made.id, None, world.kim.id]
    contacts = [db.session.get_one(EnterpriseContact, named(id)).person_id for id in ("four", "five", "six")]
    assert contacts == [made.id, None, world.eka.id]


def test_a_provider_invites_its_own_staff_and_an_office_anybody(app: Flask, world: World) -> None:
    def staffed(member: Any, on: date = TODAY) -> frozenset[str] | None:
        return accounts.staffed_by(world.actor(db.session(), member, on), on)

    assert staffed(world.sami) == {world.provider}
    assert staffed(world.kim) == frozenset()
    assert staffed(world.ada) is None
    assert staffed(world.olu) is None
    provides = select(RoleGrant).where(RoleGrant.person_id == world.sami.id)
    with write_tx() as session:
        session.scalars(provides).one().until_on = TODAY
    assert staffed(world.sami) == {world.provider}
    assert staffed(world.sami, TODAY + timedelta(1)) == frozenset()


def test_who_has_taken_the_account_up_is_not_invited_again(traces: Traces, world: World) -> None:
    with write_tx() as session:
        ana = session.get_one(Person, world.ana.id)
        again = lambda: accounts.invite_again(session, ana, AT)  # noqa: E731
        assert refused_by(again) == (Refusal(None, "Ana Trần has taken up the account already."),)
        ana.password_hash = None
        again()
    link = {"link_purpose": "invitation", "link_subject": world.ana.id}
    assert owed(traces) == [letter(f"invitation:{world.ana.id}", "invitation", world.ana, AT, **link)]


def applied(email: str, **more: Any) -> None:
    with write_tx() as session:
        accounts.apply(session, AT, name="Mai Lý", email=email, country="VN", language="vi", **more)


def test_an_application_is_answered_by_mail_whoever_has_the_address(traces: Traces, world: World) -> None:
    applied("Mai@example.org")
    assert account("mai@example.org") == someone(language="vi")
    mai = accounts.person_at(db.session(), "mai@example.org")
    assert mai is not None
    link = {"link_purpose": "invitation", "link_subject": mai.id}
    confirm = letter(f"apply:{mai.id}", "apply_confirm", mai, AT, **{**link, "language": "vi"})
    assert owed(traces) == [confirm]
    applied("mai@example.org")
    assert owed(traces) == [confirm, confirm]
    known = Traces()
    applied("ana@example.org")
    assert owed(known) == [letter(f"apply:{world.ana.id}", "apply_exists", world.ana, AT)]


def test_a_disabled_account_gets_no_mail(traces: Traces, world: World) -> None:
    with write_tx() as session:
        session.get_one(Person, world.ana.id).disabled_at = AT
    applied("ana@example.org")
    with write_tx() as session:
        accounts.ask_new_password(session, "ana@example.org", AT)
        accounts.ask_new_password(session, "nobody@example.org", AT)
    assert owed(traces) == []


def test_a_lost_password_is_set_anew_by_a_link(traces: Traces, world: World) -> None:
    with write_tx() as session:
        accounts.ask_new_password(session, " ANA@example.org", AT)
    link = {"link_purpose": "reset", "link_subject": world.ana.id}
    assert owed(traces) == [letter(f"reset:{world.ana.id}", "reset", world.ana, AT, **link)]
    later = Traces()
    with write_tx() as session:
        session.get_one(Person, world.ana.id).password_hash = None
        accounts.ask_new_password(session, "ana@example.org", AT)
    link = {"link_purpose": "invitation", "link_subject": world.ana.id}
    assert owed(later) == [letter(f"invitation:{world.ana.id}", "invitation", world.ana, AT, **link)]


def test_another_password_is_told_and_the_first_is_not(traces: Traces, world: World) -> None:
    with write_tx() as session:
        kim = session.get_one(Person, world.kim.id)
        kim.password_hash = None
        account_holders.set_password(session, kim, "first", AT)
        assert (kim.password_hash, session.scalars(select(Message)).all()) == ("first", [])
        account_holders.set_password(session, kim, "second", AT)
    assert account(world.kim.email)["password_hash"] == "second"
    assert owed(traces) == [letter(f"password_changed:{world.kim.id}", "password_changed", world.kim, AT)]


def test_a_name_on_a_certificate_is_asked_for_and_after_its_end_an_administrator_s_to_change(
    certified: Player, world: World
) -> None:
    stands = Refusal(
        None,
        "Your name stands on certificates. Ask for another name; once a coordinator has accepted it, "
        "they are issued anew.",
        ("coordinator",),
    )
    ended = Refusal(
        None,
        "Your name stands on certificates that have ended. Ask an administrator to change it.",
        ("administrator",),
    )
    with write_tx() as session:
        ana, lan = (session.get_one(Person, one.id) for one in (world.ana, world.lan))
        assert refused_by(lambda: account_holders.change_name(session, ana, "Anna")) == (stands,)
        session.get_one(Certification, certified.certification).state = CertificationState.RETIRED
        assert refused_by(lambda: account_holders.change_name(session, ana, "Anna")) == (ended,)
        account_holders.change_name(session, ana, world.ana.name)
        account_holders.change_name(session, lan, "Lan Lý")
        assert (ana.name, lan.name) == (world.ana.name, "Lan Lý")


def test_a_corrected_name_is_told_on_the_certificates_and_the_rest_is_not(
    certified: Player, world: World
) -> None:
    number = db.session.scalars(select(Credential.number)).one()
    before = account(world.ana.email)
    with write_tx() as session:
        session.scalars(select(Credential)).one().holder_name = "Ana T. Trần"
    with write_tx() as session:
        ana, by = session.get_one(Person, world.ana.id), world.actor(session, world.ada)
        same = {"name": world.ana.name, "country": "LA", "sex": "x"}
        assert account_holders.correct(session, by, ana, AT, **same) == []
    assert account(world.ana.email) == {**before, "country": "LA", "sex": "x"}
    with write_tx() as session:
        ana, by = session.get_one(Person, world.ana.id), world.actor(session, world.ada)
        assert account_holders.correct(session, by, ana, AT, name="Anna", country="VN", sex=None) == [number]
    assert account(world.ana.email) == {**before, "name": "Anna", "sex": None}
    told = db.session.scalars(select(Credential)).one()
    assert (told.holder_name, told.document and told.document.issued_at) == ("Anna", AT)


def test_nobody_disables_their_own_account_and_the_first_instant_stays(app: Flask, world: World) -> None:
    with write_tx() as session:
        ana, by = session.get_one(Person, world.ana.id), world.actor(session, world.ada)
        own = session.get_one(Person, world.ada.id)
        no = Refusal(None, "Nobody disables their own account.", ("administrator",))
        assert refused_by(lambda: account_holders.disable(by, own, AT)) == (no,)
        account_holders.disable(by, ana, AT)
        account_holders.disable(by, ana, AT + timedelta(1))
        assert (own.disabled_at, ana.disabled_at) == (None, AT)
        account_holders.enable(ana)
        assert ana.disabled_at is None


def test_the_first_in_an_office_is_named_once_and_invited(traces: Traces, world: World) -> None:
    with write_tx() as session:
        held = Refusal(
            None, "Somebody has this role already; the next is granted by two people inside.",
            ("administrator", "scheme_owner"),
        )  # fmt: skip
        asked = ("Mai Lý", "Mai@example.org", AT)
        assert refused_by(lambda: accounts.first_administrator(session, *asked)) == (held,)
        grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.ada.id)).one()
        grant.confirmed_at = None
        made = accounts.first_administrator(session, *asked, country="VN")
        assert [fields_of(one) for one in made.grants] == [
            {
                "person_id": made.id, "role": RoleName.ADMINISTRATOR, "module": None, "country": None,
                "from_on": TODAY, "until_on": None, "issuer_id": None, "organisation_id": None,
                "licence_id": None,
                "proposed_by_id": made.id, "proposed_at": AT, "confirmed_by_id": made.id,
                "confirmed_at": AT, "ended_by_id": None, "ended_at": None,
            }
        ]  # fmt: skip
    assert account("mai@example.org") == someone()
    link = {"link_purpose": "invitation", "link_subject": made.id}
    assert owed(traces) == [letter(f"invitation:{made.id}", "invitation", made, AT, **link)]


def test_whoever_has_an_account_becomes_the_first_without_an_invitation(traces: Traces, world: World) -> None:
    with write_tx() as session:
        owner = session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.sol.id)).one()
        owner.ended_at = AT
        asked = {"role": RoleName.SCHEME_OWNER}
        made = accounts.first_administrator(session, "Kim", "KIM@example.org", AT, **asked)
        assert (made.id, made.name, made.country) == (world.kim.id, "Kim Park", "VN")
        (grant,) = made.grants
        assert (grant.role, grant.from_on) == (RoleName.SCHEME_OWNER, date(2026, 6, 1))
    assert owed(traces) == []


def test_the_first_of_an_installation_is_of_no_country_unless_told(app: Flask, world: World) -> None:
    with write_tx() as session:
        for one in session.scalars(select(RoleGrant).where(RoleGrant.role == RoleName.ADMINISTRATOR)):
            one.ended_at = AT
        made = accounts.first_administrator(session, "Mai Lý", "mai@example.org", AT)
        assert (made.country, made.grants[0].role) == ("ZZ", RoleName.ADMINISTRATOR)
