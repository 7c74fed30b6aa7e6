"""The certificate as a PDF: for everybody who has its number, sealed, and not while its use is stopped."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import event, select, update

from certify.credentials.embedded import embedded_credential
from certify.credentials.paper_check import SealFinding, check_seal
from certify.credentials.sealing import read_seal
from certify.credentials.signing import paper_seal_of
from certify.extensions import clock
from certify.models import Credential, IssuerKey, Person, db
from certify.models.store import own_tx
from certify.scheme.words import KeyKind
from tests.cast import Member, World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.credentials.signed import rename
from tests.player import Player

SUSPENDED_ON = date(2026, 7, 1)
NO_FONT = "No font here can draw"


@pytest.fixture
def number(certified: Player, world: World) -> str:
    """Ana's certificate for WPC, of 4 May 2026; it is June."""
    return db.session.scalars(select(Credential.number)).one()


def test_anyone_gets_the_sealed_paper_by_its_number(client: StrictClient, number: str, world: World) -> None:
    response = client.get(f"/credentials/{number}.pdf")
    row = db.session.scalars(select(Credential)).one()
    assert row.document is not None
    told = PdfReader(BytesIO(response.data)).metadata
    assert told is not None
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    assert (told.title, told.author) == (
        f"Certified SCORE Trainer {number}: Ana Trần",
        "SCORE Việt Nam",
    )
    assert embedded_credential(response.data) == row.document.content.encode()
    root = read_seal(*paper_seal_of(db.session(), world.issuer)).chain[-1]
    found = check_seal(response.data, [root], clock().now())
    assert (found.finding, found.by, found.sealed_at) == (SealFinding.WHOLE, "SCORE Việt Nam", clock().now())


def test_it_is_told_apart_kept_by_no_cookie_and_can_do_nothing(client: StrictClient, number: str) -> None:
    response = client.get(f"/credentials/{number}.pdf", headers={"Cookie": "certify=whatever"})
    assert response.headers["Content-Disposition"] == f'inline; filename="{number}.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox;")
    assert "Set-Cookie" not in response.headers


def test_asked_again_it_is_the_same_and_need_not_be_sent(client: StrictClient, number: str) -> None:
    first = client.get(f"/credentials/{number}.pdf")
    again = client.get(f"/credentials/{number}.pdf")
    unchanged = client.get(f"/credentials/{number}.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.data == first.data, again.headers["ETag"]) == (True, first.headers["ETag"])
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    head = client.head(f"/credentials/{number}.pdf")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])


def test_it_is_drawn_while_no_transaction_is_open(client: StrictClient, app: Flask, number: str) -> None:
    files = Path(app.extensions["certify.settings"].instance) / "files"
    seen: list[bool] = []

    def look(*_: object) -> None:
        seen.append(any(files.rglob("*.pdf")))

    event.listen(db.engine, "checkin", look)
    try:
        assert client.get(f"/credentials/{number}.pdf").status_code == 200
    finally:
        event.remove(db.engine, "checkin", look)
    assert any(files.rglob("*.pdf"))
    assert seen[0] is False  # the connection was given back before there was a file
    assert seen == [False] * len(seen)


@pytest.mark.parametrize("typed", ["TC-7F3K-Q2MX-9B4D-E", "TC-0000", "..%2f..%2fetc", "x" * 300])
def test_an_unknown_number_has_no_paper(client: StrictClient, number: str, typed: str) -> None:
    assert client.get(f"/credentials/{typed}.pdf").status_code == 404


def test_a_number_is_found_however_it_is_typed(client: StrictClient, number: str) -> None:
    typed = number.lower().replace("-", "")
    assert client.get(f"/credentials/{typed}.pdf").status_code == 200


def test_while_suspended_it_is_not_given_out(
    client: StrictClient, certified: Player, world: World, number: str, turn: Turn
) -> None:
    certified.move("suspend", world.maya, SUSPENDED_ON, grounds="A complaint is examined.")
    turn(SUSPENDED_ON)
    response = client.get(f"/credentials/{number}.pdf")
    assert (response.status_code, response.mimetype) == (409, "text/html")
    assert "its certificate is not given out meanwhile" in response.text
    assert f"/verify/{number}" in response.text


def test_once_withdrawn_it_is_gone(
    client: StrictClient, certified: Player, world: World, number: str, turn: Turn
) -> None:
    certified.move("withdraw", world.maya, SUSPENDED_ON, grounds="False evidence.")
    turn(SUSPENDED_ON)
    response = client.get(f"/credentials/{number}.pdf")
    assert (response.status_code, "not given out any more" in response.text) == (410, True)


