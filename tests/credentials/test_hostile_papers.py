"""PDFs made to keep a reader busy: small ones that unpack for ever, and long ways through short files."""

import zlib

import pytest
from flask import Flask

from certify.auth.files_checked import AT_ONCE, LIMIT, QUARTERS, count_foreign, looking, refuse_files
from certify.auth.throttle import TooMany, refuse_over
from certify.credentials import within_time
from certify.credentials.embedded import LARGEST_PDF, NoCredential, embedded_credential
from certify.credentials.paper_check import SealChecked, SealFinding, check_seal
from certify.models import db
from tests.cast import World
from tests.credentials.papers import AT

PREDICTED = b"/DecodeParms<</Predictor 12/Columns 1>>"


def table(unpacked: bytes, more: bytes = PREDICTED, size: int = 90_000_000) -> bytes:
    """A table of objects, packed."""
    packed = zlib.compress(unpacked, 9)
    words = b"<</Type/XRef/W [1 4 2]/Size %d/Root 9 0 R/Filter/FlateDecode%s/Length %d>>"
    return (
        b"1 0 obj\n" + words % (size, more, len(packed)) + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    )


def ended(content: bytes, last: int) -> bytes:
    return content + b"startxref\n%d\n%%%%EOF" % last


def bomb() -> bytes:
    return ended(b"%PDF-1.7\n" + table(b"\2\1" * 2**20), 9)


def chain() -> bytes:
    """Tables that name each other, each as large as one may be."""
    made, before = b"%PDF-1.7\n", b""
    for _ in range(40):
        at = len(made)
        made += table(b"\2\1" * 125_000, PREDICTED + before, size=90)
        before = b"/Prev %d" % at
    return ended(made, at)


def promising() -> bytes:
    """A table that says that it has very many objects, and has a hundred."""
    return ended(b"%PDF-1.7\n" + table(b"\1" * 700, b"", size=900_000_000), 9)


def test_what_unpacks_beyond_a_certificate_is_not_unpacked() -> None:
    with pytest.raises(NoCredential, match=r"^The PDF is damaged and cannot be read\.$") as caught:
        embedded_credential(bomb())
    assert "Limit reached while decompressing" in str(caught.value.__cause__)


@pytest.mark.parametrize(
    "pdf",
    [
        *(chain(), promising()),
        b"%PDF-1.7\n" + b"startxref\n0\n" * 160_000,
        b"%PDF-1.7\n" + b"a\n" * 1_000_000,
        b"%PDF-1.7\n" + b"trailer\n<<>>\n" * 140_000 + b"startxref\n5\n%%EOF",
    ],
    ids=["chain", "promising", "startxref", "lines", "trailers"],
)
def test_what_takes_longer_than_a_certificate_is_left(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(within_time, "SECONDS", 0.02)
    assert len(pdf) <= LARGEST_PDF
    with pytest.raises(
        NoCredential, match=r"^The PDF takes too long to read: no certificate of ours does\.$"
    ):
        embedded_credential(pdf)


@pytest.mark.parametrize("made", [bomb, chain, promising])
def test_a_seal_is_not_looked_for_any_longer(made: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(within_time, "SECONDS", 0.02)
    assert callable(made)
    assert check_seal(made(), [], AT) == SealChecked(SealFinding.UNREADABLE)


def test_while_a_file_is_read_no_transaction_is_open_and_few_are_read_at_once(app: Flask) -> None:
    refuse_files("a")
    looks = [looking("a") for _ in range(AT_ONCE)]
    for look in looks:
        look.__enter__()
    assert not db.session().in_transaction()
    with pytest.raises(TooMany), looking("a"):
        pass
    with looking("b"):
        pass
    for look in looks:
        look.__exit__(None, None, None)
    with looking("a"):
        pass


def test_a_foreign_file_counts_by_the_time_that_it_took(app: Flask, world: World) -> None:
    count_foreign("a", 1.0)
    refuse_over(db.session(), "verify-file", "a", limit=QUARTERS + 2)
    with pytest.raises(TooMany):
        refuse_over(db.session(), "verify-file", "a", limit=QUARTERS + 1)
    count_foreign("a", LIMIT / QUARTERS)
    db.session.rollback()
    with pytest.raises(TooMany):
        refuse_files("a")
