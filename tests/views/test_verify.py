"""Verify a certificate: page and program answer alike, for every number, and read no cookie."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from certify.auth import guesses
from certify.auth.guesses import FEW, MISSES
from certify.auth.throttle import count_try
from certify.credentials.numbers import new_number
from certify.credentials.qr import qr_of
from certify.models import Credential, ThrottleCount, db
from certify.models.store import own_tx
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


def test_known_and_unknown_numbers_cost_the_same_question(
    app: Flask, client: StrictClient, number: str
) -> None:
    asked(client, number)  # the edition is read once a process

    def questions(text: str) -> int:
        seen: list[str] = []
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        asked(client, text, on="2026-06-01")  # without a day the driver is asked, by the same statement
        event.remove(db.engine, "before_cursor_execute", note)
        return sum("credential" in each or "FROM event" in each for each in seen)

    assert [questions(text) for text in (number, new_number("TC"), "hello")] == [1, 1, 1]


def test_the_page_of_a_known_and_of_an_unknown_number_asks_the_database_as_often(
    client: StrictClient, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(f"/verify/{number}")  # the edition is read once a process
    monkeypatch.setattr(guesses, "randbelow", lambda few: few - 1)  # only a guess that is drawn is counted

    def statements(text: str) -> list[str]:
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
        client.get(f"/verify/{text}")
        event.remove(db.engine, "before_cursor_execute", note)
        return seen

    known, unknown, malformed = (statements(text) for text in (number, new_number("TC"), "hello"))
    assert known == unknown == malformed


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


def test_changes_of_one_instant_are_told_in_the_order_of_the_log(
    client: StrictClient, played: Player, number: str, turn: Turn, world: World
) -> None:
    for move, why in (("suspend", "grounds"), ("reinstate", "findings"), ("suspend", "grounds")):
        played.move(move, world.mika, SUSPENDED_ON, **{why: "It was seen."})
    turn("2026-07-02")
    assert asked(client, number)["reason"] == "suspended"


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


@pytest.mark.parametrize(
    "typed",
    [
        lambda n: n.lower(),
        lambda n: f"  {n} ",
        lambda n: n.replace("-", ""),
        lambda n: n.replace("-", " "),
        lambda n: n.replace("-", "—"),
        lambda n: n.replace("-", "_"),
        lambda n: n.replace("-", "."),
        lambda n: f"“{n}”.",
        lambda n: f"No. {n}",
        lambda n: f"# {n}",
        lambda n: n.replace("0", "O").replace("1", "l").replace("V", "u"),
        lambda n: n.replace("T", "Т").replace("C", "С"),  # typed on a Cyrillic keyboard
        lambda n: n.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        lambda n: n.translate(str.maketrans("0123456789", "၀၁၂၃၄၅၆၇၈၉")),
        lambda n: f"https://certify.example.org/verify/{n}",
        lambda n: f"certify.example.org/verify/{n.lower()}?on=2026-06-30",
    ],
)
def test_the_box_forgives_how_a_number_is_typed(
    client: StrictClient, number: str, typed: Callable[[str], str]
) -> None:
    page = client.get("/verify", query_string={"number": typed(number)})
    assert (page.status_code, "Ana Trần" in page.text) == (200, True)


@pytest.mark.parametrize("wrong", [("8", "B"), ("5", "S"), ("2", "Z"), ("0", "D")])
def test_the_box_never_guesses_between_two_characters_of_the_alphabet(
    client: StrictClient, number: str, wrong: tuple[str, str]
) -> None:
    one, other = wrong
    for mistaken in {number.replace(one, other), number.replace(other, one)} - {number}:
        assert "Ana Trần" not in client.get("/verify", query_string={"number": mistaken}).text


def test_the_qr_code_of_the_answer_leads_to_its_address(client: StrictClient, number: str) -> None:
    page = client.get(f"/verify/{number}").text
    drawn = re.search(r'<svg class="qr"[^>]*viewBox="0 0 (\d+) \1"[^>]*><path d="([^"]+)"/></svg>', page)
    assert drawn
    code = qr_of(f"http://localhost/verify/{number}")
    assert (int(drawn.group(1)), drawn.group(2)) == (code.size, code.path)
    assert f'http://localhost/verify/<wbr><span class="number-line">{number}</span></a>' in page


def test_an_unknown_number_has_no_code_to_share_and_says_what_to_do(
    client: StrictClient, world: World
) -> None:
    page = client.get(f"/verify/{new_number('TC')}").text
    assert 'class="qr"' not in page
    assert "the paper may be forged" in page


def test_the_print_view_is_one_sheet_with_the_whole_answer(client: StrictClient, number: str) -> None:
    page = client.get(f"/verify/{number}?view=print")
    assert page.status_code == 200
    for told in ("Ana Trần", number, "SCORE Việt Nam", "As of", 'class="qr"', "Answer of the register"):
        assert told in page.text
    assert "Check another certificate" not in page.text
    about = client.get(f"/verify/{number}?view=print&on=2026-05-03").text
    assert "Asked about 3 May 2026" in about
    assert client.get(f"/verify/{number}?view=print&on=never").status_code == 422


@pytest.mark.parametrize("wrong", ["2026-02-30", "x", "1800-01-01"])
def test_about_a_day_that_is_none_no_verdict_is_shown(client: StrictClient, number: str, wrong: str) -> None:
    for asked_for in (number, new_number("TC")):
        page = client.get(f"/verify/{asked_for}?on={wrong}")
        assert page.status_code == 422
        assert "Give a day like 2026-11-22, between 1990 and 2200." in page.text
        shown = [mark in page.text for mark in ('class="card verdict', 'class="pill', "is certified for")]
        assert shown == [False, False, False]
        assert re.search(r'id="on"[^>]*aria-invalid="true"', page.text.replace("\n", " "))
        assert f'href="/verify/{asked_for}">The answer for today</a>' in page.text


def test_a_persons_name_is_kept_out_of_search_engines(client: StrictClient, number: str) -> None:
    answer = client.get(f"/verify/{number}")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text


def test_each_verdict_is_told_by_word_tone_and_sentence(
    client: StrictClient, played: Player, number: str, turn: Turn, world: World
) -> None:
    def told() -> tuple[str, str]:
        page = client.get(f"/verify/{number}").text
        pill = re.search(r'class="pill pill-(\w+)">([^<]+)<', page)
        frame = re.search(r'class="card verdict verdict-(\w+)"', page)
        assert pill
        assert frame
        assert pill.group(1) == frame.group(1)
        return pill.group(2).strip(), pill.group(1)

    assert told() == ("Valid", "good")
    turn("2029-05-05")
    assert told() == ("Expired, in grace", "warn")
    turn("2029-12-05")
    assert told() == ("Expired", "bad")
    turn("2026-07-02")
    played.move("suspend", world.mika, SUSPENDED_ON, grounds="Delivered out of scope.")
    assert told() == ("Suspended", "bad")
    played.move("withdraw", world.mika, SUSPENDED_ON, grounds="It was proved.")
    assert told() == ("Withdrawn", "bad")


def _asked_until_refused(client: StrictClient, path: str, most: int) -> int:
    """How many unknown numbers were answered before the first refusal."""
    for n in range(most):
        if client.get(path.format(new_number("TC"))).status_code == 429:
            return n
    return most


def test_guessing_numbers_is_stopped_for_a_while_on_page_and_interface(
    client: StrictClient, number: str
) -> None:
    answered = _asked_until_refused(client, "/api/v1/verify/{}", 1200)
    assert 60 < answered < 1000  # about MISSES: one in a few is counted, at random
    for path in (f"/verify/{number}", f"/verify?number={number}"):
        page = client.get(path)
        assert (page.status_code, "Wait" in page.text) == (429, True)
        assert 0 < int(page.headers["Retry-After"]) <= 330
        assert "Set-Cookie" not in page.headers
    problem = client.get(f"/api/v1/verify/{number}")
    assert (problem.status_code, problem.mimetype) == (429, "application/problem+json")
    assert 0 < int(problem.headers["Retry-After"]) <= 330
    elsewhere = client.get(f"/verify/{number}", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert (elsewhere.status_code, "Ana Trần" in elsewhere.text) == (200, True)
    assert client.get("/verify").status_code == 200


def test_guessing_is_forgotten_after_five_minutes(client: StrictClient, number: str) -> None:
    _spend(MISSES)
    assert client.get(f"/verify/{number}").status_code == 429
    with own_tx() as session:
        earlier = ThrottleCount.window_start - 331  # of each slice: the guesses may lie in two of them
        session.execute(
            update(ThrottleCount).where(ThrottleCount.window_start != 0).values(window_start=earlier)
        )
    assert client.get(f"/verify/{number}").status_code == 200


def test_a_guess_that_cannot_be_counted_is_answered_all_the_same(client: StrictClient, number: str) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("writers queue at a file on SQLite alone")
    queue = Path(f"{db.engine.url.database}.lock")
    queue.unlink(missing_ok=True)
    queue.mkdir()  # so that nobody gets a turn
    try:
        answers = [client.get(f"/api/v1/verify/{new_number('TC')}").status_code for _ in range(10 * FEW)]
    finally:
        queue.rmdir()
    assert set(answers) == {200}


def test_numbers_that_exist_may_be_asked_for_without_end_and_write_nothing(
    client: StrictClient, number: str
) -> None:
    for _ in range(MISSES + 50):
        assert client.get(f"/api/v1/verify/{number}").status_code == 200
        assert client.written == []


def _spend(misses: int) -> None:
    for _ in range(misses // FEW):
        count_try("verify", "127.0.0.1", limit=misses)
