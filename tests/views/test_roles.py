"""Roles are given by two people: the rule over every pair, then its pages."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from certify.models import IssuingBody, Message, Organisation, Person, RoleGrant, db
from certify.models.store import write_tx
from certify.scheme.words import RoleName
from certify.workflows import role_rules, roles
from certify.workflows.engine import Refused
from certify.workflows.people import actor_of
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW

ClientOf = Callable[[Member], StrictClient]
TODAY = NOW.date()
CONSEQUENCE = ("expert_trainer", "master_trainer", "coordinator", "administrator")
OTHER = ("provider", "qa_reviewer", "scheme_owner", "auditor")
# another administrator, so that each office has two people
AVA = Member("ava", "Ava Tesfaye")


@pytest.fixture(autouse=True)
def second_administrator(app: Flask, world: World) -> None:
    with write_tx() as session:
        session.add(
            Person(id=AVA.id, name=AVA.name, email=AVA.email, country="VN", created_at=NOW, password_hash="x")
        )
        session.flush()
        session.add(
            RoleGrant(
                person_id=AVA.id,
                role=RoleName.ADMINISTRATOR,
                from_on=date(2024, 1, 8),
                proposed_by_id=world.ada.id,
                proposed_at=NOW,
                confirmed_by_id=world.sol.id,
                confirmed_at=NOW,
            )
        )


def _proposal(session, world: World, role: str, person: Member | None = None) -> role_rules.Proposal:
    return role_rules.Proposal(
        person=session.get_one(Person, (person or world.kim).id),
        role=RoleName(role),
        module="WPC",
        country="VN",
        from_on=TODAY,
        issuer=session.get_one(IssuingBody, world.issuer) if role == "master_trainer" else None,
        organisation=session.get_one(Organisation, world.provider) if role == "provider" else None,
    )


def _propose(world: World, by: Member, role: str, person: Member | None = None) -> str:
    with write_tx() as session:
        return roles.propose(
            session, actor_of(session, by.id, TODAY), _proposal(session, world, role, person), NOW
        ).id


def _confirm(grant_id: str, by: Member) -> None:
    with write_tx() as session:
        grant = session.get_one(RoleGrant, grant_id)
        roles.confirm(session, actor_of(session, by.id, TODAY), grant, NOW)


def _goes(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refused:
        return False
    return True


OFFICES = ("ada", "ava", "sol", "maya", "olu", "kim")


def _member(world: World, key: str) -> Member:
    return AVA if key == "ava" else getattr(world, key)


@pytest.mark.parametrize("role", CONSEQUENCE)
def test_a_role_of_consequence_needs_an_administrator_and_a_scheme_owner_or_master_trainer(
    app: Flask, world: World, role: str
) -> None:
    person = world.lan
    possible = {
        (first, second)
        for first in OFFICES
        for second in OFFICES
        if _pair_works(world, role, person, _member(world, first), _member(world, second))
    }
    admins, scheme = ("ada", "ava"), ("sol", "maya")
    assert possible == {(a, s) for a in admins for s in scheme} | {(s, a) for a in admins for s in scheme}


@pytest.mark.parametrize("role", OTHER)
def test_any_other_role_needs_an_administrator_and_another_or_a_scheme_owner(
    app: Flask, world: World, role: str
) -> None:
    possible = {
        (first, second)
        for first in OFFICES
        for second in OFFICES
        if _pair_works(world, role, world.lan, _member(world, first), _member(world, second))
    }
    assert possible == {("ada", "ava"), ("ava", "ada"), ("ada", "sol"), ("ava", "sol")}


def _pair_works(world: World, role: str, person: Member, first: Member, second: Member) -> bool:
    """Whether the two can give the role; whatever happened is undone."""

    class Undone(Exception):
        pass

    try:
        with write_tx() as session:
            proposal = _proposal(session, world, role, person)
            grant = roles.propose(session, actor_of(session, first.id, TODAY), proposal, NOW)
            roles.confirm(session, actor_of(session, second.id, TODAY), grant, NOW)
            raise Undone
    except Refused:
        return False
    except Undone:
        return True


def test_nobody_has_a_hand_in_their_own_role(app: Flask, world: World) -> None:
    assert not _goes(lambda: _propose(world, world.ada, "auditor", world.ada))
    grant = _propose(world, world.ada, "expert_trainer", world.sol)
    with pytest.raises(Refused) as refused:
        _confirm(grant, world.sol)
    assert [one.reason for one in refused.value.refusals] == ["Nobody has a hand in their own role."]


def test_a_proposal_gives_no_right_until_it_is_confirmed(app: Flask, world: World) -> None:
    def holds() -> bool:
        db.session.rollback()
        actor = actor_of(db.session(), world.kim.id, TODAY)
        assert actor is not None
        return actor.holds(RoleName.EXPERT_TRAINER, on=TODAY, module="WPC", country="VN")

    grant = _propose(world, world.ada, "expert_trainer")
    assert not holds()
    _confirm(grant, world.sol)
    assert holds()
    with write_tx() as session:
        ada = actor_of(session, world.ada.id, TODAY)
        assert ada is not None
        roles.end(session, ada, session.get_one(RoleGrant, grant), NOW)
    assert not holds()


def test_a_proposer_who_lost_the_office_proposes_nothing_any_more(app: Flask, world: World) -> None:
    grant = _propose(world, world.ada, "expert_trainer")
    with write_tx() as session:
        session.get_one(Person, world.ada.id).disabled_at = NOW
    with pytest.raises(Refused, match="may not propose it any more"):
        _confirm(grant, world.sol)


def test_a_master_trainer_grants_only_where_the_own_role_reaches(app: Flask, world: World) -> None:
    with write_tx() as session:
        proposal = replace(_proposal(session, world, "expert_trainer"), country="ET")
        grant = roles.propose(session, actor_of(session, world.ada.id, TODAY), proposal, NOW).id
    assert not _goes(lambda: _confirm(grant, world.maya))
    assert _goes(lambda: _confirm(grant, world.sol))


@pytest.mark.parametrize(
    ("role", "missing", "sentence"),
    [
        ("expert_trainer", "module", "Name the module: this role is given module by module."),
        ("master_trainer", "country", "Name the country: this role is given country by country."),
        ("coordinator", "country", "Name the country: this role is given country by country."),
        ("master_trainer", "issuer", "A Master Trainer's appointment names the issuing body."),
        ("provider", "organisation", "Name the organisation whose coordinator this person becomes."),
    ],
)
def test_a_role_says_for_what_it_is_given(
    app: Flask, world: World, role: str, missing: str, sentence: str
) -> None:
    with write_tx() as session:
        proposal = replace(_proposal(session, world, role), **{missing: None})
        actor = actor_of(session, world.ada.id, TODAY)
        with pytest.raises(Refused) as refused:
            roles.propose(session, actor, proposal, NOW)
    assert [one.reason for one in refused.value.refusals] == [sentence]


def test_the_same_role_is_not_proposed_twice(app: Flask, world: World) -> None:
    _propose(world, world.ada, "expert_trainer")
    assert not _goes(lambda: _propose(world, AVA, "expert_trainer"))


def test_a_role_is_confirmed_once(app: Flask, world: World) -> None:
    grant = _propose(world, world.ada, "expert_trainer")
    _confirm(grant, world.sol)
    assert not _goes(lambda: _confirm(grant, world.maya))


# the pages


def _post(client: StrictClient, path: str, page: str | None = None, **fields: str):
    return client.post(path, data={"csrf_token": client.token(page or path), **fields})


def test_two_people_give_a_role_in_the_browser(app: Flask, world: World, client_of: ClientOf) -> None:
    ada, sol = client_of(world.ada), client_of(world.sol)
    fields = {"role": "expert_trainer", "module": "WPC", "country": "VN", "from_on": "2026-06-01"}
    answer = _post(ada, f"/roles/new/{world.kim.id}", **fields)
    assert answer.status_code == 303
    page = answer.headers["Location"]
    own = ada.get(page).text
    assert "You proposed this role: somebody else has to confirm it." in own
    assert f'action="{page}/confirm"' not in own
    refused = _post(ada, f"{page}/confirm", page)
    assert (refused.status_code, "somebody else has to confirm it" in refused.text) == (409, True)
    assert "Kim Park" in sol.get("/roles").text
    assert f'action="{page}/confirm"' in sol.get(page).text
    assert _post(sol, f"{page}/confirm", page).status_code == 303
    assert "In force" in ada.get(page).text
    kinds = {message.kind: message.email for message in db.session.scalars(select(Message))}
    assert kinds["role_granted"] == world.kim.email


def test_the_list_says_who_proposed_and_who_must_confirm(world: World, client_of: ClientOf) -> None:
    ada, sol = client_of(world.ada), client_of(world.sol)
    path = f"/roles/new/{world.kim.id}"
    given = {"role": "coordinator", "country": "VN", "from_on": "2026-06-01"}
    assert _post(ada, path, **given).status_code == 303
    own, other = ada.get("/roles").text, sol.get("/roles").text
    assert "Scheme owner or Master Trainer" in own
    assert ("You can confirm it" in own, "You can confirm it" in other) == (False, True)
    assert "Ada Mensah<br>" in own
    [page] = re.findall(r'href="(/roles/[0-9a-f]{20})">Kim Park', own)
    assert "It can be confirmed by: Scheme owner or Master Trainer." in ada.get(page).text


def test_a_proposal_with_a_mistake_comes_back_filled(world: World, client_of: ClientOf) -> None:
    ada = client_of(world.ada)
    path = f"/roles/new/{world.kim.id}"
    missing = _post(ada, path, role="master_trainer", module="WPC", country="VN", from_on="2026-06-01")
    assert (missing.status_code, "names the issuing body" in missing.text) == (409, True)
    assert 'value="2026-06-01"' in missing.text
    wrong = _post(ada, path, role="emperor", country="XX", from_on="31.12.2026")
    assert wrong.status_code == 422
    assert "Give a date like 2026-11-22." in wrong.text


def test_a_role_ends_by_an_administrator_at_the_next_request(world: World, client_of: ClientOf) -> None:
    ada, olu = client_of(world.ada), client_of(world.olu)
    assert olu.get("/people").status_code == 200
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.olu.id)).one().id
    assert _post(ada, f"/roles/{grant}/end").status_code == 303
    assert olu.get("/people").status_code == 403


def test_ending_a_role_is_asked_about_first(world: World, client_of: ClientOf) -> None:
    ada = client_of(world.ada)
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == world.olu.id)).one().id
    page = ada.get(f"/roles/{grant}").text
    assert (f'href="/roles/{grant}/end"' in page, f'action="/roles/{grant}/end"' in page) == (True, False)
    asked = ada.get(f"/roles/{grant}/end")
    assert asked.status_code == 200
    assert "End the role National coordinator of Olu Adeyemi?" in asked.text
    assert _post(ada, f"/roles/{grant}/end").status_code == 303
    assert ada.get(f"/roles/{grant}/end").location == f"/roles/{grant}"


def test_putting_a_proposal_aside_is_asked_about_first(world: World, client_of: ClientOf) -> None:
    grant = _propose(world, world.ada, "auditor")
    ada = client_of(world.ada)
    assert "Put the proposal of Ada Mensah aside?" in ada.get(f"/roles/{grant}/end").text
    answer = _post(ada, f"/roles/{grant}/end")
    assert "The proposal is put aside." in ada.get(answer.location).text


def test_strangers_and_other_roles_do_not_see_roles(world: World, client_of: ClientOf) -> None:
    # Whoever may not see a person is not told either that there is one to propose a role for.
    for member, person in ((world.kim, 403), (world.olu, 403), (world.bo, 404)):
        client = client_of(member)
        assert client.get("/roles").status_code == 403
        assert client.get(f"/roles/new/{world.kim.id}").status_code == person
        assert client.get("/roles/new/nobody").status_code == 404
    assert client_of(world.asa).get("/roles").status_code == 200
    assert client_of(world.asa).get(f"/roles/new/{world.kim.id}").status_code == 403
    assert client_of(world.ada).get("/roles/nothing").status_code == 404
