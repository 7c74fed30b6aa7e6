"""Verify a certificate: page and program answer alike, for every number, and read no cookie."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, select

from certify.credentials.numbers import new_number
from certify.models import Credential, db
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import Turn
from tests.player import Player

SUSPENDED_ON = date(2026, 7, 1)


@pytest.fixture
def played(certified: Player, world: World) -> Player:
    """Ana, certified for WPC on 4 May 2026; it is June."""
    return certified


@pytest.fixture
def number(played: Player) -> str:
    return db.session.scalars(select(Credential.number)).one()


def asked(client: StrictClient, number: str, **query: str) -> dict[str, object]:
    response = client.get(f"/api/v1/verify/{number}", query_string=query)
    assert response.status_code == 200
    document: dict[str, object] = response.get_json()
    return document


def test_a_certificate_reads_as_valid_in_every_field(client: StrictClient, number: str) -> None:
    assert asked(client, number) == {
        "number": number,
        "verdict": "valid",
        "reason": None,
        "since": None,
        "holder": "Ana Trần",
        "module": "WPC",
        "country": "VN",
        "credential_type": "trainer_certification",
        "scheme_version": "score-2026",
        "issuer": "SCORE Việt Nam",
        "valid_from": "2026-05-04",
        "valid_until": "2029-05-04",
        "supersedes": None,
        "superseded_by": None,
        "renewal_filed": False,
        "recognised": None,
        "as_of": "2026-06-01T03:00:00Z",
        "on": None,
    }


def test_page_and_program_give_one_verdict(client: StrictClient, number: str) -> None:
    page = client.get(f"/verify/{number}")
    assert page.status_code == 200
    for said in ("Ana Trần", "Workplace Cooperation (WPC)", "SCORE Việt Nam", number, "pill-good", "As of"):
        assert said in page.text


def test_a_number_is_found_however_it_is_typed(client: StrictClient, number: str) -> None:
    typed = f" {number.lower().replace('-', ' ')} "
    page = client.get("/verify", query_string={"number": typed})
    assert (page.status_code, "Ana Trần" in page.text) == (200, True)
    assert asked(client, number.replace("-", "").lower())["holder"] == "Ana Trần"


@pytest.mark.parametrize(
    "text", ["TC-R3QP-MJDH-6H0N-2", "TC-0000-0000-0000-9", "hello", "a/b", "é" * 200, "' OR 1=1"]
)
def test_any_other_text_is_unknown_with_the_same_status_and_page(
    client: StrictClient, played: Player, text: str
) -> None:
    response = client.get(f"/api/v1/verify/{text}")
    document = response.get_json()
    assert (response.status_code, document["verdict"], document["holder"]) == (200, "unknown", None)
    page = client.get("/verify", query_string={"number": text})
    assert (page.status_code, "Unknown number" in page.text) == (200, True)


def test_known_and_unknown_numbers_cost_the_same_questions(
    app: Flask, client: StrictClient, number: str
) -> None:
    asked(client, number)  # the edition is read once a process

    def questions(text: str) -> int:
        seen: list[str] = []
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        asked(client, text)
        event.remove(db.engine, "before_cursor_execute", note)
        return sum("credential" in each or "FROM event" in each for each in seen)

    assert [questions(text) for text in (number, new_number("TC"), "hello")] == [2, 2, 2]


def test_a_suspension_and_a_withdrawal_show_with_their_day_and_the_past_stays(
    client: StrictClient, played: Player, number: str, turn: Turn, world: World
) -> None:
    played.move("suspend", world.mika, SUSPENDED_ON, grounds="Delivered out of scope.")
    turn("2026-07-02")
    document = asked(client, number)
    assert (document["verdict"], document["reason"], document["since"]) == (
        "not_currently_valid", "suspended", "2026-07-01",
    )  # fmt: skip
    assert "was suspended on 1 Jul 2026" in client.get(f"/verify/{number}").text
    assert asked(client, number, on="2026-06-30")["verdict"] == "valid"
    assert asked(client, number, on="2026-06-30")["on"] == "2026-06-30"
    played.move("withdraw", world.mika, date(2026, 8, 1), grounds="It was proved.")
    turn("2026-08-02")
    assert asked(client, number)["reason"] == "withdrawn"
    assert asked(client, number, on="2026-07-15")["reason"] == "suspended"
    assert asked(client, number, on="2026-06-30")["verdict"] == "valid"


def test_expiry_needs_nobody_to_do_anything(client: StrictClient, number: str, turn: Turn) -> None:
    turn("2029-05-05")
    document = asked(client, number)
    assert (document["reason"], document["since"]) == ("in_grace", "2029-05-05")
    turn("2030-01-01")
    assert asked(client, number)["reason"] == "expired"
    assert "has expired" in client.get(f"/verify/{number}").text


def test_a_future_day_and_a_day_before_the_start(client: StrictClient, number: str) -> None:
    assert asked(client, number, on="2029-05-04")["verdict"] == "valid"
    assert "will be certified" in client.get(f"/verify/{number}?on=2028-01-01").text
    assert asked(client, number, on="2026-05-03")["reason"] == "not_yet_valid"


@pytest.mark.parametrize(
    "on", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "20260101", "٢٠٢٦-٠١-٠١"]
)
def test_a_day_that_is_none_is_told_so(client: StrictClient, number: str, on: str) -> None:
    for text in (number, "hello"):
        response = client.get(f"/api/v1/verify/{text}", query_string={"on": on})
        assert (response.status_code, response.mimetype) == (422, "application/problem+json")
        assert response.get_json()["errors"] == {"on": ["Give a day like 2026-11-22, between 1990 and 2200."]}
        page = client.get(f"/verify/{text}", query_string={"on": on})
        assert page.status_code == 422
        assert "Give a day like 2026-11-22" in page.text
        assert "<title>Error:" in " ".join(page.text.split())


def test_an_answer_that_did_not_change_is_not_sent_again(
    client: StrictClient, number: str, turn: Turn
) -> None:
    first = client.get(f"/api/v1/verify/{number}")
    turn("2026-06-02")
    again = client.get(f"/api/v1/verify/{number}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    turn("2029-05-05")
    expired = client.get(f"/api/v1/verify/{number}", headers={"If-None-Match": first.headers["ETag"]})
    assert (expired.status_code, expired.get_json()["reason"]) == (200, "in_grace")


def test_nobody_is_recognised_while_asking(
    client_of: Callable[[Member], StrictClient], world: World, number: str
) -> None:
    signed_in = client_of(world.kim)
    for path in (f"/verify/{number}", "/verify", f"/api/v1/verify/{number}"):
        response = signed_in.get(path)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        assert "Kim Park" not in response.text


def test_the_box_asks_for_a_number(client: StrictClient, world: World) -> None:
    for path in ("/verify", "/verify?number=", "/verify?number=%20"):
        assert 'name="number"' in client.get(path).text


def test_only_reading_is_possible(client: StrictClient, number: str) -> None:
    assert client.post(f"/verify/{number}").status_code == 405
    assert client.post(f"/api/v1/verify/{number}").status_code == 405


def test_a_slip_is_told_from_an_unknown_number_and_an_empty_box_says_so(
    app: Flask, world: World, client: StrictClient
) -> None:
    unknown = new_number("TC")
    slip = unknown[:-1] + ("0" if unknown[-1] != "0" else "1")
    assert "not well formed" not in client.get(f"/verify/{unknown}").text
    answer = client.get(f"/verify/{slip}")
    assert answer.status_code == 200
    assert "This number is not well formed: check it for a typing slip." in answer.text
    empty = client.get("/verify?number=+")
    assert (empty.status_code, "Type the number of a certificate." in empty.text) == (422, True)
    assert "Type the number" not in client.get("/verify").text
