"""R16 to R18: guessing, replayed cookies, links that many use at once."""

import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import delete, update

from certify.auth.passwords import hash_password, verify_password
from certify.config import Settings
from certify.models import Person, ThrottleCount, db
from certify.models.store import own_tx, write_tx
from certify.reminders.links import make_link
from tests.cast import Member, World
from tests.client import StrictClient
from tests.security.plain import PlainClient

ClientOf = Callable[[Member], StrictClient]
ROOT = Path(__file__).parent.parent.parent
NEW_PASSWORD = "seven lanterns over the harbour"
AT_ONCE = 12


# R16: brute force


def tried(settings: Settings, email: str, *, workers: int, tries: int) -> Counter[int]:
    """How so many wrong passwords were answered, by worker processes on one database."""
    command = [sys.executable, "-m", "tests.security.trying", str(settings.instance), settings.database_url]
    more = [str(workers), str(tries), email]
    done = subprocess.run([*command, *more], cwd=ROOT, capture_output=True, text=True, check=True)
    return Counter(json.loads(done.stdout))


@pytest.mark.slow
@pytest.mark.parametrize("email", ["ana@example.org", "nobody@example.org"])
def test_all_workers_together_allow_ten_tries(
    app: Flask, settings: Settings, world: World, client: StrictClient, email: str
) -> None:
    (settings.instance / "clock").write_text("2026-06-01T03:00:00+00:00")
    assert tried(settings, email, workers=4, tries=6) == {422: 10, 429: 14}
    assert sign_in(client, world.bo.email, world.bo.password) == 303  # nobody else waits for it


@pytest.mark.slow
def test_a_counter_of_each_worker_would_allow_more(app: Flask, settings: Settings, world: World) -> None:
    """The power of the test above: an account for each worker is what counting in memory comes to."""
    (settings.instance / "clock").write_text("2026-06-01T03:00:00+00:00")
    assert tried(settings, "worker-#@example.org", workers=2, tries=6) == {422: 12}


def sign_in(client: StrictClient, email: str, password: str) -> int:
    form = {"csrf_token": client.token("/sign-in"), "email": email, "password": password}
    return client.post("/sign-in", data=form).status_code


@pytest.mark.bench
def test_a_known_and_an_unknown_account_answer_equally_late(client: StrictClient, world: World) -> None:
    with own_tx() as session:
        session.execute(update(Person).values(password_hash=hash_password("a real hash of real cost")))
    took: dict[str, list[float]] = {"ana@example.org": [], "nobody@example.org": []}
    form = {"csrf_token": client.token("/sign-in"), "password": "a quite wrong guess at it"}
    for _ in range(60):
        for email, times in took.items():
            with own_tx() as session:
                session.execute(delete(ThrottleCount))
            begun = time.perf_counter()
            client.post("/sign-in", data={**form, "email": email})
            times.append(time.perf_counter() - begun)
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < 0.002


# R17: replayed cookies


def cookie_of(client: StrictClient) -> str:
    kept = client.get_cookie("certify")
    assert kept is not None
    return kept.value


def replayed(app: Flask, cookie: str) -> int:
    thief = StrictClient(app)
    thief.set_cookie("certify", cookie)
    return thief.get("/account").status_code


def sign_out(client: StrictClient) -> None:
    assert client.post("/sign-out", data={"csrf_token": client.token("/account")}).status_code == 303


def change_password(client: StrictClient) -> None:
    form = {"csrf_token": client.token("/account/password"), "present": Member.PASSWORD}
    assert client.post("/account/password", data={**form, "password": NEW_PASSWORD}).status_code == 303
    assert client.get("/account").status_code == 200  # by its new cookie


def reset_password(client: StrictClient) -> None:
    link = mailed("reset", "ana")
    other = StrictClient(client.application)
    form = {"csrf_token": other.token(link), "password": NEW_PASSWORD}
    assert other.post(link, data=form).status_code == 303


ENDINGS = {"signing out": sign_out, "a new password": change_password, "a reset": reset_password}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_cookie_is_worth_nothing_after(app: Flask, client_of: ClientOf, world: World, ending: str) -> None:
    with own_tx() as session:
        session.execute(update(Person).values(password_hash=hash_password(Member.PASSWORD)))
    client, other = client_of(world.ana), client_of(world.ana)
    cookies = [cookie_of(client), cookie_of(other)]
    assert [replayed(app, cookie) for cookie in cookies] == [200, 200]
    ENDINGS[ending](client)
    assert replayed(app, cookies[0]) == 303
    assert replayed(app, cookies[1]) == (200 if ending == "signing out" else 303)


def test_a_cookie_that_was_altered_signs_nobody_in(app: Flask, client_of: ClientOf, world: World) -> None:
    cookie = cookie_of(client_of(world.ana))
    altered = [
        cookie[:-5] + ("A" if cookie[-5] != "A" else "B") + cookie[-4:],
        cookie[1:],
        "." + cookie,
        cookie + cookie,
        "",
    ]
    assert [replayed(app, each) for each in altered] == [303] * len(altered)


# R18: links


def mailed(purpose: str, key: str) -> str:
    with write_tx() as session:
        return make_link(session, purpose=purpose, subject=f"{key:0<20}", email=f"{key}@example.org")


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How often the race is run: enough to see it, and with `--long` enough to trust it."""
    return 15 if request.config.getoption("long") else 1


@pytest.mark.slow
@pytest.mark.parametrize("purpose", ["reset", "invitation"])
def test_of_twelve_who_use_a_link_at_once_one_is_let_in(
    app: Flask, world: World, rounds: int, purpose: str
) -> None:
    for round in range(rounds):
        answers = use_at_once(app, mailed(purpose, "ana"), f"{NEW_PASSWORD} {round}")
        assert Counter(answers) == {303: 1, 410: AT_ONCE - 1}
        db.session.rollback()
        stored = db.session.get_one(Person, world.ana.id, populate_existing=True).password_hash
        assert verify_password(stored, f"{NEW_PASSWORD} {round} {answers.index(303)}")


def use_at_once(app: Flask, link: str, password: str) -> list[int]:
    """Twelve browsers with the form open send it in one instant, each with a password of its own."""
    ready = Barrier(AT_ONCE)
    clients = [PlainClient(app) for _ in range(AT_ONCE)]
    tokens = [csrf(client, link) for client in clients]

    def use(n: int) -> int:
        form = {"csrf_token": tokens[n], "name": "Ana Trần", "password": f"{password} {n}"}
        ready.wait(timeout=30)
        return clients[n].post(link, data=form).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(use, range(AT_ONCE)))


def csrf(client: PlainClient, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]
