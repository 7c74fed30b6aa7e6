"""Makes files byte by byte, good ones and evil ones, so that no evil file lies in the repository."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODT = "application/vnd.oasis.opendocument.text"


def pdf(*objects: str | bytes, tail: bytes = b"", catalog: str = "", header: bytes = b"%PDF-1.7\n") -> bytes:
    """A one-page PDF with further objects (numbered from 4) and catalog entries."""
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        *objects,
    ]
    out, offsets = header, []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        raw = body.encode() if isinstance(body, str) else body
        out += b"%d 0 obj\n" % number + raw + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return out + tail


def stream(packed: bytes, filters: str = "/FlateDecode") -> bytes:
    """A PDF stream object."""
    return (
        b"<< /Length %d /Filter %s >>\nstream\n" % (len(packed), filters.encode()) + packed + b"\nendstream"
    )


def locked_pdf() -> bytes:
    """A PDF that opens with a password only."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    return _written(writer)


def written_pdf(pages: int) -> bytes:
    """A PDF as a library writes it."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": "Curriculum vitae — ဒေါ်ခင်"})
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **how: object) -> bytes:
    """A picture as Pillow writes it."""
    out = BytesIO()
    Image.new(mode, size, 1 if mode in ("1", "L", "P") else None).save(out, kind, **how)
    return out.getvalue()


def png_with_text(size: int) -> bytes:
    """A PNG whose packed text chunk unpacks to `size` bytes."""
    text = PngInfo()
    text.add_text("Comment", "A" * size, zip=True)
    return picture("PNG", pnginfo=text)


def png_with_words(key: str, words: str) -> bytes:
    """A PNG with a text that any editor shows."""
    text = PngInfo()
    text.add_text(key, words)
    return picture("PNG", pnginfo=text)


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is that large, in very few bytes."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 9000))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def packed(members: Mapping[str, bytes | str], *, comment: bytes = b"", method: int = ZIP_DEFLATED) -> bytes:
    """A zip archive; `mimetype` is stored first and unpacked, as ODF wants it."""
    out = BytesIO()
    with ZipFile(out, "w", method) as archive:
        for name, body in members.items():
            entry = ZipInfo(name, (2026, 11, 22, 0, 0, 0))
            entry.compress_type = ZIP_STORED if name == "mimetype" else method
            archive.writestr(entry, body)
        archive.comment = comment
    return out.getvalue()


def docx(more: Mapping[str, bytes | str] | None = None, *, main: str = WORD, **how: object) -> bytes:
    """A small Word document with further members."""
    members = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/d.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": "<Relationships/>",
        "word/document.xml": "<w:document><w:t>Ana Mekonnen, trainer</w:t></w:document>",
    }
    return packed({**members, **(more or {})}, **how)


def xlsx(more: Mapping[str, bytes | str] | None = None, *, main: str = SHEET) -> bytes:
    """A small workbook with further members."""
    members = {
        "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{main}"/></Types>',
        "xl/workbook.xml": "<workbook/>",
        "xl/worksheets/sheet1.xml": "<worksheet/>",
    }
    return packed({**members, **(more or {})})


def odt(more: Mapping[str, bytes | str] | None = None, *, kind: str = ODT) -> bytes:
    """A small OpenDocument text with further members."""
    members = {
        "mimetype": kind,
        "content.xml": "<office:document-content/>",
        "META-INF/manifest.xml": "<manifest:manifest/>",
    }
    return packed({**members, **(more or {})})


def bomb(size: int) -> bytes:
    """Zeros, packed."""
    return zlib.compress(b"\0" * size, 9)


def encrypted_member(content: bytes) -> bytes:
    """The same archive with every member marked as encrypted."""
    return content.replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\x01\0").replace(
        b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\x01\0"
    )
