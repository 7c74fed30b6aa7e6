"""The sealed PDF as others read it: PDF/A-3a and PDF/UA-1 by its structure, PAdES by pyHanko and poppler."""

import re
import subprocess
from io import BytesIO
from typing import Any

import pytest
from asn1crypto.x509 import Certificate as Asn1Certificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from certify.credentials.key_files import to_pem
from certify.credentials.own_thread import in_own_thread
from certify.credentials.paper import draw
from certify.credentials.paper_check import SealChecked, SealFinding, check_seal
from certify.credentials.paper_seal import sealed
from certify.credentials.sealing import (
    SealUnfit,
    chain_as_pem,
    make_root,
    make_sealing_certificate,
    new_key,
    read_seal,
)
from tests.credentials.papers import AT, BODY, HANH, root, seal

DRAWN = draw(HANH)
SEALED = sealed(DRAWN, seal(), AT, reason="Certificate TC-7F3K-Q2MX-9B4D-R")


def objects(pdf: bytes) -> list[Any]:
    """Every object of the file that a table points at."""
    reader = PdfReader(BytesIO(pdf))
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    return [reader.get_object(IndirectObject(number, 0, reader)) for number in sorted(numbers) if number]


def dictionaries(pdf: bytes, **entries: str) -> list[DictionaryObject]:
    """Those dictionaries that say all of this."""
    return [
        each
        for each in objects(pdf)
        if isinstance(each, DictionaryObject)
        and all(each.get(f"/{key}") == f"/{value}" for key, value in entries.items())
    ]


