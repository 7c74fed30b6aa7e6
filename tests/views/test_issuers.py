"""Issuing bodies: how each is known, its keys, its successor, and what a delegation's end leaves as it is."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from certify.cli.who import account
from certify.credentials.place import place_of, use_place
from certify.extensions import clock
from certify.models import Certification, Credential, Delegation, Event, IssuerKey, IssuingBody, Person, db
from certify.models.store import own_tx
from certify.queries.verification import verdict_of
from certify.workflows.engine import Refused, refusals
from tests.cast import LONG_AGO, Member, World, named
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import DECIDED_ON, Player, at
from tests.views.sending import send
from tests.views.shown import cell_of

ClientOf = Callable[[Member], StrictClient]
NEXT, LAST = named("next"), named("last")


@pytest.fixture
def bodies(world: World) -> tuple[str, str]:
    """Two more issuing bodies, which could take the first one's place."""
    with own_tx() as session:
        for id, code, name in ((NEXT, "vn-skills", "Viện Kỹ năng"), (LAST, "vn-last", "Cục Việc làm")):
            body = IssuingBody(id=id, code=code, legal_name=name, country="VN", created_at=LONG_AGO)
            body.zone = "Asia/Ho_Chi_Minh"
            session.add(body)
    return NEXT, LAST


@pytest.fixture
def number(certified: Player, world: World) -> str:
    """Ana's certificate for WPC, of 4 May 2026; it is June."""
    return db.session.scalars(select(Credential.number)).one()


def path_of(body: str) -> str:
    return f"/issuing-bodies/{body}"


def succeed(client: StrictClient, body: str, by: str, from_on: str) -> int:
    return send(client, f"{path_of(body)}/successor", successor=by, from_on=from_on).status_code


def succeeded(body: str) -> tuple[str | None, date | None]:
    db.session.rollback()
    row = db.session.get_one(IssuingBody, body)
    return row.successor_id, row.succeeded_from_on


def test_every_key_is_listed_with_its_public_part_and_state(world: World, client_of: ClientOf) -> None:
    with own_tx() as session:
        session.execute(update(IssuerKey).where(IssuerKey.kind == "p256").values(retired_at=NOW))
    page = client_of(world.kim).get(path_of(world.issuer)).text
    keys = {key.fragment: key.public for key in db.session.scalars(select(IssuerKey))}
    assert {name: cell_of(page, name, "Public part") for name in keys} == keys
    assert cell_of(page, "key-1", "State") == "In use since 8 Jan 2024"
    assert cell_of(page, "seal-1", "State") == "Retired 8 Jan 2024 – 1 Jun 2026"
    assert 'href="/issuers/vn-score/did.json"' in page
    with own_tx() as session:
        session.execute(update(IssuerKey).values(compromised_at=NOW))
    page = client_of(world.kim).get(path_of(world.issuer)).text
    assert cell_of(page, "key-1", "State") == "Compromised since 1 Jun 2026; nothing by it is believed"


def test_its_identifier_on_the_web_is_shown_where_there_is_one(
    app: Flask, world: World, client_of: ClientOf
) -> None:
    kim, here = client_of(world.kim), place_of(db.session())
    assert "None: it takes a public https address." in kim.get(path_of(world.issuer)).text
    try:
        use_place(db.engine, replace(here, base_url="https://certify.example.org:8443"))
        page = kim.get(path_of(world.issuer)).text
    finally:
        use_place(db.engine, here)
    assert "did:web:certify.example.org%3A8443:issuers:vn-score" in page


def test_a_body_without_keys_says_how_it_comes_by_one(
    bodies: tuple[str, str], world: World, client_of: ClientOf
) -> None:
    page = client_of(world.kim).get(path_of(NEXT)).text
    assert "flask keys create vn-skills" in page
    assert "/issuers/vn-skills/did.json" not in page


