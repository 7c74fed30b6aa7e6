"""A right that ends has ended with the next request: on the page that is open, and for a program."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from certify.auth.tokens import revoke_token
from certify.clock import real_now
from certify.models import ApiToken
from certify.models.store import own_tx
from tests.api.client import program_of
from tests.cast import Member, World, named
from tests.client import StrictClient
from tests.player import DECIDED_ON, Player
from tests.views.sending import fields_on, send

ClientOf = Callable[[Member], StrictClient]
Turn = Callable[..., None]

YES = {
    "move": "grant",
    "reasons-0-requirement": "mean-score",
    "reasons-0-reason": "Strong.",
    "effective_on": (DECIDED_ON + timedelta(1)).isoformat(),
}


def test_an_ended_role_opens_nothing_on_the_next_request(
    app: Flask, recommended: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(DECIDED_ON)
    maya, program = client_of(world.maya), program_of(app, world.maya)
    case = f"/certifications/{recommended.certification}"
    assert (maya.get(f"{case}/approval").status_code, program.get(f"/api/v1{case}").status_code) == (200, 200)
    role = f"/roles/{named('grantmaya')}/end"
    assert send(client_of(world.sol), role).status_code == 303
    assert (maya.get(f"{case}/approval").status_code, program.get(f"/api/v1{case}").status_code) == (404, 404)
    assert maya.get("/decisions").status_code == 403
    assert program.post(f"/api/v1{case}/moves/grant").status_code == 404


def test_a_disabled_account_is_signed_out_and_its_token_dead(
    app: Flask, recommended: Player, world: World, client_of: ClientOf
) -> None:
    maya, program = client_of(world.maya), program_of(app, world.maya)
    assert (maya.get("/desk").status_code, program.get("me").status_code) == (200, 200)
    ada = client_of(world.ada)
    assert send(ada, f"/people/{world.maya.id}/disable").status_code == 303
    assert (maya.get("/desk").status_code, program.get("me").status_code) == (303, 401)
    page = ada.get(f"/people/{world.maya.id}").text
    again = f"/people/{world.maya.id}/enable"
    assert ada.post(again, data=fields_on(page, again)).status_code == 303
    # The account is open again; the browser that was signed out has to sign in.
    assert (maya.get("/desk").status_code, program.get("me").status_code) == (303, 200)


def test_an_ended_delegation_stops_the_next_decision(
    app: Flask, recommended: Player, world: World, client_of: ClientOf, turn: Turn
) -> None:
    turn(DECIDED_ON)
    case = f"/certifications/{recommended.certification}"
    maya, program = client_of(world.maya), program_of(app, world.maya)
    assert _against_grant(program.get(f"/api/v1{case}").json) == set()
    open_page = maya.get(f"{case}/approval").text
    ending = f"/issuing-bodies/{world.issuer}/delegations/{world.delegation}/end"
    assert send(client_of(world.sol), ending, until_on=DECIDED_ON.isoformat(), sure="y").status_code == 303
    turn(DECIDED_ON + timedelta(1))
    assert _against_grant(program.get(f"/api/v1{case}").json) == {"delegation"}
    form = {**fields_on(open_page, f"{case}/approval#decision"), **YES}
    assert maya.post(f"{case}/approval", data=form).status_code in (409, 422)
    assert "recommended" in program.get(f"/api/v1{case}").text


def test_a_revoked_token_is_dead_and_another_lives_on(app: Flask, recommended: Player, world: World) -> None:
    ended, other = (program_of(app, world.bo) for _ in range(2))
    assert (ended.get("me").status_code, other.get("me").status_code) == (200, 200)
    with own_tx() as session:
        first = session.query(ApiToken).order_by(ApiToken.created_at).first()
        assert first is not None
        revoke_token(session, first.id, real_now(), person_id=world.bo.id)
    assert (ended.get("me").status_code, other.get("me").status_code) == (401, 200)


def test_who_left_a_provider_is_no_longer_seen_by_it(
    half_observed: Player, world: World, client_of: ClientOf
) -> None:
    sami, case = client_of(world.sami), f"/certifications/{half_observed.certification}"
    assert sami.get(case).status_code == 200
    work = f"/people/{world.lan.id}/affiliations/{named('worklan')}/end"
    assert send(client_of(world.ada), work, until_on="2026-05-31").status_code == 303
    assert sami.get(case).status_code == 404
    assert "Lan Phạm" not in sami.get("/certifications").text


def _against_grant(certification: dict[str, object]) -> set[str]:
    """The requirements for which a grant would be refused now."""
    moves = certification["moves"]
    assert isinstance(moves, list)
    grant = next(one for one in moves if one["name"] == "grant")
    return {one["requirement"] for one in grant["refusals"]}
