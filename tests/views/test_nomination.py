"""Nomination by a service provider: what the person is asked, and how little the provider is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from certify.models import Affiliation, Certification, Message, Person, db
from certify.models.store import write_tx
from tests.cast import SINCE, Member, World
from tests.client import StrictClient
from tests.conftest import NOW
from tests.player import Player
from tests.views.test_application import only_case
from tests.views.test_moves import send

ClientOf = Callable[[Member], StrictClient]


def nominated(client: StrictClient, **fields: str):  # type: ignore[no-untyped-def]
    given = {"email": "lan@example.org", "name": "Somebody", "module": "WPC", "country": "VN", **fields}
    return send(client, "/nominate", **given)


def test_a_provider_nominates_and_the_person_confirms(app: Flask, world: World, client_of: ClientOf) -> None:
    answer = nominated(client_of(world.sami))
    assert answer.status_code == 303, answer.text
    case = only_case()
    assert (case.holder_id, case.nominated_by_id) == (world.lan.id, world.sami.id)
    assert case.nominating_organisation_id == world.provider
    owed = db.session.scalars(select(Message).where(Message.kind == "nominated")).all()
    assert [one.recipient_id for one in owed] == [world.lan.id]
    lan = client_of(world.lan)
    assert "Sami Haddad nominated you." in lan.get(f"/certifications/{case.id}/application").text
    assert send(lan, f"/certifications/{case.id}/moves/confirm_nomination").status_code == 303
    assert only_case().nomination_confirmed_at is not None


@pytest.mark.parametrize("ended", [True, False])
def test_who_works_nowhere_that_day_is_with_the_provider_from_the_confirmation_on(
    app: Flask, world: World, client_of: ClientOf, ended: bool
) -> None:
    """A job that has ended is none; one in force is kept, and nothing is added to it."""
    with write_tx() as session:
        session.execute(delete(Affiliation).where(Affiliation.person_id == world.lan.id))
        until = NOW.date() - timedelta(days=1) if ended else None
        session.add(
            Affiliation(
                person_id=world.lan.id, organisation_id=world.other_provider, from_on=SINCE, until_on=until
            )
        )  # fmt: skip
    assert nominated(client_of(world.sami)).status_code == 303
    send(client_of(world.lan), f"/certifications/{only_case().id}/moves/confirm_nomination")
    db.session.rollback()
    jobs = db.session.scalars(select(Affiliation).where(Affiliation.person_id == world.lan.id))
    added = [(world.provider, NOW.date(), None)] if ended else []
    assert {(one.organisation_id, one.from_on, one.until_on) for one in jobs} == {
        (world.other_provider, SINCE, until),
        *added,
    }


def test_somebody_without_an_account_is_invited(app: Flask, world: World, client_of: ClientOf) -> None:
    sami = client_of(world.sami)
    for email in ("New@Example.org", "lan@example.org"):
        answer = nominated(sami, email=email, name="")
        assert answer.status_code == 422
        assert "Fill in: Full name." in answer.text
    assert nominated(sami, email="New@Example.org", name="Ngọc Đinh").status_code == 303
    person = db.session.scalars(select(Person).where(Person.email == "new@example.org")).one()
    assert person.name == "Ngọc Đinh"
    assert only_case().holder_id == person.id
    [told] = db.session.scalars(select(Message)).all()
    assert (told.kind, told.link_purpose, told.link_subject) == ("nominated_new", "invitation", person.id)


def test_nobody_nominates_themself_or_an_address_that_is_none(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    sami = client_of(world.sami)
    assert nominated(sami, email=world.sami.email).status_code == 422
    assert nominated(sami, email="nowhere", name="No One").status_code == 422
    assert db.session.scalars(select(Certification)).all() == []


def test_a_nomination_tells_nothing_about_the_person(app: Flask, world: World, client_of: ClientOf) -> None:
    Player(holder=world.eka).apply()
    sami, told = client_of(world.sami), []
    for email in (world.eka.email, world.kim.email, "new@example.org"):
        answer = nominated(sami, email=email)
        assert (answer.status_code, answer.location) == (303, "/desk")
        page = sami.get("/desk").text
        assert f"The person is asked to confirm by mail: {email}." in page
        told.append(page + sami.get("/certifications").text)
    assert not any(world.eka.name in page or world.kim.name in page for page in told)
    db.session.rollback()
    assert len(db.session.scalars(select(Certification)).all()) == 3
    kinds = [one.kind for one in db.session.scalars(select(Message)) if one.kind.startswith("nominated")]
    assert sorted(kinds) == ["nominated", "nominated_again", "nominated_new"]


def test_a_provider_sees_the_case_once_the_nomination_is_confirmed(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    sami = client_of(world.sami)
    nominated(sami, email=world.kim.email)
    page = f"/certifications/{only_case().id}"
    assert sami.get(page).status_code == 404
    assert world.kim.email in sami.get("/desk").text
    send(client_of(world.kim), f"{page}/moves/confirm_nomination")
    assert world.kim.name in sami.get(page).text


def test_only_a_provider_nominates(app: Flask, world: World, client_of: ClientOf) -> None:
    for member in (world.kim, world.olu, world.maya):
        assert client_of(member).get("/nominate").status_code == 403