def test_a_successor_is_recorded_and_both_pages_say_so(
    bodies: tuple[str, str], world: World, client_of: ClientOf
) -> None:
    sol = client_of(world.sol)
    assert succeed(sol, world.issuer, NEXT, "2026-05-01") == 303
    assert succeeded(world.issuer) == (NEXT, date(2026, 5, 1))
    old, new = (client_of(world.kim).get(path_of(body)).text for body in (world.issuer, NEXT))
    assert "This body has been succeeded since 1 May 2026 by" in old
    assert f'href="{path_of(NEXT)}">Viện Kỹ năng</a>' in old
    assert "Bodies that it succeeds" in new
    assert "succeeded by another body" in client_of(world.kim).get("/issuing-bodies").text
    assert succeed(sol, world.issuer, "", "") == 303
    assert succeeded(world.issuer) == (None, None)


def test_the_answer_about_a_certificate_names_who_came_after_its_issuer(
    number: str, bodies: tuple[str, str], world: World, client_of: ClientOf, client: StrictClient, turn: Turn
) -> None:
    sol = client_of(world.sol)
    assert "has been succeeded" not in client.get(f"/verify/{number}").text
    succeed(sol, world.issuer, NEXT, "2026-06-01")
    succeed(sol, NEXT, LAST, "2027-01-01")
    told = "The body that issued this has been succeeded by Viện Kỹ năng, from 1 Jun 2026 on."
    further = "That one has been succeeded by Cục Việc làm, from 1 Jan 2027 on."
    for address in (f"/verify/{number}", f"/verify/{number}?view=print"):
        page = client.get(address).text
        assert [told in page, further in page, "is certified for" in page] == [True, False, True]
    assert told not in client.get(f"/verify/{number}?on=2026-05-31").text
    turn("2027-01-02")
    page = client.get(f"/verify/{number}").text
    assert [told in page, further in page] == [True, True]


@pytest.mark.parametrize(
    ("by", "from_on", "sentence"),
    [
        (NEXT, "", "Give both the successor and the first day, or neither."),
        ("", "2026-06-01", "Give both the successor and the first day, or neither."),
        (NEXT, "soon", "Give a date like 2026-11-22."),
        (named("issuer"), "2026-06-01", "Choose one of the entries."),  # itself
        ("nobody", "2026-06-01", "Choose one of the entries."),
    ],
)
def test_a_wrong_successor_comes_back_filled(
    bodies: tuple[str, str], world: World, client_of: ClientOf, by: str, from_on: str, sentence: str
) -> None:
    address = f"{path_of(world.issuer)}/successor"
    answer = send(client_of(world.sol), address, successor=by, from_on=from_on)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert succeeded(world.issuer) == (None, None)


def test_no_body_succeeds_itself_through_others(
    bodies: tuple[str, str], world: World, client_of: ClientOf
) -> None:
    sol = client_of(world.sol)
    assert succeed(sol, world.issuer, NEXT, "2026-06-01") == 303
    assert succeed(sol, NEXT, LAST, "2026-06-01") == 303
    address = f"{path_of(LAST)}/successor"
    answer = send(sol, address, successor=world.issuer, from_on="2026-06-01")
    assert (answer.status_code, "succeeded by this one, directly or through others" in answer.text) == (
        422,
        True,
    )


def test_a_stale_successor_is_told_so(bodies: tuple[str, str], world: World, client_of: ClientOf) -> None:
    sol, address = client_of(world.sol), f"{path_of(world.issuer)}/successor"
    form = {"csrf_token": sol.token(address), "version": "1", "from_on": "2026-06-01"}
    assert sol.post(address, data={**form, "successor": NEXT}).status_code == 303
    late = sol.post(address, data={**form, "successor": LAST})
    assert (late.status_code, "This changed while your page was open" in late.text) == (409, True)
    assert succeeded(world.issuer) == (NEXT, date(2026, 6, 1))


