"""The developers' page: every component in all its states, without a fault, and never in production."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

import certify
from certify import views
from certify.presentation.samples import STATUSES
from certify.views.errors import TROUBLES
from certify.views.styleguide import PARTS
from tests.front import front
from tests.html import check_page

TEMPLATES = Path(certify.__file__).parent / "templates"
MACRO = re.compile(r"{%-? macro ([a-z]\w*)\(")
WITHIN = {"form", "field"}  # drawn by fields(), form_start() and form_end()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return front(tmp_path_factory.mktemp("front"), whole=True)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_a_page_without_a_fault(web: Flask, part: str) -> None:
    answer = web.test_client().get(f"/styleguide/{part}")
    assert answer.status_code == 200
    check_page(answer.text)


def test_a_form_in_error_says_so_in_the_title_and_beside_each_field(web: Flask) -> None:
    page = web.test_client().get("/styleguide/forms-in-error").text
    assert "<title>Error: Components" in page
    wrong = set(re.findall(r'id="(\w+)-error"', page))
    assert {"outcome", "reason", "effective_on", "people", "hours", "name", "supervisor"} <= wrong


def test_every_macro_is_shown() -> None:
    shown = "\n".join(path.read_text("utf-8") for path in (TEMPLATES / "styleguide").glob("*.html"))
    hidden = {
        f"{path.name}: {name}"
        for path in (TEMPLATES / "macros").glob("*.html")
        for name in set(MACRO.findall(path.read_text("utf-8"))) - WITHIN
        if not re.search(rf"\b{name}\(", shown)
    }
    assert hidden == set()


def test_no_error_page_is_left_out() -> None:
    assert set(STATUSES) == set(TROUBLES)


@pytest.mark.parametrize("status", STATUSES)
def test_every_error_page_is_shown(web: Flask, status: int) -> None:
    answer = web.test_client().get(f"/styleguide/errors/{status}")
    assert answer.status_code == status
    check_page(answer.text)


def test_production_has_no_such_page(tmp_path: Path) -> None:
    app = Flask("certify")
    app.extensions["certify.settings"] = replace(
        front(tmp_path).extensions["certify.settings"], mode="production"
    )
    app.register_blueprint(views.styleguide.bp)
    assert [rule.rule for rule in app.url_map.iter_rules() if "styleguide" in rule.rule] == []
