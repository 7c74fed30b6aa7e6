"""A certificate's file, checked: what it rests on is told, nothing is kept, and no file brings a 500."""

import json
import random
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from certify.auth.files_checked import LIMIT
from certify.credentials.numbers import new_number
from certify.models import Credential, IssuerKey, db
from certify.models.store import own_tx, write_tx
from certify.workflows.credential import rename_holder
from tests.cast import World
from tests.client import StrictClient
from tests.conftest import NOW, Turn
from tests.player import Player
from tests.views.shown import cell_of

CHECKS = ("Number", "Every word", "Both signatures", "Status", "Seal of the PDF")
ALL_WELL = ("In the register", "As issued", "Hold", "Looked up")


@pytest.fixture
def credential(certified: Player, world: World) -> Credential:
    """Ana's certificate for WPC, of 4 May 2026; it is June."""
    return db.session.scalars(select(Credential)).one()


def hand_in(
    client: StrictClient, content: bytes, *, on: str = "", name: str = "certificate", **more: Any
) -> TestResponse:
    """Written out here: of ten megabytes Werkzeug's own client leaves a file open."""
    start = f'--part\r\nContent-Disposition: form-data; name="on"\r\n\r\n{on}\r\n--part\r\n'
    start += f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = start.encode() + content + b"\r\n--part--\r\n"
    return client.post("/verify", data=body, content_type="multipart/form-data; boundary=part", **more)


def found_in(page: TestResponse) -> tuple[str | None, ...]:
    """What was found of each thing that is checked; None where there is no such line."""
    return tuple(cell_of(page.text, row, "Found") for row in CHECKS)


def signed(credential: Credential) -> dict[str, Any]:
    assert credential.document is not None
    document: dict[str, Any] = json.loads(credential.document.content)
    return document


def test_the_json_as_it_was_issued_is_as_good_as_its_number(
    client: StrictClient, credential: Credential
) -> None:
    page = hand_in(client, client.get(f"/credentials/{credential.number}.json").data)
    assert (page.status_code, found_in(page)) == (200, (*ALL_WELL, None))
    for said in ("Ana Trần is certified for Workplace Cooperation (WPC).", "pill-good", "As of"):
        assert said in page.text
    assert f'href="/credentials/{credential.number}.pdf"' in page.text
    assert "Set-Cookie" not in page.headers


def test_the_pdf_as_it_was_issued_is_good_and_its_seal_is_whole(
    client: StrictClient, credential: Credential
) -> None:
    page = hand_in(client, client.get(f"/credentials/{credential.number}.pdf").data)
    assert (page.status_code, found_in(page)) == (200, (*ALL_WELL, "Whole"))
    assert "Ana Trần is certified for" in page.text


def test_a_day_may_be_asked_about_and_one_that_is_none_is_told_so(
    client: StrictClient, credential: Credential, certified: Player, turn: Turn, world: World
) -> None:
    content = json.dumps(signed(credential)).encode()
    certified.move("withdraw", world.maya, NOW.date(), grounds="False evidence.")
    turn("2026-07-02")
    assert "The certification was withdrawn on 1 Jun 2026" in hand_in(client, content).text
    before = hand_in(client, content, on="2026-05-20")
    assert "On that day, Ana Trần was certified for" in before.text
    wrong = hand_in(client, content, on="2026-02-30")
    assert (wrong.status_code, "Give a day like 2026-11-22" in wrong.text) == (422, True)
    assert 'href="#file-on"' in wrong.text


def test_a_version_that_was_issued_anew_is_told_from_the_present_one(
    client: StrictClient, credential: Credential, world: World
) -> None:
    before, olu = json.dumps(signed(credential)).encode(), world.actor(db.session(), world.olu)
    with write_tx() as session:
        rename_holder(session, olu, world.ana.id, NOW, name="Ana Trần Thị")
    page = hand_in(client, before)
    assert found_in(page) == (*ALL_WELL, None)
    assert "was issued anew under the same number on 1 Jun 2026" in page.text
    assert f"What the register says of {credential.number}" in page.text
    assert "Not valid since" not in page.text
    assert "Newer certificate" not in page.text
    now = hand_in(client, client.get(f"/credentials/{credential.number}.json").data)
    assert "Ana Trần Thị is certified for Workplace Cooperation (WPC)." in now.text
    with own_tx() as session:  # and the one before was signed by a key that was stolen since
        session.execute(update(IssuerKey).where(IssuerKey.kind == "ed25519").values(compromised_at=NOW))
    page = hand_in(client, before)
    assert found_in(page) == ("In the register", "As issued", "Not believed", "Looked up", None)