def test_an_expired_one_is_still_given_out(client: StrictClient, number: str, turn: Turn) -> None:
    turn(date(2031, 1, 1))
    assert client.get(f"/credentials/{number}.pdf").status_code == 200


def test_a_name_without_a_font_has_no_pdf_and_it_is_said_why_and_what_is_done(
    client: StrictClient, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    rename("王小明", NOW)
    response = client.get(f"/credentials/{number}.pdf")
    assert (response.status_code, response.mimetype) == (409, "text/html")
    assert f"{NO_FONT} 王 小 明. Until there is one" in response.text
    [told] = [record.message for record in caplog.records if "王 (U+738B" in record.message]
    assert "apt install fonts-noto-cjk" in told
    page = client.get(f"/verify/{number}")
    assert (page.status_code, NO_FONT in page.text, f"/credentials/{number}.pdf" in page.text) == (
        200, True, False,
    )  # fmt: skip
    assert client.get(f"/credentials/{number}.json").status_code == 200


def test_the_holder_reads_it_beside_the_certificate_and_gets_the_rest(
    number: str, world: World, client_of: Callable[[Member], StrictClient]
) -> None:
    rename("王小明", NOW)
    page = client_of(world.ana).get("/my-credentials").text
    assert (NO_FONT in page, "Download PDF" in page, "Download JSON" in page) == (True, False, True)


def test_holder_and_decider_read_it_before_the_certificate_is_issued(
    recommended: Player, world: World, client_of: Callable[[Member], StrictClient]
) -> None:
    case = f"/certifications/{recommended.certification}"
    readers = ((world.ana, case), (world.maya, case), (world.maya, f"{case}/approval"))
    assert [NO_FONT in client_of(who).get(path).text for who, path in readers] == [False] * 3
    with own_tx() as session:
        session.execute(update(Person).where(Person.id == world.ana.id).values(name="王小明"))
    assert [NO_FONT in client_of(who).get(path).text for who, path in readers] == [True] * 3


def test_without_a_key_to_seal_the_operator_is_told(
    client: StrictClient, app: Flask, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    for path in (app.extensions["certify.settings"].instance / "keys").glob("*seal*"):
        path.unlink()
    response = client.get(f"/credentials/{number}.pdf")
    assert response.status_code == 503
    assert any("cannot be sealed" in record.message for record in caplog.records)


def test_a_seal_that_does_not_fit_is_told_to_the_operator_and_no_error(
    client: StrictClient, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    with own_tx() as session:
        session.execute(update(IssuerKey).where(IssuerKey.kind == KeyKind.P256).values(certificate="none"))
    response = client.get(f"/credentials/{number}.pdf")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "3600")
    assert "The administrator was told what is missing" in response.text
    assert any("cannot be sealed" in record.message for record in caplog.records)


def drawn(app: Flask) -> list[Path]:
    return list((Path(app.extensions["certify.settings"].instance) / "files").rglob("*.pdf"))


def test_what_was_drawn_in_an_earlier_name_is_deleted_with_the_change(
    client: StrictClient, app: Flask, number: str, world: World, client_of: Callable[[Member], StrictClient]
) -> None:
    assert client.get(f"/credentials/{number}.pdf").status_code == 200
    assert len(drawn(app)) == 1
    ada, path = client_of(world.ada), f"/people/{world.ana.id}/edit"
    fields = {"csrf_token": ada.token(path), "name": "Ana Trần Ngọc", "country": "VN"}
    answer = ada.post(path, data=fields)
    assert (answer.status_code, drawn(app)) == (303, [])


def test_what_was_drawn_of_an_erased_person_is_deleted(
    client: StrictClient, app: Flask, number: str, world: World
) -> None:
    assert client.get(f"/credentials/{number}.pdf").status_code == 200
    assert len(drawn(app)) == 1
    words = ["audit", "erase", "--person", world.ana.email, "--reason", "Article 17.", "--yes"]
    assert app.test_cli_runner().invoke(args=words).exit_code == 0
    assert drawn(app) == []


def test_a_name_with_script_in_it_is_a_name(client: StrictClient, number: str) -> None:
    rename("<script>#panic()</script>", NOW)
    told = PdfReader(BytesIO(client.get(f"/credentials/{number}.pdf").data)).metadata
    assert told is not None
    assert told.title == f"Certified SCORE Trainer {number}: <script>#panic()</script>"
