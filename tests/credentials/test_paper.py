"""Paper: every name is drawn, found again in the text, and stays on the sheet; each kind says what it is."""

import re
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image
from pypdf import PdfReader

from certify.credentials.fonts import GlyphsMissing
from certify.credentials.paper import draw
from certify.scheme.words import CredentialType
from tests.credentials.papers import BODY, HANH, of_type, text_of

POINTS = 72 / 25.4  # a millimetre
LEFT, RIGHT = 30 * POINTS, 267 * POINTS
HAN = "王小明"


def boxes(pdf: bytes) -> list[tuple[float, float, str]]:
    """From where to where each word reaches, in points; its letters in the order in which they stand."""
    tool = ["pdftotext", "-bbox", "-", "-"]
    found = subprocess.run(tool, input=pdf, capture_output=True, check=True).stdout.decode()
    words = re.findall(r'<word xMin="([\d.]+)".*? xMax="([\d.]+)".*?>(.*?)</word>', found)
    return [(float(begin), float(end), word) for begin, end, word in words]


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Nguyễn Thị Hồng Hạnh", "VN"),
        ("ဒေါ်အောင်ဆန်းစုကြည် မြင့်မြင့်ခိုင်", "MM"),
        ("ወ/ሮ ኃይለማርያም ደሳለኝ ቦሼ", "ET"),
        ("Işıl İpek Çağlayangil Şükrü", "TR"),
        ("María José Muñoz Güell y Íñiguez", "PE"),
        ("Éloïse Lœuillet-Çelik d’Août", "CH"),
        ("<script>alert(1)</script> #panic() \\ \" ' *x*", "CH"),
    ],
)
def test_a_name_is_drawn_and_found_again(name: str, country: str) -> None:
    drawn = draw(replace(HANH, holder=name, country=country))
    assert text_of(drawn).splitlines()[3] == name


def test_an_arabic_name_runs_from_right_to_left() -> None:
    name = "محمد بن عبد الرحمن الطرابلسي"
    drawn = draw(replace(HANH, holder=name, country="TN"))
    assert sorted(text_of(drawn).splitlines()[3].split()) == sorted(name.split())
    starts = {word: begin for begin, _, word in boxes(drawn)}
    seen = [starts[word[::-1]] for word in name.split()]
    assert seen == sorted(seen, reverse=True)


def test_capitals_keep_the_turkish_dot() -> None:
    drawn = draw(replace(HANH, issuer="Türkiye Girişimci Isparta Birliği", country="TR"))
    assert text_of(drawn).startswith("TÜRKİYE GİRİŞİMCİ ISPARTA BİRLİĞİ ")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Maria Aparecida dos Santos Oliveira de Albuquerque Cavalcanti e Vasconcelos", 2),
        ("Nguyễn Phước Tôn Nữ " * 10, 3),
        ("ဒေါ်အောင်ဆန်းစုကြည်မြင့်မြင့်ခိုင်ဦးကျော်စွာ" * 4, 3),
        ("W" * 200, 3),
    ],
)
def test_a_long_name_stays_on_the_sheet(name: str, lines: int) -> None:
    drawn = draw(replace(HANH, holder=name.strip(), issuer=BODY * 4))
    assert len(PdfReader(BytesIO(drawn)).pages) == 1
    assert [word for begin, end, word in boxes(drawn) if begin < LEFT - 1 or end > RIGHT + 1] == []
    said = text_of(drawn).splitlines()
    begun = said.index("This certifies that") + 1
    shown = said[begun : begun + lines]
    assert "".join("".join(shown).split()).replace("\u200b", "") == "".join(name.split())


def test_the_metadata_names_holder_number_and_body() -> None:
    drawn = draw(HANH)
    told = PdfReader(BytesIO(drawn)).metadata
    assert told is not None
    assert (told.title, told.author, told.keywords) == (
        "Certified SCORE Trainer TC-7F3K-Q2MX-9B4D-R: Nguyễn Thị Hồng Hạnh",
        BODY,
        "TC-7F3K-Q2MX-9B4D-R, trainer_certification, score-2026",
    )
    assert PdfReader(BytesIO(drawn)).root_object["/Lang"] == "en"