@pytest.mark.parametrize("key", ["kim", "maya", "olu", "ada", "asa"])
def test_only_a_scheme_owner_records_a_successor(world: World, client_of: ClientOf, key: str) -> None:
    client = client_of(getattr(world, key))
    assert client.get(f"{path_of(world.issuer)}/successor").status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"until_on": date(2026, 5, 3)},
        {"from_on": date(2026, 5, 5)},
        {"modules": ["QUA"]},
        {"country": "KE"},
    ],
)
def test_a_decision_outside_a_delegation_is_refused(
    recommended: Player, world: World, change: dict[str, object]
) -> None:
    def asked_for() -> set[str | None]:
        db.session.rollback()
        case = db.session.scalars(select(Certification)).one()
        maya = world.actor(db.session(), world.maya, DECIDED_ON)
        return {each.requirement for each in refusals(case, "grant", maya, at(DECIDED_ON))}

    assert "delegation" not in asked_for()
    with own_tx() as session:
        session.execute(update(Delegation).values(**change))
    assert "delegation" in asked_for()
    with pytest.raises(Refused):
        recommended.grant()


def test_the_end_of_a_delegation_changes_no_verdict_on_what_was_issued(
    number: str, certified: Player, world: World, client_of: ClientOf
) -> None:
    sol = client_of(world.sol)
    before = verdict_of(db.session(), number, clock().now())
    address = f"{path_of(world.issuer)}/delegations/{world.delegation}/end"
    assert send(sol, address, until_on="2026-05-05", sure="y").status_code == 303
    db.session.rollback()
    assert verdict_of(db.session(), number, clock().now()) == before
    for day in (date(2026, 5, 4), date(2026, 5, 6), date(2029, 5, 4)):
        assert verdict_of(db.session(), number, clock().now(), day).verdict == "valid"


def log_of(body: str) -> list[tuple[str, str, dict[str, object]]]:
    """What the log tells of a body: kind of thing, move and facts."""
    db.session.rollback()
    events = db.session.scalars(select(Event).where(Event.case_id == body).order_by(Event.seq))
    return [(event.subject_kind, event.move, event.facts) for event in events]


def test_what_is_done_with_a_body_stands_in_the_log(
    bodies: tuple[str, str], world: World, client_of: ClientOf, app: Flask
) -> None:
    sol, here = client_of(world.sol), path_of(world.issuer)
    assert succeed(sol, world.issuer, NEXT, "2026-06-01") == 303
    assert send(sol, f"{here}/edit", legal_name="SCORE Hà Nội").status_code == 303
    ending = f"{here}/delegations/{world.delegation}/end"
    ended = send(sol, ending, until_on="2026-12-31", sure="y")
    more = {"country": "VN", "modules": "QUA", "from_on": "2027-01-01", "instrument": "Letter 7"}
    delegated = send(sol, f"{here}/delegations/new", **more)
    assert (ended.status_code, delegated.status_code) == (303, 303)
    assert app.test_cli_runner().invoke(args=["keys", "rotate", "vn-score"]).exit_code == 0
    told = log_of(world.issuer)
    assert [(kind, move) for kind, move, _facts in told] == [
        ("issuing_body", "succeed"), ("issuing_body", "amend"), ("delegation", "end"),
        ("delegation", "delegate"), ("issuer_key", "retire"), ("issuer_key", "create"),
    ]  # fmt: skip
    facts = [facts for _kind, _move, facts in told]
    assert facts[:3] == [
        {"successor": NEXT, "from_on": "2026-06-01"},
        {"legal_name": "SCORE Hà Nội"},
        {"until_on": "2026-12-31"},
    ]
    assert (facts[3]["modules"], facts[3]["instrument"]) == (["QUA"], "Letter 7")
    assert [(each["key"], each["operator"]) for each in facts[4:]] == [
        ("key-1", account()), ("key-2", account()),
    ]  # fmt: skip
    page = client_of(world.asa).get("/audit").text
    assert "recorded who takes the place of the body." in page
    assert f'href="{here}">SCORE Hà Nội</a>' in page
    verified = app.test_cli_runner().invoke(args=["audit", "verify", "--json"])
    found = json.loads(verified.stdout)["findings"]
    assert [one for one in found if one["table"] in ("event", "case_file", "event_secret")] == []


