"""Every template can be read, holds no style or script of its own, and escapes what people wrote."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string

import certify
from tests.front import front

TEMPLATES = Path(certify.__file__).parent / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


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
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", source) == []


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