def test_a_word_that_was_changed_or_added_is_found(client: StrictClient, credential: Credential) -> None:
    forged, added = signed(credential), signed(credential)
    forged["credentialSubject"]["identifier"][0]["identityHash"] = "Kim Park"
    added["credentialSubject"]["masterTrainer"] = True
    for document in (forged, added):
        page = hand_in(client, json.dumps(document).encode())
        assert found_in(page) == ("In the register", "Changed", "Not checked", "Not checked", None)
        assert "This is not what was issued under the number" in page.text
        assert "Kim Park" not in page.text
        assert "Ana Trần" not in page.text


def test_a_signature_that_was_changed_is_found(client: StrictClient, credential: Credential) -> None:
    document = signed(credential)
    document["proof"][0]["proofValue"] = document["proof"][1]["proofValue"]
    page = hand_in(client, json.dumps(document).encode())
    assert found_in(page) == ("In the register", "As issued", "Do not hold", "Not checked", None)
    assert "Tampered with" in page.text


def test_a_genuine_credential_makes_no_other_paper_genuine(
    client: StrictClient, credential: Credential
) -> None:
    assert credential.document is not None
    paper = PdfWriter()
    paper.add_blank_page(200, 200)
    paper.add_attachment("credential.json", credential.document.content.encode())
    paper.write(forged := BytesIO())
    page = hand_in(client, forged.getvalue(), name="<script>alert(1)</script>.pdf")
    assert found_in(page) == (*ALL_WELL, "Missing")
    assert "Tampered with" in page.text
    assert "is certified for" not in page.text
    assert f'href="/verify/{credential.number}"' in page.text
    assert "&lt;script&gt;" in page.text


def test_a_paper_that_was_changed_after_its_seal_is_found(
    client: StrictClient, credential: Credential
) -> None:
    pdf = client.get(f"/credentials/{credential.number}.pdf").data
    changed = PdfWriter(BytesIO(pdf), incremental=True)
    changed.add_metadata({"/Title": "Certified Master Trainer"})
    changed.write(forged := BytesIO())
    assert PdfReader(forged).metadata is not None
    page = hand_in(client, forged.getvalue())
    assert (found_in(page)[-1], "Tampered with" in page.text) == ("Changed", True)


def test_a_seal_by_a_compromised_key_is_not_believed(client: StrictClient, credential: Credential) -> None:
    pdf = client.get(f"/credentials/{credential.number}.pdf").data
    with own_tx() as session:
        session.execute(update(IssuerKey).where(IssuerKey.kind == "p256").values(compromised_at=NOW))
    page = hand_in(client, pdf)
    assert (found_in(page)[-1], "Cannot be checked" in page.text) == ("Not believed", True)
    assert "Tampered with" not in page.text


def test_signatures_by_a_compromised_key_prove_nothing(client: StrictClient, credential: Credential) -> None:
    with own_tx() as session:
        session.execute(update(IssuerKey).where(IssuerKey.kind == "ed25519").values(compromised_at=NOW))
    page = hand_in(client, json.dumps(signed(credential)).encode())
    assert found_in(page) == ("In the register", "As issued", "Not believed", "Not checked", None)
    assert "by a key that was stolen or lost" in page.text


def test_a_credential_of_another_register_was_not_issued_here(
    client: StrictClient, credential: Credential
) -> None:
    document = signed(credential)
    document["credentialSubject"]["licenseNumber"] = new_number("TC")
    page = hand_in(client, json.dumps(document).encode())
    assert found_in(page) == ("Not in the register", "Not checked", "Not checked", "Not checked", None)
    assert "Not issued here" in page.text


