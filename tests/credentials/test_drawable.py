"""What is taken for drawable unasked is drawn; what is not is named, each character once."""

import unicodedata

from certify.credentials.drawable import _LATIN, is_latin, undrawn
from certify.credentials.paper import without_glyph


def test_every_letter_that_is_not_asked_about_is_in_our_fonts() -> None:
    taken = [chr(each) for first, last in _LATIN for each in range(first, last + 1)]
    assert without_glyph("".join(each for each in taken if unicodedata.category(each) != "Cn")) == ()


def test_each_missing_character_is_named_once_and_the_others_are_not() -> None:
    assert undrawn("王 Ana 王 ไ ခင် ሰላም", None) == ("王", "ไ")
    assert undrawn("Nguyễn Thị Hồng Hạnh N’Guessan", None) == ()
    assert (is_latin("Đặng"), is_latin("ခင်")) == (True, False)
