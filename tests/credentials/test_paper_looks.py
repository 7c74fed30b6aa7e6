"""Names as they look on the paper: the picture is held against one by another engine (Raqm, HarfBuzz)."""

import re
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps

from certify.credentials.fonts import OURS
from certify.credentials.paper import draw
from tests.credentials.papers import HANH
from tests.credentials.test_paper import HAN, han_font

__all__ = ["han_font"]
DOTS, AROUND = 100, 8  # an inch; around a name, for marks that reach out of their line
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
# Of the ink of both pictures, how much is in both: 0.84 to 0.88 were measured, unshaped 0.17 and 0.54.
ALIKE, UNLIKE = 0.75, 0.62
SHAPED, UNSHAPED = ImageFont.Layout.RAQM, ImageFont.Layout.BASIC


def ink(picture: Image.Image) -> Image.Image:
    """Where there is ink, white on black, and nothing around it."""
    shown = ImageOps.invert(picture.convert("L")).point(lambda value: 255 if value > 110 else 0)
    return shown.crop(shown.getbbox())


def run(tool: str, pdf: bytes, *asked: object) -> bytes:
    """What a tool of poppler makes of a PDF."""
    return subprocess.run([tool, *map(str, asked)], input=pdf, capture_output=True, check=True).stdout


def place_of(name: str, pdf: bytes) -> tuple[float, float, float, float]:
    """Where the name stands on the sheet, in points: the words that follow "This certifies that"."""
    words = WORD.findall(run("pdftotext", pdf, "-bbox", "-", "-").decode())
    begun = next(n for n, word in enumerate(words) if word[-1] == "that") + 1
    mine = [[float(each) for each in word[:4]] for word in words[begun : begun + len(name.split())]]
    lefts, tops, rights, bottoms = zip(*mine, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def on_paper(name: str, country: str, fonts: Path | None = None) -> Image.Image:
    """The name as poppler shows it on the certificate."""
    pdf = draw(replace(HANH, holder=name, country=country), fonts)
    left, top, right, bottom = (round(each * DOTS / 72) for each in place_of(name, pdf))
    where = ("-x", left - AROUND, "-y", top - AROUND, "-W", right - left + 2 * AROUND)
    shown = run("pdftoppm", pdf, "-r", DOTS, "-gray", *where, "-H", bottom - top + 2 * AROUND, "-")
    return ink(Image.open(BytesIO(shown)))


def by_itself(name: str, font: Path, layout: ImageFont.Layout = SHAPED) -> Image.Image:
    """The name as Pillow draws it with the same font."""
    sheet = Image.new("L", (3000, 300), 255)
    drawn = ImageFont.truetype(str(font), 80, layout_engine=layout)
    ImageDraw.Draw(sheet).text((50, 80), name, font=drawn, fill=0)
    return ink(sheet)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """How much of the ink of both pictures, drawn to one size, is in both."""
    size = (800, max(20, round(800 * one.height / one.width)))
    a, b = (each.resize(size).point(lambda value: 255 if value > 127 else 0) for each in (one, other))
    in_both, in_either = ImageChops.darker(a, b), ImageChops.lighter(a, b)
    return in_both.histogram()[255] / in_either.histogram()[255]


@pytest.mark.parametrize(
    ("name", "country", "font"),
    [
        ("Nguyễn Thị Hồng Hạnh", "VN", "NotoSans"),
        ("ဒေါ်အောင်ဆန်းစုကြည် မြင့်မြင့်ခိုင်", "MM", "NotoSansMyanmar"),
        ("ኃይለማርያም ደሳለኝ ቦሼ", "ET", "NotoSansEthiopic"),
        ("محمد بن عبد الرحمن الطرابلسي", "TN", "NotoSansArabic"),
        ("Işıl İpek Çağlayangil Şükrü", "TR", "NotoSans"),
        ("María José Muñoz Güell", "PE", "NotoSans"),
        ("Éloïse Lœuillet d’Août", "CH", "NotoSans"),
    ],
)
def test_a_name_looks_as_its_script_wants_it(name: str, country: str, font: str) -> None:
    shown, file = on_paper(name, country), OURS / f"{font}-Bold.ttf"
    assert likeness(shown, by_itself(name, file)) > ALIKE
    if country in ("MM", "TN"):  # whose letters change with those beside them: the measure tells
        assert likeness(shown, by_itself(name, file, UNSHAPED)) < UNLIKE


def test_a_chinese_name_looks_as_the_operators_font_has_it(han_font: Path) -> None:
    shown = on_paper(HAN, "CN", han_font)
    assert likeness(shown, by_itself(HAN, han_font / "squares.ttf")) > ALIKE