@pytest.mark.parametrize(
    "number",
    ["\\ud800", "\\u0000", "\\u202eTC-0000\\u0007", "<script>alert(1)</script>", "x/../..", "N" * 70_000, ""],
)
def test_a_number_that_is_none_is_only_shown(
    client: StrictClient, credential: Credential, number: str
) -> None:
    document = json.dumps(signed(credential)).replace(credential.number, number)
    page = hand_in(client, document.encode(), name="\u202egpj.\x07pdf", on="")
    assert (page.status_code, "Not issued here" in page.text) == (200, True)
    assert not {"\u202e", "\x07", "\0"} & set(page.text)


@pytest.mark.parametrize("wild", ["\\ud800", "\\u0000", "9" * 400, "1e999"])
def test_a_wild_value_is_tampering_and_no_fault(
    client: StrictClient, credential: Credential, wild: str
) -> None:
    value = f'"{wild}"' if wild.startswith("\\") else wild
    document = '{"extra": ' + value + ", " + json.dumps(signed(credential))[1:]
    page = hand_in(client, document.encode())
    assert (page.status_code, found_in(page)[:2]) == (200, ("In the register", "Changed"))


_PDF = b"%PDF-1.7\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"{", "This is no JSON document"),
        (b"[1]", "it has to be one JSON object"),
        (b'{"credentialSubject": 1, "credentialSubject": 2}', "says a thing twice"),
        (b"{}", "it says nothing about anybody"),
        (b'{"credentialSubject":' + b"[" * 5000 + b"]" * 5000 + b"}", "This is no"),
        (b'{"credentialSubject":"' + b"x" * 300_000 + b'"}', "larger than any credential"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "neither a PDF nor a JSON credential"),
        (b"<html><script>alert(1)</script></html>", "neither a PDF nor a JSON credential"),
        (_PDF, "The PDF is damaged"),
        (_PDF + b"1 0 obj\n<< /Kids [1 0 R] >>\nendobj\n" * 100, "The PDF"),
        (_PDF + random.Random(7).randbytes(20_000), "The PDF"),
        (_PDF + b"\0" * (2 * 1024 * 1024), "The file is larger than 2 MB"),
        (b"x" * (11 * 1024 * 1024), "The file is larger than 2 MB"),
    ],
)
def test_whatever_else_is_handed_in_gets_a_sentence(
    client: StrictClient, world: World, content: bytes, sentence: str
) -> None:
    page = hand_in(client, content)
    assert (page.status_code in (413, 422), sentence in page.text) == (True, True)
    assert 'href="#file"' in page.text


def test_a_pdf_without_a_credential_says_why(client: StrictClient, world: World) -> None:
    paper = PdfWriter()
    paper.add_blank_page(200, 200)
    paper.write(empty := BytesIO())
    page = hand_in(client, empty.getvalue())
    assert (page.status_code, "Was it printed or saved anew from a certificate?" in page.text) == (422, True)


def test_no_file_is_told_so_and_nothing_is_kept(client: StrictClient, credential: Credential) -> None:
    page = client.post("/verify", data={})
    assert (page.status_code, "Choose a file." in page.text) == (422, True)
    hand_in(client, json.dumps(signed(credential)).encode())
    assert client.written == []


def test_files_that_are_not_ours_are_held_up_and_genuine_ones_and_numbers_are_not(
    client: StrictClient, credential: Credential
) -> None:
    genuine = json.dumps(signed(credential)).encode()
    answers = [hand_in(client, b"{}").status_code for _ in range(LIMIT + 1)]
    assert answers == [422] * LIMIT + [429]
    held_up = hand_in(client, genuine)
    assert (held_up.status_code, "Too many files that are not ours" in held_up.text) == (429, True)
    assert 0 < int(held_up.headers["Retry-After"]) <= 330
    assert client.get(f"/verify/{credential.number}").status_code == 200
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", note := lambda *args: seen.append(args[2]))
    other = hand_in(client, genuine, environ_base=elsewhere)
    event.remove(db.engine, "before_cursor_execute", note)
    assert (other.status_code, [each for each in seen if "INSERT" in each]) == (200, [])


def test_a_found_certificate_leads_to_its_pdf_and_json(client: StrictClient, credential: Credential) -> None:
    page = client.get(f"/verify/{credential.number}").text
    for ending in ("pdf", "json"):
        assert f'href="/credentials/{credential.number}.{ending}"' in page
    assert "/credentials/" not in client.get(f"/verify/{new_number('TC')}").text
