"""R13: whatever is sent, by whomever, to whichever address, is answered, and the record still holds."""

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from flask import Flask, request
from sqlalchemy import select

from certify import auth, create_app
from certify.audit import verify
from certify.config import Settings
from certify.files import path_of
from certify.models import Base, StoredFile, db
from certify.models.store import seal_of, write_tx
from tests.api.client import token_for
from tests.cast import WORLD, World
from tests.client import sign_in
from tests.files.making import written_pdf
from tests.player import Player
from tests.security.fuzzing import Fuzzer, Sent
from tests.security.headers import expected, safety
from tests.security.plain import PlainClient

REQUESTS = 2_500  # against one database
ROUNDS = 20  # with --long, on each kind of database: 100,000 together
FRESHLY_SIGNED_IN = 250  # requests: moves and sign-outs end the sessions of some
SHOWS_ERRORS = "/styleguide/errors/"  # the pages of every error, to be looked at


class Found(AssertionError):
    """A request that the application has no good answer to."""


class Attack:
    """Sends the fuzzer's requests to one application, each role with its own cookies and token."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.members = {member.key: member for member in WORLD.members}
        self.clients = {key: PlainClient(app) for key in ("nobody", *self.members)}
        self.tokens = {key: token_for(app, member) for key, member in self.members.items()}
        self.answers: Counter[int] = Counter()

    def refresh(self) -> None:
        """Sign everybody in anew."""
        for key, member in self.members.items():
            sign_in(self.clients[key], member)

    def send(self, sent: Sent) -> str:
        """One request; the page that came. Raises Found."""
        headers = list(sent.headers)
        if sent.path.startswith("/api/") and sent.role in self.tokens:
            headers = [("Authorization", f"Bearer {self.tokens[sent.role]}"), *headers]
        client = self.clients[sent.role]
        if any(name == "Cookie" for name, _ in headers):
            client = PlainClient(self.app, use_cookies=False)
        with client.open(
            sent.path,
            method=sent.method,
            headers=headers,
            data=sent.body or None,
            content_type=sent.mimetype or None,
        ) as response:
            self.answers[response.status_code] += 1
            page = response.get_data().decode("utf-8", "replace")
            unsafe = safety(response) != expected(sent.path, response)
        broken = response.status_code >= 500 and not sent.path.startswith(SHOWS_ERRORS)
        if broken or "Traceback" in page or unsafe:
            raise Found(f"{response.status_code} {'with strange headers' * unsafe}\n{sent}")
        return page if response.mimetype == "text/html" else ""


def pools(app: Flask) -> dict[str, list[str]]:
    """The ids of every table, sorted, so that a seed means the same requests."""
    with app.app_context():
        return {
            table.name: sorted(db.session.scalars(select(table.c.id)))
            for table in Base.metadata.sorted_tables
            if "id" in table.c and table.c.id.type.python_type is str
        }


def attack(app: Flask, seed: int, count: int, *, only: str = "") -> Counter[int]:
    """So many requests of the seed; how they were answered. Raises Found with seed and request."""
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    attacker = Attack(app)
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(only or "/")]
    fuzzer = Fuzzer(seed, rules, pools=pools(app), roles=sorted(attacker.clients))
    for number, sent in enumerate(fuzzer.requests(count)):
        if number % FRESHLY_SIGNED_IN == 0:
            attacker.refresh()
        try:
            fuzzer.learn(sent, attacker.send(sent))
        except Found as found:
            raise Found(f"seed {seed}, request {number}: {found}") from found.__cause__
    return attacker.answers


def findings(app: Flask) -> list[str]:
    """What the product's own checker says of the record."""
    seal, files = seal_of(db.session()), app.extensions["certify.settings"].instance / "files"
    db.session.rollback()
    with verify.snapshot(db.engine) as connection:
        parts = verify.checks(connection, seal, files)
        return [str(one) for part in parts.values() for one in part()]


def give_files_bytes() -> None:
    """The stages' files are rows alone."""
    with write_tx() as session:
        for row in session.scalars(select(StoredFile)):
            content = written_pdf(1)
            row.sha256, row.size = sha256(content).hexdigest(), len(content)
            path = path_of(row.sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


SEEDS = [pytest.param(seed, marks=pytest.mark.long if seed else pytest.mark.slow) for seed in range(ROUNDS)]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_request_is_a_fault_and_the_record_holds(app: Flask, recommended: Player, seed: int) -> None:
    give_files_bytes()
    answers = attack(app, seed, REQUESTS)
    assert set(answers) >= {200, 303, 400, 401, 403, 404, 405, 409, 415, 422}  # it reached what it aimed at
    assert findings(app) == []


PLANTED: dict[str, Callable[[], object]] = {
    "a number read by Decimal": lambda: Decimal(request.args.get("limit") or "1").as_integer_ratio(),
    "a cursor that is believed": lambda: json.loads(b64decode(request.args.get("cursor", "") + "==")),
    "a day that is believed": lambda: date.fromisoformat(request.args.get("on") or "2026-06-01"),
    "a version read as a number": lambda: int(request.args.get("version", "0")),
    "a page that tells too much": lambda: "Traceback" if "x" * 100 in request.full_path else "",
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(settings: Settings, world: World, name: str) -> None:
    planted = create_app(replace(settings, mode="test"))
    planted.add_url_rule("/planted", "planted", auth.public(lambda: str(PLANTED[name]())))
    with planted.app_context(), pytest.raises(Found, match="seed 0, request"):
        attack(planted, 0, 2_000, only="/planted")
    with planted.app_context():
        db.engine.dispose()
