"""Every template can be read, and every component, in every state, is a page without a fault."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string

import certify
from tests.front import front
from tests.html import check_page
from tests.views.gallery import gallery

TEMPLATES = Path(certify.__file__).parent / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
MACRO = re.compile(r"{%-? macro ([a-z]\w*)\(")


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return front(tmp_path_factory.mktemp("front"), whole=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_template_can_be_read(web: Flask, name: str) -> None:
    web.jinja_env.get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_template_holds_a_style_or_script(name: str) -> None:
    if name.startswith("mail/"):
        return  # mail has no stylesheet to link to
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    assert re.findall(r"<script|<style|\sstyle=|\son[a-z]+=", source) == []


def test_every_component_fresh_is_without_a_fault(web: Flask) -> None:
    check_page(gallery(web))


def test_every_component_in_error_is_without_a_fault(web: Flask) -> None:
    page = gallery(web, **{"hours": "sNaN", "reasons-0-requirement": "mean-score", "scores-plan": "na"})
    check_page(page)
    assert "<title>Error: Every component" in page
    assert page.count("form-error") > 5


def test_the_gallery_shows_every_public_macro() -> None:
    shown = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
    # These are drawn by the others.
    within = {"clearing", "reasons_list", "form", "field"}
    for path in sorted((TEMPLATES / "macros").glob("*.html")):
        missing = {
            name for name in MACRO.findall(path.read_text(encoding="utf-8")) if f"{name}(" not in shown
        }
        # `table` and `card` are called as blocks, so their names stand before a bracket all the same.
        assert missing - within == set(), path.name


def test_what_people_wrote_is_escaped(web: Flask) -> None:
    evil = "<script>alert(1)</script>"
    with web.test_request_context("/"):
        page = render_template_string(
            '{% from "macros/page.html" import page_header, facts_list, notice %}'
            "{{ page_header(evil, evil) }}{{ facts_list([(evil, evil)]) }}{{ notice('warn', evil) }}",
            evil=evil,
        )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 5
