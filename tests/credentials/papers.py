"""Certificates and a seal for the tests of paper, and what other people's tools read in a PDF."""

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from shutil import which
from typing import Any

from cryptography import x509
from pypdf import PdfReader

from certify.credentials.certificate import Certificate
from certify.credentials.sealing import Seal, make_root, make_sealing_certificate, new_key
from certify.scheme.catalogue import shipped
from certify.scheme.words import CredentialType

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BODY = "Liên minh Năng suất"
WORDING = shipped("score-2026").wording

HANH = Certificate(
    number="TC-7F3K-Q2MX-9B4D-R",
    type=CredentialType.TRAINER_CERTIFICATION,
    holder="Nguyễn Thị Hồng Hạnh",
    title=WORDING["trainer_certification_title"],
    statement=WORDING["trainer_certification_statement"],
    module="Workplace Cooperation (WPC)",
    country="VN",
    issuer=BODY,
    scheme_version="score-2026",
    valid_from=date(2026, 11, 22),
    valid_until=date(2029, 11, 22),
    decided_on=date(2026, 11, 20),
    address="https://certify.example.org/verify/TC-7F3K-Q2MX-9B4D-R",
    credential='{"name": "Nguyễn Thị Hồng Hạnh", "\\u0000": "\\\\"}\n'.encode(),
)


def of_type(type: CredentialType) -> Certificate:
    """Hạnh's paper of another kind, in the wording of the shipped edition."""
    title, statement = (WORDING[f"{type}_{part}"] for part in ("title", "statement"))
    return replace(HANH, type=type, title=title, statement=statement)


@cache
def seal() -> Seal:
    """A seal under a root of its own."""
    key, root_key = new_key(), new_key()
    root = make_root(root_key, BODY, "VN", AT)
    certificate = make_sealing_certificate(key.public_key(), BODY, "VN", AT, root_key=root_key, root=root)
    return Seal(key, (certificate, root))


def root() -> x509.Certificate:
    """What somebody trusts who trusts that seal."""
    return seal().chain[-1]


def catalogue(pdf: bytes) -> Any:
    """The root of a PDF's objects, as pypdf reads them."""
    return PdfReader(BytesIO(pdf)).root_object


def text_of(pdf: bytes) -> str:
    """The text of a PDF as poppler extracts it, the right-to-left marks left out."""
    tool = which("pdftotext")
    assert tool, "pdftotext is missing: apt-get install poppler-utils"
    done = subprocess.run([tool, "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8").translate(dict.fromkeys(range(0x202A, 0x202F)))