def test_the_same_certificate_gives_the_same_bytes() -> None:
    assert draw(HANH) == draw(replace(HANH)) != draw(replace(HANH, holder="Nguyễn Thị Hồng Hanh"))


@pytest.mark.parametrize("type", CredentialType)
def test_each_kind_of_paper_says_what_it_is(type: CredentialType) -> None:
    said = " ".join(text_of(draw(of_type(type))).split())
    attendance = type in (CredentialType.TOT_ATTENDANCE, CredentialType.PARTICIPANT_ATTENDANCE)
    assert of_type(type).title in said
    assert ("This is not a certification." in said) == attendance
    assert ("This certifies that" in said) == (type is CredentialType.TRAINER_CERTIFICATION)
    assert "{" not in said


def test_a_recognised_certification_says_that_evidence_is_not_held() -> None:
    recognised = replace(HANH, recognised=("Centre of Turin", "ITC-7"))
    assert "Recognised, evidence not held: certificate ITC-7 of Centre of Turin." in text_of(draw(recognised))
    unnumbered = replace(HANH, recognised=("Centre of Turin", ""))
    assert "Recognised, evidence not held: a certificate of Centre of Turin." in text_of(draw(unnumbered))
    assert "Recognised" not in text_of(draw(HANH))


def test_marks_that_turn_the_reading_order_are_left_out() -> None:
    drawn = draw(replace(HANH, holder="Ana\u202e\u2066\u0000\n Tr\u200bần"))
    assert text_of(drawn).splitlines()[3] == "Ana Tr ần"


def test_a_camera_reads_the_address_from_the_paper(tmp_path: Path) -> None:
    (tmp_path / "c.pdf").write_bytes(draw(HANH))
    subprocess.run(["pdftoppm", "-r", "110", "-png", "c.pdf", "c"], cwd=tmp_path, check=True)
    with Image.open(tmp_path / "c-1.png") as picture:
        found = zxingcpp.read_barcodes(picture)
    assert [each.text for each in found] == [HANH.address]


def test_a_missing_character_is_named_with_what_to_do() -> None:
    with pytest.raises(GlyphsMissing) as caught:
        draw(replace(HANH, holder=f"{HAN} Ana ไ 🙂"))
    assert caught.value.characters == ("王", "小", "明", "ไ", "🙂")
    assert str(caught.value) == (
        "The certificate TC-7F3K-Q2MX-9B4D-R cannot be drawn: no font here has 王 (U+738B CJK UNIFIED "
        "IDEOGRAPH-738B); 小 (U+5C0F CJK UNIFIED IDEOGRAPH-5C0F); 明 (U+660E CJK UNIFIED IDEOGRAPH-660E); "
        "ไ (U+0E44 THAI CHARACTER SARA AI MAIMALAI); 🙂 (U+1F642 SLIGHTLY SMILING FACE). Put a TrueType or "
        "OpenType font for Chinese (Han), Thai, symbols into a folder and name that in CERTIFY_FONT_DIR "
        "(Debian and Ubuntu: apt install fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core, which puts "
        "them below /usr/share/fonts), and start again."
    )


def square() -> Any:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 800), (800, 800), (800, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


@pytest.fixture
def han_font(tmp_path: Path) -> Path:
    """A folder with a font of three Chinese characters, made here: no test needs one of the machine's."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    names = [".notdef", *(f"uni{ord(each):04X}" for each in HAN)]
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(names)
    made.setupCharacterMap({ord(each): name for each, name in zip(HAN, names[1:], strict=True)})
    made.setupGlyf({name: square() for name in names})
    made.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    made.setupHorizontalHeader(ascent=880, descent=-120)
    made.setupNameTable({"familyName": "Squares SC", "styleName": "Regular", "psName": "SquaresSC-Regular"})
    made.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    made.setupPost()
    made.save(folder / "squares.ttf")
    return folder


def test_a_chinese_name_is_drawn_from_the_operators_folder(han_font: Path) -> None:
    drawn = draw(replace(HANH, holder=f"{HAN} Wang", country="CN"), han_font)
    assert text_of(drawn).splitlines()[3] == f"{HAN} Wang"
    with pytest.raises(GlyphsMissing, match=rf"Thai into {re.escape(str(han_font))} \(Debian"):
        draw(replace(HANH, holder=f"{HAN} ไ"), han_font)
