"""Server-side sessions: a new token at sign-in, ended rows are signed out, and time runs out."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from certify.auth.sessions import hashed
from certify.clock import real_now
from certify.models import Person, SignIn, db
from certify.models.store import own_tx, write_tx
from tests.cast import Member, World
from tests.client import StrictClient

OPEN, OUT = 200, 303


def _status(client: StrictClient) -> int:
    return client.get("/account").status_code


def _through_the_page(client: StrictClient, member: Member) -> None:
    fields = {"email": member.email, "password": member.password, "csrf_token": client.token("/sign-in")}
    assert client.post("/sign-in", data=fields).status_code == 303


def _cookie(client: StrictClient) -> str:
    cookie = client.get_cookie("certify")
    assert cookie is not None
    return cookie.value


def _set(**values: object) -> None:
    with own_tx() as session:
        session.execute(update(SignIn).values(**values))


def test_the_cookie_is_worth_nothing_after_signing_out(client_of, world: World) -> None:
    client = client_of(world.ana)
    kept = _cookie(client)
    assert client.post("/sign-out", data={"csrf_token": client.token("/account")}).status_code == 303
    client.set_cookie("certify", kept)
    assert _status(client) == OUT


def test_signing_in_gives_a_new_token_and_ends_the_old_one(app: Flask, client_of, world: World) -> None:
    client = client_of(world.ana)
    before = _cookie(client)
    _through_the_page(client, world.ana)
    assert _status(client) == OPEN
    thief = StrictClient(app)
    thief.set_cookie("certify", before)
    assert _status(thief) == OUT


def test_a_cookie_planted_before_signing_in_is_not_the_one_after(app: Flask, world: World) -> None:
    client = StrictClient(app)
    client.get("/sign-in")
    planted = _cookie(client)
    _through_the_page(client, world.ana)
    other = StrictClient(app)
    other.set_cookie("certify", planted)
    assert _status(other) == OUT


@pytest.mark.parametrize(
    ("column", "age", "status"),
    [
        ("seen_at", timedelta(minutes=59), OPEN),
        ("seen_at", timedelta(minutes=61), OUT),
        ("created_at", timedelta(hours=11, minutes=59), OPEN),
        ("created_at", timedelta(hours=12, minutes=1), OUT),
    ],
)
def test_sixty_minutes_idle_and_twelve_hours_at_most(
    client_of, world: World, column: str, age: timedelta, status: int
) -> None:
    client = client_of(world.ana)
    _set(**{column: real_now() - age})
    assert _status(client) == status


def test_the_row_is_touched_every_five_minutes_and_not_more(client_of, world: World) -> None:
    client = client_of(world.ana)
    recent, long_ago = real_now() - timedelta(minutes=4), real_now() - timedelta(minutes=6)
    _set(seen_at=recent)
    client.get("/account")
    assert db.session.scalars(select(SignIn.seen_at)).one() == recent
    db.session.rollback()
    _set(seen_at=long_ago)
    client.get("/account")
    assert db.session.scalars(select(SignIn.seen_at)).one() > recent


def test_a_disabled_person_is_signed_out_at_the_next_request(client_of, world: World) -> None:
    client = client_of(world.ana)
    with write_tx() as session:
        session.get_one(Person, world.ana.id).disabled_at = real_now()
    assert _status(client) == OUT


def test_the_row_holds_the_hash_and_not_the_token(app: Flask, client_of, world: World) -> None:
    client = client_of(world.ana)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    row = db.session.scalars(select(SignIn)).one()
    assert (row.token_hash, row.person_id) == (hashed(token), world.ana.id)
    assert token not in {str(value) for value in vars(row).values()}


def test_turning_the_domain_clock_signs_nobody_out(client_of, world: World, turn) -> None:
    client = client_of(world.ana)
    turn("2029-01-01")
    assert _status(client) == OPEN