def pdfsig(pdf: bytes, tmp_path: Any) -> str:
    (tmp_path / "sealed.pdf").write_bytes(pdf)
    done = subprocess.run(["pdfsig", "sealed.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False)
    return done.stdout


def added() -> bytes:
    """A change that is appended, as programs save it."""
    writer = PdfWriter(BytesIO(SEALED), incremental=True)
    writer.add_metadata({"/Title": "Certified Master Trainer"})
    out = BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(SEALED)
    return out.getvalue()


def test_pyhanko_finds_a_certifying_pades_signature_over_the_whole_file() -> None:
    (signature,) = PdfFileReader(BytesIO(SEALED)).embedded_signatures
    trusted = Asn1Certificate.load(root().public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[trusted], moment=AT, allow_fetching=False)
    status = in_own_thread(lambda: validate_pdf_signature(signature, context))
    assert (status.bottom_line, status.trusted, status.docmdp_ok) == (True, True, True)
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level is ModificationLevel.NONE
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert (status.md_algorithm, status.pkcs7_signature_mechanism) == ("sha256", "sha256_ecdsa")
    assert status.signer_reported_dt == AT


def test_poppler_finds_it_valid_and_names_the_body(tmp_path: Any) -> None:
    said = pdfsig(SEALED, tmp_path)
    for part in (f"Common Name: {BODY}", "ETSI.CAdES.detached", "SHA-256", "Total document signed"):
        assert part in said
    assert "Signature is Valid." in said
    assert "Signature is Valid." not in pdfsig(DRAWN, tmp_path)


@pytest.mark.parametrize("at", [2_000, 9_000, len(DRAWN) - 40, len(DRAWN) + 200, len(SEALED) - 30])
def test_one_changed_bit_is_found_by_both(at: int, tmp_path: Any) -> None:
    tampered = bytearray(SEALED)
    tampered[at] ^= 1
    assert check_seal(bytes(tampered), [root()], AT).finding in (SealFinding.CHANGED, SealFinding.UNREADABLE)
    assert "Signature is Valid." not in pdfsig(bytes(tampered), tmp_path)


def test_what_a_seal_is_worth_has_five_answers() -> None:
    told = {"sealed_at": AT, "by": BODY}
    assert check_seal(SEALED, [root()], AT) == SealChecked(SealFinding.WHOLE, **told)
    assert check_seal(SEALED, [], AT) == SealChecked(SealFinding.FOREIGN, **told)
    assert check_seal(added(), [root()], AT) == SealChecked(SealFinding.CHANGED, **told)
    assert check_seal(DRAWN, [root()], AT) == SealChecked(SealFinding.MISSING)
    for broken in (b"", b"%PDF-1.7\n" + b"<<" * 50_000, SEALED[: len(SEALED) // 2], b" " * 11_000_000):
        assert check_seal(broken, [root()], AT) == SealChecked(SealFinding.UNREADABLE)


def test_the_seal_changes_nothing_that_was_drawn() -> None:
    assert SEALED.startswith(DRAWN)
    first, second = PdfReader(BytesIO(DRAWN)), PdfReader(BytesIO(SEALED))
    assert dict(first.metadata or {}) == dict(second.metadata or {})
    assert first.trailer["/ID"][0] == second.trailer["/ID"][0]  # type: ignore[index]


def xmp(pdf: bytes) -> str:
    stream = PdfReader(BytesIO(pdf)).root_object["/Metadata"]
    assert isinstance(stream, StreamObject)
    return stream.get_data().decode()


def test_it_declares_pdf_a_3a_and_pdf_ua_1_with_dates_that_agree() -> None:
    said, told = xmp(SEALED), PdfReader(BytesIO(SEALED)).metadata or {}
    for part in ("<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", HANH.holder, HANH.number):
        assert part in said
    assert ("<xmp:ModifyDate>2026-11-20T00:00:00Z<" in said, told["/ModDate"]) == (True, "D:20261120000000Z")


def test_its_structure_is_that_of_an_accessible_archive() -> None:
    catalogue = PdfReader(BytesIO(SEALED)).root_object
    assert (catalogue["/Lang"], catalogue["/MarkInfo"]["/Marked"]) == ("en", True)  # type: ignore[index]
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value is True  # type: ignore[index,attr-defined]
    assert [each["/S"] for each in catalogue["/OutputIntents"]] == ["/GTS_PDFA1"]  # type: ignore[attr-defined]
    assert {"/H1", "/P", "/Figure", "/Link"} <= {
        each.get("/S") for each in dictionaries(SEALED, Type="StructElem")
    }
    figures = dictionaries(SEALED, S="Figure")
    assert [each["/Alt"] for each in figures] == [f"QR code of the address {HANH.address}"]
    (page,) = PdfReader(BytesIO(SEALED)).pages
    assert page["/Tabs"] == "/S"


def test_every_font_is_inside_and_can_be_read_aloud() -> None:
    fonts = dictionaries(SEALED, Type="Font", Subtype="Type0")
    described = dictionaries(SEALED, Type="FontDescriptor")
    assert fonts
    assert [each for each in fonts if "/ToUnicode" not in each] == []
    assert [each for each in described if not {"/FontFile2", "/FontFile3"} & set(each)] == []


def test_nothing_in_it_acts_and_nothing_is_hidden() -> None:
    keys = {key for each in objects(SEALED) if isinstance(each, DictionaryObject) for key in each}
    assert (
        keys & {"/JS", "/JavaScript", "/AA", "/OpenAction", "/XFA", "/NeedAppearances", "/Encrypt"} == set()
    )
    actions = {each["/A"]["/S"] for each in dictionaries(SEALED, Subtype="Link")}  # type: ignore[index]
    assert actions == {"/URI"}


def test_the_field_of_the_seal_is_one_that_an_archive_allows() -> None:
    form = PdfReader(BytesIO(SEALED)).root_object["/AcroForm"]
    (field,) = (each.get_object() for each in form["/Fields"])  # type: ignore[index]
    assert form["/SigFlags"] == 3  # type: ignore[index]
    assert field["/Rect"] == ArrayObject([0, 0, 0, 0])
    assert field["/F"] & 0b100111 == 0b100  # printed; neither invisible, hidden, without view nor toggled
    assert field["/TU"] == "The seal of the issuing body"


def test_the_keys_certificate_seals_documents_and_nothing_else() -> None:
    own, above = seal().chain
    usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    assert own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    constraints = above.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)
    own.verify_directly_issued_by(above)
    above.verify_directly_issued_by(above)


def test_a_key_and_a_chain_that_do_not_belong_together_are_refused() -> None:
    chain, key = chain_as_pem(seal().chain), to_pem(seal().key)
    assert read_seal(key, chain).fingerprint == seal().fingerprint
    for wrong_key, wrong_chain, said in (
        (to_pem(new_key()), chain, "is not the one of its key"),
        (key, chain_as_pem((seal().chain[0], seal().chain[0])), "is not signed by the one that follows it"),
        (b"no key", chain, "cannot be read"),
        (key, b"", "cannot be read"),
    ):
        with pytest.raises(SealUnfit, match=re.escape(said)):
            read_seal(wrong_key, wrong_chain)


def test_a_body_with_a_long_name_gets_its_certificates() -> None:
    long, key, root_key = "Tổ chức Xúc tiến Năng suất " * 8, new_key(), new_key()
    above = make_root(root_key, long, "VN", AT)
    own = make_sealing_certificate(key.public_key(), long, "VN", AT, root_key=root_key, root=above)
    assert read_seal(to_pem(key), chain_as_pem((own, above))).chain == (own, above)