def test_what_is_done_with_a_key_names_the_key_and_who_did_it(
    world: World, client_of: ClientOf, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = lambda *args: app.test_cli_runner().invoke(args=["keys", *args]).exit_code  # noqa: E731
    monkeypatch.setenv("SUDO_USER", "binh")
    assert run("rotate", "vn-score", "--by", world.ada.email) == 0
    assert run("compromise", "vn-score", "key-1", "--yes") == 0
    assert run("retire", "vn-score", "key-2", "--by", "nobody@nowhere.example") == 1
    monkeypatch.delenv("SUDO_USER")
    with own_tx() as session:
        session.get_one(Person, world.bo.id).disabled_at = NOW
    assert run("retire", "vn-score", "key-2", "--by", world.bo.email) == 1
    assert run("retire", "vn-score", "key-2") == 0
    here, page = account(), client_of(world.asa).get("/audit").text
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    public = {key.fragment: key.public for key in db.session.scalars(select(IssuerKey))}
    for told in (
        f"{world.ada.name} took key-2 of the body into use. Public part: {public['key-2']} "
        f"Account on the command line: binh as {here}",
        f"binh as {here} (operator, on the command line) declared key-1 of the body compromised. "
        f"Public part: {public['key-1']}",
        f"{here} (operator, on the command line) retired key-2 of the body.",
    ):
        assert told in words
    asked = client_of(world.asa).get("/audit?person=binh").text
    assert (asked.count("declared key-1"), asked.count("retired key-2")) == (1, 0)
    verified = app.test_cli_runner().invoke(args=["audit", "verify", "--json"])
    found = json.loads(verified.stdout)["findings"]
    assert [one for one in found if one["table"] in ("event", "case_file", "event_secret")] == []


def test_who_declares_a_key_compromised_issues_its_certificates_anew(
    number: str, world: World, app: Flask
) -> None:
    words = ["keys", "compromise", "vn-score", "key-1", "--yes", "--by", world.ada.email]
    assert app.test_cli_runner().invoke(args=words).exit_code == 0
    db.session.rollback()
    anew = db.session.scalars(select(Event).where(Event.move == "reissue")).one()
    assert (anew.actor_id, anew.facts["why"], anew.facts["key"]) == (world.ada.id, "key", "key-2")


def test_what_is_issued_anew_for_a_key_names_the_account_that_ran_the_command(
    number: str, world: World, client_of: ClientOf, app: Flask
) -> None:
    words = ["keys", "compromise", "vn-score", "key-1", "--yes"]
    assert app.test_cli_runner().invoke(args=words).exit_code == 0
    db.session.rollback()
    anew = db.session.scalars(select(Event).where(Event.move == "reissue")).one()
    assert (anew.actor_id, anew.facts["operator"]) == (None, account())
    told = f"{account()} (operator, on the command line) issued the certificate anew"
    page = " ".join(re.sub(r"<[^>]+>", " ", client_of(world.asa).get("/audit").text).split())
    assert (told in page, "Account on the command line" in page) == (True, False)
    verified = app.test_cli_runner().invoke(args=["audit", "verify", "--json"])
    found = json.loads(verified.stdout)["findings"]
    assert [one for one in found if one["table"] in ("event", "case_file", "event_secret")] == []


def test_a_correction_that_changes_nothing_is_not_told(world: World, client_of: ClientOf) -> None:
    assert send(client_of(world.sol), f"{path_of(world.issuer)}/edit").status_code == 303
    assert log_of(world.issuer) == []
