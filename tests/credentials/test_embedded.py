"""The credential in a PDF: its bytes for an honest file, and a sentence for every hostile one."""

import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from certify.credentials.embedded import LARGEST_CREDENTIAL, LARGEST_PDF, NoCredential, embedded_credential
from certify.credentials.paper import draw
from certify.credentials.paper_seal import sealed
from tests.credentials.papers import AT, HANH, seal

DRAWN = draw(HANH)
CYCLE, DEEP, MANY = "knotted", "deep", "many files"
NONE = "The PDF carries no credential. Was it printed or saved anew from a certificate?"


def carrying(*files: bytes, name: str = "credential.json") -> bytes:
    """A PDF of somebody else that carries files of one name."""
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    for n, file in enumerate(files):
        writer.add_attachment(name if n == 0 else f"{n}", file)
    names = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"] if files else []  # type: ignore[index]
    for specification in list(names)[1::2]:
        for key in ("/F", "/UF"):
            specification.get_object()[NameObject(key)] = TextStringObject(name)
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def tree(kind: str) -> bytes:
    """A PDF whose list of files is a trap."""
    writer = PdfWriter(clone_from=BytesIO(DRAWN))
    names = writer.root_object["/Names"]
    assert isinstance(names, DictionaryObject)
    node = DictionaryObject()
    top = writer._add_object(node)
    if kind == CYCLE:
        node[NameObject("/Kids")] = ArrayObject([top, top])
    elif kind == DEEP:
        for _ in range(400):
            inner = DictionaryObject()
            node[NameObject("/Kids")] = ArrayObject([writer._add_object(inner)])
            node = inner
    elif kind == MANY:
        file = names["/EmbeddedFiles"]["/Names"][1]  # type: ignore[index]
        node[NameObject("/Names")] = ArrayObject([TextStringObject("a"), file] * 5_000)
    names[NameObject("/EmbeddedFiles")] = top
    return written(writer)


def test_the_bytes_come_out_as_they_went_in() -> None:
    assert embedded_credential(DRAWN) == HANH.credential
    assert embedded_credential(sealed(DRAWN, seal(), AT, reason="x")) == HANH.credential


def test_saved_anew_by_another_program_they_are_still_found() -> None:
    assert embedded_credential(written(PdfWriter(clone_from=BytesIO(DRAWN)))) == HANH.credential


def locked() -> bytes:
    writer = PdfWriter(clone_from=BytesIO(DRAWN))
    writer.encrypt("a password", algorithm="RC4-128")
    return written(writer)


def bomb() -> bytes:
    writer = PdfWriter(clone_from=BytesIO(carrying(b"{}")))
    for each in writer._objects:
        if isinstance(each, DictionaryObject) and each.get("/Type") == "/EmbeddedFile":
            each._data = zlib.compress(b" " * (LARGEST_CREDENTIAL * 20))  # type: ignore[attr-defined]
            each[NameObject("/Filter")] = NameObject("/FlateDecode")
            each[NameObject("/Length")] = NumberObject(len(each._data))  # type: ignore[attr-defined]
    return written(writer)


@pytest.mark.parametrize(
    ("pdf", "said"),
    [
        (b"%PDF-1.7" + b" " * LARGEST_PDF, "The PDF is larger than 2 MB: no certificate of ours is."),
        (b"{}", "This is no PDF."),
        (b"", "This is no PDF."),
        (b"%PDF-1.7\n", "The PDF is damaged and cannot be read."),
        (b"%PDF-1.7\n" + b"[" * 100_000, "The PDF is damaged and cannot be read."),
        (DRAWN[:9_000], "The PDF is damaged and cannot be read."),
        (locked, "The PDF is locked with a password."),
        (carrying, NONE),
        (lambda: carrying(b"{}", b"{}"), "The PDF carries more than one credential."),
        (lambda: carrying(b" " * (LARGEST_CREDENTIAL + 1)), "The credential in the PDF is larger than 1 MB."),
        (bomb, "The credential in the PDF is larger than 1 MB."),
        (
            lambda: tree(CYCLE),
            NONE,
        ),
        (lambda: tree(DEEP), "The list of files in the PDF is knotted."),
        (lambda: tree(MANY), "The PDF carries too many files."),
    ],
    ids=lambda given: given if isinstance(given, str) else "pdf",
)
def test_a_pdf_without_one_is_told_so(pdf: object, said: str) -> None:
    content = pdf() if callable(pdf) else pdf
    assert isinstance(content, bytes)
    with pytest.raises(NoCredential) as caught:
        embedded_credential(content)
    assert str(caught.value) == said


@effort(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, len(DRAWN) - 1), st.binary(min_size=1, max_size=6)), max_size=6))
def test_a_damaged_pdf_raises_nothing_else(changes: list[tuple[int, bytes]]) -> None:
    damaged = bytearray(DRAWN)
    for where, what in changes:
        damaged[where : where + len(what)] = what
    try:
        found = embedded_credential(bytes(damaged))
    except NoCredential:
        return
    assert isinstance(found, bytes)


def test_the_attachment_is_of_the_kind_that_programs_look_for() -> None:
    (file,) = (each.get_object() for each in PdfReader(BytesIO(DRAWN)).root_object["/AF"])  # type: ignore[attr-defined]
    assert (file["/AFRelationship"], file["/EF"]["/F"]["/Subtype"]) == ("/Alternative", "/application/vc")
