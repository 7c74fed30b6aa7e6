"""A PDF that a program hands in: answered like a document, and whatever is thrown at the reader."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfWriter
from sqlalchemy import func, select

from certify.auth.files_checked import LIMIT, QUARTERS, count_foreign
from certify.models import ThrottleCount, db
from tests.api.client import PROBLEM, Program
from tests.conftest import Turn
from tests.credentials.signed import certificate, document
from tests.credentials.test_handed_in import JUNE, by_number, nothing
from tests.player import Player

LARGE = 2 * 1024 * 1024


@pytest.fixture
def program(app: Flask, certified: Player, turn: Turn) -> Program:
    """A program of nobody's; it is June."""
    turn(JUNE)
    return Program(app)


def paper(program: Program) -> bytes:
    """The certificate as PDF, as anybody gets it."""
    pdf: bytes = program.client.get(f"/credentials/{certificate().number}.pdf").data
    return pdf


def blank(*files: tuple[str, bytes]) -> bytes:
    """An unsealed PDF that carries these files."""
    made = PdfWriter()
    made.add_blank_page(200, 200)
    for name, content in files:
        made.add_attachment(name, content)
    made.write(written := BytesIO())
    return written.getvalue()


def hand_in(program: Program, pdf: bytes, query: str = "") -> Any:
    return program.send("POST", f"verify{query}", data=pdf, content_type="application/pdf")


def told(program: Program, pdf: bytes, query: str = "") -> dict[str, Any]:
    answer = hand_in(program, pdf, query)
    assert answer.status_code == 200, answer.text
    return {name: value for name, value in answer.get_json().items() if name != "as_of"}


def test_a_sealed_pdf_gets_the_answer_of_its_number(program: Program) -> None:
    pdf = paper(program)
    for day in ("", "?on=2026-05-03", "?on=2029-05-05"):
        assert told(program, pdf, day) == by_number(program, day)
    assert hand_in(program, pdf, "?on=soon").status_code == 422
    assert db.session.scalar(select(func.sum(ThrottleCount.tries))) is None


def test_a_genuine_credential_in_another_paper_or_a_changed_one_is_tampered_with(program: Program) -> None:
    foreign = blank(("credential.json", certificate().documents[0].content.encode()))
    changed = PdfWriter(BytesIO(paper(program)), incremental=True)
    changed.add_metadata({"/Title": "Certified Master Trainer"})
    changed.write(written := BytesIO())
    for pdf in (foreign, written.getvalue()):
        assert told(program, pdf) == nothing("tampered", certificate().number)


def test_a_credential_that_is_none_of_ours_is_unknown(program: Program) -> None:
    assert told(program, blank(("credential.json", b'{"credentialSubject": {}}'))) == nothing("unknown", "")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{}", 422),
        (b"%PDF-1.7\n", 422),
        (b"%PDF-1.7\n" + b"1 0 obj\n<< /Kids [1 0 R] >>\nendobj\n" * 100, 422),
        (b"%PDF-1.7\n" + b"\0" * LARGE, 413),
        (blank(), 422),
        (blank(("credential.json", b"[]")), 422),
        (blank(("credential.json", b"{" * 100_000)), 422),
        (blank(("credential.json", b'{"credentialSubject": "' + b"x" * 300_000 + b'"}')), 422),
    ],
)
def test_what_is_no_certificate_gets_a_sentence(program: Program, content: bytes, status: int) -> None:
    answer = hand_in(program, content)
    assert (answer.status_code, answer.mimetype, bool(answer.get_json()["detail"])) == (status, PROBLEM, True)


def test_a_flood_of_foreign_papers_is_held_up_with_the_documents(program: Program) -> None:
    count_foreign("127.0.0.1", (LIMIT - 2) / QUARTERS)
    foreign = blank()
    assert [hand_in(program, foreign).status_code for _ in range(2)] == [422, 429]
    assert program.post("verify", document()).status_code == 429
    assert by_number(program)["verdict"] == "valid"
