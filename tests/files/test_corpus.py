"""Every good file is taken and every evil one is refused with a sentence."""

from io import BytesIO

import pytest
from PIL import Image

from certify.files import FileRefused, check
from tests.files.corpus import EVIL, GOOD, MB, bytes_of
from tests.files.making import pdf, picture

LIMIT = 10 * MB


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_taken_as_what_it_is(name: str) -> None:
    filename, content, media_type = GOOD[name]
    assert check(bytes_of(content), filename, limit=LIMIT).media_type == media_type


@pytest.mark.parametrize("name", EVIL)
def test_an_evil_file_is_refused_with_a_sentence(name: str) -> None:
    filename, content = EVIL[name]
    with pytest.raises(FileRefused) as refused:
        check(bytes_of(content), filename, limit=LIMIT)
    assert refused.value.sentence.endswith(".")


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(GOOD) >= 25
    assert len(EVIL) >= 60


def test_a_document_is_kept_byte_for_byte() -> None:
    assert check(pdf(), "cv.pdf", limit=LIMIT).content == pdf()


def test_a_picture_keeps_its_pixels_and_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x8298] = "Ana Mekonnen, Addis Abeba"
    given = picture("JPEG", size=(60, 20), exif=exif, comment=b"taken at home")
    kept = check(given, "photo.jpg", limit=LIMIT).content
    assert b"Addis" in given
    assert b"Addis" not in kept
    assert b"home" not in kept
    with Image.open(BytesIO(kept)) as drawn:
        assert drawn.size == (60, 20)


def test_a_picture_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = check(picture("JPEG", size=(60, 20), exif=exif), "photo.jpg", limit=LIMIT).content
    with Image.open(BytesIO(kept)) as drawn:
        assert drawn.size == (20, 60)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\ana\\cv.pdf", "cv.pdf"),
        ("../../etc/cv.pdf", "cv.pdf"),
        ("  my   cv .PDF", "my cv .pdf"),
        ('a<b>"c".pdf', "a b c .pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_name_is_cleaned(given: str, kept: str) -> None:
    assert check(pdf(), given, limit=LIMIT).name == kept
