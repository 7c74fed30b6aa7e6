"""The fonts: which are asked first, how a missing character is called, and the folder that must be there."""

from pathlib import Path

import pytest

from certify.config import ConfigRefused, read_settings
from certify.credentials.fonts import FAMILIES, Shelf, called, script, shelf


def test_ours_come_along_and_are_asked_first() -> None:
    ours = shelf(None)
    assert ours.families("VN") == FAMILIES
    assert set(ours.fonts.families()) == set(FAMILIES)


@pytest.mark.parametrize(
    ("country", "first"), [("CN", "Han SC"), ("TW", "Han TC"), ("JP", "Han JP"), ("VN", "Han SC")]
)
def test_a_chinese_character_is_drawn_as_the_country_writes_it(country: str, first: str) -> None:
    added = Shelf(shelf(None).fonts, ("Aaa", "Han JP", "Han SC", "Han TC"))
    assert added.families(country)[len(FAMILIES)] == first


@pytest.mark.parametrize(
    ("character", "name", "written"),
    [
        ("王", "王 (U+738B CJK UNIFIED IDEOGRAPH-738B)", "Chinese (Han)"),
        ("ไ", "ไ (U+0E44 THAI CHARACTER SARA AI MAIMALAI)", "Thai"),
        ("한", "한 (U+D55C HANGUL SYLLABLE HAN)", "Hangul"),
        ("🙂", "🙂 (U+1F642 SLIGHTLY SMILING FACE)", "symbols"),
        ("\u0378", "\u0378 (U+0378 without a name)", "symbols"),
    ],
)
def test_a_character_is_called_by_its_unicode_name(character: str, name: str, written: str) -> None:
    assert (called(character), script(character)) == (name, written)


def test_a_folder_of_fonts_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    env = {"CERTIFY_MODE": "test", "CERTIFY_INSTANCE": str(tmp_path)}
    assert read_settings(env).font_dir is None
    assert read_settings({**env, "CERTIFY_FONT_DIR": str(tmp_path)}).font_dir == tmp_path
    with pytest.raises(
        ConfigRefused, match=r"CERTIFY_FONT_DIR is '/nowhere/at/all'; there is no such folder\."
    ):
        read_settings({**env, "CERTIFY_FONT_DIR": "/nowhere/at/all"})
